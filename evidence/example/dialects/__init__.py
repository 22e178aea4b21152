"""How the plants' systems spell the same world: one module per kind of extract."""

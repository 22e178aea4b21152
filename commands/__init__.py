"""The commands, one module for each group; `lotproof.cli` puts them together."""

"""A clean world: the canonical rows of six plants in which every shipped requirement is met."""

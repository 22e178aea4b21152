"""Faults planted in the clean world, each on a lot, order or record of its own."""

"""Supplier certificates become fields that are compared with the specification."""

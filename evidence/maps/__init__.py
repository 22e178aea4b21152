"""Obligation maps: their model, loading, lint, explanation, scenarios and differences."""

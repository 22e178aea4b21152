"""Verdicts become documents: composition, rendering, figures, result formats and exports."""

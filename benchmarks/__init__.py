"""Measures lotproof against public tools, in one run on one machine, as ratios.

``python -m benchmarks`` runs everything; README.md says what is measured against what.
"""

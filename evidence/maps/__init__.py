"""Obligation maps: the law as data, read from ``obligations/`` and handed on in compiled form.

``load_maps`` reads and checks them, ``compile_map`` writes them down for the SQL, ``explain`` says
a requirement in plain words, ``run_scenarios`` tests a map. What the rows say about a requirement
is left to ``lotproof.evidence.warehouse``.
"""

from .compiling import compile_map, compiled
from .explaining import explain
from .loading import load_map, load_maps, shipped_maps
from .model import ObligationMap, Requirement
from .names import Override

__all__ = [
    "ObligationMap",
    "Override",
    "Requirement",
    "compile_map",
    "compiled",
    "explain",
    "load_map",
    "load_maps",
    "shipped_maps",
]

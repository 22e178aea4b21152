"""The tables of lotproof: models run by dbt on one DuckDB file per workspace.

The only place that knows where tables live. What the rules mean is left to
``lotproof.evidence.maps``. dbt is imported only when models run.
"""

from .building import BuildResult, build, chosen_maps
from .connection import open_warehouse
from .staging import Pin

__all__ = ["BuildResult", "Pin", "build", "chosen_maps", "open_warehouse"]

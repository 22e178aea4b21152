"""The tables of lotproof: models run by dbt on one DuckDB file per workspace.

The only place that knows where tables live. What the rules mean is left to
``lotproof.evidence.maps``. dbt is imported only when models run.
"""

from .building import BuildResult, build, chosen_maps
from .connection import open_warehouse
from .staging import Pin
from .statements import requirement_sql
from .worlds import JudgedWorlds, judge_worlds, open_worlds

__all__ = [
    "BuildResult",
    "JudgedWorlds",
    "Pin",
    "build",
    "chosen_maps",
    "judge_worlds",
    "open_warehouse",
    "open_worlds",
    "requirement_sql",
]

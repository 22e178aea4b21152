"""The lot model as ingest needs it: which columns of which type a landing table has.

Read from `models/canonical/_canonical.yml`, the only place where tables, columns and types are
written. What the columns mean is said there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

# computed in canonical, from all versions together
_LATER = frozenset({"version", "is_current", "record_key", "record_hash"})
_LATER_FOR_AMOUNTS = _LATER | {"base_quantity", "base_uom"}

STAMPED = (
    "source",
    "source_ref",
    "source_file",
    "source_row",
    "load_id",
    "ingested_at",
    "ingest_seq",
)
"""Columns that ingest gives every row; no mapping names them (`source_ref` is a key of its own)."""

HAPPENS = ("occurred_at", "occurred_local", "utc_offset", "precision")
"""The four columns of a time at which something happened."""

_SQL_TYPES = {"string": "varchar"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lot model.

    Attributes:
        name: its name.
        types: DuckDB type by column, in the model's order, without what canonical computes.
    """

    name: str
    types: dict[str, str]

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that a mapping may fill."""
        return tuple(column for column in self.types if column not in STAMPED)

    @property
    def content(self) -> tuple[str, ...]:
        """The columns that `record_hash` covers, in order: all that the source sent."""
        return self.own

    @property
    def happens(self) -> bool:
        """Whether its rows happen at a time."""
        return "occurred_at" in self.types


@cache
def lot_model() -> dict[str, Table]:
    """Return every table of the lot model by name, in the model's order."""
    text = (Path(str(files("lotproof"))) / "models/canonical/_canonical.yml").read_text("utf-8")
    models = yaml.load(text, Loader=yaml.CSafeLoader)["models"]
    return {model["name"]: _table(model["name"], model["columns"]) for model in models}


def _table(name: str, columns: list[dict[str, str]]) -> Table:
    has_amount = any(column["name"] == "base_quantity" for column in columns)
    later = _LATER_FOR_AMOUNTS if has_amount else _LATER
    types = {
        column["name"]: _SQL_TYPES.get(column["data_type"], column["data_type"])
        for column in columns
        if column["name"] not in later
    }
    return Table(name, types)

"""The columns a map may name: those of the lot model, by the alias of their context.

Read from the models' YAML, the single source of the lot model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from .vocabulary import CALENDAR_ENDS, RECORD_KINDS, SUBJECT_TABLES

ALIAS_TABLES = {
    **{alias: kind.table for alias, kind in RECORD_KINDS.items()},
    **{alias: table for alias, table in SUBJECT_TABLES.items() if alias != "site_period"},
    "site": "sites",
    "party": "parties",
    "customer": "parties",
    "supplier": "parties",
}
COMPUTED = {
    **{
        (alias, name): (kind, meaning)
        for alias in CALENDAR_ENDS
        for name, kind, meaning in (
            ("period", "string", "Its name: 2026-10, 2026-Q3 or 2026."),
            ("year", "number", "Its year."),
            ("is_odd_year", "boolean", "Whether that year is odd."),
        )
    },
    ("lot", "order_id"): ("string", "Order that made the lot, if one did."),
    ("lot", "shelf_life_ends_at"): (
        "timestamp",
        "Date of manufacture plus the shelf life of the material [UTC].",
    ),
}
# which columns are no facts of the record but of its way here
_BOOKKEEPING = {"load_id", "ingested_at", "ingest_seq", "record_key", "version", "is_current"}
_TYPES = {
    "string": "string",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "integer": "number",
    "bigint": "number",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the lot model: its type (string, number, boolean, timestamp) and meaning."""

    alias: str
    name: str
    type: str
    meaning: str

    @property
    def dotted(self) -> str:
        """The column as maps name it, such as ``material.class``."""
        return f"{self.alias}.{self.name}"


def column(dotted: str) -> Column | None:
    """The column a dotted name means, or ``None`` when there is none."""
    alias, _, name = dotted.partition(".")
    return columns_of(alias).get(name)


@cache
def columns_of(alias: str) -> dict[str, Column]:
    """The columns of an alias by name; empty for an unknown alias."""
    own = {
        name: Column(alias, name, kind, meaning)
        for (owner, name), (kind, meaning) in COMPUTED.items()
        if owner == alias
    }
    return (
        {**_tables().get(ALIAS_TABLES.get(alias, ""), {}), **own} if alias in ALIAS_TABLES else {}
    )


@cache
def _tables() -> dict[str, dict[str, Column]]:
    text = files("lotproof").joinpath("models/canonical/_canonical.yml").read_text("utf-8")
    # the pure Python loader takes a second for the three thousand lines
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    models = yaml.load(text, Loader=loader)["models"]  # noqa: S506 -- both are safe loaders
    aliases = {table: alias for alias, table in ALIAS_TABLES.items()}
    return {
        model["name"]: {
            entry["name"]: _column(aliases.get(str(model["name"]), str(model["name"])), entry)
            for entry in model["columns"]
            if entry["name"] not in _BOOKKEEPING
        }
        for model in models
    }


def _column(alias: str, entry: dict[str, Any]) -> Column:
    kind = str(entry["data_type"])
    return Column(
        alias,
        str(entry["name"]),
        _TYPES.get(kind, "number"),
        " ".join(str(entry["description"]).split()),
    )

"""Feeds and targets of extracts whose columns are named as in the lot model.

One feed and one target for each table; every column may be absent. What a plant spells otherwise
is said in its `values:` file.
"""

from __future__ import annotations

from .column_sql import OCCURRED
from .lot_model import HAPPENS, Table
from .mapping import Cell, Feed, Target, Value
from .read_xlsx import SUFFIXES as SPREADSHEETS
from .words import fixed_words

_SUFFIXES = (".csv", ".tsv", ".tab", ".parquet", ".jsonl", ".ndjson", ".json", *SPREADSHEETS)


def by_name_feed(table: Table) -> Feed:
    """Return the feed of a table: ``<table>.csv``, ``<table>_2026-10.csv``, ``<table>.parquet``."""
    names = [f"{table.name}{tail}{suffix}" for suffix in _SUFFIXES for tail in ("", "[-_. ]*")]
    return Feed(files=tuple(names), optional=(*table.own, "source_ref"))


def by_name_target(table: Table) -> Target:
    """Return the target of a table."""
    columns: dict[str, Value] = {
        column: f"{{{column}}}"
        for column in table.own
        if column not in HAPPENS and column != "record_id"
    }
    if table.happens:
        columns[OCCURRED] = _occurred()
    keys = fixed_words().keys.get(table.name, ())
    return Target(
        table=table.name,
        feed=table.name,
        record_id=("{record_id}", *keys),
        content_key=not keys,
        ref="{source_ref}",
        columns=columns,
    )


def _occurred() -> tuple[Cell, ...]:
    precision = "{precision}"
    return (
        Cell(text="{occurred_at}", offset="{utc_offset}", precision=precision),
        Cell(text="{occurred_local}", offset="{utc_offset}", precision=precision, timezone="site"),
    )

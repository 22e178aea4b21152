"""The hash of a record's content, by which a record that comes again is seen to say the same.

The columns of the lot model that a source sends, in the model's order, each as its length, a colon
and its text (null as a hyphen), joined with bars; decimals with nine places, instants as ISO 8601
in UTC with microseconds. Where a row came from, and when, is no part of it. Canonical works it out
in the same way.
"""

from __future__ import annotations

from collections.abc import Set

from .lot_model import Table, lot_model
from .sql_text import named

_NO_CONTENT = frozenset({"recorded_at", "is_implied"})


def content_hash_sql(table: str) -> str:
    """Return SQL of the hash over rows that have every column of a table of the lot model."""
    return record_hash_sql(lot_model()[table], set(lot_model()[table].own))


def record_hash_sql(table: Table, filled: Set[str]) -> str:
    """Return SQL of the hash over the columns of a landing table.

    Args:
        table: the table.
        filled: its columns that may have a value; the others are null.
    """
    parts = [
        _part(named(column), table.types[column]) if column in filled else ["'-'"]
        for column in table.own
        if column not in _NO_CONTENT
    ]
    joined = ", '|', ".join(", ".join(part) for part in parts)
    return f"sha256(concat({joined}))"


def _part(column: str, sql_type: str) -> list[str]:
    """Return SQL of the two texts of a value; of null the second is null, and concat leaves it."""
    text = column
    if sql_type == "timestamp":
        text = f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    elif sql_type != "varchar":
        text = f"cast({column} as varchar)"
    return [f"coalesce(length({text}) || ':', '-')", text]

"""The hash of a record's content, so that a record sent twice is seen to say the same.

The columns of the lot model that a source sends, in the model's order, each as its length, a colon
and its text (null as a hyphen), joined with bars; decimals with nine places, instants as ISO 8601
in UTC with microseconds. Where a row came from, and when, is no part of it. Canonical works it out
in the same way.
"""

from __future__ import annotations

from .lot_model import Table
from .sql_text import named

_NO_CONTENT = frozenset({"recorded_at", "is_implied"})


def record_hash_sql(table: Table) -> str:
    """Return SQL of the hash over the columns of a landing table."""
    parts = [
        _part(named(column), table.types[column])
        for column in table.own
        if column not in _NO_CONTENT
    ]
    joined = " || '|' || ".join(parts)
    return f"sha256({joined})"


def _part(column: str, sql_type: str) -> str:
    text = column
    if sql_type == "timestamp":
        text = f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    elif sql_type != "varchar":
        text = f"cast({column} as varchar)"
    return f"coalesce(length({text}) || ':' || {text}, '-')"

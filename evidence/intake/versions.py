"""Two contents of one record side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..sources.lot_model import lot_model
from .landed import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BESIDE = frozenset({"record_id", "recorded_at", "is_implied"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that two contents of a record do not share.

    Attributes:
        column: its name.
        before: what the earlier content says, as text; ``None`` where it says nothing.
        after: what the later one says.
    """

    column: str
    before: str | None
    after: str | None


def differences(
    con: DuckDBPyConnection, table: str, source: str, record_id: str
) -> tuple[Difference, ...]:
    """Return what changed between the last two versions of a record that landed."""
    found = rows(
        con,
        f"select * from {table}_versions where source = ? and record_id = ? "
        "order by ingest_seq desc limit 2",
        [source, record_id],
    )
    if len(found) < 2:
        return ()
    after, before = found
    return between(before, after, table)


def between(
    before: Mapping[str, Any], after: Mapping[str, Any], table: str
) -> tuple[Difference, ...]:
    """Return the columns of the lot model in which two contents differ, in the model's order."""
    return tuple(
        Difference(column, as_text(before.get(column)), as_text(after.get(column)))
        for column in lot_model()[table].content
        if column not in _BESIDE and before.get(column) != after.get(column)
    )


def as_text(value: object) -> str | None:
    """Return a value as people read it; decimals without trailing zeros."""
    if value is None:
        return None
    text = str(value)
    if type(value).__name__ == "Decimal" and "." in text:
        return text.rstrip("0").rstrip(".")
    return text

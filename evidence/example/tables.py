"""Rows of the lot model in memory: what the generators fill and the dialects write.

A row is a plain mapping from column to value; instants are naive UTC, amounts ``Decimal``. Which
columns a table has is the lot model's business; here only those a generator sets appear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

Value = str | int | bool | Decimal | datetime | None
Row = dict[str, Value]

RowKey = tuple[str, str]


INDEXED = (
    *("lot_id", "order_id", "shipment_id", "subject_id", "signed_record_id", "event_id"),
    "document_id",
)
"""Columns by whose value when they were added rows are found quickly."""


class Tables:
    """Rows by table, found again by their record identifier.

    Identifiers are unique within a table; a second row under the same one is a mistake of the
    generator and raises ``ValueError``.

    Attributes:
        spoilt: rows that cannot be read: table, row, column and what stands there instead.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Row]] = {}
        self._index: dict[tuple[str, str, Value], list[Row]] = {}
        self.spoilt: list[tuple[str, Row, str, str]] = []

    def add(self, table: str, record_id: str, **columns: Value) -> str:
        """Put a row into ``table`` and return its identifier."""
        rows = self._rows.setdefault(table, {})
        if record_id in rows:
            raise ValueError(f"{table} {record_id} exists already")
        row: Row = {"record_id": record_id, **columns}
        rows[record_id] = row
        for column in INDEXED:
            if row.get(column) is not None:
                self._index.setdefault((table, column, row[column]), []).append(row)
        return record_id

    def remove(self, table: str, record_id: str) -> Row:
        """Take a row out, for a fault that consists in its absence."""
        return self._rows[table].pop(record_id)

    def rename(self, table: str, old: str, new: str) -> None:
        """Give a row another identifier."""
        rows = self._rows[table]
        if new in rows:
            raise ValueError(f"{table} {new} exists already")
        rows[new] = rows.pop(old)
        rows[new]["record_id"] = new

    def spoil(self, table: str, row: Row, column: str, text: str) -> None:
        """Keep a row that its source writes with an unreadable ``text`` in a column."""
        self.spoilt.append((table, row, column, text))

    def get(self, table: str, record_id: str) -> Row:
        """The row with that identifier; ``KeyError`` when there is none."""
        return self._rows[table][record_id]

    def rows(self, table: str, **wanted: Value) -> list[Row]:
        """Rows of a table whose columns have the wanted values, in the order they were added."""
        rows = self._rows.get(table, {})
        found: Iterable[Row] = rows.values()
        for column in INDEXED:
            if wanted.get(column) is not None:
                found = self._index.get((table, column, wanted[column]), [])
                break
        return [
            row
            for row in found
            if all(row.get(column) == value for column, value in wanted.items())
            and rows.get(str(row["record_id"])) is row
        ]

    def one(self, table: str, **wanted: Value) -> Row:
        """The only row with those values; ``LookupError`` when there is none or more than one."""
        found = self.rows(table, **wanted)
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows of {table} with {wanted}")
        return found[0]

    def names(self) -> list[str]:
        """Names of the tables that hold rows, sorted."""
        return sorted(name for name, rows in self._rows.items() if rows)

    def of_site(self, site_id: str) -> Iterator[tuple[str, list[Row]]]:
        """Table by table (sorted) the rows of one site, sorted by record identifier."""
        for name in self.names():
            rows = [row for row in self._rows[name].values() if row.get("site_id") == site_id]
            if rows:
                yield name, sorted(rows, key=record_key)


def record_key(row: Row) -> str:
    """The identifier a row is sorted by."""
    return str(row["record_id"])


def columns_of(rows: Iterable[Row]) -> list[str]:
    """Every column that one of the rows has, in order of first appearance."""
    return list(dict.fromkeys(column for row in rows for column in row))

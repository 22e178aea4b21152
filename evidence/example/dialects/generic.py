"""Plain CSV: one file per table, the lot model's own column names as header."""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ..tables import Row, Tables, Value, columns_of


def text(value: Value) -> str:
    """A value as plain CSV text: ISO instants, decimal points, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def write_rows(
    path: Path, rows: Iterable[Row], delimiter: str = ",", *, columns: Iterable[str] = ()
) -> int:
    """Write ``rows`` under a header of ``columns``, by default all their own; returns how many."""
    rows = list(rows)
    columns = list(columns) or columns_of(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([text(row.get(column)) for column in columns] for row in rows)
    return len(rows)


def rows_of_site(tables: Tables, site_id: str) -> Iterator[tuple[str, list[Row]]]:
    """Table by table the rows of a site as its source sends them, unreadable ones included."""
    spoilt: dict[str, list[Row]] = {}
    for table, row, column, unreadable in tables.spoilt:
        if row["site_id"] == site_id:
            spoilt.setdefault(table, []).append({**row, column: unreadable})
    for table, rows in tables.of_site(site_id):
        yield table, [*rows, *spoilt.get(table, [])]


def write_site(
    tables: Tables,
    site_id: str,
    folder: Path,
    leave_out: Iterable[str] = (),
    sent: Container[tuple[str, str]] = (),
) -> dict[str, int]:
    """Every table of a site as ``<table>.csv``; returns rows by file name.

    A table has the same columns at every plant, so an empty cell says that there is nothing.
    Tables to ``leave_out`` and rows ``sent`` otherwise (table, record identifier) are not written.
    """
    written: dict[str, int] = {}
    for name, rows in rows_of_site(tables, site_id):
        left = [row for row in rows if (name, str(row["record_id"])) not in sent]
        if left and name not in leave_out:
            columns = columns_of(tables.rows(name))
            written[f"{name}.csv"] = write_rows(folder / f"{name}.csv", left, columns=columns)
    return written

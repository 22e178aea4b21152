"""Rows that name the columns once more: labels below a header, and headers between joined files.

Read as data they would land as a material called Name. A row that is the header itself says nothing
and is passed over; one right below the header that means the same in other words is a further row
of the header, which the feed has to declare.
"""

from __future__ import annotations

import re
from dataclasses import replace

from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from .read_csv import TextTable
from .sql_text import named, quoted

_FEWEST = 2
"""Cells that must name their columns before a row is taken for a header."""
_OTHER = re.compile(r"[\W_]+")


def without_headers(
    connection: DuckDBPyConnection, table: TextTable, name: str, feed: str
) -> TextTable:
    """Return a table without the rows that are its header again.

    Raises:
        LotproofError: the first row names the columns in other words.
    """
    if len(table.columns) < _FEWEST:
        return table
    listed = ", ".join(named(column) for column in table.columns)
    cells = connection.execute(f"select _row, {listed} from ({table.sql}) limit 1").fetchone()
    first = list(cells[1:]) if cells is not None else []
    if cells is not None and first != table.columns and _is_header(table.columns, first):
        raise _further_row(table, name, feed, int(cells[0]))
    again = " and ".join(f"{named(column)} = {quoted(column)}" for column in table.columns)
    if connection.execute(f"select 1 from ({table.sql}) where {again} limit 1").fetchone() is None:
        return table
    return replace(table, sql=f"select * from ({table.sql}) where ({again}) is not true")


def _is_header(columns: list[str], cells: list[str | None]) -> bool:
    """Return whether each cell that is filled has the name of its column, however it is written."""
    filled = [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell]
    return len(filled) >= _FEWEST and all(_plain(column) == _plain(cell) for column, cell in filled)


def _plain(text: str) -> str:
    return _OTHER.sub("", text).casefold()


def _further_row(table: TextTable, name: str, feed: str, row: int) -> LotproofError:
    rows = row - table.header_line + 1
    return LotproofError(
        f"row {row} names the columns again",
        "data below the header",
        f"declare `feeds: {{{feed}: {{header_rows: {rows}}}}}` in the source's `values:` file",
        Where(name, row),
    )

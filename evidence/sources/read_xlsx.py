"""Spreadsheets as tables of text (XLSX, XLSB, XLS, ODS).

One sheet, with the header in its first rows: the first of them names the columns, further ones (a
title, a label, a unit) are passed over. Reading ends with the last row that has a cell, whatever
size the sheet claims. Dates and numbers are written as the feed declares that texts are spelt, so
that one declaration holds for cells of either kind. A number of more than 15 digits is one that the
sheet itself has damaged.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from ..unpacking import Unpacking
from .cells import ISO, ODD_BLANKS
from .mapping import Format
from .packed import demand_bounded
from .read_csv import Rejected, TextTable, column_name, demand_once, read_rows, write_rows
from .sheet_faults import SUFFIXES as SHEETS_WITH_FAULTS
from .sheet_faults import Cells, faulty_cells

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_EXACT = 10**15
_LOOKED_AT = 4096
_BLANKS = " \t" + ODD_BLANKS


class _DamagedError(Exception):
    """A cell that the spreadsheet has not kept as it was."""


def read_xlsx(
    connection: DuckDBPyConnection,
    path: Path,
    name: str,
    spelling: Format,
    table: str,
    aside: Path,
    limits: Unpacking,
) -> TextTable:
    """Read one sheet into a table.

    Raises:
        LotproofError: python-calamine is not installed, the file is no spreadsheet, comes to more
            than the limits allow, has no such sheet, no header, or a column twice.
    """
    demand_bounded(path, name, limits)
    rows, sheet_name = _rows(path, name, spelling.sheet)
    skipped, header_rows = spelling.skip_rows or 0, spelling.header_rows or 1
    header = _header(rows[skipped] if len(rows) > skipped else [], Where(name, skipped + 1))
    rejected: list[Rejected] = []
    is_asked = Path(name).suffix.lower() in SHEETS_WITH_FAULTS
    faulty = faulty_cells(path, sheet_name) if is_asked else {}
    records = _records(rows, header, skipped + header_rows, spelling, faulty, rejected)
    write_rows(aside, header, records)
    read = read_rows(connection, aside, header, table)
    return TextTable(read.sql, header, skipped + 1, rejected)


def sheet_names(path: Path, limits: Unpacking) -> list[str]:
    """Return the names of the sheets of a file; none where it is no spreadsheet or none is read."""
    if path.suffix.lower() not in SUFFIXES:
        return []
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        return []
    try:
        demand_bounded(path, path.name, limits)
        return list(CalamineWorkbook.from_path(path).sheet_names)
    except (LotproofError, CalamineError, OSError, ValueError):
        return []


def _rows(path: Path, name: str, sheet: str | None) -> tuple[list[list[Any]], str]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise LotproofError(
            "python-calamine is not installed, which reads spreadsheets",
            "",
            "pip install 'lotproof[xlsx]'",
            name,
        ) from None
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise LotproofError(
                f"no sheet '{sheet}'",
                f"one of: {', '.join(names)}",
                "correct `sheet:` of the feed",
                name,
            )
        # from the sheet's own first row and column, so that rows bear their numbers
        found = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise _no_spreadsheet(path, name, str(error)) from None
    return _to_the_end(found), sheet or names[0]


def _no_spreadsheet(path: Path, name: str, reason: str) -> LotproofError:
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(codecs.BOM_UTF16_LE) or (b"\t" in start and b"\0" not in start):
        return LotproofError(
            "text with tabs under the name of a spreadsheet",
            "XLSX, XLSB, XLS or ODS",
            f"name it {Path(name).stem}.tsv, and declare its `encoding:` (utf-16, cp1252)",
            name,
        )
    fix = "get the file again"
    return LotproofError(f"not a spreadsheet: {reason}", "XLSX, XLSB, XLS or ODS", fix, name)


def _to_the_end(rows: list[list[Any]]) -> list[list[Any]]:
    end = len(rows)
    while end and all(_is_empty(cell) for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def _is_empty(cell: Any) -> bool:  # noqa: ANN401 -- any cell
    return cell is None or (isinstance(cell, str) and not cell.strip(_BLANKS))


def _header(cells: list[Any], where: Where) -> list[str]:
    header = [str(cell).strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise LotproofError(
            "no header", "a row with column names", "say `skip_rows:` of the feed", where
        )
    header = [column_name(text, f"(column {number})") for number, text in enumerate(header, 1)]
    demand_once(header, where)
    return header


def _records(
    rows: list[list[Any]],
    header: list[str],
    first: int,
    spelling: Format,
    faulty: Cells,
    rejected: list[Rejected],
) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(rows[first:], first + 1):
        if all(_is_empty(cell) for cell in row) and number not in faulty:
            continue
        cells = (row + [""] * len(header))[: len(header)]
        try:
            if not all(_is_empty(cell) for cell in row[len(header) :]):
                raise _DamagedError("a cell to the right of the header")
            for column, fault in faulty.get(number, {}).items():
                raise _DamagedError(f"{fault} in column {(header + ['?'] * column)[column]!r}")
            texts = [cell_text(cell, spelling) for cell in cells]
        except _DamagedError as error:
            rejected.append(_rejected(number, row, str(error)))
            continue
        yield (number, number, *texts)


def cell_text(cell: Any, spelling: Format) -> str | None:  # noqa: ANN401 -- any cell
    """Return a cell as the text that it would be in a text file of the same feed."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        words = spelling.true_words if cell else spelling.false_words
        return (words or (str(cell).lower(),))[0]
    if isinstance(cell, (int, float)):
        return _number(cell, spelling)
    if isinstance(cell, datetime):
        return _written(cell, spelling, with_time=cell.time() != time())
    if isinstance(cell, date):
        return _written(datetime.combine(cell, time()), spelling, with_time=False)
    if isinstance(cell, timedelta):
        return str(cell)
    return _clock(cell, spelling) if isinstance(cell, time) else str(cell)


def _number(cell: float, spelling: Format) -> str:
    if abs(cell) >= _EXACT:
        raise _DamagedError(f"a number of more than 15 digits ({cell:.6g}), which no sheet keeps")
    if float(cell).is_integer():
        return str(int(cell))
    return f"{cell:.15g}".replace(".", spelling.decimal or ".")


def _written(when: datetime, spelling: Format, *, with_time: bool) -> str:
    for form in spelling.formats or ():
        if form == ISO:
            break
        if ("%H" in form) == with_time:
            return when.strftime(form)
    return when.isoformat(timespec="seconds") if with_time else when.date().isoformat()


def _clock(when: time, spelling: Format) -> str:
    """Return a time of day as the feed spells it behind a date."""
    for form in spelling.formats or ():
        if "%H" in form:
            return when.strftime(form[form.index("%H") :])
    return when.isoformat()


def _rejected(number: int, row: list[Any], reason: str) -> Rejected:
    return Rejected(
        number,
        number,
        " | ".join(str(cell) for cell in row),
        reason,
        "cells that say what the system said",
        "export the column as text, or as CSV straight from the system",
    )

"""CSV files as tables of text, each row with its number and line in the file.

A well-formed file is read by DuckDB. Any other, and any with line breaks in cells or with blank
lines, is read record by record, so that numbers are right and every record that cannot be read is
kept as a rejected one. What cells mean is left to the mapping.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from duckdb import DuckDBPyConnection, Error

from ..errors import LotproofError, Where
from .examine import Text
from .sql_text import named, quoted

_LOOKED_AT = 50
"""So many records are looked at for a header."""
_OUR_OWN = frozenset(
    ("_file", "_row", "_line", "_ordinal", "_in_line", "_is_new", "_is_repeat", "_clash")
)
"""Names of columns that tables of text have themselves."""
_LONGEST_LINE = 64 * 1024 * 1024
csv.field_size_limit(_LONGEST_LINE)
_USUAL_LINE = 2_000_000
"""How long a line DuckDB takes unless told otherwise. Told so, only one core reads the file: each
takes a piece of it that may hold several of the longest lines."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be read as one.

    Attributes:
        row: number of the record, the header being row 1.
        line: line on which it begins.
        raw: its text.
        reason: what is wrong.
        expected: what should stand there.
        fix: what to do.
    """

    row: int
    line: int
    raw: str
    reason: str
    expected: str
    fix: str


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of text in the database.

    Attributes:
        sql: a select of `_row`, `_line` and the columns, all text.
        columns: names of the columns, as in the file.
        header_line: line of the header.
        rejected: records that are not in the table.
        blank_ends: whether some cell may end in blanks.
        odd_blanks: whether some cell may have blanks of other kinds around it.
    """

    sql: str
    columns: list[str]
    header_line: int = 1
    rejected: list[Rejected] = field(default_factory=list)
    blank_ends: bool = True
    odd_blanks: bool = True

    @property
    def is_unreadable(self) -> bool:
        """Whether there is nothing but records that cannot be read, each of which says why."""
        return not self.columns and bool(self.rejected)

    def likely_header(self, wanted: Iterable[str], feed: str) -> str | None:
        """Return what to declare of a feed where its header was misread, so that a column lacks."""
        names = set(wanted)
        first = self.columns[0] if self.columns else ""
        if first.startswith("sep="):
            sign = json.dumps(first[4:] or ",")
            return _declare(feed, f"skip_rows: 1, delimiter: {sign}")
        for sign in ",;|\t":
            if len(self.columns) == 1 and not names.isdisjoint(first.split(sign)):
                return _declare(feed, f"delimiter: {json.dumps(sign)}")
        for item in self.rejected[:_LOOKED_AT]:
            if any(name in item.raw for name in names):
                return f"the header seems to be row {item.row}: " + _declare(
                    feed, f"skip_rows: {item.row - 1}"
                )
        return None


def _declare(feed: str, spelling: str) -> str:
    return f"declare `feeds: {{{feed}: {{{spelling}}}}}` in the source's `values:` file"


def read_csv(
    connection: DuckDBPyConnection,
    text: Text,
    name: str,
    delimiter: str,
    skip_rows: int,
    table: str,
    aside: Path,
    header_rows: int = 1,
) -> TextTable:
    """Read a CSV file into a table.

    Args:
        connection: the database.
        text: the file.
        name: what errors call it.
        delimiter: sign between cells.
        skip_rows: lines before the header.
        table: name of the table to make.
        aside: where a well-formed copy is written when the file is not.
        header_rows: records of the header, of which the first names the columns.

    Raises:
        LotproofError: there is no header, or it names a column twice.
    """
    path = text.path
    header, header_lines = _header(path, name, delimiter, skip_rows)
    if header_lines == 1 and _read_at_once(
        connection, path, header, delimiter, skip_rows, text.line_feeds, table
    ):
        # rows of a table are numbered as they stood in the file; a window would be read by one core
        number = f"rowid + {skip_rows + 2}"
        columns = ", ".join(named(column) for column in header)
        sql = f"select {number} as _row, {number} as _line, {columns} from {named(table)}"
        conditions = [f"rowid > {header_rows - 2}"] if header_rows > 1 else []
        if _some_row_is_empty(connection, header, table):
            conditions.append(_is_filled(header))
        sql += f" where {' and '.join(conditions)}" if conditions else ""
        blanks = (text.blank_ends, text.odd_blanks)
        return TextTable(sql, header, skip_rows + 1, [], *blanks)
    rejected: list[Rejected] = []
    records = _records(path, header, delimiter, skip_rows, header_rows, rejected)
    write_rows(aside, header, records)
    rows = read_rows(connection, aside, header, table)
    return TextTable(rows.sql, header, skip_rows + 1, rejected)


def _header(path: Path, name: str, delimiter: str, skip_rows: int) -> tuple[list[str], int]:
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(skip_rows):
            file.readline()
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            cells = next(reader, [])
        except csv.Error as error:
            raise LotproofError(
                f"the header cannot be read: {error}",
                "column names",
                "export the file anew",
                Where(name, skip_rows + 1),
            ) from None
    header = [column_name(cell, f"(column {number})") for number, cell in enumerate(cells, 1)]
    where = Where(name, skip_rows + 1)
    if path.stat().st_size == 0:
        raise LotproofError(
            "an empty file", "column names, also where there are no rows", "export it anew", where
        )
    if not any(cell.strip() for cell in cells):
        raise LotproofError(
            "no header", "a first line with column names", "export the file anew", where
        )
    demand_once(header, where)
    return header, reader.line_num


def column_name(name: str, unnamed: str = "(no name)") -> str:
    """Return what a column is called here: as in the file, but for names that are our own."""
    plain = name.strip()
    return f"({plain})" if plain.lower() in _OUR_OWN else plain or unnamed


def demand_once(columns: list[str], where: Where) -> None:
    """Demand that no two columns have one name; upper and lower case are the same.

    Raises:
        LotproofError: two have.
    """
    seen: dict[str, str] = {}
    for column in columns:
        before = seen.setdefault(column.lower(), column)
        if before is not column:
            twice = "twice" if before == column else f"beside '{before}'"
            raise LotproofError(
                f"column '{column}' {twice}",
                "every column once, whatever case it is written in",
                "rename one at its source",
                where,
            )


def _read_at_once(
    connection: DuckDBPyConnection,
    path: Path,
    header: list[str],
    delimiter: str,
    skip_rows: int,
    line_feeds: int,
    table: str,
) -> bool:
    """Read a file in which every line is a record; tell whether it was one."""
    types = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header)
    read = (
        f"create or replace temp table {named(table)} as "
        f"select * from read_csv({quoted(str(path))}, "
        f"delim = {quoted(delimiter)}, header = true, skip = {skip_rows}, "
        f"columns = {{{types}}}, auto_detect = false, quote = '\"', escape = '\"', "
        "strict_mode = true, nullstr = ''"
    )
    for long_lines in ("", f", max_line_size = {_LONGEST_LINE}"):
        try:
            connection.execute(f"{read}{long_lines})")
            break
        except Error:
            if long_lines or path.stat().st_size < _USUAL_LINE:
                return False
    counted = connection.execute(f"select count(*) from {named(table)}").fetchone()
    records = int(counted[0]) if counted else 0
    return records + 1 + skip_rows == line_feeds + (0 if _ends_with_line_feed(path) else 1)


def _is_filled(header: list[str]) -> str:
    """Return SQL of whether a row has any cell: spreadsheets write rows of delimiters alone."""
    columns = [named(column) for column in header]
    return f"case when {columns[0]} <> '' then true else concat({', '.join(columns)}) <> '' end"


def _some_row_is_empty(connection: DuckDBPyConnection, header: list[str], table: str) -> bool:
    first = named(header[0])
    # of a filled column no other has to be looked at
    for empty in (f"({first} = '') is not false", f"not {_is_filled(header)}"):
        found = connection.execute(f"select 1 from {named(table)} where {empty} limit 1")
        if found.fetchone() is None:
            return False
    return True


def _ends_with_line_feed(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            return True
        file.seek(size - 1)
        return file.read(1) == b"\n"


class _Lines:
    """Lines of a file, with the text of those that the reader took since last asked."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.taken: list[str] = []
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.taken.append(line)
            self.count += 1
            yield line


def _records(
    path: Path,
    header: list[str],
    delimiter: str,
    skip_rows: int,
    header_rows: int,
    rejected: list[Rejected],
) -> Iterator[tuple[object, ...]]:
    """Yield every record that has a cell for each column; gather the others."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(skip_rows):
            file.readline()
        lines = _Lines(iter(file))
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        next(reader)
        lines.taken.clear()
        row = skip_rows + 1
        for cells, reason in _cells(reader):
            row += 1
            raw = "".join(lines.taken)
            line = skip_rows + lines.count - len(lines.taken) + 1
            lines.taken.clear()
            if row <= skip_rows + header_rows:
                continue
            if reason or (cells and len(cells) != len(header)):
                rejected.append(_rejected(row, line, raw, reason, cells, header))
            elif any(cells):
                yield (row, line, *cells)


def _cells(reader: Iterator[list[str]]) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each record, or what keeps them from being read."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_open = "unexpected end of data" in str(error)
            yield [], "a quotation mark that is never closed" if is_open else str(error)
            continue
        yield cells, ""


def _rejected(
    row: int, line: int, raw: str, reason: str, cells: list[str], header: list[str]
) -> Rejected:
    cut_off = not raw.endswith(("\n", "\r"))
    if reason:
        reason = f"not a CSV record: {reason}"
    else:
        reason = f"{len(cells)} cells instead of {len(header)}"
    if cut_off:
        reason += "; the file ends here without a line end and may be cut off"
    return Rejected(
        row,
        line,
        raw.rstrip("\r\n"),
        reason if row == line else f"{reason} (line {line})",
        f"{len(header)} cells: {', '.join(header[:8])}{', …' if len(header) > 8 else ''}",
        "get the extract again" if cut_off else "correct the row at its source, quoting its cells",
    )


def write_rows(path: Path, columns: list[str], rows: Iterable[tuple[object, ...]]) -> None:
    """Write numbered rows (row, line, then a text or nothing for each column) aside."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in rows:
            if len(row) != len(columns) + 2:
                raise ValueError(f"{len(row)} values for {len(columns)} columns")
            writer.writerow(row)


def read_rows(
    connection: DuckDBPyConnection, path: Path, columns: list[str], table: str
) -> TextTable:
    """Read what :func:`write_rows` wrote into a table."""
    names = ["_ordinal", "_in_line", *columns]
    types = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in names)
    connection.execute(
        f"create or replace temp table {named(table)} as select * from read_csv("
        f"{quoted(str(path))}, delim = ',', header = false, columns = {{{types}}}, "
        "auto_detect = false, quote = '\"', escape = '\"', strict_mode = true, "
        f"max_line_size = {_LONGEST_LINE}, nullstr = '', new_line = '\\n')"
    )
    listed = "".join(f", {named(column)}" for column in columns)
    sql = (
        "select cast(_ordinal as bigint) as _row, cast(_in_line as bigint) as _line"
        f"{listed} from {named(table)}"
    )
    return TextTable(sql, columns)

"""The files of a load as tables of text, put together feed by feed.

Which files there are is said in :mod:`.find_files`. Leaves what the rows say to the targets, and
what becomes of them to :mod:`.staging`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from duckdb import DuckDBPyConnection, Error

from ..errors import LotproofError, Where
from ..register import read_entries
from .cells import ODD_BLANKS
from .examine import Fingerprint, Text, as_utf8, declared_encoding, fingerprint
from .headers_again import without_headers
from .json_text import TOO_DEEP
from .manifests import FoundManifest
from .mapping import Format
from .plan import Plan, PlannedFeed
from .read_csv import Rejected, TextTable, column_name, read_csv, read_rows, write_rows
from .read_json import DOCUMENT, Part, read_json
from .read_jsonl import read_jsonl
from .read_xlsx import SUFFIXES, read_xlsx
from .sql_text import named, quoted

_KINDS = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    **dict.fromkeys(SUFFIXES, "xlsx"),
}

_BLANKS = " \t" + ODD_BLANKS


@dataclass(frozen=True, slots=True)
class Extract:
    """One file that a load reads.

    Attributes:
        number: its place in the order of the load, from 0.
        name: what people call it.
        path: where it is read from.
        print: its digest and size.
        feed: the feed it is of.
        is_new: whether its rows are to land; otherwise they only stand beside others.
        manifest: its extraction manifest.
        rejected: records that could not be read as such.
        row_count: records it has, rejected ones included.
        withheld: windows of coverage in it that are not claimed yet.
        plain: its own name, where it came packed in another file.
        packed: that file.
    """

    number: int
    name: str
    path: Path
    print: Fingerprint
    feed: str
    is_new: bool
    manifest: FoundManifest | None = None
    rejected: list[Rejected] = field(default_factory=list)
    row_count: int = 0
    withheld: int = 0
    plain: str = ""
    packed: Path | None = None

    @property
    def suffix(self) -> str:
        """What its own name ends in, in lower case."""
        return Path(self.plain or self.name).suffix.lower()


def read_extract(
    connection: DuckDBPyConnection, extract: Extract, plan: Plan, working: Path
) -> tuple[Extract, dict[str, TextTable]]:
    """Read a file; return it with its totals, and its rows by feed.

    Raises:
        LotproofError: the file is not what its feed or its manifest says.
    """
    planned = plan.feeds[extract.feed]
    totals = extract.manifest.totals(extract.name) if extract.manifest else None
    if totals and totals.sha256 and totals.sha256.lower() not in _digests(extract):
        raise _not_the_file(extract, totals.sha256)
    try:
        tables = _tables(connection, extract, plan, working)
    except RecursionError:
        raise LotproofError(
            TOO_DEEP, "a file as its feed declares", "correct it at its source", extract.name
        ) from None
    tables = {name: _in_our_case(table, plan, name) for name, table in tables.items()}
    main = tables[extract.feed]
    row_count = _count(connection, main.sql) + len(main.rejected)
    if planned.spelling.format == "epcis":
        row_count += len({item.row for item in main.rejected}) - len(main.rejected)
    if totals and totals.rows is not None and totals.rows != row_count:
        raise _not_all_rows(extract, row_count, totals.rows)
    for name, table in tables.items():
        _demand_columns(extract, plan.feeds[name], table)
    return replace(extract, rejected=main.rejected, row_count=row_count), tables


def _in_our_case(table: TextTable, plan: Plan, feed: str) -> TextTable:
    """Return a table whose columns are called as the mapping calls them, but for their case.

    No two columns of a file differ in case only, so nothing else can be meant.
    """
    said = plan.feeds[feed].feed
    known = {cell for target in plan.targets for cell in target.cells.get(feed, ())}
    ours = {name.lower(): name for name in (*known, *said.required, *said.optional, *said.columns)}
    return replace(table, columns=[ours.get(name.lower(), name) for name in table.columns])


def _digests(extract: Extract) -> set[str]:
    """Return the digests by which a manifest may name a file: its own, or that of its package."""
    packed = {fingerprint(extract.packed).sha256} if extract.packed else set()
    return {extract.print.sha256} | packed


def _tables(
    connection: DuckDBPyConnection, extract: Extract, plan: Plan, working: Path
) -> dict[str, TextTable]:
    planned = plan.feeds[extract.feed]
    spelling = planned.spelling
    kind = _kind(extract, spelling.format or "csv")
    table = f"file_{extract.number}"
    aside = working / table
    if kind == "parquet":
        return {extract.feed: _read_parquet(connection, extract)}
    if kind == "xlsx":
        read = read_xlsx(
            connection, extract.path, extract.name, spelling, table, aside, plan.unpacking
        )
        return {extract.feed: without_headers(connection, read, extract.name, extract.feed)}
    delimiter = "\t" if extract.suffix in (".tsv", ".tab") else spelling.delimiter or ","
    text = _as_utf8(extract, spelling, kind, working / f"{table}.utf8", delimiter)
    path = text.path
    if kind == "register":
        for _ in read_entries(path, extract.name):
            """The chain is checked; the entries are read as the lines they are."""
    if kind in ("jsonl", "register"):
        pairs = bool(spelling.pairs)
        return {extract.feed: read_jsonl(connection, path, extract.name, table, aside, pairs)}
    if kind == "epcis":
        from .epcis import read_epcis

        relations = read_epcis(connection, path, extract.name, table, working)
        parts = [planned, *plan.parts_of(extract.feed)]
        return {part.name: relations[part.feed.relation or "events"] for part in parts}
    if kind == "json":
        is_document = planned.feed.relation == DOCUMENT
        inside = _parts(plan, extract.feed)
        main, of_parts = read_json(
            connection,
            path,
            extract.name,
            table,
            aside,
            is_document=is_document,
            pairs=bool(spelling.pairs),
            parts=inside,
        )
        return {extract.feed: main, **of_parts}
    skipped = spelling.skip_rows or 0
    header_rows = spelling.header_rows or 1
    read = read_csv(connection, text, extract.name, delimiter, skipped, table, aside, header_rows)
    return {extract.feed: without_headers(connection, read, extract.name, extract.feed)}


def _as_utf8(extract: Extract, spelling: Format, kind: str, aside: Path, delimiter: str) -> Text:
    """Return the file's text in UTF-8; XML that is none may say itself what it is."""
    encoding = spelling.encoding or "utf-8"
    try:
        return as_utf8(extract.path, extract.name, encoding, aside, delimiter)
    except LotproofError:
        own = declared_encoding(extract.path) if kind == "epcis" and encoding == "utf-8" else None
        if own is None:
            raise
        return as_utf8(extract.path, extract.name, own, aside, delimiter)


def _parts(plan: Plan, feed: str) -> dict[str, Part]:
    """Return the parts of a feed's rows, each with the columns that targets read of it."""
    parts: dict[str, Part] = {}
    for part in plan.parts_of(feed):
        ours = {cell for target in plan.targets for cell in target.cells.get(part.name, ())}
        theirs = {name for name, to in part.feed.columns.items() if to in ours}
        parts[part.name] = Part(part.feed.relation or "", frozenset(ours | theirs))
    return parts


def _kind(extract: Extract, declared: str) -> str:
    """Return the kind of a file: what its name ends in, where that says more than the feed."""
    return declared if declared in ("epcis", "register") else _KINDS.get(extract.suffix, declared)


def _read_parquet(connection: DuckDBPyConnection, extract: Extract) -> TextTable:
    source = f"read_parquet({quoted(str(extract.path))}, file_row_number = true)"
    try:
        described = connection.execute(f"describe select * from {source}").fetchall()
    except Error as error:
        first = str(error).splitlines()[0]
        raise LotproofError(
            f"not a Parquet file: {first}", "Parquet", "get the extract again", extract.name
        ) from None
    columns = [row[0] for row in described if row[0] != "file_row_number"]
    names = [column_name(column) for column in columns]
    listed = "".join(
        f", cast({named(column)} as varchar) as {named(name)}"
        for column, name in zip(columns, names, strict=True)
    )
    sql = f"select file_row_number + 1 as _row, file_row_number + 1 as _line{listed} from {source}"
    return TextTable(sql, names)


def _count(connection: DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(f"select count(*) from ({sql})").fetchone()
    return int(row[0]) if row else 0


def _demand_columns(extract: Extract, planned: PlannedFeed, table: TextTable) -> None:
    names = [planned.feed.columns.get(column, column) for column in table.columns]
    have = set(names)
    if planned.has_header and len(have) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        theirs = [c for c, name in zip(table.columns, names, strict=True) if name == twice]
        raise LotproofError(
            f"columns {' and '.join(map(repr, theirs))} are both '{twice}'",
            "one column for it",
            f"correct `columns:` of feed '{planned.name}' in the source's `values:` file",
            Where(extract.name, table.header_line),
        )
    lacking = sorted(planned.needed - have)
    if lacking and planned.has_header and not table.is_unreadable:
        raise LotproofError(
            f"column {', '.join(repr(column) for column in lacking)} is missing",
            f"the columns of feed '{planned.name}'; found: {', '.join(table.columns[:20])}",
            table.likely_header(lacking, planned.name)
            or "export it too, or say under which name it comes: "
            f"`feeds: {{{planned.name}: {{columns: {{THEIRS: {lacking[0]}}}}}}}` "
            "in the source's `values:` file",
            Where(extract.name, table.header_line),
        )


def _not_the_file(extract: Extract, expected: str) -> LotproofError:
    return LotproofError(
        f"the file's sha256 is {extract.print.sha256[:16]}…",
        f"{expected[:16]}…, as its manifest says",
        "get the extract and its manifest again",
        extract.name,
    )


def _not_all_rows(extract: Extract, found: int, expected: int) -> LotproofError:
    return LotproofError(
        f"{found} rows",
        f"{expected} rows, as its manifest says",
        "get the extract again, it may be cut off",
        extract.name,
    )


def make_feed(
    connection: DuckDBPyConnection,
    planned: PlannedFeed,
    read: Iterable[tuple[Extract, TextTable]],
    cells: set[str],
) -> None:
    """Make the view of a feed over the files that were read: its columns as text, nulls as null."""
    parts: list[str] = []
    columns: dict[str, None] = {}
    for extract, table in read:
        names = {column: planned.feed.columns.get(column, column) for column in table.columns}
        columns |= dict.fromkeys(names.values())
        used = [column for column, ours in names.items() if ours in cells]
        plain = _plain(connection, table, used, planned)
        sources: dict[str, list[str]] = {}
        for column, ours in names.items():
            cell = named(column) if column in plain else _cleaned(column, planned)
            sources.setdefault(ours, []).append(cell)
        listed = "".join(
            f", coalesce({', '.join(found)}) as {named(ours)}" for ours, found in sources.items()
        )
        parts.append(
            f"select {extract.number} as _file, _row, _line, {extract.is_new} as _is_new{listed} "
            f"from ({table.sql})"
        )
    absent = "".join(f", null::varchar as {named(name)}" for name in sorted(cells - set(columns)))
    nothing = "select 0 as _file, 0::bigint as _row, 0::bigint as _line, false as _is_new"
    marks = ", null::varchar as _clash, false as _is_repeat"
    body = " union all by name ".join(parts) if parts else f"{nothing} where false"
    view = f"create or replace temp view {named(planned.name)}"
    connection.execute(f"{view} as select *{absent}{marks} from ({body})")


def _plain(
    connection: DuckDBPyConnection, table: TextTable, columns: list[str], planned: PlannedFeed
) -> set[str]:
    """Return the columns of which no cell needs cleaning, so that targets need not clean them."""
    if not columns:
        return set()
    changed = ", ".join(f"bool_or({_is_unclean(column, planned, table)})" for column in columns)
    found = connection.execute(f"select {changed} from ({table.sql})").fetchone() or ()
    return {column for column, is_changed in zip(columns, found, strict=True) if not is_changed}


def _is_unclean(column: str, planned: PlannedFeed, table: TextTable) -> str:
    """Return SQL of whether cleaning may change a cell; a text that begins below '!' may be one."""
    cell = named(column)
    nothing = "".join(f" or {cell} = {quoted(word)}" for word in planned.spelling.nulls or ())
    ends = f" or ends_with({cell}, ' ') or ends_with({cell}, '\t')" if table.blank_ends else ""
    # of texts in ASCII, which most are, the length says that they have no odd blank
    odd = f"case when strlen({cell}) > length({cell}) then {cell} <> {_trimmed(cell)} end"
    return f"{cell} < '!'{ends}{nothing}{f' or coalesce({odd}, false)' if table.odd_blanks else ''}"


def _cleaned(column: str, planned: PlannedFeed) -> str:
    """Return SQL of a cell without blanks around it; null where it means nothing."""
    text = _trimmed(named(column))
    nulls = ", ".join(quoted(word) for word in ("", *(planned.spelling.nulls or ())))
    return f"case when {text} in ({nulls}) then null else {text} end"


def _trimmed(cell: str) -> str:
    return f"trim({cell}, {quoted(_BLANKS)})"


def rows_table(
    connection: DuckDBPyConnection,
    number: int,
    rows: list[tuple[int, dict[str, str | None]]],
    columns: list[str],
    working: Path,
) -> TextTable:
    """Return rows that come from no extract as a table of text."""
    table = f"file_{number}"
    path = working / table
    write_rows(
        path, columns, ((row, row, *(item.get(name) for name in columns)) for row, item in rows)
    )
    return read_rows(connection, path, columns, table)

"""A source read as ingest would read it, and shown instead of landed.

For the one who writes a mapping: which files are of which feed, the first rows as sent and as
mapped, and what values each column has. Nothing is written into the workspace.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import LotproofError
from ..workspace import Workspace
from .find_files import find_extracts
from .landing import Landing
from .load import REGISTER, Load, Staged
from .lot_model import lot_model
from .own_rows import no_file
from .plan import ROWS_FEED, PlannedFeed, load_plan
from .quarantine import raw_sql
from .results import Finding, IngestReport
from .sql_text import named, quoted
from .write_load import findings_of, name_files

_NEVER = datetime(1970, 1, 1)  # noqa: DTZ001 -- nothing that is shown has a time of ingest
_VALUES = 5


@dataclass(frozen=True, slots=True)
class Linted:
    """What is known of a source before a row is read.

    Attributes:
        source: its name.
        mapping: its mapping; empty when that has faults.
        files: its files, each with its feed.
        faults: what keeps it, or a file of it, out.
        warnings: what was expected and is not there.
    """

    source: str
    mapping: str
    files: list[tuple[str, str]] = field(default_factory=list)
    faults: list[LotproofError] = field(default_factory=list)
    warnings: list[LotproofError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a file beside what became of it.

    Attributes:
        place: file and row.
        feed: its feed.
        sent: its cells, the empty ones left out.
        mapped: rows of the lot model, each with its table.
        held: what keeps it out, each with its table.
    """

    place: str
    feed: str
    sent: dict[str, str]
    mapped: list[tuple[str, dict[str, str]]]
    held: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What a column of a feed holds.

    Attributes:
        feed: the feed.
        column: the column, under the name that the mapping uses.
        is_read: whether a table is made from it.
        rows: how many there are.
        filled: how many of them have a value.
        distinct: how many values there are.
        most: the most frequent values, each with its count.
    """

    feed: str
    column: str
    is_read: bool
    rows: int
    filled: int
    distinct: int
    most: list[tuple[str, int]]


def lint(workspace: Workspace, names: list[str] | None = None) -> Iterator[Linted]:
    """Yield what is wrong with sources and their mappings, without reading a row."""
    sources = [workspace.source(name) for name in names] if names else list(workspace.sources)
    with tempfile.TemporaryDirectory() as folder:
        landing = Landing(Path(folder))
        for source in sources:
            try:
                plan = load_plan(workspace, source)
            except LotproofError as error:
                yield Linted(source.name, "", faults=[error])
                continue
            found = find_extracts(workspace, plan, landing, {})
            unmatched = found.unmatched if source.mapping != REGISTER else []
            yield Linted(
                source.name,
                plan.mapping,
                [(extract.name, extract.feed) for extract in found.extracts],
                [refusal.error for refusal in found.refused],
                [no_file(workspace, plan, glob) for glob in unmatched],
            )


@contextmanager
def _staged(workspace: Workspace, name: str) -> Iterator[tuple[Staged, IngestReport]]:
    with tempfile.TemporaryDirectory() as folder:
        report = IngestReport()
        load = Load(workspace, workspace.source(name), Landing(Path(folder)), _NEVER, None)
        with load.staged(report) as staged:
            if staged is None:
                raise (
                    report.refused[0]
                    if report.refused
                    else LotproofError(
                        f"source '{name}' has no file",
                        "an extract to look at",
                        "put one where the source's `files:` says",
                    )
                )
            name_files(staged.connection, staged.extracts)
            yield staged, report


def preview(
    workspace: Workspace, name: str, table: str | None = None, rows: int = 3
) -> tuple[list[ShownRow], IngestReport]:
    """Return the first rows of each feed, as sent and as mapped.

    Args:
        workspace: the workspace.
        name: the source.
        table: only rows that give one of this table, or would.
        rows: how many of each feed.

    Raises:
        LotproofError: the mapping is at fault, or the source has no file.
    """
    if table is not None and table not in lot_model():
        raise LotproofError(
            f"no table '{table}' in the lot model",
            f"one of: {', '.join(lot_model())}",
            "correct its name",
        )
    with _staged(workspace, name) as (staged, report):
        plan = staged.plan
        main = [f.name for f in plan.feeds.values() if not f.feed.part_of and f.name != ROWS_FEED]
        shown: list[ShownRow] = []
        for feed in main:
            tables = [
                item
                for target in [feed, *(part.name for part in plan.parts_of(feed))]
                for item in plan.tables_of(target)
            ]
            chosen = [item for item in dict.fromkeys(tables) if table in (None, item)]
            if chosen:
                shown += _first_rows(staged, feed, chosen, table is not None, rows)
        return shown, report


def _first_rows(
    staged: Staged, feed: str, tables: list[str], only_these: bool, rows: int
) -> Iterator[ShownRow]:
    made = [item for item in tables if _exists(staged, f"kept_{item}")]
    wanted = ", ".join(map(quoted, tables))
    places = " union ".join(
        [
            f"select _file, source_row as _row from _held where table_name in ({wanted})",
            *(f"select _file, _row from {named(f'kept_{item}')}" for item in made),
        ]
    )
    where = f"where (raw._file, raw._row) in ({places})" if only_these else ""
    found = staged.connection.execute(
        f"select raw._file, raw._row, name, raw from ({raw_sql(staged.connection, feed)}) as raw "
        f"join _files on raw._file = _files._file {where} order by all limit {int(rows)}"
    ).fetchall()
    for file, row, file_name, raw in found:
        yield ShownRow(
            f"{file_name}:{row}",
            feed,
            {key: str(cell) for key, cell in json.loads(raw).items() if cell is not None},
            [(item, cells) for item in made for cells in _kept(staged, item, file, row)],
            staged.connection.execute(
                "select distinct table_name, reason || case when length(expected) < 120 "
                "then '; expected: ' || expected else '' end from _held "
                "where _file = ? and source_row = ? order by all",
                [file, row],
            ).fetchall(),
        )


def _kept(staged: Staged, table: str, file: int, row: int) -> Iterator[dict[str, str]]:
    columns = lot_model()[table].own
    listed = ", ".join(named(column) for column in columns)
    found = staged.connection.execute(
        f"select {listed} from {named(f'kept_{table}')} where _file = ? and _row = ? order by all",
        [file, row],
    ).fetchall()
    for cells in found:
        pairs = zip(columns, cells, strict=True)
        yield {column: _said(cell) for column, cell in pairs if cell is not None}


def _said(cell: Any) -> str:  # noqa: ANN401 -- any value of the lot model
    return f"{cell.normalize():f}" if hasattr(cell, "normalize") else str(cell)


def _exists(staged: Staged, table: str) -> bool:
    found = staged.connection.execute(
        "select 1 from duckdb_tables() where table_name = ?", [table]
    ).fetchone()
    return found is not None


def profile(
    workspace: Workspace, name: str, feed: str | None = None
) -> tuple[list[Profile], list[Finding], IngestReport]:
    """Return what columns of a source hold, which values no word map has, and what was refused.

    Raises:
        LotproofError: the mapping is at fault, or the source has no file, or no such feed.
    """
    with _staged(workspace, name) as (staged, report):
        feeds = list(dict.fromkeys(extract.feed for extract in staged.extracts))
        feeds = [item for item in feeds if item != ROWS_FEED]
        feeds += [part.name for item in feeds for part in _lists_inside(staged, item)]
        if feed is not None and feed not in feeds:
            raise LotproofError(
                f"no file of a feed '{feed}'", f"one of: {', '.join(feeds)}", "correct its name"
            )
        made = [item for one in feeds if feed in (None, one) for item in _columns(staged, one)]
        found = [
            item
            for item in findings_of(staged.connection, name)
            if item.kind in ("unmapped", "unknown_unit")
        ]
        return made, found, report


def _lists_inside(staged: Staged, feed: str) -> list[PlannedFeed]:
    """Return the parts of documents whose items have cells of their own."""
    parts = staged.plan.parts_of(feed)
    return [part for part in parts if part.spelling.format == "json"]


def _columns(staged: Staged, feed: str) -> Iterator[Profile]:
    is_part = staged.plan.feeds[feed].feed.part_of is not None
    read = {column for target in staged.plan.targets for column in target.cells.get(feed, ())}
    described = staged.connection.execute(f"describe {named(feed)}").fetchall()
    for column in (row[0] for row in described if not row[0].startswith("_")):
        if is_part and not column.startswith("item"):
            continue
        cell = named(column)
        rows, filled, distinct = staged.connection.execute(
            f"select count(*), count({cell}), count(distinct {cell}) from {named(feed)}"
        ).fetchone() or (0, 0, 0)
        most = staged.connection.execute(
            f"select {cell}, count(*) from {named(feed)} where {cell} is not null "
            f"group by 1 order by 2 desc, 1 limit {_VALUES}"
        ).fetchall()
        yield Profile(feed, column, column in read, rows, filled, distinct, most)

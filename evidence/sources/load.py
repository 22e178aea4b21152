"""One load: the files of one source read, staged and landed together, without those at fault.

What is asked of several sources at once is left to :mod:`.ingest`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb
from duckdb import DuckDBPyConnection

from ..errors import LotproofError
from ..workspace import Source, Workspace
from .accounts import place_rows
from .by_name import by_name_target
from .clashes import note_clashes
from .examine import fingerprint
from .extracts import Extract, make_feed, read_extract, rows_table
from .filled import demand_filled, note_unfilled
from .find_files import Found, Refusal, find_extracts
from .key_numbers import know_numbers
from .landing import KnownFile, Landing
from .lot_model import lot_model
from .mapping import STANDARD, Feed
from .own_rows import OwnRows, coverage_rows, no_file, site_rows
from .plan import ROWS_FEED, Plan, PlannedFeed, load_plan
from .read_csv import TextTable
from .results import IngestReport
from .staging import prepare, stage
from .target_sql import Surroundings, target_sql
from .write_load import WriteLoad
from .zones import know_zones

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, and how much there is."""

_MEMORY_MIB = 5120
"""What a load may hold in memory [MiB], or half of the machine's where that is less; beyond it
DuckDB writes aside, into the load's own folder."""

REGISTER = "register"
"""Mapping of the workspace's own decisions, of which there may be none yet."""

WORKSPACE_SOURCE = "workspace"
"""Name of the source that stands for `lotproof.yml` itself."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A load that is ready to be written.

    Attributes:
        connection: its database, with the tables of :mod:`.staging`.
        plan: how its files were read.
        extracts: its files.
        landed: tables of which rows land.
    """

    connection: DuckDBPyConnection
    plan: Plan
    extracts: list[Extract]
    landed: list[str]


class Load:
    """One load of one source."""

    def __init__(
        self,
        workspace: Workspace,
        source: Source,
        landing: Landing,
        at: datetime,
        progress: Progress | None,
    ) -> None:
        self.workspace = workspace
        self.source = source
        self.landing = landing
        self.at = at
        self.progress = progress
        self.working = landing.working / source.name

    def run(self, report: IngestReport) -> None:
        """Read, stage and land; add what was done to the report.

        A file that is at fault is refused, and the others land.

        Raises:
            LotproofError: the mapping is at fault; nothing has landed.
        """
        with self.staged(report) as staged:
            if staged is not None:
                write = WriteLoad(
                    staged.connection, self.landing, staged.plan, staged.extracts, self.at
                )
                write.run(staged.landed, report)

    @contextmanager
    def staged(self, report: IngestReport) -> Iterator[Staged | None]:
        """Read and stage; ``None`` when nothing is new.

        Raises:
            LotproofError: the mapping is at fault.
        """
        self.working.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(self.working / "load.duckdb"))
        try:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"set memory_limit = '{_memory_mib()}MiB'")
            yield self._stage(connection, report)
        finally:
            connection.close()
            shutil.rmtree(self.working)

    def _stage(self, connection: DuckDBPyConnection, report: IngestReport) -> Staged | None:
        plan = load_plan(self.workspace, self.source)
        known = self.landing.known(connection, self.source.name)
        found = find_extracts(self.workspace, plan, self.landing, known)
        report.skipped += [f"{self.source.name}: {name}" for name in found.skipped]
        if self.source.mapping != REGISTER:
            report.warnings += [no_file(self.workspace, plan, glob) for glob in found.unmatched]
        extracts, tables = self._read(connection, plan, found)
        rows = self._rows_of_no_extract(plan, found, known, report)
        report.refused += [refusal.error for refusal in found.refused]
        if not extracts and not rows:
            return None
        self._sites(connection)
        read = list(tables)
        extracts += self._add_rows(connection, plan, rows, tables, extracts)
        self._feeds(connection, plan, extracts, tables)
        prepare(connection, plan)
        by_number = {extract.number: extract for extract in extracts}
        note_unfilled(connection, plan, [(by_number[nr], feed, table) for nr, feed, table in read])
        note_clashes(connection, plan, extracts, self.landing)
        landed = stage(connection, plan, extracts, self.landing)
        place_rows(connection, plan, extracts, landed)
        return Staged(connection, plan, extracts, landed)

    def _read(
        self, connection: DuckDBPyConnection, plan: Plan, found: Found
    ) -> tuple[list[Extract], list[tuple[int, str, TextTable]]]:
        extracts: list[Extract] = []
        tables: list[tuple[int, str, TextTable]] = []
        for extract in found.extracts:
            if self.progress:
                self.progress(f"read {extract.name}", len(extracts), len(found.extracts))
            try:
                read, by_feed = read_extract(connection, extract, plan, self.working)
                for name, table in by_feed.items():
                    demand_filled(extract, plan.feeds[name], table, plan)
            except LotproofError as error:
                refusal = Refusal(error.with_traceback(None), extract.feed, extract.manifest)
                found.refused.append(refusal)
                continue
            extracts.append(read)
            tables += [(read.number, feed, table) for feed, table in by_feed.items()]
        return extracts, tables

    def _feeds(
        self,
        connection: DuckDBPyConnection,
        plan: Plan,
        extracts: list[Extract],
        tables: list[tuple[int, str, TextTable]],
    ) -> None:
        by_number = {extract.number: extract for extract in extracts}
        for name, planned in plan.feeds.items():
            cells = {cell for t in plan.targets for cell in t.cells.get(name, ())}
            cells |= {key for key in (planned.feed.unique, planned.feed.content) if key}
            read = [(by_number[number], table) for number, feed, table in tables if feed == name]
            make_feed(connection, planned, read, cells)
        know_numbers(connection, (target.target for target in plan.targets))

    def _sites(self, connection: DuckDBPyConnection) -> None:
        connection.execute("create or replace temp table _sites (site_id text, timezone text)")
        for site in self.workspace.sites:
            connection.execute("insert into _sites values (?, ?)", [site.site_id, site.timezone])
        zones = {site.timezone for site in self.workspace.sites} | {self.source.system_timezone}
        know_zones(connection, sorted(filter(None, zones)))

    def _rows_of_no_extract(
        self, plan: Plan, found: Found, known: dict[str, KnownFile], report: IngestReport
    ) -> list[OwnRows]:
        """Return rows of `lotproof.yml` and of manifests that have not landed yet."""
        if self.source.name != WORKSPACE_SOURCE:
            return list(coverage_rows(self.workspace, plan, found, known, report.refused))
        rows = site_rows(self.workspace)
        return [] if fingerprint(rows.path).sha256 in known else [rows]

    def _add_rows(
        self,
        connection: DuckDBPyConnection,
        plan: Plan,
        rows: list[OwnRows],
        tables: list[tuple[int, str, TextTable]],
        extracts: list[Extract],
    ) -> list[Extract]:
        """Add feeds and targets for rows that come from no extract."""
        added: list[Extract] = []
        first = max((extract.number for extract in extracts), default=-1) + 1
        for table in sorted({item.table for item in rows}):
            columns = list(lot_model()[table].own)
            target = by_name_target(lot_model()[table]).model_copy(update={"feed": ROWS_FEED})
            plan.targets.append(target_sql(target, Surroundings(None, "'UTC'", {}, {}, STANDARD)))
            for item in (item for item in rows if item.table == table):
                number = first + len(added)
                added.append(_as_extract(item, number))
                text = rows_table(connection, number, item.rows, columns, self.working)
                tables.append((number, ROWS_FEED, text))
        feed = Feed(**STANDARD.model_dump(), files=())
        plan.feeds[ROWS_FEED] = PlannedFeed(ROWS_FEED, feed, STANDARD, frozenset())
        return added


def _memory_mib() -> int:
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return min(_MEMORY_MIB, machine // 2)


def _as_extract(item: OwnRows, number: int) -> Extract:
    return Extract(
        number,
        item.path.name,
        item.path,
        fingerprint(item.path),
        ROWS_FEED,
        True,
        item.manifest,
        row_count=len(item.rows),
        withheld=item.withheld,
    )

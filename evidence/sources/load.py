"""One load: all files of one source read, staged and landed, or none.

What is asked of several sources at once is left to :mod:`.ingest`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from ..workspace import Source, Workspace
from .accounts import place_rows, totals_of, waiting_of
from .by_name import by_name_target
from .examine import fingerprint
from .extracts import (
    ROWS_FEED,
    Extract,
    find_extracts,
    make_feed,
    read_extract,
    rows_table,
)
from .landing import QUARANTINE, SETTLED, UNMAPPED, Landing
from .lot_model import lot_model
from .manifests import FoundManifest, declared_coverage, manifest_coverage
from .mapping import STANDARD, Feed
from .plan import Plan, PlannedFeed, load_plan
from .read_csv import TextTable
from .results import FileResult, Finding, IngestReport
from .sql_text import quoted
from .staging import stage
from .target_sql import Surroundings, target_sql

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, and how much there is."""

_MEMORY = "2GB"
"""What a load may hold in memory; beyond it DuckDB writes aside, into the load's own folder."""

WORKSPACE_SOURCE = "workspace"
"""Name of the source that stands for `lotproof.yml` itself."""


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

        Raises:
            LotproofError: the mapping or a file is at fault; nothing has landed.
        """
        self.working.mkdir(parents=True, exist_ok=True)
        database = self.working / "load.duckdb"
        connection = duckdb.connect(str(database))
        try:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"set memory_limit = '{_MEMORY}'")
            self._run(connection, report)
        finally:
            connection.close()
            for path in sorted(self.working.glob("*")):
                path.unlink()
            self.working.rmdir()

    def _run(self, connection: DuckDBPyConnection, report: IngestReport) -> None:
        plan = load_plan(self.workspace, self.source)
        known = self.landing.known(connection, self.source.name)
        found = find_extracts(self.workspace, plan, self.landing, known)
        report.skipped += [f"{self.source.name}: {name}" for name in found.skipped]
        rows = self._rows_of_no_extract(found.extracts, set(known))
        if not found.extracts and not rows:
            return
        self._sites(connection)
        extracts, tables = self._read(connection, plan, found.extracts)
        extracts += self._add_rows(connection, plan, rows, tables, len(extracts))
        self._feeds(connection, plan, extracts, tables)
        landed = stage(connection, plan, extracts, self.landing)
        place_rows(connection, extracts)
        self._land(connection, plan, extracts, landed, report)

    def _read(
        self, connection: DuckDBPyConnection, plan: Plan, found: list[Extract]
    ) -> tuple[list[Extract], list[tuple[int, str, TextTable]]]:
        extracts: list[Extract] = []
        tables: list[tuple[int, str, TextTable]] = []
        for extract in found:
            if self.progress:
                self.progress(f"read {extract.name}", len(extracts), len(found))
            read, by_feed = read_extract(connection, extract, plan, self.working)
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
            read = [(by_number[number], table) for number, feed, table in tables if feed == name]
            make_feed(connection, planned, read, cells)

    def _sites(self, connection: DuckDBPyConnection) -> None:
        connection.execute("create or replace temp table _sites (site_id text, timezone text)")
        for site in self.workspace.sites:
            connection.execute("insert into _sites values (?, ?)", [site.site_id, site.timezone])

    def _rows_of_no_extract(self, extracts: list[Extract], known: set[str]) -> list[_Rows]:
        """Return rows of `lotproof.yml` and of manifests that have not landed yet."""
        rows: list[_Rows] = []
        path = self.workspace.path
        if self.source.name == WORKSPACE_SOURCE:
            rows.append(_Rows(path, "sites", _site_rows(self.workspace)))
        declared = list(declared_coverage(self.source, self.workspace))
        if declared:
            rows.append(_Rows(path, "coverage", declared))
        manifests = {e.manifest.path: e.manifest for e in extracts if e.manifest and e.is_new}
        for manifest in manifests.values():
            windows = list(manifest_coverage(manifest, self.source, self.workspace))
            rows.append(_Rows(manifest.path, "coverage", windows, manifest))
        return [item for item in rows if fingerprint(item.path).sha256 not in known]

    def _add_rows(
        self,
        connection: DuckDBPyConnection,
        plan: Plan,
        rows: list[_Rows],
        tables: list[tuple[int, str, TextTable]],
        first: int,
    ) -> list[Extract]:
        """Add feeds and targets for rows that come from no extract."""
        added: list[Extract] = []
        for table in sorted({item.table for item in rows}):
            columns = list(lot_model()[table].own)
            target = by_name_target(lot_model()[table]).model_copy(update={"feed": ROWS_FEED})
            plan.targets.append(target_sql(target, Surroundings(None, "'UTC'", {}, {}, STANDARD)))
            for item in (item for item in rows if item.table == table):
                number = first + len(added)
                added.append(
                    Extract(
                        number,
                        item.path.name,
                        item.path,
                        fingerprint(item.path),
                        ROWS_FEED,
                        True,
                        item.manifest,
                        row_count=len(item.rows),
                    )
                )
                text = rows_table(connection, number, item.rows, columns, self.working)
                tables.append((number, ROWS_FEED, text))
        feed = Feed(**STANDARD.model_dump(), files=())
        plan.feeds[ROWS_FEED] = PlannedFeed(ROWS_FEED, feed, STANDARD, frozenset())
        return added

    def _land(
        self,
        connection: DuckDBPyConnection,
        plan: Plan,
        extracts: list[Extract],
        landed: list[str],
        report: IngestReport,
    ) -> None:
        load_id = self.landing.new_load_id(self.source.name, self.at)
        results, rows = self._accounts(connection, plan, extracts, load_id)
        _demand_balance(results)
        _name_files(connection, extracts)
        seq = self.landing.last_seq(connection)
        for table in landed:
            sql = _landing_sql(table, self.source.name, load_id, self.at, seq)
            count = connection.execute(f"select count(*) from kept_{table}").fetchone()
            self.landing.write(connection, table, load_id, sql)
            seq += int(count[0]) if count else 0
            report.landed[table] = report.landed.get(table, 0) + (int(count[0]) if count else 0)
        self._settle(connection, load_id, landed)
        self._land_faults(connection, load_id)
        for extract in extracts:
            if extract.is_new:
                self.landing.keep_original(extract.path, extract.print.sha256)
        for row in rows:
            row["last_seq"] = seq
        self.landing.write_loads(connection, load_id, rows)
        report.files += results
        report.findings += _findings(connection, self.source.name)

    def _settle(self, connection: DuckDBPyConnection, load_id: str, landed: list[str]) -> None:
        """Note which rows of quarantine are settled: their record has landed since."""
        files = self.landing.files(QUARANTINE)
        if files is None or not landed:
            return
        ids = " union all ".join(
            f"select {quoted(table)} as table_name, record_id from kept_{table}" for table in landed
        )
        when = f"timestamp {quoted(self.at.isoformat(' '))} as ingested_at"
        settled = (
            f"select distinct {quoted(load_id)} as load_id, source, load_id as held_by, "
            f"source_file, source_row, table_name, record_id, {when} from {files} "
            f"where source = {quoted(self.source.name)} and (table_name, record_id) in ({ids}) "
            "order by all"
        )
        if connection.execute(f"select 1 from ({settled}) limit 1").fetchone():
            self.landing.write(connection, SETTLED, load_id, settled)

    def _land_faults(self, connection: DuckDBPyConnection, load_id: str) -> None:
        said = f"{quoted(load_id)} as load_id, {quoted(self.source.name)} as source"
        when = f"timestamp {quoted(self.at.isoformat(' '))} as ingested_at"
        if connection.execute("select 1 from _held limit 1").fetchone():
            self.landing.write(
                connection,
                QUARANTINE,
                load_id,
                f"select {said}, nullif(site_id, '') as site_id, table_name, "
                "_files.name as source_file, source_row, column_name, raw, lot_id, reason, "
                f"expected, fix, {when}, _files.sha256, record_id from _held "
                "join _files on _held._file = _files._file order by _held._file, source_row, "
                "table_name, column_name, reason",
            )
        if connection.execute("select 1 from _findings limit 1").fetchone():
            self.landing.write(
                connection,
                UNMAPPED,
                load_id,
                f"select {said}, table_name, column_name, value, row_count, "
                "_files.name as example_file, example_row, kind, reason, expected, fix, "
                "_files.sha256 from _findings join _files on _findings._file = _files._file "
                "order by table_name, column_name, kind, value, reason",
            )

    def _accounts(
        self,
        connection: DuckDBPyConnection,
        plan: Plan,
        extracts: list[Extract],
        load_id: str,
    ) -> tuple[list[FileResult], list[dict[str, Any]]]:
        places, waiting = totals_of(connection), waiting_of(connection)
        results: list[FileResult] = []
        rows: list[dict[str, Any]] = []
        for extract in extracts:
            if not extract.is_new:
                continue
            of = places.get(extract.number, {})
            result = FileResult(
                self.source.name,
                extract.name,
                extract.row_count,
                of.get("landed", 0),
                of.get("quarantined", 0),
                of.get("ignored", 0),
                of.get("duplicate", 0),
            )
            results.append(result)
            rows.append(self._loads_row(plan, extract, result, load_id, waiting))
        return results, rows

    def _loads_row(
        self,
        plan: Plan,
        extract: Extract,
        result: FileResult,
        load_id: str,
        waiting: dict[int, int],
    ) -> dict[str, Any]:
        shown = extract.manifest
        return {
            "load_id": load_id,
            "source": self.source.name,
            "site_id": self.source.site,
            "source_file": extract.name,
            "sha256": extract.print.sha256,
            "bytes": extract.print.size,
            "rows_read": result.rows_read,
            "rows_landed": result.rows_landed,
            "rows_quarantined": result.rows_quarantined,
            "rows_ignored": result.rows_ignored,
            "exact_duplicates": result.exact_duplicates,
            "ingested_at": self.at,
            "extracted_at": shown.extracted_at if shown else None,
            "extracted_by": shown.manifest.extracted_by if shown else None,
            "query": shown.manifest.query if shown else None,
            "custody_shown": shown is not None,
            "feed": extract.feed,
            "mapping": plan.mapping,
            "mapping_digest": plan.digest,
            "rows_without_partner": waiting.get(extract.number, 0),
        }


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that come from no extract, numbered."""

    path: Path
    table: str
    rows: list[tuple[int, dict[str, str | None]]]
    manifest: FoundManifest | None = None


def _site_rows(workspace: Workspace) -> list[tuple[int, dict[str, str | None]]]:
    rows: list[tuple[int, dict[str, str | None]]] = []
    for number, site in enumerate(workspace.sites, 1):
        cells: dict[str, str | None] = dict(site.model_dump(exclude={"regulated_as"}))
        cells["regulated_as"] = ",".join(site.regulated_as) or None
        rows.append((number, cells))
    return rows


def _name_files(connection: DuckDBPyConnection, extracts: list[Extract]) -> None:
    connection.execute(
        "create or replace temp table _files (_file integer, name varchar, sha256 varchar)"
    )
    for extract in extracts:
        connection.execute(
            "insert into _files values (?, ?, ?)",
            [extract.number, extract.name, extract.print.sha256],
        )


def _landing_sql(table: str, source: str, load_id: str, at: datetime, seq: int) -> str:
    stamped = {
        "source": quoted(source),
        "source_file": "_files.name",
        "source_row": "kept._row",
        "load_id": quoted(load_id),
        "ingested_at": f"timestamp {quoted(at.isoformat(' '))}",
        "ingest_seq": f"{seq} + kept._place",
    }
    columns = ", ".join(
        f"cast({stamped.get(name, f'kept.{name}')} as {kind}) as {name}"
        for name, kind in lot_model()[table].types.items()
    )
    order = "_file, _row, _target, record_id, record_hash"
    return (
        f"select {columns} from (select *, row_number() over () as _place from "
        f"(select * from kept_{table} order by {order})) as kept "
        "join _files on kept._file = _files._file"
    )


def _demand_balance(results: list[FileResult]) -> None:
    for result in results:
        if not result.adds_up:
            placed = result.rows_read
            raise LotproofError(
                f"of {placed} rows read, {result.rows_landed} landed, {result.rows_quarantined} "
                f"went to quarantine, {result.rows_ignored} were left out and "
                f"{result.exact_duplicates} say nothing new: this does not add up",
                "a place for every row",
                "report this file's mapping as faulty; nothing of the source has landed",
                Where(result.name),
            )


def _findings(connection: DuckDBPyConnection, source: str) -> list[Finding]:
    rows = connection.execute(
        "select kind, table_name, column_name, value, row_count, name || ':' || example_row, "
        "reason, fix from _findings join _files on _findings._file = _files._file "
        "order by table_name, column_name, kind, value"
    ).fetchall()
    return [Finding(source, *row) for row in rows]

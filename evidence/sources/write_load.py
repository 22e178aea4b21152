"""What a load leaves behind: its rows, its faults and its accounts, written to landing.

Called once everything is staged; the load counts when the last of it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection

from ..errors import LotproofError, Where
from .accounts import repeated_of, totals_of, waiting_of
from .examine import fingerprint
from .extracts import Extract
from .kinds import one_word
from .landing import KEYS, QUARANTINE, SETTLED, UNMAPPED, UNTOLD, Landing
from .lot_model import lot_model
from .plan import Plan
from .quarantine import held_rows_sql
from .record_hash import content_hash_sql
from .results import FileResult, Finding, IngestReport
from .settling import settled_before, settled_here
from .sql_text import quoted


class WriteLoad:
    """The files of one load.

    Args:
        connection: the load's database, staged.
        landing: where it is written.
        plan: how the files were read.
        extracts: the files.
        at: the time of the ingest, naive UTC.
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        landing: Landing,
        plan: Plan,
        extracts: list[Extract],
        at: datetime,
    ) -> None:
        self.connection = connection
        self.landing = landing
        self.plan = plan
        self.source = plan.source
        self.extracts = extracts
        self.at = at
        self.load_id = landing.new_load_id(self.source.name, at)

    def run(self, landed: list[str], report: IngestReport) -> None:
        """Write the tables of which rows land, and tell the report.

        Raises:
            LotproofError: the rows of a file do not add up; nothing counts.
        """
        results, rows = self._accounts()
        _demand_balance(results)
        name_files(self.connection, self.extracts)
        seq = self.landing.last_seq(self.connection)
        for table in landed:
            order = self._order_of(table, seq)
            sql = _landing_sql(table, self.source.name, self.load_id, self.at, order.place)
            self.landing.write(self.connection, table, self.load_id, sql)
            seq, count = order.last, order.count
            report.landed[table] = report.landed.get(table, 0) + count
        self._settle(landed)
        self._faults()
        self._untold()
        self._keys()
        for extract in self.extracts:
            if extract.is_new:
                self.landing.keep_original(extract.path, extract.print.sha256)
                if extract.packed is not None:
                    self.landing.keep_original(extract.packed, fingerprint(extract.packed).sha256)
        for row in rows:
            row["last_seq"] = seq
        self.landing.write_loads(self.connection, self.load_id, rows)
        report.files += results
        report.findings += findings_of(self.connection, self.source.name)

    def _order_of(self, table: str, after: int) -> _Order:
        """Return the order of the rows of ``kept_<table>``, the places beginning after one."""
        kept, targets, one = f"kept_{table}", len(self.plan.targets), "_file, _row, _target"
        most = f"(select max(same) from (select count(*) as same from {kept} group by {one}))"
        if all(self.plan.makes_one(t) for t in self.plan.targets if t.target.table == table):
            most = "1"
        found = self.connection.execute(
            f"select max(_file) + 1, max(_row) + 1, count(*), {most} from {kept}"
        ).fetchone()
        files, rows, count, same = (int(number or 0) for number in found or (0, 0, 0, 0))
        place = f"((cast(_file as bigint) * {rows} + _row) * {targets} + _target) * {same}"
        if same > 1:
            said = content_hash_sql(table)
            place += f" + row_number() over (partition by {one} order by record_id, {said}) - 1"
        return _Order(f"{after + 1} + {place}", after + files * rows * targets * same, count)

    def _settle(self, landed: list[str]) -> None:
        """Note which rows of quarantine are settled: their record has landed since."""
        held = [
            *settled_before(self.landing, self.source.name, landed),
            *settled_here(
                self.connection, self.landing, self.source.name, self.load_id, self.extracts, landed
            ),
        ]
        if not held:
            return
        settled = (
            f"select distinct {quoted(self.load_id)} as load_id, {quoted(self.source.name)} as "
            "source, held_by, source_file, source_row, table_name, record_id, "
            f"timestamp {quoted(self.at.isoformat(' '))} as ingested_at "
            f"from ({' union all '.join(held)}) order by all"
        )
        if self.connection.execute(f"select 1 from ({settled}) limit 1").fetchone():
            self.landing.write(self.connection, SETTLED, self.load_id, settled)

    def _faults(self) -> None:
        said = f"{quoted(self.load_id)} as load_id, {quoted(self.source.name)} as source"
        when = f"timestamp {quoted(self.at.isoformat(' '))} as ingested_at"
        if self.connection.execute("select 1 from _held limit 1").fetchone():
            self.landing.write(
                self.connection,
                QUARANTINE,
                self.load_id,
                f"select {said}, nullif(site_id, '') as site_id, table_name, "
                "_files.name as source_file, source_row, column_name, raw, lot_id, reason, "
                f"expected, fix, {when}, _files.sha256, record_id "
                f"from ({held_rows_sql(self.connection, self.extracts)}) as held "
                "join _files on held._file = _files._file order by held._file, source_row, "
                "table_name, column_name, reason",
            )
        if self.connection.execute("select 1 from _findings limit 1").fetchone():
            self.landing.write(
                self.connection,
                UNMAPPED,
                self.load_id,
                f"select {said}, table_name, column_name, value, row_count, "
                "_files.name as example_file, example_row, kind, reason, expected, fix, "
                "_files.sha256 from _findings join _files on _findings._file = _files._file "
                "order by table_name, column_name, kind, value, reason",
            )

    def _untold(self) -> None:
        if self.connection.execute("select 1 from _untold limit 1").fetchone():
            self.landing.write(
                self.connection,
                UNTOLD,
                self.load_id,
                f"select {quoted(self.load_id)} as load_id, {quoted(self.source.name)} as source, "
                "_files.name as source_file, _files.sha256, table_name, column_name, record_id, "
                f"reason, value, timestamp {quoted(self.at.isoformat(' '))} as ingested_at "
                "from _untold join _files on _untold._file = _files._file "
                "order by _untold._file, table_name, column_name, reason, record_id, value",
            )

    def _keys(self) -> None:
        if self.connection.execute("select 1 from _keys limit 1").fetchone():
            self.landing.write(
                self.connection,
                KEYS,
                self.load_id,
                f"select {quoted(self.load_id)} as load_id, {quoted(self.source.name)} as source, "
                "feed, key, content, _files.name as source_file, _row as source_row "
                "from _keys join _files on _keys._file = _files._file "
                "where (_keys._file, _row) not in (select _file, _row from _clashes "
                "where is_repeat) order by _keys._file, _row",
            )

    def _accounts(self) -> tuple[list[FileResult], list[dict[str, Any]]]:
        places, waiting = totals_of(self.connection), waiting_of(self.connection)
        repeated = repeated_of(self.connection)
        results: list[FileResult] = []
        rows: list[dict[str, Any]] = []
        for extract in self.extracts:
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
            waits = waiting.get(extract.number, 0) + extract.withheld
            row = self._loads_row(extract, result, waits)
            rows.append(row | {"rows_repeated": repeated.get(extract.number, 0)})
        return results, rows

    def _loads_row(self, extract: Extract, result: FileResult, waiting: int) -> dict[str, Any]:
        shown = extract.manifest
        return {
            "load_id": self.load_id,
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
            "mapping": self.plan.mapping,
            "mapping_digest": self.plan.digest,
            "rows_without_partner": waiting,
        }


def name_files(connection: DuckDBPyConnection, extracts: list[Extract]) -> None:
    """Make ``_files``: the files of a load by number."""
    names = ", ".join(dict.fromkeys(quoted(extract.name) for extract in extracts)) or "''"
    connection.execute(
        f"create or replace temp table _files (_file integer, name enum({names}), sha256 varchar)"
    )
    for extract in extracts:
        connection.execute(
            "insert into _files values (?, ?, ?)",
            [extract.number, extract.name, extract.print.sha256],
        )


@dataclass(frozen=True, slots=True)
class _Order:
    """The order in which the rows of a table arrive: by file, row and target.

    Attributes:
        place: SQL of a row's place, increasing, with gaps: to count rows would be to sort them all.
        last: the last place that one can have.
        count: how many rows there are.
    """

    place: str
    last: int
    count: int


def _landing_sql(table: str, source: str, load_id: str, at: datetime, place: str) -> str:
    stamped = {
        "source": f"{quoted(source)}::{one_word(source)}",
        "source_file": "_files.name",
        "source_row": "kept._row",
        "load_id": f"{quoted(load_id)}::{one_word(load_id)}",
        "ingested_at": f"timestamp {quoted(at.isoformat(' '))}",
        "ingest_seq": "kept._place",
    }
    # texts are not cast: what is a word of a few is written as one
    columns = ", ".join(
        f"{sql if kind == 'varchar' else f'cast({sql} as {kind})'} as {name}"
        for name, kind in lot_model()[table].types.items()
        for sql in (stamped.get(name, f"kept.{name}"),)
    )
    return (
        f"select {columns} from (select *, {place} as _place from kept_{table}) as kept "
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


def findings_of(connection: DuckDBPyConnection, source: str) -> list[Finding]:
    """Return the findings of a load whose files have been named."""
    rows = connection.execute(
        "select kind, table_name, column_name, value, row_count, name || ':' || example_row, "
        "reason, fix from _findings join _files on _findings._file = _files._file "
        "order by table_name, column_name, kind, value"
    ).fetchall()
    return [Finding(source, *row) for row in rows]

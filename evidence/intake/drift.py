"""What a source says today against what a sealed pack holds: changed, removed and new rows.

The source's files are read again, as they lie there now, into a landing of their own; nothing of
the workspace is touched. A row counts as removed when the file it came from is there and says it no
longer. Where that file is gone, nobody can say, and the rows are counted as *not there to be read*.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError
from ..sources.ingest import IngestReport
from ..sources.landing import Landing
from ..sources.load import WORKSPACE_SOURCE, Load, Progress
from ..sources.lot_model import lot_model
from ..sources.record_hash import content_hash_sql
from ..sources.sql_text import named, quoted
from ..unpacking import Unpacking
from ..workspace import Source, Workspace
from .landed import open_landing, rows
from .versions import Difference, between

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RECORD = "data/evidence"


@dataclass(frozen=True, slots=True)
class Drifted:
    """A row that the source no longer says as the pack holds it.

    Attributes:
        kind: changed, removed or new.
        table: table of the lot model.
        source: the source.
        record_id: the record.
        in_pack: file and row it came from, as the pack says; empty for a new one.
        now: file and row it comes from today; empty for a removed one.
        differences: the columns that say something else, before and after; for a removed row all
            that it said, for a new one all that it says.
    """

    kind: str
    table: str
    source: str
    record_id: str
    in_pack: str
    now: str
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class Drift:
    """The whole answer.

    Attributes:
        pack_id: the pack.
        as_of: what it was built as of, ISO 8601.
        examined: rows of the pack that were compared.
        rows: what drifted.
        unreadable: by source, rows whose file is no longer there or was refused.
        refused: why files could not be read.
    """

    pack_id: str
    as_of: str
    examined: int = 0
    rows: list[Drifted] = field(default_factory=list)
    unreadable: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def drift(
    workspace: Workspace, pack: Path, *, at: datetime, progress: Progress | None = None
) -> Drift:
    """Return what the sources have changed since a pack was built.

    Args:
        workspace: where the sources are declared.
        pack: the pack, as a folder or a zip.
        at: the time of the question, aware; only names the loads that are read aside.
        progress: told of each source.

    Raises:
        LotproofError: not a pack, or none of its sources is declared here.
    """
    with (
        tempfile.TemporaryDirectory(prefix="lotproof-drift-") as aside,
        _folder(pack, workspace.unpacking) as folder,
    ):
        record = json.loads((folder / "pack.json").read_text("utf-8"))
        found = Drift(record["pack_id"], record["as_of"])
        sources = _sources_of(workspace, folder)
        landing = Landing(Path(aside))
        report = _read_again(workspace, sources, landing, at, progress)
        found.refused = [str(error) for error in report.refused]
        with open_landing(workspace, landing=landing.root) as con:
            for table in lot_model():
                held = folder / _RECORD / f"{table}.parquet"
                if held.is_file():
                    _compare(con, table, held, sources, record, found)
    found.rows.sort(key=lambda row: (row.table, row.source, row.kind, row.record_id))
    return found


@contextmanager
def _folder(pack: Path, limits: Unpacking) -> Iterator[Path]:
    """The pack as a folder; a zip is unpacked aside, its evidence and its record only."""
    if (pack / "pack.json").is_file():
        yield pack
        return
    import zipfile

    if not pack.is_file() or not zipfile.is_zipfile(pack):
        raise LotproofError(
            found="no pack", expected="a folder with a pack.json, or a pack's zip",
            fix="name a folder under packs/", where=pack,
        )  # fmt: skip
    with zipfile.ZipFile(pack) as archive, tempfile.TemporaryDirectory() as aside:
        declared = sum(info.file_size for info in archive.infolist())
        limits.demand(pack, pack.name, declared)
        limits.demand_room(Path(aside), pack.name, declared)
        for info in archive.infolist():
            inside = info.filename.partition("/")[2]
            if inside == "pack.json" or inside.startswith(f"{_RECORD}/"):
                target = Path(aside) / inside.replace("..", "_")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(info))
        if not (Path(aside) / "pack.json").is_file():
            raise LotproofError("a zip without a pack.json", "a pack's zip", "", pack)
        yield Path(aside)


def _sources_of(workspace: Workspace, folder: Path) -> list[Source]:
    """The sources of the workspace that the pack's loads name."""
    import duckdb

    loads = folder / _RECORD / "loads.parquet"
    with duckdb.connect() as con:
        found = con.execute(f"select distinct source from {quoted(str(loads))}").fetchall()
    names = {row[0] for row in found}
    sources = [source for source in workspace.sources if source.name in names]
    if not sources:
        raise LotproofError(
            found=f"a pack from sources that are not declared here: {', '.join(sorted(names))}",
            expected="the workspace that the pack was built in",
            fix="give it with --workspace",
            where=folder,
        )
    return sources


def _read_again(
    workspace: Workspace,
    sources: list[Source],
    landing: Landing,
    at: datetime,
    progress: Progress | None,
) -> IngestReport:
    report = IngestReport()
    moment = at.astimezone(UTC).replace(tzinfo=None)
    first = Source(name=WORKSPACE_SOURCE, mapping="generic", files=())
    with landing.held():
        landing.clean()
        for number, source in enumerate([first, *sources]):
            if progress:
                progress(f"read {source.name}", number, len(sources) + 1)
            try:
                Load(workspace, source, landing, moment, None).run(report)
            except LotproofError as error:
                report.refused.append(error.with_traceback(None))
    return report


def _compare(
    con: DuckDBPyConnection,
    table: str,
    held: Path,
    sources: list[Source],
    record: dict[str, Any],
    found: Drift,
) -> None:
    """Compare the pack's rows of a table with what its sources say now."""
    names = ", ".join(quoted(source.name) for source in sources)
    kept = {row[0] for row in con.execute(f"describe select * from {quoted(str(held))}").fetchall()}
    implied = " and not coalesce(is_implied, false)" if "is_implied" in kept else ""
    con.execute(
        f"create or replace temp table in_pack as select * from {quoted(str(held))} "
        f"where is_current and source in ({names}){implied} "
        "and not starts_with(record_id, 'delivery/') "
        "and not starts_with(record_id, 'supplier-lot/')"
    )
    counted = con.execute("select count(*) from in_pack").fetchone()
    found.examined += int(counted[0]) if counted else 0
    now = f"(select *, {content_hash_sql(table)} as record_hash from {table}) as now"
    pair = f"in_pack join {now} using (source, record_id)"
    found.rows += _pairs(con, table, pair, kept)
    gone = f"in_pack left join {table} as now using (source, record_id) where now.record_id is null"
    readable = (
        "(exists (select 1 from loads where loads.source = in_pack.source "
        "and loads.source_file = in_pack.source_file) "
        "and not exists (select 1 from quarantine as held where held.source = in_pack.source "
        "and held.record_id = in_pack.record_id))"
    )
    removed = rows(con, f"select in_pack.* from {gone} and {readable}")
    found.rows += [_one_sided("removed", table, row) for row in removed]
    for source, count in con.execute(
        f"select in_pack.source, count(*) from {gone} and not {readable} group by 1"
    ).fetchall():
        found.unreadable[source] = found.unreadable.get(source, 0) + count
    new = rows(con, _new_rows(table, record, kept))
    found.rows += [_one_sided("new", table, row) for row in new]


def _pairs(con: DuckDBPyConnection, table: str, pair: str, kept: set[str]) -> Iterator[Drifted]:
    content = [column for column in lot_model()[table].content if column in kept]
    both = ", ".join(
        f"in_pack.{named(c)} as {named(f'a {c}')}, now.{named(c)} as {named(f'b {c}')}"
        for c in content
        if c != "record_id"
    )
    sql = (
        f"select source, record_id, in_pack.source_file || ':' || in_pack.source_row as place, "
        f"now.source_file || ':' || now.source_row as place_now, {both} from {pair} "
        "where in_pack.record_hash <> now.record_hash order by source, record_id"
    )
    for row in rows(con, sql):
        before = {c: row.get(f"a {c}") for c in content}
        after = {c: row.get(f"b {c}") for c in content}
        yield Drifted(
            "changed", table, row["source"], row["record_id"],
            row["place"] or "", row["place_now"] or "", between(before, after, table),
        )  # fmt: skip


def _one_sided(kind: str, table: str, row: dict[str, Any]) -> Drifted:
    place = f"{row['source_file']}:{row['source_row']}"
    is_new = kind == "new"
    said = between({} if is_new else row, row if is_new else {}, table)
    return Drifted(
        kind, table, row["source"], row["record_id"],
        "" if is_new else place, place if is_new else "", said,
    )  # fmt: skip


def _new_rows(table: str, record: dict[str, Any], kept: set[str]) -> str:
    """Rows that happened in the pack's month at its site, or to its lots, and are not in it."""
    columns = lot_model()[table].types
    new = "(source, record_id) not in (select source, record_id from in_pack)"
    when = f"occurred_at <= timestamp {quoted(record['as_of'][:19])}"
    if "occurred_at" not in columns or "occurred_local" not in kept:
        return f"select * from {table} where false"
    if record.get("lot"):
        lot = next((c for c in ("lot_id", "child_lot_id") if c in columns), None)
        if lot is None:
            return f"select * from {table} where false"
        return f"select * from {table} where {new} and {when} and {lot} = {quoted(record['lot'])}"
    site = f"site_id = {quoted(record['site'])}" if record.get("site") else "true"
    period = quoted(str(record.get("period")))
    month = f"strftime(coalesce(occurred_local, occurred_at), '%Y-%m') = {period}"
    return f"select * from {table} where {new} and {when} and {site} and {month}"

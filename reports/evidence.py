"""Writes the evidence of a pack: every row in the judged scope, as Parquet and as CSV.

Rows are ordered by what identifies them; internal keys, the load and the moment of ingest stay out,
so the same extracts ingested on another day give the same bytes. A CSV cell that a spreadsheet
would take for a formula gets an apostrophe in front (OWASP, CSV injection); so does one that begins
with an apostrophe, hence taking one leading apostrophe away restores every cell. The Parquet files
hold the values as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from . import reading
from .lot import find_lot
from .request import ReportRequest
from .scope import QUARANTINED, Kind, conditions, lot_verdicts, prepare

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_INTERNAL = {
    "record_key", "load_id", "ingested_at", "ingest_seq", "subject_key", "bucket",
    "next_change_at",
}  # fmt: skip
_TOLD_ELSEWHERE = {"verdict_list": {"title", "cites", "rule_text", "remedy", "closes"}}
"""Columns left out because ``requirements`` says them once for each clause."""
_KIND: dict[str, Kind] = {
    "monthly": "site", "dossier": "lot", "coa": "customer", "recall": "lot", "executive": "site",
}  # fmt: skip
_ROW_GROUP = 122_880


_GUIDE = """\
THE EVIDENCE

Each table stands here twice, with the same rows in the same order: as Parquet, which holds the
values as they are, and as CSV (UTF-8, comma, RFC 4180) to be read anywhere.

- One row is one version of one record; is_current marks the latest. record_hash is the SHA-256 over
  the record's content; source_file and source_row say where it came from.
- Columns that end in _at are instants in UTC. occurred_local with utc_offset is the same instant
  as people at the site read it; precision says how finely it is known.
- In CSV an empty cell is "not given", and "" is an empty text.
- A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line end)
  has an apostrophe in front of it, and so has a text that begins with an apostrophe. Take away one
  leading apostrophe and every text is as it was.
- verdict_list names its clause; what the clause asks and how to close a gap stands in requirements.
  evidence_list names, for each verdict, the rows that decided it and the part they played.

Rows in each table:

"""


@dataclass(frozen=True, slots=True)
class Exported:
    """A dataset that was written: its name and how many rows it has."""

    name: str
    rows: int


def export_evidence(
    con: DuckDBPyConnection, request: ReportRequest, dest: Path
) -> list[Exported]:  # fmt: skip
    """Write the evidence of a report, one Parquet and one CSV for each dataset.

    Args:
        con: the warehouse; may be read-only.
        request: what the report is about.
        dest: the folder, such as ``data/evidence`` of a staged pack.

    Raises:
        LotproofError: the lot is unknown, or a file cannot be written.
    """
    import duckdb

    hidden = request.withheld
    dest.mkdir(parents=True, exist_ok=True)
    try:
        exported = [
            _write(con, name, query, dest, hidden.columns.get(name, ()))
            for name, query in scoped(con, request)
            if name not in hidden.tables
        ]
        (dest / "README.txt").write_text(_guide(exported), encoding="utf-8")
    except (OSError, duckdb.Error) as error:
        raise LotproofError(
            f"the evidence could not be written: {error}", "a folder with room", "see the message",
            dest,
        ) from error  # fmt: skip
    return exported


def scoped(con: DuckDBPyConnection, request: ReportRequest) -> Iterator[tuple[str, str]]:
    """Name and query of each dataset of a report's scope.

    Args:
        con: the warehouse.
        request: what the report is about.

    Raises:
        LotproofError: the lot is unknown.
    """
    kind, lot_id = _KIND[request.report], None
    if request.lot_id is not None:
        lot_id = find_lot(con, request.lot_id, request.site_id)["lot_id"]
    prepare(con, kind, request.site_id, lot_id, request.customer_id)
    yield from datasets(con, kind)


def datasets(con: DuckDBPyConnection, kind: Kind) -> Iterator[tuple[str, str]]:
    """Name and query of each dataset of a scope, after :func:`.scope.prepare`.

    A table the build does not have is left out.
    """
    for table, condition in conditions(kind).items():
        if reading.has_table(con, table):
            yield table, _query(con, table, condition, "record_id, version")
    if kind == "customer":
        return
    judged = "site_id = (from scope_site)" if kind == "site" else lot_verdicts()
    for table, condition, order in _build_tables(judged):
        if reading.has_table(con, table):
            yield table, _query(con, table, condition, order)


def _guide(exported: list[Exported]) -> str:
    width = max(len(found.name) for found in exported)
    return _GUIDE + "".join(f"  {found.name:<{width}}  {found.rows:>12,}\n" for found in exported)


def _build_tables(judged: str) -> tuple[tuple[str, str, str], ...]:
    key = "(map_id, requirement_id, subject_type, subject_key)"
    about = f"{key} in (select {key} from verdict_list where {judged})"
    in_maps = f"map_id in (select map_id from verdict_list where {judged})"
    subject = "subject_type, subject_id"
    here = "site_id is null or site_id = (from scope_site)"
    return (
        ("requirements", in_maps, "map_id, position, requirement_id"),
        ("verdict_list", judged, f"clause, {subject}, period"),
        ("evidence_list", about, f"clause, {subject}, check_no, part, record_table, record_id"),
        ("completeness", "site_id = (from scope_site)", "population, reason"),
        ("loads", "site_id = (from scope_site)", "source, source_file, sha256"),
        ("quarantine", QUARANTINED, "source, source_file, source_row"),
        ("untold", f"load_id in (select load_id from loads where {here})",
         "source, source_file, table_name, column_name, record_id"),
        ("unmapped", f"load_id in (select load_id from loads where {here})",
         "source, table_name, column_name, value"),
    )  # fmt: skip


def _query(con: DuckDBPyConnection, table: str, condition: str, order: str) -> str:
    columns = _columns(con, table)
    names = ", ".join(f'"{name}"' for name, _ in columns)
    known = {name for name, _ in columns}
    first = ", ".join(f'"{name}"' for name in order.split(", ") if name in known)
    every = ", ".join(f'"{name}" nulls first' for name, _ in columns)
    return f"select {names} from {table} where {condition} order by {first}, {every}"


def _columns(con: DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    out = _INTERNAL | _TOLD_ELSEWHERE.get(table, set())
    return [(name, kind) for name, kind in reading.typed_columns(con, table) if name not in out]


def _write(
    con: DuckDBPyConnection, name: str, query: str, dest: Path, hidden: Collection[str]
) -> Exported:
    columns = _columns(con, name)
    kept = [(column, kind) for column, kind in columns if column not in hidden]
    return write_dataset(con, name, query, kept, dest)


def write_dataset(
    con: DuckDBPyConnection, name: str, query: str, columns: Sequence[tuple[str, str]], dest: Path
) -> Exported:
    """Write one dataset as Parquet and as CSV.

    Args:
        con: the warehouse; may be read-only.
        name: its name.
        query: its rows, in order.
        columns: name and type of the columns to write.
        dest: the folder.
    """
    con.execute(f"create or replace temp table scope_export as {query}")
    parquet = f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})"
    names = ", ".join(f'"{column}"' for column, _ in columns)
    target = _quoted(dest / f"{name}.parquet")
    con.execute(f"copy (select {names} from scope_export) to {target} {parquet}")
    cells = ", ".join(_cell(column, kind) for column, kind in columns)
    csv = "(format csv, header true, delimiter ',', quote '\"')"
    con.execute(
        f"copy (select {cells} from scope_export) to {_quoted(dest / f'{name}.csv')} {csv}"
    )  # fmt: skip
    rows = reading.one(con, "select count(*) from scope_export")
    con.execute("drop table scope_export")
    return Exported(name, rows)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _cell(column: str, kind: str) -> str:
    """A cell that no spreadsheet runs; numbers, times and flags cannot be formulas."""
    if kind.upper() not in ("VARCHAR", "STRING", "TEXT"):
        return f'"{column}"'
    marks = "'^[=+@\\t\\r\\n''-]'"
    return (
        f'case when regexp_matches("{column}", {marks}) then chr(39) || "{column}" '
        f'else "{column}" end as "{column}"'
    )


def restored(cell: str) -> str:
    """The value of a CSV cell of text: takes away the apostrophe that made it harmless."""
    return cell[1:] if cell.startswith("'") else cell

"""The data: the example company with its faults, and as many copies of it as a size asks for.

Each copy is a company of its own: every identifier carries the number of the copy, so no row of
one meets a row of another, and verdicts must grow exactly as the copies do. DuckDB writes them
straight into the landing, without holding the rows in Python.
"""

from __future__ import annotations

import shutil
from datetime import UTC
from pathlib import Path

import duckdb
import yaml

from lotproof.evidence.example.timeline import AS_OF
from lotproof.evidence.example.workspace import write_company
from lotproof.evidence.sources.ingest import ingest
from lotproof.evidence.workspace import FILE_NAME, Workspace, load_workspace

PERIOD = "2026-10"

IDENTIFIERS = frozenset(
    [
        "record_id",
        "site_id",
        "lot_id",
        "material_id",
        "party_id",
        "supplier_id",
        "customer_id",
        "person_id",
        "order_id",
        "shipment_id",
        "document_id",
        "quality_record_id",
        "authorisation_id",
        "spec_id",
        "sample_id",
        "event_id",
        "subject_id",
        "holder_id",
        "signed_record_id",
        "changed_record_id",
        "reverses",
        "parent_lot_id",
        "child_lot_id",
        "container_id",
        "content_id",
        "signer_id",
        "performed_by",
        "checked_by",
        "changed_by",
        "tested_by",
        "reviewed_by",
        "counted_by",
        "witnessed_by",
        "approved_by",
        "issued_by",
        "by",
        "traceability_lot_code",
    ]
)
"""Columns that name a thing, and so carry the number of the copy."""

_RECORDS = (
    ("shipments", "shipment_id"),
    ("lots", "lot_id"),
    ("materials", "material_id"),
    ("quality_records", "quality_record_id"),
    ("quality_records", "subject_id"),
)
_NAMED_WITHIN: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "authorisations": {"scope": (("materials", "material_id"),)},
    "documents": {"number": (("materials", "material_id"),)},
    "submissions": {"period": _RECORDS, "reference": _RECORDS},
}
"""Columns that name a thing in some rows only, by table: the tables and keys of such things."""

_ONCE = {"keys", "loads", "unmapped"}


def write_base(folder: Path) -> Workspace:
    """Write the example company as extracts and ingest it."""
    write_company(folder)
    workspace = load_workspace(folder)
    ingest(workspace, at=AS_OF.replace(tzinfo=UTC))
    return workspace


def lots_of(workspace: Workspace) -> int:
    """How many lots have landed."""
    files = str(workspace.landing_dir / "lots" / "*.parquet")
    rows = duckdb.execute("select count(*) from read_parquet(?)", [files]).fetchall()
    return int(rows[0][0])


def multiply(base: Workspace, folder: Path, copies: int) -> Workspace:
    """Write a workspace whose landing holds so many copies of the landing of another.

    Args:
        base: what is copied.
        folder: the new workspace.
        copies: how many, at least 1.
    """
    folder.mkdir(parents=True)
    _write_workspace(base.path, folder / FILE_NAME, copies)
    landing = folder / ".lotproof" / "landing"
    with duckdb.connect() as con:
        step = _last_seq(con, base)
        for source in sorted(p for p in base.landing_dir.iterdir() if any(p.glob("*.parquet"))):
            target = landing / source.name
            if source.name in _ONCE:
                shutil.copytree(source, target)
                continue
            target.mkdir(parents=True)
            con.execute(
                f"copy ({_copied(con, source, base, copies, step)}) "
                f"to {_quoted(target / 'copies.parquet')} (format parquet)"
            )
    return load_workspace(folder)


def _write_workspace(base: Path, path: Path, copies: int) -> None:
    """Write the workspace file: what holds for a site holds for its copies, under their names."""
    told = yaml.safe_load(base.read_text(encoding="utf-8"))
    marks = ["", *(f"~{number}" for number in range(1, copies))]
    for parameters in told.get("parameters", {}).values():
        for parameter in parameters.values():
            parameter["sites"] = [site + mark for site in parameter["sites"] for mark in marks]
            if isinstance(parameter["value"], str):
                parameter["value"] = f"({parameter['value']})(~[0-9]+)?"
    path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")


def _last_seq(con: duckdb.DuckDBPyConnection, base: Workspace) -> int:
    files = _quoted(base.landing_dir / "loads" / "*.parquet")
    rows = con.execute(
        f"select max(last_seq) + 1 from read_parquet({files}, union_by_name = true)"
    ).fetchall()
    return int(rows[0][0])


def _copied(
    con: duckdb.DuckDBPyConnection, table: Path, base: Workspace, copies: int, step: int
) -> str:
    """The query for the copies of one table; the first copy keeps its names."""
    rows = f"read_parquet({_quoted(table / '*.parquet')}, union_by_name = true)"
    names = [row[0] for row in con.execute(f"describe select * from {rows}").fetchall()]
    changed = [f'given."{name}" || mark as "{name}"' for name in names if name in IDENTIFIERS]
    if "ingest_seq" in names:
        changed.append(f"ingest_seq + {step} * copy_no as ingest_seq")
    for column, others in _NAMED_WITHIN.get(table.name, {}).items():
        known = " union all ".join(
            f"select {key} from read_parquet({things}, union_by_name = true) "
            f"where {key} is not null"
            for other, key in others
            for things in [_quoted(base.landing_dir / other / "*.parquet")]
        )
        changed.append(
            f"case when given.{column} in ({known}) then given.{column} || mark "
            f"else given.{column} end as {column}"
        )
    return f"""
        select given.* replace ({", ".join(changed)})
        from {rows} as given
        cross join (
            select range as copy_no, case range when 0 then '' else '~' || range end as mark
            from range({copies})
        )
    """


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"

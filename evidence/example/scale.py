"""The example company at any size: as many copies of its work as asked for, streamed to Parquet.

One world is made in memory; DuckDB writes it over and over, with the number of the copy in every
identifier of a lot, order, delivery or record of them. Master data, people, specifications and
what is about a site stay as they are. So the shape is that of the small world, verdicts and
planted faults grow with the copies, and no more than one world is ever held.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

import duckdb

from .company import SITES, USUAL_LOTS, make_world
from .dialects import generic
from .faults.planting import Planted
from .tables import Row, Tables

COPIED: dict[str, tuple[str, ...]] = {
    "containment": ("record_id", "container_id", "content_id"),
    "counts": ("record_id", "lot_id"),
    "document_links": ("record_id", "document_id", "subject_id"),
    "documents": ("record_id", "document_id", "subject_id"),
    "events": ("record_id", "lot_id", "order_id", "shipment_id", "reverses"),
    "identifiers": ("record_id", "lot_id"),
    "lot_links": ("record_id", "parent_lot_id", "child_lot_id", "order_id"),
    "lot_status": ("record_id", "lot_id"),
    "lots": ("record_id", "lot_id", "lot_number"),
    "orders": ("record_id", "order_id", "lot_id"),
    "postings": ("record_id", "event_id", "lot_id", "shipment_id", "order_id", "document_number"),
    "quality_records": ("record_id", "quality_record_id", "subject_id"),
    "shipments": ("record_id", "shipment_id"),
    "signatures": ("record_id", "signed_record_id"),
    "test_results": ("record_id", "lot_id", "sample_id"),
}
"""Tables of which every copy has its own rows, and the columns that then bear its number."""

SINGLE = {
    "counts": "lot_id is null or lot_id = ''",
    "document_links": "document_id in (select document_id from single_documents)",
    "documents": "document_id in (select document_id from single_documents)",
    "quality_records": "subject_type = 'sites'",
    "signatures": """
        record_type = 'specifications'
        or signed_record_id in (select document_id from single_documents)
        or signed_record_id in (select record_id from single_records)
    """,
}
"""Rows of those tables that are about no lot, order or delivery, and stay single."""


def write_scaled(folder: Path, lots: int, seed: int = 2026, *, faults: bool = True) -> int:
    """Write Parquet extracts of at least ``lots`` lots, and ``planted.csv``, into ``folder``.

    Args:
        folder: gets ``extracts/<site>/<table>.parquet``.
        lots: how many lots at least.
        seed: everything random follows from it; the same seed and size give the same rows.
        faults: whether faults are planted.

    Returns:
        How many lots were written.
    """
    tables, planted = make_world(seed, USUAL_LOTS, faults=faults)
    base = len(tables.rows("lots"))
    copies = -(-lots // base)
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as con:
        con.execute("set preserve_insertion_order = true")
        for site_id in SITES:
            work = Path(name) / site_id
            generic.write_site(tables, site_id, work)
            target = folder / "extracts" / site_id
            target.mkdir(parents=True, exist_ok=True)
            _write_site(con, work, target, copies)
    if faults:
        rows = planted_rows(planted, tables, copies)
        generic.write_rows(folder / "planted.csv", rows)
    return base * copies


def _write_site(con: duckdb.DuckDBPyConnection, work: Path, target: Path, copies: int) -> None:
    con.execute(
        f"""
        create or replace temp table single_documents as
        select document_id from {_read(work / "documents.csv")}
        where subject_type not in ('lots', 'orders', 'shipments')
        """
    )
    con.execute(
        f"""
        create or replace temp table single_records as
        select record_id from {_read(work / "quality_records.csv")} where subject_type = 'sites'
        """
    )
    for file in sorted(work.glob("*.csv")):
        con.execute(
            f"copy ({_copies_of(file, copies)}) to {_quoted(target / f'{file.stem}.parquet')} "
            "(format parquet, compression zstd)"
        )


def _copies_of(file: Path, copies: int) -> str:
    """The query that gives every copy of the rows of a table."""
    named = COPIED.get(file.stem)
    if named is None:
        return f"select * from {_read(file)}"
    single = SINGLE.get(file.stem, "false")
    with file.open(encoding="utf-8") as text:
        header = text.readline().strip().split(",")
    numbered = ", ".join(
        f"case when copy = 0 or {column} is null then {column} "
        f"else {column} || '~' || copy end as {column}"
        for column in named
        if column in header
    )
    return f"""
        with base as (select *, coalesce({single}, false) as is_single from {_read(file)})
        select base.* exclude (is_single) replace ({numbered})
        from base, range({copies}) as copies (copy)
        where copy = 0 or not is_single
    """


def _read(file: Path) -> str:
    return f"read_csv({_quoted(file)}, header = true, all_varchar = true, delim = ',')"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def planted_rows(planted: list[Planted], tables: Tables, copies: int) -> list[Row]:
    """The answer key of all copies."""
    once = {str(row["document_id"]) for row in tables.rows("documents")} - {
        str(row["document_id"])
        for kind in ("lots", "orders", "shipments")
        for row in tables.rows("documents", subject_type=kind)
    }
    once |= {str(row["record_id"]) for row in tables.rows("quality_records", subject_type="sites")}
    rows: list[Row] = []
    for each in planted:
        is_single = each.subject_type in {"site_period", "material"} or each.subject_id in once
        for copy in range(1 if is_single else copies):
            row: Row = asdict(each)
            if copy:
                row["subject_id"] = f"{each.subject_id}~{copy}"
            rows.append(row)
    return rows

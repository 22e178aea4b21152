"""The example company at any size: as many copies of its work as asked for, streamed to Parquet.

One world is made in memory; DuckDB writes it over and over, with the number of the copy in every
identifier of a lot, order, delivery or record of them. Master data, people, specifications and
what is about a site stay as they are. So the shape is that of the small world, verdicts and
planted faults grow with the copies, and no more than one world is ever held.

What people decided (adoptions, statements) is decided once; a risk is accepted in no copy but the
first, so there its gap stays a gap.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path

import duckdb

from .company import SITES, USUAL_LOTS, make_world
from .dialects import generic
from .faults.planting import Planted
from .tables import Tables
from .workspace import REGISTERED, configuration, plain_sources, write_manifest, write_register

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
    "submissions": ("record_id", "period"),
    "test_results": ("record_id", "lot_id", "sample_id"),
}
"""Tables of which every copy has its own rows, and the columns that then bear its number."""

SINGLE = {
    "counts": "lot_id is null or lot_id = ''",
    "document_links": "document_id in (select document_id from single_documents)",
    "documents": "document_id in (select document_id from single_documents)",
    "quality_records": "subject_type not in ('lots', 'orders', 'shipments')",
    "signatures": """
        record_type = 'specifications'
        or signed_record_id in (select document_id from single_documents)
        or signed_record_id in (select record_id from single_records)
    """,
    "submissions": "kind not in ('csos_report', 'authority_notice')",
}
"""Rows of those tables that are about no lot, order or delivery, and stay single."""


def write_scaled(folder: Path, lots: int, seed: int = 2026, *, faults: bool = True) -> int:
    """Write a workspace of at least ``lots`` lots, its extracts as Parquet, into ``folder``.

    Args:
        folder: gets ``lotproof.yml``, ``register/``, ``extracts/<site>/<table>.parquet`` with their
            manifests and, with faults, ``planted.csv``.
        lots: how many lots at least.
        seed: everything random follows from it; the same seed and size give the same rows.
        faults: whether faults are planted.

    Returns:
        How many lots were written.
    """
    tables, planted = make_world(seed, USUAL_LOTS, faults=faults)
    base = len(tables.rows("lots"))
    copies = -(-lots // base)
    write_register(tables, folder / "register")
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as con:
        con.execute("set preserve_insertion_order = true")
        con.execute("set enable_progress_bar = false")
        for site_id in SITES:
            work = Path(name) / site_id
            generic.write_site(tables, site_id, work, REGISTERED)
            target = folder / "extracts" / site_id
            target.mkdir(parents=True, exist_ok=True)
            write_manifest(target, site_id, _write_site(con, work, target, copies))
    if faults:
        write_planted(planted, tables, copies, folder / "planted.csv")
    config = folder / "lotproof.yml"
    config.write_text(configuration(plain_sources("parquet"), copies), encoding="utf-8")
    return base * copies


def _write_site(
    con: duckdb.DuckDBPyConnection, work: Path, target: Path, copies: int
) -> dict[str, int]:
    """The files of a site; returns rows by file name."""
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
        select record_id from {_read(work / "quality_records.csv")}
        where subject_type not in ('lots', 'orders', 'shipments')
        """
    )
    written: dict[str, int] = {}
    for file in sorted(work.glob("*.csv")):
        name = f"{file.stem}.parquet"
        row = con.execute(
            f"copy ({_copies_of(file, copies)}) to {_quoted(target / name)} "
            "(format parquet, compression zstd)"
        ).fetchone()
        written[name] = int(row[0]) if row else 0
    return written


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


def write_planted(planted: list[Planted], tables: Tables, copies: int, path: Path) -> None:
    """The answer key of all copies, written as it is made."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, [field.name for field in fields(Planted)], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(asdict(each) for each in planted_copies(planted, tables, copies))


def planted_copies(planted: list[Planted], tables: Tables, copies: int) -> Iterator[Planted]:
    """What is to be found in all copies."""
    once = {str(row["document_id"]) for row in tables.rows("documents")} - {
        str(row["document_id"])
        for kind in ("lots", "orders", "shipments")
        for row in tables.rows("documents", subject_type=kind)
    }
    once |= {
        str(row["record_id"])
        for row in tables.rows("quality_records")
        if row["subject_type"] not in {"lots", "orders", "shipments"}
    }
    for each in planted:
        yield each
        if each.subject_type in {"site_period", "material"} or each.subject_id in once:
            continue
        state = "gap" if each.state == "accepted_risk" else each.state
        for copy in range(1, copies):
            yield replace(each, subject_id=f"{each.subject_id}~{copy}", state=state)

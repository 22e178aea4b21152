from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.reports.evidence import export_evidence, restored

from .conftest import request_for
from .judged_world import build_world

NASTY = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'=x", "''", "plain",
         "a,b", 'q"q', "", "<script>"]  # fmt: skip


def cells(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def test_internal_keys_and_the_moment_of_ingest_stay_out(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    export_evidence(con, request_for("monthly"), tmp_path)

    for path in tmp_path.glob("*.csv"):
        header = set(path.read_text(encoding="utf-8").splitlines()[0].split(","))
        assert not header & {"record_key", "subject_key", "load_id", "ingested_at", "ingest_seq"}


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = build_world(), build_world()
    for table in ("events", "lots", "verdict_list", "evidence_list"):
        second.execute(f"create table shuffled as select * from {table} order by random()")
        second.execute(f"delete from {table}")
        second.execute(f"insert into {table} from shuffled")
        second.execute("drop table shuffled")
    second.execute("set threads = 1")
    export_evidence(first, request_for("monthly"), tmp_path / "first")
    export_evidence(second, request_for("monthly"), tmp_path / "second")

    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name


def test_every_row_of_the_site_is_in_both_files(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    exported = export_evidence(con, request_for("monthly"), tmp_path)

    for found in exported:
        table = duckdb.read_parquet(str(tmp_path / f"{found.name}.parquet"))
        assert len(table.fetchall()) == found.rows
    ((events,),) = con.execute("select count(*) from events where site_id = 'LEU'").fetchall()
    assert next(found.rows for found in exported if found.name == "events") == events


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless_and_can_be_restored(
    tmp_path: Path,
) -> None:
    con = build_world()
    for place, text in enumerate(NASTY):
        con.execute(
            "insert into materials (record_id, version, is_current, site_id, name) "
            "values (?, 1, true, 'LEU', ?)",
            [f"N-{place:03}", text],
        )
    export_evidence(con, request_for("monthly"), tmp_path)

    shown = cells(tmp_path / "materials.csv", "name")[-len(NASTY) :]
    kept = duckdb.execute(
        "select name from read_parquet(?) where record_id like 'N-%'",
        [str(tmp_path / "materials.parquet")],
    ).fetchall()
    assert not [cell for cell in shown if cell[:1] in tuple("=+-@\t\r\n") and cell]
    assert [restored(cell) for cell in shown] == NASTY
    assert [name for (name,) in kept] == NASTY


@given(st.text(max_size=20))
def test_taking_one_apostrophe_away_restores_any_text(text: str) -> None:
    (shown,) = duckdb.execute(
        "select case when regexp_matches(?, '^[=+@\\t\\r\\n''-]') then chr(39) || ? else ? end",
        [text, text, text],
    ).fetchone() or ("",)

    assert restored(shown) == text


def test_null_and_empty_text_differ_in_the_csv(tmp_path: Path) -> None:
    con = build_world()
    con.execute(
        "insert into parties (record_id, version, site_id, name) values ('Z', 1, 'LEU', '')"
    )
    export_evidence(con, request_for("monthly"), tmp_path)

    line = (tmp_path / "parties.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert line.startswith("Z,1,,LEU,,")
    assert ',"",' in line


@pytest.mark.parametrize("customer", ["C-007", "C-009"])
def test_a_customer_sees_the_lot_and_nothing_of_anyone_else(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, customer: str
) -> None:
    request = request_for("coa", lot_id="LEU-P-2671-1", customer_id=customer)
    names = {found.name for found in export_evidence(con, request, tmp_path)}

    assert names.isdisjoint({"verdict_list", "evidence_list", "quality_records", "people",
                             "accepted_risks", "loads", "quarantine"})  # fmt: skip
    assert set(cells(tmp_path / "parties.csv", "party_id")) == {customer}
    assert set(cells(tmp_path / "shipments.csv", "customer_id")) <= {customer}
    assert set(cells(tmp_path / "lots.csv", "lot_number")) == {"LEU-P-2671-1", "LEU-B-2671"}


def test_a_dossier_holds_the_lot_with_all_it_came_from_and_went_into(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    export_evidence(con, request_for("dossier", lot_id="LEU-B-2671"), tmp_path)

    assert len(cells(tmp_path / "lots.csv", "lot_id")) == 6
    assert cells(tmp_path / "orders.csv", "order_id") == ["1004711"]
    assert len(cells(tmp_path / "verdict_list.csv", "clause")) == 6


def test_a_recall_holds_the_invoices_of_its_shipments_and_what_its_materials_are_worth(
    tmp_path: Path,
) -> None:
    con = build_world()
    ((lot, material, shipment),) = con.execute(
        "select lots.lot_id, lots.material_id, events.shipment_id from events join lots "
        "using (lot_id) where events.shipment_id is not null order by 1 limit 1"
    ).fetchall()
    con.execute(
        "insert into postings by name select *, true as is_current, 'LEU' as site_id from "
        "(values ('p/invoice', ?), ('p/other', 'of another')) as t(record_id, shipment_id)",
        [shipment],
    )
    con.execute(
        "insert into valuations by name select 'v/material' as record_id, ? as material_id, "
        "true as is_current, 'LEU' as site_id",
        [material],
    )
    export_evidence(con, request_for("recall", lot_id=lot), tmp_path)

    assert "p/invoice" in cells(tmp_path / "postings.csv", "record_id")
    assert "p/other" not in cells(tmp_path / "postings.csv", "record_id")
    assert "v/material" in cells(tmp_path / "valuations.csv", "record_id")

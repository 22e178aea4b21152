"""ERPNext: signed ledger entries, bundles, transfers in two legs, cancelled documents, labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .plants import Plant, moment, plant

SOURCE = (
    "sources: [{name: erp, mapping: erpnext, site: LEU, system_timezone: Asia/Kolkata, "
    "files: in/*, settings: {lots: LEU/}}]\n"
)
SLE = (
    "name,item_code,warehouse,posting_date,posting_time,voucher_type,voucher_no,voucher_detail_no,"
    "actual_qty,serial_and_batch_bundle,stock_uom,is_cancelled,creation,owner\n"
)


def entry(
    name: str, kind: str, no: str, detail: str, amount: str, bundle: str = "", *,
    warehouse: str = "Stores", cancelled: int = 0, clock: str = "08:12:57.123456",
) -> str:  # fmt: skip
    return (
        f"{name},SUGAR,{warehouse},2026-10-12,{clock},{kind},{no},{detail},{amount},{bundle},Kg,"
        f"{cancelled},2026-10-12 {clock},a@example.org\n"
    )


FILES = {
    "tabStock Ledger Entry.csv": SLE
    + entry("S1", "Purchase Receipt", "PR-1", "pri1", "130.0", "B1")
    + entry("S2", "Stock Entry", "SE-1", "d1", "-100.0", "B2")
    + entry("S3", "Stock Entry", "SE-1", "d2", "40.0", "B3", warehouse="FG")
    + entry("S4", "Stock Entry", "SE-2", "d3", "-5.0", "B4")
    + entry("S5", "Stock Entry", "SE-2", "d3", "5.0", "B5", warehouse="Line 4")
    + entry("S6", "Delivery Note", "DN-1", "dni1", "-10.0", "B6", warehouse="FG", cancelled=1)
    + entry(
        "S7",
        "Delivery Note",
        "DN-1",
        "dni1",
        "10.0",
        "B7",
        warehouse="FG",
        cancelled=1,
        clock="9:30:00",
    )
    + entry("S8", "Delivery Note", "DN-2", "dni2", "-1.0", "B6", warehouse="FG", cancelled=1)
    + entry("S9", "Purchase Receipt", "PR-1", "pri2", "1.0", "B-none"),
    "tabSerial and Batch Entry.csv": "parent,idx,batch_no,qty\n"
    "B1,1,SU-1,100.0\nB1,2,SU-2,30.0\nB2,1,SU-1,-100.0\nB3,1,FG-1,40.0\nB4,1,SU-2,-5.0\n"
    "B5,1,SU-2,5.0\nB6,1,FG-1,-10.0\nB7,1,FG-1,10.0\n",
    "tabStock Entry.csv": "name,purpose,work_order\nSE-1,Manufacture,WO-1\n"
    "SE-2,Material Transfer,\n",
    "tabStock Entry Detail.csv": "name,parent,s_warehouse,t_warehouse,is_finished_item\n"
    "d1,SE-1,Stores,,0\nd2,SE-1,,FG,1\nd3,SE-2,Stores,Line 4,0\n",
    "tabPurchase Receipt.csv": "name,supplier,is_return\nPR-1,Acme,0\n",
    "tabDelivery Note.csv": "name,customer,posting_date,is_return,docstatus\n"
    "DN-1,Clinic,2026-10-12,0,2\nDN-2,Clinic,2026-10-12,0,2\n",
    "tabBatch.csv": "name,item,supplier,expiry_date,parent_batch\nSU-1,SUGAR,Acme,2028-09-02,\n"
    "SU-2,SUGAR,Acme,,SU-1\nFG-1,SWEET,,,\n",
    "tabQuality Inspection.csv": "name,batch_no,report_date,status,inspected_by,docstatus\n"
    "QI-1,SU-1,2026-10-12,Accepted,b@example.org,1\nQI-2,SU-2,2026-10-12,Accepted,,0\n",
    "tabQuality Inspection Reading.csv": "name,parent,specification,status,reading_1,reading_2\n"
    'r1,QI-1,water content,Accepted,"<0.05",0.06\n',
    "tabGL Entry.csv": "name,account,posting_date,debit,credit\n"
    "G1,Stock,2026-10-12,288.00,0\nG2,Payable,2026-10-12,0,288.00\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    place = plant(tmp_path_factory.mktemp("erpnext"), SOURCE)
    for name, text in FILES.items():
        place.put(f"in/{name}", text)
    report = place.ingest()
    assert report.is_complete, report.refused
    return place


@pytest.fixture(scope="module")
def events(made: Plant) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in made.rows("events")}


def test_one_ledger_entry_of_two_batches_is_two_events(events: dict[str, dict[str, Any]]) -> None:
    one, two = events["S1/SU-1/1"], events["S1/SU-2/2"]

    assert (one["event_type"], one["lot_id"], one["quantity"]) == ("receipt", "LEU/SU-1", 100)
    assert (two["lot_id"], two["quantity"], two["uom"]) == ("LEU/SU-2", 30, "KG")
    assert (one["party_id"], one["to_location"], one["from_location"]) == ("Acme", "Stores", None)
    # the server's clock, and the people's
    assert one["occurred_at"] == moment("2026-10-12T02:42:57.123456")
    assert one["occurred_local"] == moment("2026-10-12T04:42:57.123456")


def test_signs_become_directions(events: dict[str, dict[str, Any]]) -> None:
    used, output = events["S2/SU-1/1"], events["S3/FG-1/1"]

    assert (used["event_type"], used["quantity"], used["from_location"]) == (
        "consumption", 100, "Stores",
    )  # fmt: skip
    assert (output["event_type"], output["quantity"], output["to_location"]) == (
        "finished_goods", 40, "FG",
    )  # fmt: skip
    assert output["order_id"] == "WO-1"


def test_both_legs_of_a_transfer_are_one_event(events: dict[str, dict[str, Any]]) -> None:
    leg = events["S4/SU-2/1"]

    assert (leg["event_type"], leg["from_location"], leg["to_location"]) == (
        "transfer", "Stores", "Line 4",
    )  # fmt: skip
    assert not any(key.startswith("S5/") for key in events)


def test_a_cancelled_document_keeps_both_rows_and_links_them(
    made: Plant, events: dict[str, dict[str, Any]]
) -> None:
    held = {row["record_id"]: row["reason"] for row in made.rows("quarantine")}

    assert events["S6/FG-1/1"]["reverses"] is None
    assert events["S7/FG-1/1"]["reverses"] == "S6/FG-1/1"
    assert events["S7/FG-1/1"]["occurred_at"] == moment("2026-10-12T04:00")
    # one of the two alone says nothing; nor does a bundle that nobody sent
    assert "is not here" in held["S8/FG-1/1"]
    assert held["S9"] == "the bundle that says which batches it moved is not here: S9"


def test_what_an_entry_consumed_becomes_what_it_made(made: Plant) -> None:
    links = {(r["parent_lot_id"], r["child_lot_id"], r["kind"]) for r in made.rows("lot_links")}

    assert links == {
        ("LEU/SU-1", "LEU/FG-1", "consumed"),
        ("LEU/SU-1", "LEU/SU-2", "split"),
    }


def test_readings_are_unpivoted_and_drafts_left_out(made: Plant) -> None:
    first, second = made.rows("test_results")
    inspections = [r for r in made.rows("events") if r["event_type"] == "inspection"]

    assert (first["qualifier"], first["value_text"], first["lot_id"]) == ("<", "<0.05", "LEU/SU-1")
    assert (float(second["value"]), second["record_id"]) == (0.06, "r1/2")
    assert [(r["record_id"], r["result"], r["precision"]) for r in inspections] == [
        ("QI-1", "pass", "day")
    ]


def test_postings_have_a_sign(made: Plant) -> None:
    assert [float(amount) for amount in made.values("postings", "amount")] == [288.0, -288.0]


def test_rest_answers_and_labelled_exports_are_read_too(tmp_path: Path) -> None:
    place = plant(tmp_path, SOURCE.replace("files: in/*,", "files: in/*, values: labels.yml,"))
    place.put("in/Batch.json", json.dumps({"data": [{"name": "SU-1", "item": "SUGAR"}]}))
    place.put(
        "in/Stock Ledger Entry.csv",
        "Data Export\nnothing here\n"
        "ID,Item Code,Warehouse,Posting Date,Posting Time,Voucher Type,Voucher No,"
        "Voucher Detail No,Qty Change,Batch No\n"
        "S1,SUGAR,Stores,2026-10-12,08:12:57,Purchase Receipt,PR-1,x,130,SU-1\n",
    )
    place.put("labels.yml", "feeds: {sle: {skip_rows: 2}}\n")
    report = place.ingest()
    (event,) = place.rows("events")

    assert report.is_complete
    assert (event["record_id"], event["lot_id"], event["source_row"]) == ("S1", "LEU/SU-1", 4)
    assert place.values("lots", "lot_id") == ["LEU/SU-1"]

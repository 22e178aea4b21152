"""Odoo: what the two locations say, the relation that is named the wrong way round, returns."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from .plants import AT, Plant, moment, plant
from .test_kinds_of_files import sheet

SOURCE = "sources: [{name: odoo, mapping: odoo, site: LEU, files: in/*}]\n"
LINES = (
    "id,product_id,lot_id,move_id,picking_id,product_uom_id,production_id,quantity,location_id,"
    "location_dest_id,date,state\n"
)


def line(number: int, lot: str, way: str, amount: str = "1", **more: str) -> str:
    start, end = way.split(">")
    cells = {"move": str(number), "picking": "", "production": "", "state": "done"} | more
    return (
        f"{number},7,{lot},{cells['move']},{cells['picking']},1,{cells['production']},{amount},"
        f"{start},{end},2026-10-12 04:52:00,{cells['state']}\n"
    )


FILES = {
    "stock_location.csv": "id,usage,complete_name,scrap_location\n1,supplier,Vendors,f\n"
    "2,internal,WH/Stock,f\n3,production,Virtual/Production,f\n4,customer,Customers,f\n"
    "5,inventory,Virtual/Scrap,t\n6,inventory,Virtual/Adjustment,f\n7,internal,WH/Line 4,f\n",
    "stock_lot.csv": "id,name,product_id,expiration_date\n11,A,7,2028-09-02 22:00:00\n12,B,7,\n"
    "13,C,8,\n14,A,8,\n15,D,8,\n",
    "uom_uom.csv": 'id,name\n1,"{""en_US"": ""kg"", ""nl_NL"": ""kilo""}"\n',
    "stock_picking.csv": "id,name,partner_id,date_done\n21,WH/IN/1,31,\n"
    "22,WH/OUT/1,32,2026-10-13 05:00:00\n23,WH/RET/1,32,\n",
    "stock_move.csv": "id,picking_id,raw_material_production_id,production_id,"
    "origin_returned_move_id\n101,21,,,\n102,,41,,\n103,,,41,\n104,22,,,\n105,23,,,104\n"
    "106,,,,\n109,,42,,\n110,,,42,\n",
    "stock_move_line.csv": LINES
    + line(101, "11", "1>2", "130.5", picking="21")
    + line(102, "11", "2>3", "100", production="41")
    + line(103, "13", "3>2", "40", production="41")
    + line(104, "13", "2>4", "10", picking="22")
    + line(105, "13", "4>2", "2", picking="23")
    + line(106, "13", "2>5")
    + line(107, "13", "6>2")
    + line(108, "13", "2>7")
    + line(109, "12", "2>3", "3")
    + line(110, "15", "3>2", "3")
    + line(111, "13", "2>7", state="assigned")
    + line(112, "99", "2>7"),
    # after a manufacture the line that was made stands under "consume"
    "stock_move_line_consume_rel.csv": "consume_line_id,produce_line_id\n103,102\n",
    "res_partner.csv": "id,name,supplier_rank,customer_rank\n31,Acme,1,0\n32,Clinic,0,1\n",
    "mrp_production.csv": "id,name,product_id,product_qty,lot_producing_id,date_start\n"
    "41,WH/MO/1,8,40,13,2026-10-12 03:00:00\n",
    "account_move_line.csv": "id,account_id,debit,credit,date\n1,300,5.00,0.00,2026-10-12\n"
    "2,400,0.00,5.00,2026-10-12\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    place = plant(tmp_path_factory.mktemp("odoo"), SOURCE)
    for name, text in FILES.items():
        place.put(f"in/{name}", text)
    report = place.ingest()
    assert report.is_complete, report.refused
    return place


@pytest.fixture(scope="module")
def events(made: Plant) -> dict[str, dict[str, Any]]:
    return {row["record_id"]: row for row in made.rows("events")}


def test_the_two_locations_say_what_happened(events: dict[str, dict[str, Any]]) -> None:
    assert {key: row["event_type"] for key, row in events.items()} == {
        "101": "receipt",
        "102": "consumption",
        "103": "finished_goods",
        "104": "shipment",
        "105": "return",
        "106": "disposition",
        "107": "adjustment",
        "108": "transfer",
        "109": "consumption",
        "110": "finished_goods",
    }


def test_times_are_utc_and_units_in_one_language(events: dict[str, dict[str, Any]]) -> None:
    receipt = events["101"]

    assert receipt["occurred_at"] == moment("2026-10-12T04:52")
    assert receipt["occurred_local"] == moment("2026-10-12T06:52")
    assert (float(receipt["quantity"]), receipt["uom"]) == (130.5, "kg")
    assert (receipt["party_id"], receipt["lot_id"]) == ("31", "7/A")


def test_a_transfer_is_one_event_with_both_places(events: dict[str, dict[str, Any]]) -> None:
    assert (events["108"]["from_location"], events["108"]["to_location"]) == (
        "WH/Stock",
        "WH/Line 4",
    )


def test_a_return_names_the_shipment_that_it_returns(events: dict[str, dict[str, Any]]) -> None:
    assert events["104"]["shipment_id"] == "WH/OUT/1"
    assert events["105"]["shipment_id"] == "WH/OUT/1"


def test_the_relation_is_read_by_where_a_line_comes_from_and_not_by_its_names(
    made: Plant,
) -> None:
    links = {row["record_id"]: row for row in made.rows("lot_links")}

    assert (links["103/102"]["parent_lot_id"], links["103/102"]["child_lot_id"]) == ("7/A", "8/C")
    # consumed before the order ended: no row of the relation, linked by the order
    assert (links["109/110"]["parent_lot_id"], links["109/110"]["child_lot_id"]) == ("7/B", "8/D")
    assert len(links) == 2


def test_an_unbuild_fills_the_relation_the_other_way(tmp_path: Path) -> None:
    place = plant(tmp_path, SOURCE)
    files = FILES | {
        "stock_move_line.csv": LINES + line(201, "13", "2>3") + line(202, "11", "3>2"),
        "stock_move_line_consume_rel.csv": "consume_line_id,produce_line_id\n201,202\n",
    }
    for name, text in files.items():
        place.put(f"in/{name}", text)
    place.ingest()
    (link,) = place.rows("lot_links")

    assert (link["parent_lot_id"], link["child_lot_id"]) == ("8/C", "7/A")


def test_a_lot_is_its_product_and_its_name(made: Plant) -> None:
    assert made.values("lots", "lot_id") == ["7/A", "7/B", "8/C", "8/A", "8/D"]


def test_a_move_of_a_lot_that_nobody_sent_waits_in_quarantine(made: Plant) -> None:
    (held,) = made.rows("quarantine")

    assert held["reason"] == "the lot that it moved is not here: 112"
    assert held["source_row"] == 13


def rpc(text: str) -> str:
    """A table as the RPC interface answers it: records by number and name, nothing as false."""
    rows = csv.DictReader(io.StringIO(text))
    return json.dumps([
        {key: [int(cell), f"name of {cell}"] if cell and key.endswith("_id") else cell or False
         for key, cell in row.items()}
        for row in rows
    ])  # fmt: skip


def test_what_the_rpc_interface_answers_gives_the_same_events(made: Plant, tmp_path: Path) -> None:
    said = ("record_id", "event_type", "lot_id", "quantity", "order_id", "party_id", "occurred_at")
    answered = plant(tmp_path, SOURCE)
    for name, text in FILES.items():
        answered.put(f"in/{name.replace('.csv', '.json')}", rpc(text))
    answered.ingest()
    as_csv, as_json = (
        {row["record_id"]: [row[name] for name in said] for row in source.rows("events")}
        for source in (made, answered)
    )

    assert as_json == as_csv


def test_a_link_whose_line_is_not_here_waits_for_it(tmp_path: Path) -> None:
    place = plant(tmp_path, SOURCE)
    for name, text in FILES.items():
        place.put(f"in/{name}", text.replace(line(102, "11", "2>3", "100", production="41"), ""))
    place.ingest()
    (held,) = [r for r in place.rows("quarantine") if r["table_name"] == "lot_links"]
    place.put("in/stock_move_line_2.csv", LINES + line(102, "11", "2>3", "100", production="41"))
    place.ingest(AT + timedelta(hours=1))

    assert held["reason"] == "no row of line belongs to it: id 102"
    assert "103/102" in place.values("lot_links", "record_id")


def test_no_record_is_false_in_a_sheet_and_nothing(tmp_path: Path) -> None:
    place = plant(tmp_path, SOURCE)
    for name, text in FILES.items():
        place.put(f"in/{name}", text)
    header, first, *_ = (row.split(",") for row in FILES["stock_move_line.csv"].splitlines())
    cells = {"id": 201, "lot_id": False, "picking_id": False, "production_id": False}
    row = [cells.get(name, cell) for name, cell in zip(header, first, strict=True)]
    place.put("in/stock_move_line_2.xlsx", sheet(tuple(header), tuple(row)))
    place.ingest()
    (event,) = [row for row in place.rows("events") if row["record_id"] == "201"]

    assert (event["event_type"], event["lot_id"], event["order_id"]) == ("receipt", None, None)

"""Faults in what has to stay as it is: identifiers, results behind a certificate, old records."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..world.closing import count
from ..world.things import Lot
from .controlled import ORD, REC, THREE, order_of, oxycodone, sold
from .food import FOOD, cut, lot_row, shipped
from .food import THREE as FOOD_PLANTS
from .planting import Planter, fault, row_id, time_of
from .records import CUST, HOUSTON, ISO
from .records import sold as sold_product


def changed(
    p: Planter, table: str, record_id: str, field: str, when: datetime, **values: str
) -> None:
    """An entry of the audit trail, told in full and by the quality unit."""
    p.plant.put(
        "changes",
        p.plant.numbers.next("changes", when),
        p.plant.after(when, 0.1, 1),
        record_type=table,
        changed_record_id=record_id,
        field=field,
        changed_by=p.plant.people["quality-unit"][0],
        reason="requested by the department",
        reviewed_by=p.plant.people["quality-unit"][1],
        **{"old_value": "kept", **values},
        **p.plant.happens(when),
    )


def deleted(p: Planter, table: str, record_id: str, when: datetime) -> None:
    """The audit trail says that a record is gone."""
    changed(p, table, record_id, "record", when, new_value="deleted")


@fault("GNT", "SAL")
def shipping_paper_deleted(p: Planter) -> None:
    """The papers of a delivery were deleted three days after it."""
    lot, shipment_id = shipped(p)
    papers = p.tables.rows("documents", kind="shipping_document", subject_id=shipment_id)
    shipped_at = time_of(p.event("shipment", lot))
    deleted(p, "documents", row_id(papers[0]), shipped_at + timedelta(days=3))
    p.found("site_period", p.site_id, "missing", FOOD + "1.1455-d")


@fault(*FOOD_PLANTS)
def one_code_for_two_lots(p: Planter) -> None:
    """Two lots made here bear the same traceability lot code."""
    first, second = cut(p), cut(p)
    code = lot_row(p, first)["traceability_lot_code"]
    lot_row(p, second)["traceability_lot_code"] = code
    for lot in (first, second):
        p.found("lot", lot.lot_id, "mismatch", FOOD + "1.1320-a-unique")


@fault(*FOOD_PLANTS)
def code_changed_after_shipping(p: Planter) -> None:
    """The traceability lot code of a lot was changed after it had been shipped."""
    lot, _ = shipped(p)
    when = time_of(p.event("shipment", lot)) + timedelta(days=1)
    changed(p, "lots", lot.lot_id, "traceability_lot_code", when, new_value="as it is")
    p.found("lot", lot.lot_id, "mismatch", FOOD + "1.1320-b")


@fault(*FOOD_PLANTS)
def code_changed_after_receipt(p: Planter) -> None:
    """The traceability lot code that a lot came with was changed on the day after."""
    fitting = [
        material
        for material in p.plant.catalogue.materials
        if material.suppliers and material.more.get("food_traceability_list")
    ]
    lot = p.received(fitting[p.turn % len(fitting)])
    when = time_of(p.event("receipt", lot)) + timedelta(days=1)
    changed(p, "lots", lot.lot_id, "traceability_lot_code", when, new_value="as it is")
    p.found("lot", lot.lot_id, "mismatch", FOOD + "1.1345-a-kept")


@fault("DUR")
def order_form_destroyed(p: Planter) -> None:
    """The copy of an order form was destroyed in the month in which it had been filled."""
    lot = oxycodone(p, later=8)
    order = order_of(p, lot.lot_id)
    deleted(p, "documents", row_id(order), p.plant.clock.at(p.plant.later(p.day(), 14), "15:00"))
    p.found("site_period", p.site_id, "missing", REC + "1304.04-a", ORD + "1305.17-c")


@fault("DUR")
def inventory_of_one_lot(p: Planter) -> None:
    """An inventory was taken of one lot only, while others were on hand."""
    lot = oxycodone(p)
    count(p.plant, [lot], p.plant.clock.at(p.plant.later(p.day(), 12), "17:00"), "annual")
    p.found("site_period", p.site_id, "incomplete", REC + "1304.11-a")


@fault(*THREE)
def order_number_of_another_form(p: Planter) -> None:
    """An electronic order has a number that is not formed as such numbers are."""
    shipment_id, _ = sold(p, "csos_order")
    order = order_of(p, shipment_id)
    order["number"] = f"PO-{row_id(order)[-5:]}"
    p.found("document", row_id(order), "mismatch", ORD + "1305.21-b-number")


@fault(*THREE)
def order_form_of_two_suppliers(p: Planter) -> None:
    """An order form stands for goods of two suppliers."""
    lot = oxycodone(p, later=8)
    order = order_of(p, lot.lot_id)
    other = another_suppliers(p, lot)
    recorded_at = order["recorded_at"]
    if isinstance(recorded_at, datetime):
        p.plant.link_document(row_id(order), ("lots", other.lot_id), recorded_at)
    p.found("document", row_id(order), "mismatch", ORD + "1305.12-c")


def another_suppliers(p: Planter, lot: Lot) -> Lot:
    """A received lot of packaging, of another supplier than a lot."""
    while True:
        other = p.received(p.material("packaging"))
        own, theirs = (p.tables.get("lots", each.lot_id) for each in (lot, other))
        if own["supplier_id"] != theirs["supplier_id"]:
            return other


def result_changed(p: Planter, material_id: str) -> str:
    """A lot that was sold, and of which a result was changed afterwards."""
    lot, event, _ = sold_product(p, material_id)
    when = time_of(p.tables.get("events", event)) + timedelta(days=2)
    row = p.results(lot)[0]
    changed(p, "test_results", row_id(row), "value", when, new_value=str(row["value"]))
    return lot.lot_id


@fault("LEU", "LEU", "LEU")
def certificate_not_reissued(p: Planter) -> None:
    """A result was changed after the customer's certificate, and no new one was issued."""
    p.found("lot", result_changed(p, "M-4101"), "missing", CUST + "reissue")


@fault(*HOUSTON)
def report_not_amended(p: Planter) -> None:
    """A result was changed after the laboratory's report, and the report was not amended."""
    p.found("lot", result_changed(p, "M-0203"), "missing", ISO + "7.8.8")

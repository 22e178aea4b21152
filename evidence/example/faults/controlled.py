"""Faults about controlled substances: records, orders, destruction, reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Row
from ..world.closing import count
from ..world.controlled import form_41
from ..world.distribution import take_back
from ..world.happenings import lose_form
from ..world.quality import dispose
from ..world.things import Lot
from .planting import FIRST_DAY, Planter, fault, row_id, time_of

REC = "us-21cfr1304:"
ORD = "us-21cfr1305:"
THREE = ("DUR", "DUR", "DUR")


def oxycodone(p: Planter, *, later: int = 0) -> Lot:
    """A received lot of the Schedule II active, on an order form."""
    active = next(m for m in p.plant.catalogue.materials if m.material_id == "M-5101")
    return p.received(active, day=p.plant.later(p.day(), later))


def tablets(p: Planter, material_id: str = "M-7101") -> Lot:
    """A small lot of packed tablets."""
    return p.batch(p.recipe("finished", of=material_id)).output


def sold(p: Planter, kind: str = "dea_222") -> tuple[str, Row]:
    """A delivery of Schedule II tablets that rests on an order of a kind, and its event."""
    lot = tablets(p)
    while True:
        shipment_id = p.delivered(lot, customer="C-201")
        if order_of(p, shipment_id)["kind"] == kind:
            return shipment_id, p.event("shipment", shipment_id=shipment_id)


def order_of(p: Planter, subject_id: str) -> Row:
    """The order that a delivery or a lot rests on."""
    kinds = ("dea_222", "csos_order")
    rows = [row for kind in kinds for row in p.tables.rows("documents", kind=kind)]
    return next(row for row in rows if row["subject_id"] == subject_id)


@fault(*THREE)
def shipped_without_order(p: Planter) -> None:
    """Schedule II tablets were delivered and no order is on file."""
    shipment_id, event = sold(p)
    p.drop("documents", order_of(p, shipment_id))
    p.found("event.shipment", row_id(event), "missing", ORD + "1305.03")


@fault(*THREE)
def received_without_order(p: Planter) -> None:
    """A Schedule II substance was received and no order form is on file."""
    lot = oxycodone(p)
    p.drop("documents", order_of(p, lot.lot_id))
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "missing", ORD + "1305.03-received")


@fault(*THREE)
def order_filled_too_late(p: Planter) -> None:
    """An order was filled more than sixty days after it had been made."""
    shipment_id, event = sold(p)
    order = order_of(p, shipment_id)
    order["issued_at"] = time_of(event) - timedelta(days=70)
    p.found("event.shipment", row_id(event), "late", ORD + "1305.13-b")


@fault(*THREE)
def shipped_to_another_address(p: Planter) -> None:
    """Schedule II tablets went to an address that is not the registered one."""
    shipment_id, event = sold(p)
    p.tables.get("shipments", shipment_id)["ship_to"] = "12 Back Street, Norfolk, VA 23510, US"
    p.found("event.shipment", row_id(event), "mismatch", ORD + "1305.13-c")


@fault(*THREE)
def order_form_not_signed(p: Planter) -> None:
    """An order form of ours was sent without a signature."""
    lot = oxycodone(p, later=8)
    order = order_of(p, lot.lot_id)
    p.drop("signatures", p.signature(row_id(order), "approval"))
    p.found("document", row_id(order), "missing", ORD + "1305.12-d")


@fault(*THREE)
def order_form_signed_without_power(p: Planter) -> None:
    """An order form was signed by somebody who has no power of attorney."""
    lot = oxycodone(p, later=8)
    order = order_of(p, lot.lot_id)
    signer = p.plant.who("warehouse")
    p.signature(row_id(order), "approval").update(signer_id=signer, printed_name=f"Person {signer}")
    p.found("document", row_id(order), "wrong_person", ORD + "1305.05")


@fault(*THREE)
def order_form_nowhere_kept(p: Planter) -> None:
    """Where the copy of an order form is kept is not known."""
    lot = oxycodone(p, later=8)
    order = order_of(p, lot.lot_id)
    order["location"] = None
    p.found("document", row_id(order), "incomplete", ORD + "1305.17-a")


@fault(*THREE)
def lost_form_reported_late(p: Planter) -> None:
    """A lost order form was reported two days after it had been missed."""
    turn = p.plant.numbers.count("lost forms")
    incident = lose_form(p.plant, p.plant.later(FIRST_DAY, 5 * turn - 5))
    report = p.tables.one("submissions", period=incident)
    report["submitted_at"] = due(report) + timedelta(days=1)
    p.found("quality_record", incident, "late", ORD + "1305.16-b")


def due(report: Row) -> datetime:
    """When a report was due, UTC."""
    due_at = report["due_at"]
    if not isinstance(due_at, datetime):
        raise TypeError(f"{report['record_id']} has no due date")
    return due_at


@fault(*THREE)
def entered_days_late(p: Planter) -> None:
    """The receipt of a Schedule II substance was entered five days late."""
    receipt = p.event("receipt", oxycodone(p))
    receipt["recorded_at"] = time_of(receipt) + timedelta(days=5)
    p.found("event.receipt", row_id(receipt), "late", REC + "1304.21-a-current")


@fault(*THREE)
def shipped_on_another_day(p: Planter) -> None:
    """The date of the delivery papers is three days after the goods left."""
    shipment_id, event = sold(p)
    p.tables.get("shipments", shipment_id)["shipped_at"] = time_of(event) + timedelta(days=3)
    p.found("event.shipment", row_id(event), "mismatch", REC + "1304.21-d")


@fault(*THREE)
def destroyed_without_form(p: Planter) -> None:
    """A remainder of a controlled substance was destroyed without a Form 41."""
    event = destroyed(p, oxycodone(p))
    p.found("event.disposition", row_id(event), "missing", REC + "1304.21-e")


@fault(*THREE)
def destroyed_before_one_witness(p: Planter) -> None:
    """Only one employee watched the destruction of a controlled substance."""
    lot = oxycodone(p)
    event = destroyed(p, lot)
    form_41(p.plant, lot, time_of(event))
    witness = p.tables.rows("signatures", signed_record_id=row_id(event), meaning="witness")[0]
    p.drop("signatures", witness)
    p.found("event.disposition", row_id(event), "missing", REC + "1304.21-e")


def destroyed(p: Planter, lot: Lot) -> Row:
    """A small part of a lot is destroyed."""
    when = p.plant.at(p.plant.later(p.day(), 12), "15:00")
    quantity = Decimal("0.080")
    return p.tables.get("events", dispose(p.plant, lot, when, quantity, "DUST"))


@fault(*THREE)
def receipt_from_unnamed_sender(p: Planter) -> None:
    """The receipt of a Schedule II substance does not name who sent it."""
    receipt = p.event("receipt", oxycodone(p))
    receipt["party_id"] = None
    clauses = (REC + "1304.22-a-1-iii", "us-21cfr211:211.184-a")
    p.found("event.receipt", row_id(receipt), "incomplete", *clauses)


@fault(*THREE)
def lot_does_not_balance(p: Planter) -> None:
    """A count found less of a controlled lot than its book says."""
    lot = oxycodone(p)
    receipt = p.event("receipt", lot)
    receipt["quantity"] = lot.left * Decimal("1.1")
    p.found("lot", lot.lot_id, "unbalanced", REC + "1304.21-a-balance")


@fault(*THREE)
def return_without_order(p: Planter) -> None:
    """A customer sent back Schedule II tablets and no order form was issued."""
    lot = tablets(p)
    p.delivered(lot, customer="C-201")
    day = p.plant.later(p.plant.clock.day(lot.usable_from or lot.made_at), 4)
    back = take_back(p.plant, lot, Decimal(12), day, "C-201")
    form_41(p.plant, back, time_of(p.event("disposition", back)))
    lot.left -= 12
    event = p.event("return", back)
    p.found("event.return", row_id(event), "missing", ORD + "1305.03-returned")


@fault(*THREE)
def electronic_order_not_validated(p: Planter) -> None:
    """An electronic order was filled before its signature had been validated."""
    shipment_id, _ = sold(p, "csos_order")
    order = order_of(p, shipment_id)
    p.drop("signatures", p.signature(row_id(order), "checked"))
    p.found("document", row_id(order), "missing", ORD + "1305.22-c")


@fault("DUR")
def inventory_not_witnessed(p: Planter) -> None:
    """A line of the inventory was counted and witnessed by the same person."""
    lot = oxycodone(p)
    count(p.plant, [lot], p.plant.at(p.plant.later(p.day(), 14), "16:00"), "annual")
    row = p.tables.rows("counts", lot_id=lot.lot_id)[0]
    row["witnessed_by"] = row["counted_by"]
    p.found("site_period", p.site_id, "wrong_person", REC + "1304.11-a-persons")


@fault("DUR")
def quarterly_report_late(p: Planter) -> None:
    """The report of the third quarter was sent two days after it was due."""
    report = p.tables.one("submissions", kind="arcos", period="2026-Q3")
    report["submitted_at"] = due(report) + timedelta(days=2)
    p.found("site_period", p.site_id, "late", REC + "1304.33-b")


@fault("DUR")
def yearly_reports_not_sent(p: Planter) -> None:
    """The reports of last year's stocks and production were not sent."""
    for kind, clause in (
        ("arcos_inventory", "1304.33-b-inventory"),
        ("arcos_manufacturing", "1304.33-b-manufacturing"),
    ):
        p.drop("submissions", p.tables.one("submissions", kind=kind, period="2025"))
        p.found("site_period", p.site_id, "late", REC + clause)


@fault("DUR")
def inventory_lines_without_unit(p: Planter) -> None:
    """Lines of the yearly inventory give quantities without a unit, in bulk, in process, packed."""
    lots = (
        oxycodone(p),
        p.batch(p.recipe("intermediate", of="M-6101")).output,
        tablets(p),
    )
    for lot, clause in zip(lots, ("i", "ii", "iii"), strict=True):
        count(p.plant, [lot], p.plant.at(p.plant.later(p.day(), 14), "16:00"), "annual")
        row = p.tables.rows("counts", lot_id=lot.lot_id)[0]
        row["uom"] = None
        p.found("site_period", p.site_id, "incomplete", REC + f"1304.11-e-1-{clause}")


@fault("DUR")
def inventory_overdue(p: Planter) -> None:
    """More than two years lie between the last inventory and the one before."""
    for row in p.tables.rows("counts", site_id=p.site_id, kind="biennial"):
        when = p.plant.clock.at(date(2024, 9, 16), "17:00")
        row.update(p.plant.happens(when), recorded_at=when + timedelta(minutes=2))
    p.found("site_period", p.site_id, "late", REC + "1304.11-c")

"""Faults under the general food law: findings that stay without what has to follow them."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..world.distribution import ship
from ..world.receiving import receive
from ..world.things import Lot
from ..world.unsafe import INJURIOUS, UNSAFE, Withdrawal, withdraw
from .food import cut, shipped
from .planting import Planter, fault, row_id, time_of
from .same import FOOD_LAW

GHENT = ("GNT", "GNT", "GNT")


def withdrawn(p: Planter, *, is_sold: bool = True) -> tuple[Lot, Withdrawal]:
    """A lot of its own that was found unsafe, and all that followed; sold lots a day after."""
    lot = cut(p)
    begun = p.event("release", lot)
    if is_sold:
        begun = p.event("shipment", shipment_id=p.delivered(lot))
    reason = UNSAFE if is_sold else INJURIOUS
    found_at = time_of(begun) + timedelta(hours=26)
    return lot, withdraw(p.plant, lot, found_at, reason=reason, is_sold=is_sold)


@fault(*GHENT)
def unsafe_lot_delivered(p: Planter) -> None:
    """Salad was delivered while a finding about its safety was open."""
    lot, _ = withdrawn(p)
    day = p.plant.later(p.plant.clock.day(time_of(p.event("shipment", lot))), 3)
    lot.left -= 10
    ship(p.plant, [(lot, lot.left // 4)], day, "C-301")
    p.found("lot", lot.lot_id, "mismatch", FOOD_LAW + "19.1-stopped")


@fault(*GHENT)
def unsafe_lot_not_withdrawn(p: Planter) -> None:
    """Salad on the market was found unsafe and not withdrawn."""
    _, story = withdrawn(p)
    p.drop("quality_records", p.tables.get("quality_records", str(story.recall)))
    p.found("quality_record", story.finding, "missing", FOOD_LAW + "19.1-withdrawn")


@fault(*GHENT)
def authority_not_told(p: Planter) -> None:
    """Salad was withdrawn and the authority was not told."""
    _, story = withdrawn(p)
    p.drop("submissions", p.tables.get("submissions", story.told))
    p.found("quality_record", story.finding, "missing", FOOD_LAW + "19.1-notified")


@fault(*GHENT)
def consumers_told_late(p: Planter) -> None:
    """Consumers heard of a critical recall two days after it had begun."""
    _, story = withdrawn(p)
    notice = p.tables.get("documents", str(story.notice))
    opened_at = p.tables.get("quality_records", str(story.recall))["opened_at"]
    if isinstance(opened_at, datetime):
        notice.update(issued_at=opened_at + timedelta(hours=50), valid_from=None)
    p.found("quality_record", str(story.recall), "late", FOOD_LAW + "19.1-consumers")


@fault(*GHENT)
def recall_without_owner(p: Planter) -> None:
    """The file of a recall does not say who ran it."""
    _, story = withdrawn(p)
    p.tables.get("quality_records", str(story.recall))["owner"] = None
    p.found("quality_record", str(story.recall), "incomplete", FOOD_LAW + "19.1-account")


@fault(*GHENT)
def harm_not_told(p: Planter) -> None:
    """Salad that may harm health was found before it left, and the authority was not told."""
    _, story = withdrawn(p, is_sold=False)
    p.drop("submissions", p.tables.get("submissions", story.told))
    p.found("quality_record", story.finding, "missing", FOOD_LAW + "19.3")


@fault(*GHENT)
def receipt_from_nowhere(p: Planter) -> None:
    """A delivery of vegetables names neither sender, supplier nor place of origin."""
    lot = p.received(next(m for m in p.plant.catalogue.materials if m.material_id == "M-8005"))
    receipt = p.event("receipt", lot)
    receipt.update(party_id=None, from_location=None)
    p.tables.get("lots", lot.lot_id)["supplier_id"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD_LAW + "18.2-supplier")


@fault(*GHENT)
def receipt_without_unit(p: Planter) -> None:
    """The quantity of a delivery of sauce has no unit."""
    lot = p.received(next(m for m in p.plant.catalogue.materials if m.material_id == "M-8005"))
    receipt = p.event("receipt", lot)
    receipt["uom"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD_LAW + "18.2-record")


@fault(*GHENT)
def salad_without_number(p: Planter) -> None:
    """Salad was delivered whose lot has no number."""
    lot, _ = shipped(p)
    p.tables.get("lots", lot.lot_id)["lot_number"] = None
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "incomplete", FOOD_LAW + "18.4")


@fault(*GHENT)
def cheese_without_lot_number(p: Planter) -> None:
    """The maker's number of a lot of cheese was not recorded."""
    lot = p.received(next(m for m in p.plant.catalogue.materials if m.material_id == "M-8004"))
    p.tables.get("lots", lot.lot_id)["supplier_lot_number"] = None
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", FOOD_LAW + "931.3-1-received")


@fault(*GHENT)
def cheese_entered_late(p: Planter) -> None:
    """A delivery of cheese was entered two days after it had come."""
    lot = p.received(next(m for m in p.plant.catalogue.materials if m.material_id == "M-8004"))
    receipt = p.event("receipt", lot)
    receipt["recorded_at"] = time_of(receipt) + timedelta(hours=47)
    p.found("event.receipt", row_id(receipt), "late", FOOD_LAW + "931.3-3")


@fault(*GHENT)
def cheese_sold_on_without_date(p: Planter) -> None:
    """Cheese was sold on and the papers do not say when it left."""
    material = next(m for m in p.plant.catalogue.materials if m.material_id == "M-8004")
    lot = receive(p.plant, material, p.day())
    p.plant.store.keep(lot)
    shipment_id = p.delivered(lot)
    p.tables.get("shipments", shipment_id)["shipped_at"] = None
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "incomplete", FOOD_LAW + "931.3-1")

"""Faults in the supply chain of prescription drugs: papers, identifiers, suspicions, returns."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata
from ..world.distribution import take_back
from ..world.quality import release
from ..world.suspects import find_illegitimate, suspect
from ..world.things import Lot
from .controlled import REC, THREE, tablets
from .kept import deleted
from .planting import GMP, SUPPLY, Planter, fault, row_id, time_of
from .products import row_of, undispose
from .substances import first_sale, stranger

PACKED = "M-7102"
"""Tablets that need no order form."""


def sold_packs(p: Planter) -> tuple[Lot, Row]:
    """A lot of packed tablets of which some were delivered, and the event."""
    lot = tablets(p, PACKED)
    return lot, p.event("shipment", shipment_id=p.delivered(lot))


def determined_at(p: Planter, first: int, apart: int = 1) -> datetime:
    """A morning of its own for each determination, so that no notice answers for another."""
    number = p.plant.numbers.count(f"determined from {first}")
    return p.plant.clock.at(date(2026, 10, first) + timedelta(days=apart * number), "10:00")


@fault(*THREE)
def delivered_without_papers(p: Planter) -> None:
    """Packs of a prescription drug were delivered without transaction information."""
    _, event = sold_packs(p)
    papers = p.tables.rows(
        "documents", kind="shipping_document", subject_id=str(event["shipment_id"])
    )
    p.drop("documents", papers[0])
    p.found("event.shipment", row_id(event), "missing", SUPPLY + "582-b-1-A")


@fault(*THREE)
def owner_without_address(p: Planter) -> None:
    """The transaction information does not hold the new owner's address."""
    customer = stranger(p, "customer", f"RX07{p.turn:05d}")
    holder = ("party", customer.party_id)
    masterdata.authorise(p.plant, holder, "registration", "IV")
    lot = tablets(p, PACKED)
    shipment_id = p.delivered(lot, customer=customer.party_id)
    p.tables.get("parties", customer.party_id)["address"] = None
    event = p.event("shipment", shipment_id=shipment_id)
    clauses = (SUPPLY + "582-b-1-information", GMP + "211.196", REC + "1304.22-a-2-vii")
    p.found("event.shipment", row_id(event), "incomplete", *clauses)
    first_sale(p, event)


@fault(*THREE)
def identifier_without_expiry(p: Planter) -> None:
    """Packs of a prescription drug were made whose expiry date is not known."""
    lot = tablets(p, PACKED)
    row_of(p, lot)["expires_at"] = None
    made = p.event("finished_goods", lot)
    p.found("event.finished_goods", row_id(made), "incomplete", SUPPLY + "582-b-2")
    p.found("lot", lot.lot_id, "incomplete", GMP + "211.137-a")


@fault(*THREE)
def suspect_packs_delivered(p: Planter) -> None:
    """Packs were delivered while it was looked into whether they are illegitimate."""
    lot, event = sold_packs(p)
    suspect(p.plant, lot, time_of(event) - timedelta(hours=20), hours=70)
    p.found("lot", lot.lot_id, "mismatch", SUPPLY + "582-b-4-A")


@fault(*THREE)
def illegitimate_packs_delivered(p: Planter) -> None:
    """Packs were delivered two days after they had been found to be illegitimate."""
    lot, event = sold_packs(p)
    find_illegitimate(p.plant, lot, time_of(event) - timedelta(days=2))
    p.found("lot", lot.lot_id, "mismatch", SUPPLY + "582-b-4-B")


@fault(*THREE)
def illegitimate_packs_told_late(p: Planter) -> None:
    """The authority heard of illegitimate packs thirty hours after the determination."""
    lot = tablets(p, PACKED)
    record, _ = find_illegitimate(p.plant, lot, determined_at(p, 24, 2), hours=30)
    p.found("quality_record", record, "late", SUPPLY + "582-b-4-B-notice")


@fault(*THREE)
def partners_not_told(p: Planter) -> None:
    """Those who may have got illegitimate packs were not told."""
    lot = tablets(p, PACKED)
    record, notice = find_illegitimate(p.plant, lot, determined_at(p, 21))
    p.drop("documents", p.tables.get("documents", notice))
    p.found("quality_record", record, "missing", SUPPLY + "582-b-4-B-partners")


@fault(*THREE)
def returned_packs_sold_again(p: Planter) -> None:
    """Packs that came back were released again although their examination had failed."""
    lot = tablets(p, PACKED)
    p.delivered(lot, customer="C-201")
    day = p.plant.later(p.plant.clock.day(lot.usable_from or lot.made_at), 4)
    back = take_back(p.plant, lot, Decimal(20), day, "C-201")
    disposal = p.event("disposition", back)
    undispose(p, back)
    release(p.plant, back, time_of(disposal) - timedelta(days=2))
    back.left = Decimal(20)
    p.plant.store.put(back)
    p.plant.store.keep(back)
    clauses = (SUPPLY + "582-b-4-E", GMP + "211.204-suitability")
    p.found("event.return", row_id(p.event("return", back)), "missing", *clauses)


@fault("DUR")
def transaction_papers_deleted(p: Planter) -> None:
    """The papers of a delivery were deleted in the week after it."""
    _, event = sold_packs(p)
    papers = p.tables.rows(
        "documents", kind="shipping_document", subject_id=str(event["shipment_id"])
    )
    deleted(p, "documents", row_id(papers[0]), time_of(event) + timedelta(days=5))
    p.found("site_period", p.site_id, "missing", SUPPLY + "582-g-records")

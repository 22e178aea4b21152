"""Faults with toxic chemicals under EPCRA 313: not compared, not reported, customers not told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ..world import masterdata, releases
from ..world.quality import deviation
from ..world.receiving import receive
from ..world.running import deliver_part
from ..world.things import Lot, Material, Party
from .planting import Planter, fault, row_id
from .waste import THREE, thrown_away

ACTIVES = "ich-q7:"
TRI = "us-epcra313:"


def chemical(p: Planter, flag: str, cas_number: str | None = "108-88-3") -> Material:
    """A chemical of its own, with a specification and an approved supplier."""
    number = p.plant.numbers.count("further chemicals")
    like = releases.listed(p.plant)
    material = Material(
        f"M-01{number + 20}",
        f"Toluene, grade {number}",
        "raw",
        "LB",
        "g",
        like.tests,
        like.suppliers,
        (flag,),
        shelf_days=730,
        price="1.10",
        lot_size="300",
        more={"cas_number": cas_number} if cas_number else {},
    )
    masterdata.add_material(p.plant, material, p.plant.catalogue.currency)
    return material


def new_customer(p: Planter) -> str:
    """A customer whom nobody has told of anything yet."""
    number = p.plant.numbers.count("new customers")
    party = Party(
        f"C-69{number}",
        f"Gulf Coatings {number}",
        "customer",
        f"{number} Pier Rd, Freeport, TX 77541, US",
    )
    masterdata.add_party(p.plant, party, p.plant.catalogue.dial)
    return party.party_id


def used(p: Planter, material: Material, quantity: Decimal) -> Lot:
    """A lot of its own that was used up for cleaning."""
    lot = receive(p.plant, material, p.day(), quantity=quantity)
    p.plant.store.keep(lot)
    when = p.plant.at(p.plant.later(p.day(), 10), "10:00")
    p.plant.event("consumption", when, lot, quantity, performed_by=p.plant.who("production"))
    lot.left -= quantity
    return lot


@fault(*THREE)
def chemical_not_compared(p: Planter) -> None:
    """Nobody compared a chemical that was received with the list of the year."""
    material = chemical(p, "none")
    lot = p.received(material, None)
    p.tables.get("materials", material.material_id)["flags"] = None
    p.found("material", material.material_id, "incomplete", TRI + "372.25-listed")
    p.found(
        "material",
        material.material_id,
        "null_operand",
        TRI + "372.25-composition",
        state="undetermined",
    )
    of_receipt = (
        TRI + "372.25-recorded",
        "ich-q7-11-4:11.40-authentic",
        *(ACTIVES + number for number in ("7.31-approval", "17.20-origin", "17.20-dates")),
    )
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "null_operand", *of_receipt, state="undetermined")
    of_pair = (ACTIVES + "7.31-three", ACTIVES + "7.31-periodic")
    pair = f"{material.suppliers[0]}/{material.material_id}"
    p.found("supplier_material", pair, "null_operand", *of_pair, state="undetermined")


@fault(*THREE)
def chemical_without_number(p: Planter) -> None:
    """The master data of a listed chemical do not hold its CAS number."""
    material = chemical(p, "tri", None)
    p.received(material)
    p.found("material", material.material_id, "incomplete", TRI + "372.25-composition")


@fault(*THREE)
def chemical_without_unit(p: Planter) -> None:
    """The quantity of a delivery of a listed chemical has no unit, and cannot be added."""
    receipt = p.event("receipt", p.received(chemical(p, "tri")))
    receipt["uom"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", TRI + "372.25-recorded")


@fault(*THREE)
def customer_not_told(p: Planter) -> None:
    """A listed chemical was sold to a customer who was never told."""
    lot = p.received(releases.listed(p.plant))
    day = p.plant.later(p.day(), 9)
    deliver_part(p.plant, lot, Decimal(100), day, new_customer(p))
    event = p.event("shipment", lot)
    clauses = (TRI + "372.45-b", TRI + "372.45-b-year")
    p.found("event.shipment", row_id(event), "missing", *clauses)


@fault(*THREE)
def wrong_notice_not_corrected(p: Planter) -> None:
    """A notice to customers was found wrong, and not corrected within thirty days."""
    lot = p.received(releases.listed(p.plant))
    found_at = p.plant.at(date(2026, 10, 1), "11:00")
    record = deviation(
        p.plant,
        ("lots", lot.lot_id),
        found_at,
        p.plant.after(found_at, 2000, 4000),
        kind="nonconformance",
        reason="TRI-NOTICE",
    )
    p.found("quality_record", record, "missing", TRI + "372.45-c-4")


@fault("HOU")
def more_than_the_limits(p: Planter) -> None:
    """More was used of two chemicals than their limits, and nobody planned to report them."""
    used(p, chemical(p, "tri", "75-09-2"), Decimal(30000))
    p.found("site_period", p.site_id, "out_of_limit", TRI + "372.25-limit")
    used(p, chemical(p, "tri_special", "335-67-1"), Decimal(140))
    p.found("site_period", p.site_id, "out_of_limit", TRI + "372.28")


@fault("HOU")
def form_a_for_a_special_chemical(p: Planter) -> None:
    """In October a Form A was sent, months late, and never taken in; a special chemical moved."""
    sent_at = p.plant.at(date(2026, 10, 20), "10:00")
    p.plant.put(
        "submissions",
        f"form_a/{p.site_id}/2025",
        p.plant.after(sent_at, 1, 5),
        kind="form_a",
        period="2025",
        due_at=p.plant.clock.at(date(2026, 7, 2), "00:00"),
        submitted_at=sent_at,
    )
    p.found("site_period", p.site_id, "mismatch", TRI + "372.30-special")
    p.found("site_period", p.site_id, "late", TRI + "372.30-d-time")
    p.found("site_period", p.site_id, "incomplete", TRI + "372.85-b")


@fault("HOU")
def report_thrown_away(p: Planter) -> None:
    """The report of last year was deleted in October."""
    report = p.tables.rows("submissions", kind="form_r")[0]
    thrown_away(p, report, "submissions", p.plant.at(date(2026, 10, 21), "10:00"))
    p.found("site_period", p.site_id, "missing", TRI + "372.10-a")

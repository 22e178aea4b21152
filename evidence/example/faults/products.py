"""Faults about finished products: dates, release, tests, deliveries, returns, complaints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata
from ..world.distribution import take_back
from ..world.happenings import complain
from ..world.quality import deviation, release
from ..world.things import Lot, Party
from .planting import DRUG, GMP, SUPPLY, Planter, fault, later_release, row_id, time_of
from .same import ANNEX16, binds
from .testing import fail

WHO = "who-coa:"


def product(p: Planter) -> Lot:
    """A lot of a product of its own, released and on hand."""
    return p.batch(p.recipe("finished")).output


def row_of(p: Planter, lot: Lot) -> Row:
    """The row of a lot."""
    return p.tables.get("lots", lot.lot_id)


def flagged(p: Planter, flag: str) -> Lot:
    """A lot of a product with a flag."""
    recipe = next(r for r in p.plant.catalogue.recipes if flag in r.product.flags)
    return p.batch(recipe).output


@fault(*DRUG)
def no_expiry_date(p: Planter) -> None:
    """A product has no expiry date."""
    lot = product(p)
    row_of(p, lot)["expires_at"] = None
    p.found("lot", lot.lot_id, "incomplete", GMP + "211.137-a")
    if binds(SUPPLY, p.plant.site):
        made = p.event("finished_goods", lot)
        p.found("event.finished_goods", row_id(made), "incomplete", SUPPLY + "582-b-2")


@fault(*DRUG)
def expiry_beyond_shelf_life(p: Planter) -> None:
    """A product's expiry date lies a year beyond its shelf life."""
    lot = product(p)
    row_of(p, lot)["expires_at"] = lot.expires_at + timedelta(days=365)
    p.found("lot", lot.lot_id, "out_of_limit", GMP + "211.137-a-shelf-life")


@fault(*DRUG)
def shipped_after_expiry(p: Planter) -> None:
    """A product was delivered the day after it had expired."""
    lot = product(p)
    shipped_at = time_of(p.event("shipment", shipment_id=p.delivered(lot)))
    midnight = datetime(shipped_at.year, shipped_at.month, shipped_at.day)  # noqa: DTZ001 - UTC
    row_of(p, lot)["expires_at"] = midnight
    p.found("lot", lot.lot_id, "expired", GMP + "211.137-shipment")


@fault(*DRUG)
def product_free_at_once(p: Planter) -> None:
    """A product had the status released when it came off the line."""
    lot = product(p)
    first = p.tables.one("lot_status", lot_id=lot.lot_id, to_status="quarantine")
    first["to_status"] = "released"
    p.found("lot", lot.lot_id, "mismatch", GMP + "211.142-a")
    if binds(ANNEX16, p.plant.site):
        p.found("lot", lot.lot_id, "wrong_order", ANNEX16 + "4-status")


@fault(*DRUG)
def shipped_before_release(p: Planter) -> None:
    """A product was delivered two days before the quality unit released it."""
    lot = product(p)
    shipped_at = time_of(p.event("shipment", shipment_id=p.delivered(lot)))
    later_release(p, lot, shipped_at + timedelta(days=2))
    clauses = (GMP + "211.142-a-shipment", ANNEX16 + "4-certification")
    p.found("lot", lot.lot_id, "wrong_order", *clauses)


@fault("LEU", "EIN", "LEU")
def delivery_without_destination(p: Planter) -> None:
    """A delivery does not say where it went."""
    lot = product(p)
    p.tables.get("shipments", p.delivered(lot))["ship_to"] = None
    p.found("lot", lot.lot_id, "incomplete", GMP + "211.150-b")


@fault("LEU", "EIN", "LEU")
def more_shipped_than_made(p: Planter) -> None:
    """The packs of a lot that were delivered and counted are more than were made."""
    lot = product(p)
    shipped = p.event("shipment", shipment_id=p.delivered(lot))
    shipped["quantity"] = Decimal(str(shipped["quantity"])) + 90
    p.found("lot", lot.lot_id, "unbalanced", GMP + "211.150-b-balance")


@fault(*DRUG)
def released_without_assay(p: Planter) -> None:
    """A product was released without the assay of its active ingredient."""
    lot = product(p)
    p.drop("test_results", p.results(lot, characteristic="assay")[0])
    clauses = [GMP + "211.165-a", GMP + "211.165-f"]
    if "who_certificate" in lot.material.flags:
        clauses.append(WHO + "results")
    p.found("lot", lot.lot_id, "missing", *clauses)


@fault(*DRUG)
def failing_product_tested_again(p: Planter) -> None:
    """A product failed, was tested again until it passed, and nobody investigated."""
    lot = product(p)
    fail(p, lot)
    p.found("lot", lot.lot_id, "missing", GMP + "211.192-failure")
    p.found("lot", lot.lot_id, "out_of_limit", GMP + "211.165-f")


@fault("LEU", "LEU", "LEU")
def product_not_tested_for_microbes(p: Planter) -> None:
    """A product that must be free of microbes was not tested for them."""
    lot = flagged(p, "micro")
    p.drop("test_results", p.results(lot, characteristic="total aerobic count")[0])
    clauses = (GMP + "211.165-a", GMP + "211.165-b", GMP + "211.165-f", WHO + "results")
    p.found("lot", lot.lot_id, "missing", *clauses)


@fault("LEU", "LEU", "LEU")
def release_rate_not_tested(p: Planter) -> None:
    """The rate of release of a prolonged-release product was not tested."""
    lot = flagged(p, "controlled_release")
    p.drop("test_results", p.results(lot, characteristic="release rate")[0])
    clauses = (GMP + "211.165-a", GMP + "211.165-f", GMP + "211.167-c")
    p.found("lot", lot.lot_id, "missing", *clauses)


@fault(*DRUG)
def no_reserve_of_product(p: Planter) -> None:
    """The reserve sample of a product went to the laboratory and was used up."""
    lot = product(p)
    p.event("sample", lot, reason_code="RSV")["reason_code"] = "TEST"
    p.found("lot", lot.lot_id, "missing", GMP + "211.170-b")


@fault("LEU", "EIN", "LEU")
def consignee_without_address(p: Planter) -> None:
    """A product went to a customer whose address is not on record."""
    number = p.plant.numbers.count("odd customers")
    party = Party(
        f"C-{p.site_id[0]}9{number}",
        f"Zorgpunt {number} BV",
        "customer",
        "",
        f"54900009{number:05d}",
    )
    masterdata.add_party(p.plant, replace(party, address=""), p.plant.catalogue.dial)
    p.tables.get("parties", party.party_id)["address"] = None
    lot = product(p)
    shipment_id = p.delivered(lot, customer=party.party_id)
    shipped = p.event("shipment", shipment_id=shipment_id)
    p.found("event.shipment", row_id(shipped), "incomplete", GMP + "211.196")


@fault(*DRUG)
def complaint_not_reviewed(p: Planter) -> None:
    """Nobody of the quality unit reviewed a complaint."""
    number = complain(p.plant, product(p), p.plant.later(p.day(), 9), "TASTE")
    for signature in p.tables.rows("signatures", signed_record_id=number):
        p.drop("signatures", signature)
    p.found("quality_record", number, "missing", GMP + "211.198-a")


@fault(*DRUG)
def complaint_without_owner(p: Planter) -> None:
    """A complaint's file does not say who handled it."""
    number = complain(p.plant, product(p), p.plant.later(p.day(), 9), "COLOUR")
    p.tables.get("quality_records", number)["owner"] = None
    p.found("quality_record", number, "incomplete", GMP + "211.198-b")


def returned(p: Planter, made_on: date | None = None) -> Lot:
    """Packs of a lot of its own that a customer sent back, already decided on."""
    lot = p.batch(p.recipe("finished", without=("who_certificate",)), day=made_on).output
    customer = p.plant.catalogue.partners("customer")[0]
    when = p.plant.later(p.plant.clock.day(lot.usable_from or lot.made_at), 4)
    lot.left -= 20
    return take_back(p.plant, lot, Decimal(20), when, customer)


@fault("LEU", "EIN", "LEU")
def return_without_reason(p: Planter) -> None:
    """The record of a return does not say why it came back."""
    event = p.event("return", returned(p))
    event["reason_code"] = None
    p.found("event.return", row_id(event), "incomplete", GMP + "211.204")


@fault("LEU", "EIN", "LEU")
def return_not_held(p: Planter) -> None:
    """A return went straight into free stock."""
    back = returned(p)
    first = p.tables.rows("lot_status", lot_id=back.lot_id)[0]
    first["to_status"] = "released"
    event = p.event("return", back)
    p.found("event.return", row_id(event), "mismatch", GMP + "211.204-hold")
    p.found("lot", back.lot_id, "missing", ANNEX16 + "4-status")


@fault("LEU", "EIN", "LEU")
def return_released_unexamined(p: Planter) -> None:
    """A return was released again although its examination had failed."""
    back = returned(p)
    disposal = p.event("disposition", back)
    undispose(p, back)
    release(p.plant, back, time_of(disposal) - timedelta(days=2))
    back.left = Decimal(20)
    p.plant.store.put(back)
    p.plant.store.keep(back)
    event = p.event("return", back)
    batch_clauses = (GMP + "211.204-suitability",)
    p.found("event.return", row_id(event), "missing", *batch_clauses)


def undispose(p: Planter, lot: Lot) -> None:
    """Take back that a lot was destroyed."""
    p.drop("events", p.event("disposition", lot))
    p.drop("lot_status", p.tables.one("lot_status", lot_id=lot.lot_id, to_status="destroyed"))


@fault("LEU", "EIN", "LEU")
def return_waiting(p: Planter) -> None:
    """A return of this month waits for a decision that is not yet due."""
    back = returned(p)
    undispose(p, back)
    event = p.event("return", back)
    p.found("event.return", row_id(event), "", GMP + "211.204-disposition", state="pending")


@fault("LEU", "EIN", "LEU")
def return_forgotten(p: Planter) -> None:
    """Packs that came back in August still wait for a decision after sixty days."""
    back = returned(p, p.plant.later(date(2026, 7, 28), p.turn % 5))
    undispose(p, back)
    event = p.event("return", back)
    p.found("event.return", row_id(event), "missing", GMP + "211.204-disposition")


@fault("LEU", "LEU", "LEU")
def eye_ointment_not_tested(p: Planter) -> None:
    """An eye ointment was released without tests for sterility and foreign particles."""
    lot = p.batch(p.plant.catalogue.specials[2]).output
    for name in ("sterility", "foreign particles"):
        p.drop("test_results", p.results(lot, characteristic=name)[0])
    clauses = ("211.165-a", "211.165-f", "211.167-a", "211.167-b")
    p.found("lot", lot.lot_id, "missing", *(GMP + clause for clause in clauses))


@fault(*DRUG)
def exposed_product_shipped(p: Planter) -> None:
    """A product that had stood in the sun for a day was delivered all the same."""
    lot = product(p)
    shipped = p.event("shipment", shipment_id=p.delivered(lot))
    expose(p, lot, time_of(shipped), "EXPOSED")
    p.found("lot", lot.lot_id, "mismatch", GMP + "211.208")


@fault(*DRUG)
def doubt_about_storage_not_cleared(p: Planter) -> None:
    """A product whose storage was in doubt was delivered without tests or an inspection."""
    lot = product(p)
    shipped = p.event("shipment", shipment_id=p.delivered(lot))
    expose(p, lot, time_of(shipped), "EXPOSURE?")
    p.found("lot", lot.lot_id, "mismatch", GMP + "211.208-doubt")


def expose(p: Planter, lot: Lot, shipped_at: datetime, reason: str) -> None:
    """An incident of storage, a day before a delivery."""
    opened_at = shipped_at - timedelta(hours=20)
    deviation(
        p.plant,
        ("lots", lot.lot_id),
        opened_at,
        opened_at + timedelta(hours=4),
        kind="incident",
        severity="major",
        reason=reason,
    )


@fault(*DRUG)
def product_not_reviewed_this_year(p: Planter) -> None:
    """The yearly review of a product is eight months late."""
    material = [m for m in p.plant.catalogue.materials if m.klass == "finished"][-1]
    reviews = p.tables.rows("documents", kind="product_review", subject_id=material.material_id)
    p.drop("documents", reviews[-1])
    p.found("material", material.material_id, "late", GMP + "211.180-e")


@fault(*DRUG)
def reserves_not_looked_at(p: Planter) -> None:
    """Nobody looked at a product's reserve samples since the extracts begin."""
    material = next(m for m in p.plant.catalogue.materials if m.klass == "finished")
    old = p.tables.one(
        "events",
        reason_code="RSVX",
        lot_id=p.plant.numbers.lot_id(material.material_id, f"25-{material.material_id[2:]}"),
    )
    p.drop("events", old)
    clause = GMP + "211.170-b-yearly"
    p.found("material", material.material_id, "not_covered", clause, state="undetermined")

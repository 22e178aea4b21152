"""Faults against the company's own rules: numbers, dates, events, entries, customers' contracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..tables import Value
from ..world import house, masterdata, preventive
from ..world.production import Batch
from ..world.quality import deviation
from ..world.things import Lot, Material
from ..world.waste import fill, waste_of
from .food import FOOD, cut, shipped, without_quantity
from .kept import deleted
from .planting import Planter, fault, later_release, move, row_id, time_of
from .preventive import cut as cut_batch
from .preventive import new_product
from .same import HOUSE

SALINAS = ("SAL", "SAL", "SAL")


def spoil_lot(p: Planter, lot: Lot, clause: str, code: str, **values: Value) -> None:
    """Columns of a lot are not as the house wants them, which one clause finds."""
    p.tables.get("lots", lot.lot_id).update(values)
    p.found("lot", lot.lot_id, code, HOUSE + clause)


@fault(*SALINAS)
def received_number_off_pattern(p: Planter) -> None:
    """A received lot has a number of the old system's."""
    lot = p.received(p.material("packaging"))
    spoil_lot(p, lot, "lot-number-received", "mismatch", lot_number=f"R 7/{lot.lot_number[-3:]}")


@fault(*SALINAS)
def made_number_off_pattern(p: Planter) -> None:
    """A lot made here has a number that no batch can have."""
    lot = cut(p)
    spoil_lot(p, lot, "lot-number-made", "mismatch", lot_number=f"TRIAL {lot.lot_number[-3:]}")


@fault(*SALINAS)
def material_number_off_pattern(p: Planter) -> None:
    """A packaging material was entered under its supplier's number."""
    number = p.plant.numbers.count("suppliers' numbers")
    like = p.material("packaging")
    material = replace(like, material_id=f"PFB-{number:02d}X", name="Plain film bag 10 oz")
    masterdata.add_material(p.plant, material, p.plant.catalogue.currency)
    p.received(material)
    p.found("material", material.material_id, "mismatch", HOUSE + "material-number")


@fault(*SALINAS)
def one_number_for_two_lots(p: Planter) -> None:
    """Two lots of a packaging material bear the same number."""
    material = p.material("packaging")
    first, second = p.received(material), p.received(material)
    p.tables.get("lots", second.lot_id)["lot_number"] = first.lot_number
    for lot in (first, second):
        p.found("lot", lot.lot_id, "mismatch", HOUSE + "lot-number-unique")


@fault(*SALINAS)
def bags_without_suppliers_number(p: Planter) -> None:
    """The supplier's number of a lot of bags was not recorded."""
    lot = p.received(p.material("packaging"))
    p.tables.get("lots", lot.lot_id)["supplier_lot_number"] = None
    receipt = p.event("receipt", lot)
    p.found("event.receipt", row_id(receipt), "incomplete", HOUSE + "supplier-lot")


@fault(*SALINAS)
def lot_without_expiry(p: Planter) -> None:
    """Bags that have a shelf life have no expiry date."""
    spoil_lot(p, p.received(p.material("packaging")), "expiry-given", "incomplete", expires_at=None)


@fault(*SALINAS)
def expiry_two_months_off(p: Planter) -> None:
    """The expiry date of a product lies two months behind what its shelf life allows."""
    lot = cut(p)
    later = lot.expires_at + timedelta(days=61)
    spoil_lot(p, lot, "expiry-derived", "mismatch", expires_at=later)


@fault(*SALINAS)
def retest_after_expiry(p: Planter) -> None:
    """Bags are to be tested again after they have expired."""
    lot = p.received(p.material("packaging"))
    later = lot.expires_at + timedelta(days=30)
    spoil_lot(p, lot, "expiry-after-retest", "mismatch", retest_at=later)


@fault(*SALINAS)
def totes_booked_after_use(p: Planter) -> None:
    """Washed lettuce was booked as made after it had been cut."""
    washed = p.batch(house.washing(p.plant)).output
    if washed.usable_from is None:
        raise ValueError(f"{washed.lot_id} is not released")
    day = p.plant.later(p.plant.clock.day(washed.usable_from), 1)
    p.batch(house.from_totes(p.plant), day=day, using=(washed,))
    used = p.event("consumption", washed)
    move(p, p.event("intermediate_output", washed), used, 60)
    p.found("lot", washed.lot_id, "wrong_order", HOUSE + "events-intermediate")


@fault(*SALINAS)
def delivered_without_release(p: Planter) -> None:
    """A product was delivered before it had been released."""
    lot, _ = shipped(p)
    sent = p.event("shipment", lot)
    later_release(p, lot, time_of(sent) + timedelta(hours=3))
    p.found("lot", lot.lot_id, "wrong_order", HOUSE + "events-finished")


@fault(*SALINAS)
def lot_nobody_decides_on(p: Planter) -> None:
    """A lot of bags has lain in quarantine for more than a fortnight."""
    lot = p.received(p.material("packaging"), testing_days=None)
    p.found("lot", lot.lot_id, "missing", HOUSE + "events-decided")


@fault(*SALINAS)
def trimmings_lie(p: Planter) -> None:
    """Trimmings lie in the yard for more than three weeks."""
    day = date(2026, 9, 14) + timedelta(days=p.turn % 7)
    lot = fill(p.plant, waste_of(p.plant), day, Decimal(90))
    p.plant.store.put(lot)
    p.found("lot", lot.lot_id, "missing", HOUSE + "events-waste")


def issued(p: Planter) -> tuple[Batch, str]:
    """A batch of its own, and the issue of an ingredient to it."""
    batch = cut_batch(p)
    return batch, row_id(p.event("issue", order_id=batch.order_id))


@fault(*SALINAS)
def issue_booked_late(p: Planter) -> None:
    """An issue was booked two days after it."""
    _, event = issued(p)
    row = p.tables.get("events", event)
    row["recorded_at"] = time_of(row) + timedelta(hours=49)
    p.found("event.issue", event, "late", HOUSE + "booked-in-time")


@fault(*SALINAS)
def issue_by_nobody(p: Planter) -> None:
    """An issue does not say who made it."""
    _, event = issued(p)
    p.tables.get("events", event)["performed_by"] = None
    p.found("event.issue", event, "incomplete", HOUSE + "booked-by")


@fault(*SALINAS)
def use_without_quantity(p: Planter) -> None:
    """How much of an ingredient went into a batch was not booked."""
    batch = cut_batch(p)
    used = p.event("consumption", order_id=batch.order_id)
    used["quantity"] = None
    clauses = (HOUSE + "genealogy-balance", FOOD + "1.1350-a-1")
    p.found("order", batch.order_id, "incomplete", *clauses)
    without_quantity(p, used)


@fault(*SALINAS)
def deviation_open_too_long(p: Planter) -> None:
    """A deviation of the first days of the month was closed after a month and a day."""
    opened_at = p.plant.at(date(2026, 10, 1) + timedelta(days=p.turn % 2), "08:00")
    record = deviation(p.plant, ("sites", p.site_id), opened_at, opened_at + timedelta(days=32))
    p.found("quality_record", record, "late", HOUSE + "deviations-closed")


@fault(*SALINAS)
def product_that_vanished(p: Planter) -> None:
    """What became of a batch is not known: it was neither delivered nor counted."""
    lots = [p.received(line.material) for line in house.from_totes(p.plant).ingredients[1:]]
    hearts = p.received(house.washing(p.plant).ingredients[0].material)
    recipe = p.recipe("finished", of=house.from_totes(p.plant).product.material_id)
    batch = p.batch(recipe, day=p.plant.later(p.day(), 5), using=(hearts, *lots))
    batch.output.left = Decimal(0)
    for lot in (hearts, *lots):
        p.found("lot", lot.lot_id, "broken_chain", HOUSE + "genealogy-down")


@fault(*SALINAS)
def expired_product_delivered(p: Planter) -> None:
    """A product was delivered on the day after it had expired."""
    lot, _ = shipped(p)
    event = p.event("shipment", lot)
    p.tables.get("lots", lot.lot_id)["expires_at"] = time_of(event) - timedelta(hours=20)
    p.found("event.shipment", row_id(event), "expired", HOUSE + "contract-shelf-life")


def under_contract(p: Planter) -> Material:
    """The product that is sold under an agreement only."""
    return next(m for m in p.plant.catalogue.materials if "contract" in m.flags)


@fault(*SALINAS)
def delivered_without_agreement(p: Planter) -> None:
    """A product under contract went to a customer that has no agreement."""
    lot = p.batch(p.recipe("finished", of=under_contract(p).material_id)).output
    p.delivered(lot, customer=preventive.add_customer(p.plant))
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "missing", HOUSE + "contract-agreement")


@fault(*SALINAS)
def customers_not_told(p: Planter) -> None:
    """A critical finding on a delivered lot was not told to its customer."""
    lot, _ = shipped(p)
    opened_at = time_of(p.event("shipment", lot)) + timedelta(hours=26)
    record = deviation(
        p.plant,
        ("lots", lot.lot_id),
        opened_at,
        opened_at + timedelta(days=4),
        kind="nonconformance",
        severity="critical",
        reason="FOREIGN",
    )
    p.found("quality_record", record, "missing", HOUSE + "contract-told")


@fault(*SALINAS)
def newer_lot_first(p: Planter) -> None:
    """A newer lot of a product was delivered while an older one lay in stock."""
    recipe = new_product(p, "none")
    day = p.day()
    p.batch(recipe, day=day)
    lot = p.batch(recipe, day=p.plant.later(day, 2)).output
    p.delivered(lot)
    p.found("lot", lot.lot_id, "wrong_order", house.OLDEST_FIRST)


@fault("SAL")
def certificate_deleted(p: Planter) -> None:
    """The certificate of a delivered lot was deleted a week after it."""
    lot, shipment_id = shipped(p)
    paper = p.tables.rows("documents", kind="certificate_of_analysis", subject_id=shipment_id)[0]
    deleted(p, "documents", row_id(paper), time_of(p.event("shipment", lot)) + timedelta(days=9))
    p.found("site_period", p.site_id, "missing", HOUSE + "contract-kept")

"""What does not happen every week: rework, blending, rejects, returns, complaints, drills.

All of it is done as the rules ask; the faults are planted elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..timeline import workday_after
from . import diversion, exercises, house, masterdata, preventive
from .articles import trade_in_articles
from .controlled import form_41, order_form, submit
from .distribution import take_back
from .plant import Plant
from .production import Batch, make
from .quality import (
    deviation,
    dispose,
    examine_lot,
    failing_result,
    reject,
    release,
    sample,
)
from .receiving import PACKHOUSE, new_lot, receive, sample_size
from .releases import report_releases
from .running import deliver_part
from .substances import trade_in_substances
from .supply import produce
from .suspects import suspect_products
from .things import Lot, Material, Recipe
from .unsafe import withdraw
from .waste import keep_waste


def happen(plants: dict[str, Plant]) -> None:
    """Everything out of the ordinary, plant by plant."""
    for plant in plants.values():
        investigate(plant)
        if plant.is_food:
            exercises.happen(plant)
        else:
            drill(plant)
        adjust(plant, date(2026, 10, 2))
    leuven(plants["LEU"])
    durham(plants["DUR"])
    trade_in_substances(plants["DUR"])
    eindhoven(plants["EIN"])
    ghent(plants["GNT"])
    houston(plants["HOU"])
    for day in (7, 16, 24):
        harvest(plants["SAL"], date(2026, 10, day))
    preventive.happen(plants["SAL"])
    house.happen(plants["SAL"])
    suspect_products(plants["DUR"])
    diversion.happen(plants["DUR"])
    trade_in_articles(plants["EIN"])


def investigate(plant: Plant) -> None:
    """A raw lot is tested twice, another one rejected and destroyed."""
    raw = [
        material
        for material in plant.catalogue.materials
        if material.klass == "raw" and material.suppliers
    ]
    numeric = [m for m in raw if any(test.text is None for test in m.laboratory)]
    lot = receive(plant, numeric[0], date(2026, 9, 29), testing_days=None)
    sampled_at = plant.at(date(2026, 9, 30), "09:00")
    tested = examine_lot(
        plant, lot, sampled_at, 1, sample_size(lot.material), None, fails_first=True
    )
    release(plant, lot, tested)
    reject_lot(plant, numeric[-1], date(2026, 10, 6))


def reject_lot(plant: Plant, material: Material, day: date) -> Lot:
    """A lot received on ``day`` that fails, is rejected and destroyed within a fortnight."""
    lot = receive(plant, material, day, testing_days=None)
    sampled_at = plant.at(plant.later(day, 1), "09:00")
    sample_id = sample(plant, lot, sampled_at, sample_size(material), "TEST")
    tested_at = plant.at(plant.later(day, 2), "10:00")
    test = next(test for test in material.laboratory if test.text is None)
    failing_result(plant, lot, test, tested_at, sample_id)
    closed_at = plant.at(plant.later(day, 4), "11:00")
    deviation(
        plant,
        ("lots", lot.lot_id),
        plant.after(tested_at, 40, 60),
        closed_at,
        kind="oos",
        severity="major",
        reason="MAT",
        disposition="reject",
    )
    reject(plant, lot, plant.after(closed_at, 30, 60), "UD-R")
    dispose(plant, lot, plant.at(plant.later(day, 9), "13:00"), lot.left, "REJ")
    return lot


def adjust(plant: Plant, day: date) -> str:
    """A cycle count found a little less of a raw material than the book says."""
    lot = next(
        lot
        for material in plant.catalogue.materials
        if material.klass == "raw" and "dea_code" not in material.more
        for lot in plant.store.lots(material)
        if lot.left > 5 and lot.made_at < plant.clock.at(date(2026, 9, 20), "00:00")
    )
    return book_difference(plant, lot, Decimal("-0.4"), plant.at(day, "13:00"))


def book_difference(plant: Plant, lot: Lot, less: Decimal, when: datetime) -> str:
    """What a count found too little of a lot, booked by one and checked by another."""
    counter = plant.who("warehouse")
    event_id = plant.event(
        "adjustment",
        when,
        lot,
        less,
        performed_by=counter,
        checked_by=plant.who("warehouse", counter),
        reason_code="INV",
    )
    lot.left += less
    plant.post(event_id, lot, less, "552000", when)
    return event_id


def drill(plant: Plant) -> None:
    """The yearly mock recall: a lot is followed to its customers within hours."""
    opened_at = plant.at(date(2026, 10, 13), "09:00")
    closed_at = plant.after(opened_at, 150, 320)
    subject = ("sites", plant.site_id)
    deviation(plant, subject, opened_at, closed_at, kind="drill", reason="MOCK")


def finished_lots(plant: Plant, before: date) -> list[Lot]:
    """Lots of products that were released before a day and of which some is on hand."""
    limit = plant.clock.at(before, "00:00")
    return [
        lot
        for material in plant.catalogue.materials
        if material.klass == "finished"
        for lot in plant.store.lots(material)
        if lot.usable_from and lot.usable_from < limit and lot.left > 0
    ]


def complain(plant: Plant, lot: Lot, day: date, reason: str) -> str:
    """A customer's complaint about a lot, reviewed by the quality unit."""
    opened_at = plant.at(day, "11:00", 120)
    closed_at = plant.at(workday_after(day, 6), "15:00", 60)
    subject = ("lots", lot.lot_id)
    complaint = deviation(plant, subject, opened_at, closed_at, kind="complaint", reason=reason)
    reviewer = plant.who("quality-unit")
    reviewed_at = plant.after(opened_at, 200, 300)
    plant.sign("quality_records", complaint, reviewer, "quality-unit", "review", reviewed_at)
    return complaint


def agree_specification(plant: Plant, material: Material, customer: str) -> str:
    """What was agreed with a customer: some of the tests, one limit narrower."""
    tests = tuple(
        replace(test, lower="96.0") if test.name == "assay" else test
        for test in material.tests
        if test.name in {"identity", "assay", "dissolution"}
    )
    since = plant.clock.at(date(2026, 2, 2), "00:00")
    return masterdata.add_specification(
        plant, material, "1", customer_id=customer, tests=tests, valid_from=since
    )


def leuven(plant: Plant) -> None:
    """Rework, blending of remainders, a retest, a narrower limit, a return, a complaint."""
    materials = {material.material_id: material for material in plant.catalogue.materials}
    agree_specification(plant, materials["M-4101"], "C-102")
    steady = materials["M-2004"]
    limits = {"loss on drying": "5.5"}
    effective = plant.clock.at(date(2026, 10, 12), "00:00")
    masterdata.replace_specification(plant, steady, "5", effective, limits)
    masterdata.add_procedure(plant, "SOP-QA-022", date(2026, 10, 5))
    masterdata.add_master_record(
        plant, replace(plant.catalogue.recipes[1], version="4"), date(2026, 10, 7)
    )
    rework, blend, eye_ointment = plant.catalogue.specials
    bulk = [lot for lot in plant.store.lots(rework.product) if 0 < lot.left < 400]
    rework_lot(plant, rework, bulk[0], date(2026, 10, 8))
    merge(plant, blend, bulk[1:3], date(2026, 10, 15))
    retest(plant, materials["M-2005"])
    produce(plant, eye_ointment, date(2026, 9, 30))
    lots = finished_lots(plant, date(2026, 10, 1))
    take_back(plant, lots[0], Decimal(120), date(2026, 10, 14), "C-101")
    complain(plant, lots[1], date(2026, 10, 5), "BROKEN")


def sized(recipe: Recipe, parts: list[tuple[Lot, Decimal]]) -> Recipe:
    """The recipe for just what goes in."""
    return replace(recipe, planned=str(sum(quantity for _, quantity in parts)))


def rework_lot(plant: Plant, recipe: Recipe, lot: Lot, day: date) -> Batch:
    """A released lot is reworked under a procedure that the quality unit has approved."""
    parts = [(lot, lot.left)]
    lot.left = Decimal(0)
    batch = make(plant, sized(recipe, parts), day, parts, "08:00")
    masterdata.add_procedure(
        plant, f"RWP-{batch.order_id}", workday_after(day, -6), ("orders", batch.order_id)
    )
    approver = plant.who("quality-unit")
    approved_at = plant.at(workday_after(day, -2), "14:00")
    plant.sign("orders", batch.order_id, approver, "quality-unit", "approval", approved_at)
    return batch


def merge(plant: Plant, recipe: Recipe, lots: list[Lot], day: date) -> Batch:
    """Remainders of released lots become one lot."""
    parts = [(lot, lot.left) for lot in lots]
    for lot in lots:
        lot.left = Decimal(0)
    return make(plant, sized(recipe, parts), day, parts, "09:00")


def retest(plant: Plant, material: Material) -> Lot:
    """A lot whose retest date has come is tested and released again, then used up."""
    made_on = date(2026, 9, 28) - timedelta(days=material.retest_days or 0)
    lot = receive(plant, material, date(2026, 6, 15), manufactured=made_on)
    again = plant.at(date(2026, 10, 1), "09:30")
    release(plant, lot, examine_lot(plant, lot, again, 2, sample_size(material), None))
    return lot


def durham(plant: Plant) -> None:
    """A return on an order form, a destruction, a lost form, a new master record."""
    masterdata.add_procedure(plant, "SOP-CS-004", date(2026, 10, 6))
    masterdata.add_master_record(
        plant, replace(plant.catalogue.recipes[0], version="5"), date(2026, 10, 14)
    )
    lots = finished_lots(plant, date(2026, 10, 8))
    lot = next(lot for lot in lots if lot.material.more["dea_schedule"] == "II")
    back = take_back(plant, lot, Decimal(24), date(2026, 10, 20), "C-202")
    returned_at = plant.clock.at(date(2026, 10, 20), "08:00")
    order_form(plant, ("lots", back.lot_id), returned_at, "C-202")
    form_41(plant, back, plant.clock.at(date(2026, 10, 24), "17:00"))
    complain(plant, lots[-1], date(2026, 10, 9), "COUNT")
    active = next(m for m in plant.catalogue.materials if m.material_id == "M-5101")
    waste = next(lot for lot in plant.store.lots(active) if lot.left > 1)
    destroyed_at = plant.at(date(2026, 10, 21), "15:00")
    dispose(plant, waste, destroyed_at, Decimal("0.050"), "DUST")
    form_41(plant, waste, plant.after(destroyed_at, 60, 90))
    lose_form(plant, date(2026, 10, 22))


def lose_form(plant: Plant, day: date) -> str:
    """An order form is missing; the authority is told within hours."""
    opened_at = plant.at(day, "09:00")
    incident = deviation(
        plant,
        ("sites", plant.site_id),
        opened_at,
        plant.after(opened_at, 3000, 3300),
        kind="incident",
        severity="major",
        reason="order_form_lost",
    )
    submit(plant, "order_form_loss", incident, opened_at + timedelta(hours=24), 21 * 60)
    return incident


def eindhoven(plant: Plant) -> None:
    """A product is blocked after a complaint and released again; a customer sends some back."""
    masterdata.add_procedure(plant, "SOP-QA-031", date(2026, 10, 12))
    lots = finished_lots(plant, date(2026, 10, 18))
    complain(plant, lots[0], date(2026, 10, 12), "CARTON")
    block(plant, lots[0], plant.at(date(2026, 10, 12), "15:00"))
    take_back(plant, lots[0], Decimal(60), date(2026, 10, 22), "C-501")


def block(plant: Plant, lot: Lot, when: datetime) -> None:
    """The quality unit blocks a lot and, two days later, lets it go again."""
    signer = plant.who("quality-unit")
    event_id = plant.event(
        "status_change", when, lot, performed_by=signer, result="hold", reason_code="COMPL"
    )
    plant.sign("events", event_id, signer, "quality-unit", "review", when)
    plant.status(lot, "blocked", when, signer, "COMPL")
    release(plant, lot, plant.after(when, 1440, 1500))


def ghent(plant: Plant) -> None:
    """A salad that was already sold turns out unsafe and is withdrawn."""
    sold = plant.tables.rows("events", site_id=plant.site_id, event_type="shipment")[-1]
    lot = next(
        lot
        for material in plant.catalogue.materials
        for lot in plant.store.lots(material)
        if lot.lot_id == sold["lot_id"]
    )
    shipped_at = sold["occurred_at"]
    if isinstance(shipped_at, datetime):
        withdraw(plant, lot, shipped_at + timedelta(hours=15))


def houston(plant: Plant) -> None:
    """Drums are repacked, spent solvent becomes waste, and some entries are late."""
    trade(plant)
    keep_waste(plant)
    report_releases(plant)
    recipe = plant.catalogue.specials[0]
    lot = next(lot for lot in plant.store.lots(recipe.product) if lot.left > 700)
    lot.left -= 600
    make(plant, sized(recipe, [(lot, Decimal(600))]), date(2026, 10, 14), [(lot, Decimal(600))])
    for event in plant.tables.rows("events", site_id=plant.site_id, event_type="monitoring"):
        occurred_at = event["occurred_at"]
        if isinstance(occurred_at, datetime):
            event["recorded_at"] = plant.after(occurred_at, 2900, 3900)


def trade(plant: Plant) -> None:
    """A drug substance of another manufacturer is sold on with its original certificate."""
    caffeine = next(m for m in plant.catalogue.materials if m.material_id == "M-0204")
    for day in (date(2026, 9, 14), date(2026, 9, 23)):
        lot = receive(plant, caffeine, day)
        deliver_part(plant, lot, Decimal(300), day + timedelta(days=21), "C-602")


def harvest(plant: Plant, day: date) -> Lot:
    """Lettuce is cut in the plant's own field and handed to its packhouse, still unpacked."""
    material = next(m for m in plant.catalogue.materials if m.material_id == "M-1106")
    cut_at = plant.at(day, "06:30", 90)
    quantity = Decimal(plant.random.randrange(18, 30) * 100)
    lot = new_lot(plant, material, plant.numbers.batch(day), quantity, day, cut_at)
    event_id = plant.event(
        "intermediate_output",
        cut_at,
        lot,
        quantity,
        performed_by=plant.who("production"),
        checked_by=plant.who("production-supervisor"),
        party_id=PACKHOUSE,
        from_location=f"Alisal block {plant.random.randrange(1, 9)}",
        to_location="Q-01",
    )
    plant.post(event_id, lot, quantity, "890000", cut_at)
    plant.status(lot, "quarantine", cut_at, plant.who("warehouse"), "GR")
    number = f"HT-{plant.numbers.count('harvest tickets'):04d}"
    worker = plant.who("warehouse")
    plant.document("other", ("lots", lot.lot_id), number, plant.after(cut_at, 5, 20), worker)
    plant.store.put(lot)
    return lot

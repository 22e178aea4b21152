"""Faults in the use of components and labels: too early, rejected, not traced, not reconciled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world.happenings import reject_lot
from ..world.production import Batch
from ..world.quality import dispose, reject
from ..world.receiving import receive
from ..world.things import Lot, Material, Recipe
from .planting import DRUG, GMP, Planter, fault, later_release, row_id, time_of
from .same import PART1


def used(p: Planter, lot: Lot, *, days: int = 11) -> Batch:
    """A small batch that uses a lot of its own, a fortnight after it came."""
    recipe = next(
        recipe
        for recipe in p.plant.catalogue.recipes
        if any(line.material == lot.material for line in recipe.ingredients)
    )
    return p.batch(recipe, day=p.plant.later(p.day(), days), using=(lot,))


def plain_component(p: Planter) -> Material:
    """A raw material that is no active and carries no risk of its own, used by some recipe."""
    wanted = {
        line.material.material_id
        for recipe in p.plant.catalogue.recipes
        for line in recipe.ingredients
    }
    fitting = [
        material
        for material in p.plant.catalogue.materials
        if material.material_id in wanted
        and material.klass == "raw"
        and not {"active", "micro", "foreign_matter"} & set(material.flags)
        and not material.more.get("dea_code")
        and material.suppliers
    ]
    return fitting[p.turn % len(fitting)]


def event_of(p: Planter, batch: Batch, event_type: str, lot: Lot) -> Row:
    """The event of a type by which a batch handled a lot."""
    return p.tables.rows(
        "events", order_id=batch.order_id, event_type=event_type, lot_id=lot.lot_id
    )[0]


@fault(*DRUG)
def used_before_release(p: Planter) -> None:
    """A component went into a batch two days before the quality unit released it."""
    lot = p.received(plain_component(p))
    batch = used(p, lot)
    later_release(p, lot, batch.completed_at + timedelta(days=2))
    issued = event_of(p, batch, "issue", lot)
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.84-a", PART1 + "5.34")
    p.found("event.issue", row_id(issued), "mismatch", GMP + "211.101-c")


@fault(*DRUG)
def used_after_rejection(p: Planter) -> None:
    """A component that the quality unit had rejected went into a batch two days later."""
    lot = p.received(plain_component(p))
    batch = used(p, lot)
    reject(p.plant, lot, batch.started_at - timedelta(days=1, hours=20), "UD-R")
    dispose(p.plant, lot, batch.completed_at + timedelta(days=1), lot.left, "REJ")
    issued = event_of(p, batch, "issue", lot)
    clauses = (GMP + "211.84-a", GMP + "211.89", PART1 + "5.34")
    p.found("lot", lot.lot_id, "mismatch", *clauses)
    p.found("event.issue", row_id(issued), "mismatch", GMP + "211.101-c")


@fault(*DRUG)
def used_after_retest_date(p: Planter) -> None:
    """A component was used after its retest date and nobody had tested it again."""
    material = next(
        line.material
        for recipe in p.plant.catalogue.recipes
        for line in recipe.ingredients
        if line.material.retest_days
        and line.material.klass == "raw"
        and not line.material.more.get("dea_code")
        and line.material.suppliers
        and "micro" not in line.material.flags
    )
    made_on = p.day() - timedelta(days=material.retest_days or 0)
    lot = receive(p.plant, material, date(2026, 8, 10), manufactured=made_on)
    p.plant.store.keep(lot)
    used(p, lot, days=8)
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.87")


@fault("LEU", "DUR", "LEU")
def used_without_microbial_test(p: Planter) -> None:
    """A component that may carry microbes was used without a test for them."""
    lot = p.received(p.material("raw", "micro"))
    used(p, lot)
    for row in p.results(lot, characteristic="total aerobic count"):
        p.drop("test_results", row)
    clauses = (GMP + "211.84-d-2", GMP + "211.84-d-6", GMP + "211.84-e", PART1 + "5.36")
    p.found("lot", lot.lot_id, "missing", *clauses)


@fault(*DRUG)
def component_leads_nowhere(p: Planter) -> None:
    """A slip of the keyboard links a component to a batch that nobody made."""
    lot = p.received(plain_component(p))
    batch = used(p, lot)
    link = p.tables.one("lot_links", parent_lot_id=lot.lot_id)
    link["child_lot_id"] = f"{batch.output.lot_id}X"
    p.found("lot", lot.lot_id, "broken_chain", GMP + "211.184-c")


@fault(*DRUG)
def component_not_accounted_for(p: Planter) -> None:
    """More of a component was received than was used, sampled and counted."""
    lot = p.received(plain_component(p))
    used(p, lot)
    receipt = p.event("receipt", lot)
    receipt["quantity"] = Decimal(str(receipt["quantity"])) * Decimal("1.06")
    p.found("lot", lot.lot_id, "unbalanced", GMP + "211.184-c-balance")


@fault(*DRUG)
def rejected_and_left_lying(p: Planter) -> None:
    """A lot was rejected in July and still waits for a decision after ninety days."""
    lot = rejected(p, date(2026, 6, 29))
    p.found("lot", lot.lot_id, "missing", GMP + "211.184-e")


@fault(*DRUG)
def rejected_and_waiting(p: Planter) -> None:
    """A lot was rejected this month; what becomes of it is not yet due."""
    lot = rejected(p, p.day())
    p.found("lot", lot.lot_id, "", GMP + "211.184-e", state="pending")


def rejected(p: Planter, day: date) -> Lot:
    """A rejected lot that nobody has destroyed or sent back."""
    material = next(
        m
        for m in p.plant.catalogue.materials
        if m.klass == "raw"
        and m.suppliers
        and any(test.text is None for test in m.laboratory)
        and not m.more.get("dea_code")
    )
    lot = reject_lot(p.plant, material, day)
    p.drop("events", p.event("disposition", lot))
    p.drop("lot_status", p.tables.one("lot_status", lot_id=lot.lot_id, to_status="destroyed"))
    return lot


def labelled(p: Planter, lot: Lot | None = None, *, days: int = 11) -> Batch:
    """A small packaging order; with ``lot`` one that uses these labels."""
    recipe: Recipe = p.recipe("finished")
    if lot is None:
        return p.batch(recipe)
    recipe = next(
        recipe
        for recipe in p.plant.catalogue.recipes
        if any(line.material == lot.material for line in recipe.ingredients)
    )
    return p.batch(recipe, day=p.plant.later(p.day(), days), using=(lot,))


@fault(*DRUG)
def labels_not_sampled(p: Planter) -> None:
    """Labels were used of which nobody had taken a sample."""
    lot = p.received(p.material("label"))
    labelled(p, lot)
    p.drop("events", p.event("sample", lot))
    p.found("lot", lot.lot_id, "missing", GMP + "211.122-a")


@fault(*DRUG)
def labels_used_before_release(p: Planter) -> None:
    """Labels were used before the quality unit had released them."""
    lot = p.received(p.material("label"))
    batch = labelled(p, lot)
    later_release(p, lot, batch.completed_at + timedelta(days=1))
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.122-b")


@fault(*DRUG)
def labels_handed_out_unchecked(p: Planter) -> None:
    """Nobody checked the labels that were handed out for an order."""
    batch = labelled(p)
    issued = p.tables.rows("events", order_id=batch.order_id, event_type="label_issue")[0]
    issued["checked_by"] = None
    p.found("event.label_issue", row_id(issued), "incomplete", GMP + "211.125-b")
    p.found("order", batch.order_id, "incomplete", GMP + "211.130-d")


@fault(*DRUG)
def labels_checked_by_who_handed_them_out(p: Planter) -> None:
    """Who handed out the labels checked them too."""
    batch = labelled(p)
    issued = p.tables.rows("events", order_id=batch.order_id, event_type="label_issue")[0]
    issued["checked_by"] = issued["performed_by"]
    p.found("event.label_issue", row_id(issued), "wrong_person", GMP + "211.125-b")


@fault(*DRUG)
def labels_not_reconciled(p: Planter) -> None:
    """The labels of an order were not reconciled."""
    batch = labelled(p)
    for row in p.tables.rows("events", order_id=batch.order_id, event_type="label_reconciliation"):
        p.drop("events", row)
    p.found("order", batch.order_id, "missing", GMP + "211.125-c")


@fault(*DRUG)
def labels_missing(p: Planter) -> None:
    """More labels were handed out than were used and destroyed, and nobody looked into it."""
    batch = labelled(p)
    for row in p.tables.rows("events", order_id=batch.order_id, event_type="label_issue"):
        row["quantity"] = Decimal(str(row["quantity"])) + 40
    p.found("order", batch.order_id, "unbalanced", GMP + "211.125-c")


@fault(*DRUG)
def coded_labels_put_back(p: Planter) -> None:
    """Surplus labels that bear a lot number went back into the store."""
    coded = p.material("label", "lot_coded")
    batch = labelled(p, p.received(coded))
    surplus = next(
        row
        for row in p.tables.rows("events", order_id=batch.order_id, event_type="disposition")
        if p.tables.get("lots", str(row["lot_id"]))["material_id"] == coded.material_id
    )
    surplus.update(event_type="return", result=None, to_location="LB-04")
    p.found("order", batch.order_id, "mismatch", GMP + "211.125-d")


@fault(*DRUG)
def packaging_not_examined(p: Planter) -> None:
    """Nobody examined the packaging material before packaging started."""
    batch = labelled(p)
    issued = next(
        row
        for row in p.tables.rows("events", order_id=batch.order_id, event_type="issue")
        if klass_of(p, row) == "packaging"
    )
    issued["checked_by"] = None
    p.found("order", batch.order_id, "incomplete", GMP + "211.130-d")


def klass_of(p: Planter, row: Row) -> str:
    """Class of the material that an event handles."""
    lot = p.tables.get("lots", str(row["lot_id"]))
    return str(p.tables.get("materials", str(lot["material_id"]))["class"])


@fault(*DRUG)
def examined_on_the_day_of_arrival(p: Planter) -> None:
    """Of the examination on receipt only the day is known, which is that of the receipt."""
    lot = p.received(p.material("packaging"))
    examined = p.event("inspection", lot, reason_code="RECV")
    midnight = p.plant.clock.at(p.plant.clock.day(time_of(examined)), "00:00")
    examined.update(p.plant.happens(midnight, "day"))
    p.found("lot", lot.lot_id, "precision", GMP + "211.82-a", state="undetermined")


@fault(*DRUG)
def sample_could_not_be_read(p: Planter) -> None:
    """The record of a sample cannot be read; it may or may not be the one that is needed."""
    lot = p.received(p.material("packaging"))
    sample = p.event("sample", lot)
    p.drop("events", sample)
    p.tables.spoil("events", sample, "occurred_at", "32.13.2026 27:61")
    receipt = p.event("receipt", lot)
    for clause in (GMP + "211.84-b", GMP + "211.80-d-unique", PART1 + "4.23-own-number"):
        p.found("event.receipt", row_id(receipt), "quarantined", clause, state="undetermined")
    of_lot = ("211.84-a", "211.86", "211.170-retention")
    for clause in (*(GMP + each for each in of_lot), PART1 + "6.17-decision"):
        p.found("lot", lot.lot_id, "quarantined", clause, state="undetermined")

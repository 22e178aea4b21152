"""Faults in traceability as customers' schemes ask for it: exercises, rework, names of lots."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ..tables import Row
from ..world import exercises
from ..world.production import Batch
from ..world.things import Lot
from .food import FOOD, cut, shipped, without_quantity
from .kept import deleted
from .planting import Planter, fault, row_id, time_of
from .same import EXERCISE, HOUSE, binds

GHENT = ("GNT", "GNT", "GNT")
SALINAS = ("SAL", "SAL", "SAL")


def exercised(p: Planter, minutes: float = 150) -> tuple[Lot, str]:
    """A lot of its own and an exercise from it to its customers, on the day after its delivery."""
    lot, _ = shipped(p)
    opened_at = time_of(p.event("shipment", lot)) + timedelta(hours=22)
    return lot, exercises.exercise(p.plant, lot, opened_at, "FORWARD", minutes)


@fault(*GHENT)
def packed_in_nothing(p: Planter) -> None:
    """No packaging was recorded with an order of salad."""
    recipe = p.recipe("finished")
    bare = tuple(line for line in recipe.ingredients if line.material.klass != "packaging")
    batch = p.batch(replace(recipe, ingredients=bare))
    p.found("order", batch.order_id, "missing", EXERCISE + "brcgs-3.9.1-packaging")


@fault("GNT", "SAL")
def exercised_in_one_direction(p: Planter) -> None:
    """The exercise of the year went forward only, from materials to customers."""
    record = p.tables.one("quality_records", site_id=p.site_id, kind="drill", reason_code="BOTH")
    record["reason_code"] = "FORWARD"
    clause = "brcgs-3.9.2" if binds(EXERCISE + "brcgs-3.9.2", p.plant.site) else "sqf-2.6.2-tested"
    p.found("site_period", p.site_id, "missing", EXERCISE + clause)


@fault(*GHENT)
def exercise_too_slow(p: Planter) -> None:
    """An exercise took six hours."""
    _, record = exercised(p, minutes=360)
    p.found("quality_record", record, "late", EXERCISE + "brcgs-3.9.2-time")


@fault(*GHENT)
def exercise_does_not_add_up(p: Planter) -> None:
    """The lot of an exercise was counted, and more of it is there than can be."""
    lot, record = exercised(p)
    lot.left += 30
    clauses = (EXERCISE + "brcgs-3.9.2-balance", EXERCISE + "iso22000-8.3-balance")
    p.found("quality_record", record, "unbalanced", *clauses)


@fault(*GHENT)
def exercise_without_outcome(p: Planter) -> None:
    """The record of an exercise does not say whether it succeeded."""
    _, record = exercised(p)
    p.tables.get("quality_records", record)["disposition"] = None
    p.found("quality_record", record, "incomplete", EXERCISE + "brcgs-3.9.2-record")


@fault("GNT")
def exercise_deleted(p: Planter) -> None:
    """The record of an exercise was deleted in the month in which it was held."""
    lot, record = exercised(p)
    when = time_of(p.event("shipment", lot)) + timedelta(days=9)
    deleted(p, "quality_records", record, when)
    p.found("site_period", p.site_id, "missing", EXERCISE + "brcgs-3.9.2-kept")


def packed_anew(p: Planter) -> tuple[Batch, Row]:
    """A lot of its own, some of which was packed anew, and the movement out of the old one."""
    lot = p.batch(p.recipe("finished", of=exercises.repacking(p.plant).product.material_id)).output
    if lot.usable_from is None:
        raise ValueError(f"{lot.lot_id} is not released")
    day = p.plant.later(p.plant.clock.day(lot.usable_from), 1)
    batch = exercises.pack_anew(p.plant, lot, day, 30, testing_days=None)
    p.plant.store.keep(batch.output)
    return batch, p.event("consumption", lot)


@fault(*GHENT, *SALINAS)
def rework_without_unit(p: Planter) -> None:
    """The quantity of what was packed anew has no unit."""
    batch, used = packed_anew(p)
    used["uom"] = None
    clauses = (EXERCISE + "brcgs-3.9.3", EXERCISE + "sqf-2.6.2-rework")
    bound = [clause for clause in clauses if binds(clause, p.plant.site)]
    p.found("order", batch.order_id, "incomplete", *bound, FOOD + "1.1350-a-1")
    without_quantity(p, used)


@fault(*SALINAS)
def product_without_number(p: Planter) -> None:
    """A lot of a product has no number."""
    lot = cut(p)
    p.tables.get("lots", lot.lot_id)["lot_number"] = None
    p.found("lot", lot.lot_id, "incomplete", EXERCISE + "sqf-2.6.1", HOUSE + "lot-number")
    clauses = (HOUSE + "lot-number-made", HOUSE + "lot-number-unique")
    p.found("lot", lot.lot_id, "null_operand", *clauses, state="undetermined")


@fault(*SALINAS)
def receipt_without_quantity(p: Planter) -> None:
    """How much of a packaging material was received is not recorded."""
    receipt = p.event("receipt", p.received(p.material("packaging")))
    receipt["quantity"] = None
    p.found("event.receipt", row_id(receipt), "incomplete", EXERCISE + "sqf-2.6.2-back")
    without_quantity(p, receipt)


@fault(*SALINAS)
def delivery_without_day(p: Planter) -> None:
    """The papers of a delivery do not say when it left."""
    lot, shipment_id = shipped(p)
    p.tables.get("shipments", shipment_id)["shipped_at"] = None
    event = p.event("shipment", lot)
    p.found("event.shipment", row_id(event), "incomplete", EXERCISE + "sqf-2.6.2-forward")


@fault("GNT")
def withdrawal_plan_ran_out(p: Planter) -> None:
    """The procedure for withdrawal and recall ended in the month and was not renewed."""
    plan = p.tables.one("documents", number=exercises.RECALL_PLAN, subject_id=p.site_id)
    plan["valid_to"] = p.plant.clock.at(p.plant.later(p.day(), 18), "00:00")
    p.found("site_period", p.site_id, "expired", EXERCISE + "iso22000-8.9.5")

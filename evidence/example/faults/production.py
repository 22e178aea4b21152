"""Faults on the shop floor: steps, orders, yields, batch records and master records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..tables import Row
from ..world import masterdata
from ..world.happenings import rework_lot
from ..world.production import Batch
from ..world.quality import deviation, reject
from ..world.things import Recipe
from .planting import DRUG, GMP, Planter, fault, later_release, move, row_id, time_of
from .same import PART1

MADE = ("finished", "intermediate")


def step(p: Planter, batch: Batch, event_type: str) -> Row:
    """The first event of a type in a batch."""
    return p.tables.rows("events", order_id=batch.order_id, event_type=event_type)[0]


def hosted_step(p: Planter, klass: str, event_type: str, of: str | None = None) -> Row:
    """A step that no fault has broken yet, of a batch that several faults share.

    With ``of`` one that handles a material of that class, and no controlled substance.
    """
    for batch in p.hosts_of(klass):
        for row in p.tables.rows("events", order_id=batch.order_id, event_type=event_type):
            if row_id(row) not in p.broken and (of is None or handles(p, row, of)):
                p.broken.add(row_id(row))
                return row
    raise LookupError(f"batches of {klass} have no {event_type} of {of}")


def handles(p: Planter, row: Row, klass: str) -> bool:
    """Whether an event handles a material of a class that is no controlled substance."""
    lot = p.tables.get("lots", str(row["lot_id"]))
    material = p.tables.get("materials", str(lot["material_id"]))
    return material["class"] == klass and not material.get("dea_code")


def order(p: Planter, batch: Batch) -> Row:
    """The row of a batch's order."""
    return p.tables.get("orders", batch.order_id)


def raw_user(p: Planter) -> str:
    """Class of the product that the plant makes from raw material."""
    return "label" if p.site_id == "EIN" else "intermediate"


@fault(*DRUG)
def released_by_who_made_it(p: Planter) -> None:
    """Who released a product had also worked on its packaging."""
    batch = p.batch(p.recipe("finished"))
    released = p.event("release", batch.output)
    step(p, batch, "finished_goods")["performed_by"] = released["performed_by"]
    p.found("event.release", row_id(released), "wrong_person", GMP + "211.22-a-independence")


@fault(*DRUG)
def entered_two_days_late(p: Planter) -> None:
    """An addition was entered two days after it had been made."""
    used = hosted_step(p, raw_user(p), "consumption", "raw")
    used["recorded_at"] = time_of(used) + timedelta(hours=49)
    p.found("event.consumption", row_id(used), "late", GMP + "211.100-b")


@fault(*DRUG)
def deviation_without_owner(p: Planter) -> None:
    """A deviation has no owner."""
    batch = p.batch(p.recipe("finished"))
    opened_at = batch.started_at + timedelta(hours=3)
    number = deviation(p.plant, ("orders", batch.order_id), opened_at, None, reason="STOP")
    p.tables.get("quality_records", number)["owner"] = None
    p.found("quality_record", number, "incomplete", GMP + "211.100-b-deviation")


@fault(*DRUG)
def weighed_out_without_unit(p: Planter) -> None:
    """What was weighed out has a quantity without a unit."""
    issued = hosted_step(p, raw_user(p), "issue", "raw")
    issued["uom"] = None
    p.found("event.issue", row_id(issued), "incomplete", GMP + "211.101-b")


@fault(*DRUG)
def weighing_not_checked(p: Planter) -> None:
    """Nobody checked what had been weighed out."""
    issued = hosted_step(p, raw_user(p), "issue", "raw")
    issued["checked_by"] = None
    p.found("event.issue", row_id(issued), "incomplete", GMP + "211.101-c", PART1 + "5.38")


@fault(*DRUG)
def weighing_checked_by_who_weighed(p: Planter) -> None:
    """Who weighed out a component checked it too."""
    issued = hosted_step(p, raw_user(p), "issue", "raw")
    issued["checked_by"] = issued["performed_by"]
    p.found("event.issue", row_id(issued), "wrong_person", GMP + "211.101-c", PART1 + "5.38")


@fault(*DRUG)
def addition_not_verified(p: Planter) -> None:
    """Nobody verified an addition."""
    used = hosted_step(p, raw_user(p), "consumption", "raw")
    used["checked_by"] = None
    p.found("event.consumption", row_id(used), "incomplete", GMP + "211.101-d")


@fault(*DRUG)
def addition_verified_by_who_made_it(p: Planter) -> None:
    """Who made an addition verified it too."""
    used = hosted_step(p, raw_user(p), "consumption", "raw")
    used["checked_by"] = used["performed_by"]
    clauses = (GMP + "211.101-d", PART1 + "4.20-c")
    p.found("event.consumption", row_id(used), "wrong_person", *clauses)


@fault(*DRUG)
def yield_not_verified(p: Planter) -> None:
    """Nobody verified how much of a product came out."""
    batch = p.batch(p.recipe("finished"))
    made = step(p, batch, "finished_goods")
    made["checked_by"] = None
    p.found("event.finished_goods", row_id(made), "incomplete", GMP + "211.103")


@fault(*DRUG)
def yield_verified_by_who_found_it(p: Planter) -> None:
    """Who found the yield verified it too."""
    batch = p.batch(p.recipe("finished"))
    made = step(p, batch, "finished_goods")
    made["checked_by"] = made["performed_by"]
    p.found("event.finished_goods", row_id(made), "wrong_person", GMP + "211.103")


@fault("LEU", "DUR", "LEU")
def in_process_control_left_out(p: Planter) -> None:
    """The weight of the tablets was not controlled while they were pressed."""
    batch = p.batch(p.recipe("intermediate"))
    p.drop("test_results", p.results(batch.output, characteristic="average weight")[0])
    p.found("lot", batch.output.lot_id, "missing", GMP + "211.110-a")


@fault("LEU", "DUR", "LEU")
def in_process_control_out_of_limit(p: Planter) -> None:
    """The tablets were too soft, and the press went on."""
    batch = p.batch(p.recipe("intermediate"))
    p.results(batch.output, characteristic="hardness")[0].update(value=Decimal(41), value_text="41")
    p.found("lot", batch.output.lot_id, "out_of_limit", GMP + "211.110-a")


@fault("LEU", "DUR", "LEU")
def intermediate_packed_before_release(p: Planter) -> None:
    """Tablets were packed before the quality unit had released them."""
    bulk, packed = pressed_and_packed(p)
    later_release(p, bulk.output, packed.completed_at + timedelta(hours=20))
    p.found("lot", bulk.output.lot_id, "wrong_order", GMP + "211.110-c")


@fault("LEU", "DUR", "LEU")
def rejected_intermediate_packed(p: Planter) -> None:
    """Tablets that the quality unit had rejected were packed two days later."""
    bulk, packed = pressed_and_packed(p)
    reject(p.plant, bulk.output, packed.started_at - timedelta(days=1, hours=20), "UD-R")
    lot_id = bulk.output.lot_id
    p.found("lot", lot_id, "mismatch", GMP + "211.110-c", GMP + "211.110-d")
    p.found("lot", lot_id, "", PART1 + "5.66-approved", state="pending")


@fault("LEU", "DUR", "LEU")
def intermediate_held_too_long(p: Planter) -> None:
    """Tablets lay for more than sixty days before they were packed."""
    bulk, _ = pressed_and_packed(p, date(2026, 7, 27))
    p.found("lot", bulk.output.lot_id, "late", GMP + "211.111")


def pressed_and_packed(p: Planter, pressed_on: date | None = None) -> tuple[Batch, Batch]:
    """A small batch of tablets, and a packaging order that uses some of it a fortnight on."""
    packing = p.recipe("finished")
    product = next(
        line.material for line in packing.ingredients if line.material.klass == "intermediate"
    )
    bulk = p.batch(p.recipe("intermediate", of=product.material_id), day=pressed_on)
    return bulk, p.batch(packing, day=p.plant.later(p.day(), 11), using=(bulk.output,))


@fault(*DRUG)
def order_took_too_long(p: Planter) -> None:
    """An order took more than four days, and no deviation says why."""
    recipe = replace(p.recipe("finished"), hours=110)
    batch = p.batch(recipe)
    p.found("order", batch.order_id, "late", GMP + "211.111-phase")


@fault("LEU", "LEU", "LEU")
def rework_without_procedure(p: Planter) -> None:
    """A batch was reworked without a written procedure."""
    batch = reworked(p)
    procedure = p.tables.one("documents", subject_id=batch.order_id, kind="procedure")
    p.drop("documents", procedure)
    p.found("order", batch.order_id, "missing", GMP + "211.115-a")


@fault("LEU", "LEU", "LEU")
def rework_not_approved(p: Planter) -> None:
    """A batch was reworked before the quality unit had approved that."""
    batch = reworked(p)
    approval = p.tables.rows(
        "signatures", signed_record_id=batch.order_id, meaning="approval", record_type="orders"
    )
    for signature in approval:
        signature["signed_at"] = batch.completed_at + timedelta(days=1)
    p.found("order", batch.order_id, "wrong_order", GMP + "211.115-b")


def reworked(p: Planter) -> Batch:
    """A rework order on a lot of its own."""
    recipe = p.plant.catalogue.specials[0]
    bulk = p.batch(p.recipe("intermediate", of=recipe.product.material_id))
    batch = rework_lot(p.plant, recipe, bulk.output, p.plant.later(p.day(), 9))
    p.plant.store.keep(batch.output)
    return batch


@fault(*DRUG)
def line_not_cleared(p: Planter) -> None:
    """Nobody inspected the line before packaging started."""
    batch = p.batch(p.recipe("finished"))
    p.drop("events", step(p, batch, "line_clearance"))
    p.found("order", batch.order_id, "missing", GMP + "211.130-e")


@fault(*DRUG)
def line_cleared_after_start(p: Planter) -> None:
    """The line was inspected when packaging was already running."""
    batch = p.batch(p.recipe("finished"))
    move(p, step(p, batch, "line_clearance"), step(p, batch, "equipment_use"), 35)
    p.found("order", batch.order_id, "wrong_order", GMP + "211.130-e")


@fault("LEU", "EIN", "LEU")
def product_without_order(p: Planter) -> None:
    """The output of a product does not say which order it came from."""
    batch = p.batch(p.recipe("finished"))
    made = step(p, batch, "finished_goods")
    made["order_id"] = None
    clauses = (GMP + "211.103", GMP + "211.130-c")
    p.found("event.finished_goods", row_id(made), "incomplete", *clauses)


@fault(*DRUG)
def equipment_not_logged(p: Planter) -> None:
    """The use of the equipment is not in its log."""
    batch = p.batch(p.recipe("finished"))
    p.drop("events", step(p, batch, "equipment_use"))
    p.found("order", batch.order_id, "missing", GMP + "211.182")


@fault(*DRUG)
def cleaning_checked_by_cleaner(p: Planter) -> None:
    """Who cleaned the equipment also checked that."""
    batch = p.batch(p.recipe("finished"))
    cleaned = step(p, batch, "cleaning")
    cleaned["checked_by"] = cleaned["performed_by"]
    p.found("order", batch.order_id, "wrong_person", GMP + "211.182-cleaning")


@fault(*DRUG)
def order_without_equipment(p: Planter) -> None:
    """An order does not name its equipment."""
    batch = p.batch(p.recipe("finished"))
    order(p, batch)["equipment"] = None
    p.found("order", batch.order_id, "incomplete", GMP + "211.188-b", PART1 + "4.21")


@fault("LEU", "LEU", "LEU")
def intermediate_without_number(p: Planter) -> None:
    """A batch used tablets whose lot has no number."""
    bulk, packed = pressed_and_packed(p)
    p.tables.get("lots", bulk.output.lot_id)["lot_number"] = None
    for event_type, clause in (("consumption", GMP + "211.188-b-3"), ("issue", PART1 + "4.20-d")):
        handled = p.event(event_type, bulk.output, order_id=packed.order_id)
        p.found(f"event.{event_type}", row_id(handled), "incomplete", clause)


@fault(*DRUG)
def step_not_checked(p: Planter) -> None:
    """Nobody checked the control of the running line."""
    done = hosted_step(p, "finished", "monitoring")
    done["checked_by"] = None
    p.found("event.monitoring", row_id(done), "incomplete", GMP + "211.188-b-11")


@fault(*DRUG)
def step_checked_by_same_person(p: Planter) -> None:
    """Who cleared the line also checked that."""
    done = hosted_step(p, "finished", "line_clearance")
    done["checked_by"] = done["performed_by"]
    clauses = (GMP + "211.188-b-11", PART1 + "4.20-c")
    p.found("event.line_clearance", row_id(done), "wrong_person", *clauses)


@fault(*DRUG)
def yield_not_investigated(p: Planter) -> None:
    """The yield was far below its limit, and nobody looked into it."""
    batch = p.batch(p.recipe("finished"))
    row = order(p, batch)
    row["planned_quantity"] = (Decimal(str(row["planned_quantity"])) * Decimal("1.09")).quantize(
        Decimal(1)
    )
    p.found("order", batch.order_id, "out_of_limit", GMP + "211.192-yield", PART1 + "5.61")


def own_master_record(p: Planter, issued_on: date) -> tuple[Recipe, str]:
    """A version of a master record that only one order follows."""
    version = f"{p.plant.numbers.count('own versions')}T"
    recipe = replace(p.recipe("finished"), version=version)
    return recipe, masterdata.add_master_record(p.plant, recipe, issued_on)


@fault(*DRUG)
def master_record_not_approved(p: Planter) -> None:
    """An order followed a master record that the quality unit had not approved."""
    recipe, document_id = own_master_record(p, date(2026, 8, 10))
    p.drop("signatures", p.signature(document_id, "approval"))
    batch = p.batch(recipe)
    p.found("order", batch.order_id, "missing", GMP + "211.100-a", PART1 + "4.19")


@fault(*DRUG)
def master_record_not_checked(p: Planter) -> None:
    """An order followed a master record that only its author had signed."""
    recipe, document_id = own_master_record(p, date(2026, 8, 12))
    p.drop("signatures", p.signature(document_id, "checked"))
    batch = p.batch(recipe)
    p.found("order", batch.order_id, "missing", GMP + "211.186-a")


@fault(*DRUG)
def master_record_checked_by_author(p: Planter) -> None:
    """The author of a master record checked it too."""
    recipe, document_id = own_master_record(p, date(2026, 8, 14))
    author = p.signature(document_id, "authorship")
    checked = p.signature(document_id, "checked")
    checked.update(signer_id=author["signer_id"], printed_name=author["printed_name"])
    batch = p.batch(recipe)
    p.found("order", batch.order_id, "wrong_person", GMP + "211.186-a")


@fault(*DRUG)
def master_record_out_of_force(p: Planter) -> None:
    """An order followed a master record that was no longer in force."""
    recipe, document_id = own_master_record(p, date(2026, 7, 1))
    p.tables.get("documents", document_id)["valid_to"] = p.plant.clock.at(
        date(2026, 9, 15), "00:00"
    )
    batch = p.batch(recipe)
    clauses = (GMP + "211.100-a", GMP + "211.186-a", PART1 + "4.19")
    p.found("order", batch.order_id, "expired", *clauses)


@fault(*DRUG)
def batch_record_not_checked(p: Planter) -> None:
    """Nobody checked a batch record before the product was released."""
    batch = p.batch(p.recipe("finished"))
    p.drop("signatures", p.signature(batch_record(p, batch), "checked"))
    p.found("lot", batch.output.lot_id, "missing", GMP + "211.188-a")
    p.found("lot", batch.output.lot_id, "wrong_person", PART1 + "4.20-i")


@fault(*DRUG)
def batch_record_not_reviewed(p: Planter) -> None:
    """The quality unit did not review a batch record before the product was released."""
    batch = p.batch(p.recipe("finished"))
    p.drop("signatures", p.signature(batch_record(p, batch), "review"))
    p.found("lot", batch.output.lot_id, "missing", GMP + "211.192")


@fault(*DRUG)
def batch_record_reviewed_after_release(p: Planter) -> None:
    """The quality unit reviewed a batch record a day after the product had been released."""
    batch = p.batch(p.recipe("finished"))
    released = p.event("release", batch.output)
    review = p.signature(batch_record(p, batch), "review")
    review["signed_at"] = time_of(released) + timedelta(days=1)
    p.found("lot", batch.output.lot_id, "wrong_order", GMP + "211.192")


def batch_record(p: Planter, batch: Batch) -> str:
    """The batch record of an order."""
    return row_id(p.tables.one("documents", subject_id=batch.order_id, kind="batch_record"))

"""A batch is made: weighing, charging, in-process control, output, yield, batch record, release.

Every significant step has one who did it and one who checked it, both of whom sign.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Value
from .plant import Plant
from .preventive import PCQI, review_reading
from .quality import deviation, dispose, examine_lot, release, results, sample
from .receiving import new_lot, sample_size
from .things import Lot, Recipe

Part = tuple[Lot, Decimal]

MISBOOKED_EVERY = 23
"""One of so many consumptions is booked wrongly first and reversed."""

DEVIATING_EVERY = 5
"""One of so many batches has a minor deviation, closed before release."""


@dataclass(slots=True)
class Batch:
    """A production order while it runs.

    Attributes:
        plant: where it runs.
        recipe: what it follows.
        order_id: its number.
        output: the lot that comes out.
        made: how much of it comes out, in its unit.
        doer: who works on it; ``checker`` is the second person.
        started_at: start of the run, UTC.
        completed_at: its end, UTC.
        inputs: what went in.
        is_steady: whether it runs without slips and deviations.
    """

    plant: Plant
    recipe: Recipe
    order_id: str
    output: Lot
    made: Decimal
    doer: str
    checker: str
    started_at: datetime
    completed_at: datetime
    inputs: list[Part] = field(default_factory=list)
    is_steady: bool = False

    def step(self, event_type: str, when: datetime, **columns: Value) -> str:
        """A step without material, done and checked."""
        return self.signed(
            self.plant.event(
                event_type,
                when,
                performed_by=self.doer,
                checked_by=self.checker,
                order_id=self.order_id,
                **columns,
            ),
            when,
        )

    def signed(self, event_id: str, when: datetime) -> str:
        """Both persons sign the step."""
        sign_both(self.plant, event_id, self.doer, self.checker, when)
        return event_id


def sign_both(plant: Plant, event_id: str, doer: str, checker: str, when: datetime) -> None:
    """Who did a step signs as performed, who saw it as checked."""
    plant.sign("events", event_id, doer, "production", "performed", plant.after(when, 0.2, 1))
    plant.sign("events", event_id, checker, "production", "checked", plant.after(when, 1, 4))


def make(
    plant: Plant,
    recipe: Recipe,
    day: date,
    parts: list[Part],
    start: str = "06:05",
    testing_days: int | None = -1,
    *,
    is_steady: bool = False,
) -> Batch:
    """One batch begun on ``day`` from ``parts``, which are already taken out of the stock.

    ``testing_days`` (by default as long as the product says) ``None`` leaves it in quarantine.
    A steady batch runs without slips and deviations.
    """
    batch = begin(plant, recipe, day, start)
    batch.is_steady = is_steady
    clean_and_clear(batch)
    charge(batch, parts, batch.started_at + timedelta(minutes=45))
    control(batch)
    output(batch)
    batch_record(batch)
    if (
        testing_days is not None
        and not is_steady
        and plant.numbers.count("made") % DEVIATING_EVERY == 0
    ):
        deviate(batch)
    if testing_days is not None:
        finish(batch, recipe.product.testing_days if testing_days == -1 else testing_days)
    plant.store.put(batch.output)
    return batch


def begin(plant: Plant, recipe: Recipe, day: date, start: str) -> Batch:
    """The order, its output lot and its yield, and the two persons who will work on it."""
    started_at = plant.at(day, start)
    doer = plant.who("production")
    planned = Decimal(recipe.planned)
    share = Decimal(str(round(plant.random.uniform(0.975, 0.998), 4)))
    unit = Decimal("0.1") if recipe.product.uom in {"KG", "G"} else Decimal(1)
    return Batch(
        plant=plant,
        recipe=recipe,
        order_id=plant.numbers.order(),
        output=new_lot(
            plant,
            recipe.product,
            plant.numbers.batch(day),
            Decimal(0),
            day,
            plant.after(started_at, 0.1, 1),
        ),
        made=(planned * share).quantize(unit),
        doer=doer,
        checker=plant.who("production", doer),
        started_at=started_at,
        completed_at=started_at + timedelta(hours=recipe.hours + 2),
    )


def clean_and_clear(batch: Batch) -> None:
    """The equipment was cleaned the evening before and the line cleared just before the start."""
    plant, equipment = batch.plant, batch.recipe.equipment
    cleaned = plant.after(batch.started_at, -620, -560)
    cleaner = plant.who("production", batch.doer, batch.checker)
    other = plant.who("production", batch.doer, batch.checker, cleaner)
    event_id = plant.event(
        "cleaning",
        cleaned,
        performed_by=cleaner,
        checked_by=other,
        order_id=batch.order_id,
        to_location=equipment,
        result="pass",
    )
    sign_both(plant, event_id, cleaner, other, cleaned)
    cleared = plant.after(batch.started_at, -40, -15)
    batch.step("line_clearance", cleared, to_location=equipment, result="pass")
    batch.step("equipment_use", batch.started_at, to_location=equipment)


def charge(batch: Batch, parts: list[Part], when: datetime) -> None:
    """Weigh out and add each part; labels are counted instead of weighed."""
    weighed = batch.plant.after(batch.started_at, 4, 8)
    for lot, quantity in parts:
        move(batch, "issue", weighed, lot, quantity, from_location="R-07")
        if lot.material.klass == "label":
            use_labels(batch, lot, quantity, weighed)
        else:
            use(batch, lot, quantity, when)
        weighed = batch.plant.after(weighed, 2, 4)
        when = batch.plant.after(when, 5, 10)


def move(
    batch: Batch, event_type: str, when: datetime, lot: Lot, quantity: Decimal, **columns: Value
) -> str:
    """A quantity of a lot is handled for the order, by one and checked by the other."""
    event_id = batch.plant.event(
        event_type,
        when,
        lot,
        quantity,
        performed_by=batch.doer,
        checked_by=batch.checker,
        order_id=batch.order_id,
        **{"to_location": batch.recipe.equipment, **columns},
    )
    return batch.signed(event_id, when)


def use(batch: Batch, lot: Lot, quantity: Decimal, when: datetime) -> str:
    """A quantity of a lot goes into the batch; returns the consumption."""
    if not batch.is_steady and batch.plant.numbers.count("uses") % MISBOOKED_EVERY == 0:
        misbook(batch, lot, quantity, when)
    used = move(batch, "consumption", when, lot, quantity)
    batch.plant.link(lot, batch.output, quantity, when, batch.recipe.link, batch.order_id)
    batch.plant.post(used, lot, -quantity, "400000", when)
    batch.inputs.append((lot, quantity))
    return used


def misbook(batch: Batch, lot: Lot, quantity: Decimal, when: datetime) -> None:
    """A slip of the keyboard just before the right entry: booked tenfold and taken back."""
    plant = batch.plant
    wrong, undone = plant.after(when, -4, -3), plant.after(when, -2, -1)
    slip: dict[str, Value] = {
        "performed_by": batch.doer,
        "order_id": batch.order_id,
        "entry_method": "manual",
    }
    first = plant.event("consumption", wrong, lot, quantity * 10, **slip)
    plant.post(first, lot, quantity * -10, "400000", wrong)
    second = plant.event("consumption", undone, lot, quantity * 10, reverses=first, **slip)
    plant.post(second, lot, quantity * 10, "400000", undone)


def use_labels(batch: Batch, lot: Lot, quantity: Decimal, when: datetime) -> None:
    """Labels handed to the batch; at its end used and destroyed ones account for all of them."""
    left = max(quantity - batch.made, Decimal(0))
    move(batch, "label_issue", when, lot, quantity, result="pass")
    ended = batch.plant.after(batch.completed_at, -80, -60)
    use(batch, lot, quantity - left, ended)
    if left:
        destroyed = batch.plant.after(ended, 4, 12)
        lot.left += left
        dispose(batch.plant, lot, destroyed, left, "LBL", order_id=batch.order_id)
    move(
        batch,
        "label_reconciliation",
        batch.plant.after(ended, 20, 30),
        lot,
        quantity,
        result="pass",
    )


def control(batch: Batch) -> None:
    """In-process controls, examined and decided before the output."""
    plant = batch.plant
    when = batch.started_at + timedelta(hours=batch.recipe.hours * 0.6)
    read_controls(batch, when)
    if not batch.output.material.in_process:
        return
    results(
        plant,
        batch.output,
        batch.output.material.in_process,
        when,
        plant.numbers.inspection_lot(),
        analyst=batch.doer,
        reviewer=batch.checker,
        reviewed_at=plant.after(when, 75, 95),
    )
    plant.event(
        "inspection",
        plant.after(when, 96, 110),
        batch.output,
        performed_by=batch.doer,
        checked_by=batch.checker,
        result="pass",
        reason_code="IPC",
        order_id=batch.order_id,
    )


def read_controls(batch: Batch, when: datetime) -> None:
    """A reading of the line's controls; a plant that has a qualified individual has it reviewed."""
    plant = batch.plant
    if PCQI not in plant.people:
        batch.step("monitoring", when, to_location=batch.recipe.equipment, result="pass")
        return
    event_id = plant.event(
        "monitoring",
        when,
        batch.output,
        performed_by=batch.doer,
        checked_by=batch.checker,
        order_id=batch.order_id,
        to_location=batch.recipe.equipment,
        result="pass",
        reason_code="LINE",
    )
    review_reading(plant, batch.signed(event_id, when), when)


def output(batch: Batch) -> None:
    """What came out, weighed or counted by two; the order's row, with its yield."""
    plant, recipe, lot = batch.plant, batch.recipe, batch.output
    when = plant.after(batch.completed_at, -15, -5)
    event_id = move(batch, recipe.output_event, when, lot, batch.made, to_location="Q-02")
    lot.left = batch.made
    plant.post(event_id, lot, batch.made, "890000", when)
    plant.status(lot, "quarantine", when, batch.doer, "GR")
    plant.put(
        "orders",
        batch.order_id,
        plant.after(batch.completed_at, 1, 9),
        order_id=batch.order_id,
        material_id=lot.material.material_id,
        lot_id=lot.lot_id,
        kind=recipe.kind,
        master_record=recipe.master_record,
        master_record_version=recipe.version,
        planned_quantity=Decimal(recipe.planned),
        actual_quantity=batch.made,
        uom=lot.material.uom,
        started_at=batch.started_at,
        completed_at=batch.completed_at,
        equipment=recipe.equipment,
        automated=False,
    )


def deviate(batch: Batch) -> None:
    """Something small happened on the line; it is judged and closed on the next working day."""
    plant = batch.plant
    opened_at = plant.after(batch.started_at, 150, 200)
    closed_on = plant.later(plant.clock.day(batch.completed_at), 1)
    reason = plant.random.choice(("TEMP", "STOP", "LABEL", "PROC"))
    subject = ("orders", batch.order_id)
    deviation(plant, subject, opened_at, plant.at(closed_on, "08:10", 30), reason=reason)


def batch_record(batch: Batch) -> str:
    """The batch record: signed by those who made it, reviewed and approved by the quality unit."""
    plant = batch.plant
    issued_at = plant.after(batch.completed_at, 20, 90)
    document_id = plant.document(
        "batch_record",
        ("orders", batch.order_id),
        f"BPR-{batch.output.lot_number}",
        issued_at,
        batch.doer,
    )
    plant.link_document(document_id, ("lots", batch.output.lot_id), issued_at)
    plant.sign("documents", document_id, batch.doer, "production", "performed", issued_at)
    supervisor = plant.who("production-supervisor")
    plant.sign(
        "documents",
        document_id,
        supervisor,
        "production-supervisor",
        "checked",
        plant.after(issued_at, 20, 60),
    )
    return document_id


def review(batch: Batch, when: datetime) -> None:
    """The quality unit reviews and approves the batch record and signs the order."""
    plant = batch.plant
    reviewer = plant.who("quality-unit")
    document = plant.tables.one("documents", subject_id=batch.order_id, kind="batch_record")
    for table, record_id in (
        ("documents", str(document["record_id"])),
        ("orders", batch.order_id),
    ):
        for meaning in ("review", "approval"):
            plant.sign(table, record_id, reviewer, "quality-unit", meaning, when)
            when = plant.after(when, 1, 5)


def finish(batch: Batch, testing_days: int) -> datetime:
    """Sampling, tests, review of the batch record, release; returns when it was released."""
    plant, lot = batch.plant, batch.output
    if lot.material.tests:
        sampled_at = plant.after(batch.completed_at, -8, 20)
        tested = examine_lot(
            plant, lot, sampled_at, testing_days, sample_size(lot.material), batch.order_id
        )
    else:
        tested = plant.after(batch.completed_at, 60, 120)
        sample(plant, lot, plant.after(batch.completed_at, 2, 9), Decimal(0), "TEST")
    day = plant.clock.day(tested)
    begun = plant.after(tested, 10, 25) if plant.is_food else plant.at(day, "15:30", 60)
    review(batch, begun)
    return release(plant, lot, plant.after(begun, 25, 40), batch.order_id)

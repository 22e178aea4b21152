"""A batch is made: weighing, charging, in-process control, output, yield, batch record, release.

Every significant step has one who did it and one who checked it, both of whom sign.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from ..tables import Value
from .plant import Plant
from .quality import release, results, sample, test_lot
from .receiving import new_lot, sample_size
from .store import Store
from .things import Lot, Recipe

Part = tuple[Lot, Decimal]


@dataclass(slots=True)
class Batch:
    """A production order while it runs.

    Attributes:
        plant: where it runs.
        recipe: what it follows.
        order_id: its number.
        output: the lot that comes out.
        doer: who works on it; ``checker`` is the second person.
        started_at: first step, UTC.
        inputs: what went in.
    """

    plant: Plant
    recipe: Recipe
    order_id: str
    output: Lot
    doer: str
    checker: str
    started_at: datetime
    completed_at: datetime
    inputs: list[Part] = field(default_factory=list)

    def step(self, event_type: str, when: datetime, **columns: Value) -> str:
        """A step without material, done and checked."""
        return self.signed(
            self.plant.event(
                event_type,
                when,
                by=self.doer,
                checked_by=self.checker,
                order_id=self.order_id,
                **columns,
            ),
            when,
        )

    def signed(self, event_id: str, when: datetime) -> str:
        """Both persons sign the step."""
        plant = self.plant
        plant.sign(
            "events", event_id, self.doer, "production", "performed", plant.after(when, 0.2, 1)
        )
        plant.sign(
            "events", event_id, self.checker, "production", "checked", plant.after(when, 1, 4)
        )
        return event_id


def make(
    plant: Plant,
    store: Store,
    recipe: Recipe,
    day: date,
    start: str = "06:05",
    *,
    testing_days: int | None = -1,
    parts: list[Part] | None = None,
) -> Batch:
    """One batch begun on ``day``; ``testing_days`` ``None`` leaves it in quarantine, untested.

    By default testing takes as long as the product says.
    ``parts`` gives the inputs when they are not taken from stock by the recipe.
    """
    batch = begin(plant, recipe, day, start)
    clean_and_clear(batch)
    charged = batch.started_at + timedelta(minutes=45)
    if parts is None:
        parts = [
            part
            for line in recipe.ingredients
            for part in store.take(line.material, Decimal(line.quantity), charged)
        ]
    charged = charge(batch, parts, charged)
    control(batch)
    output(batch)
    batch_record(batch)
    if testing_days is not None:
        finish(batch, recipe.product.testing_days if testing_days == -1 else testing_days)
    store.put(batch.output)
    return batch


def begin(plant: Plant, recipe: Recipe, day: date, start: str) -> Batch:
    """The order, its output lot (still without quantity) and the two persons who work on it."""
    started_at = plant.at(day, start)
    doer = plant.who("production")
    output_lot = new_lot(
        plant,
        recipe.product,
        plant.numbers.batch(day),
        Decimal(0),
        day,
        plant.after(started_at, 0.1, 1),
    )
    return Batch(
        plant=plant,
        recipe=recipe,
        order_id=plant.numbers.order(),
        output=output_lot,
        doer=doer,
        checker=plant.who("production", doer),
        started_at=started_at,
        completed_at=started_at + timedelta(hours=recipe.hours + 2),
    )


def clean_and_clear(batch: Batch) -> None:
    """The equipment was cleaned and the line cleared just before the start."""
    equipment = batch.recipe.equipment
    cleaned = batch.plant.after(batch.started_at, -170, -100)
    batch.step("cleaning", cleaned, to_location=equipment, result="pass")
    cleared = batch.plant.after(batch.started_at, -40, -15)
    batch.step("line_clearance", cleared, to_location=equipment, result="pass")
    batch.step("equipment_use", batch.started_at, to_location=equipment)


def charge(batch: Batch, parts: list[Part], when: datetime) -> datetime:
    """Weigh out and add each part; returns when the last was added."""
    plant = batch.plant
    people: dict[str, Value] = {"checked_by": batch.checker, "order_id": batch.order_id}
    weighed = plant.after(batch.started_at, 4, 8)
    for lot, quantity in parts:
        issued = plant.event(
            "issue",
            weighed,
            lot,
            quantity,
            by=batch.doer,
            from_location="R-07",
            to_location=batch.recipe.equipment,
            **people,
        )
        batch.signed(issued, weighed)
        used = plant.event("consumption", when, lot, quantity, by=batch.doer, **people)
        batch.signed(used, when)
        plant.link(lot, batch.output, quantity, when, "consumed", batch.order_id)
        plant.post(used, lot, -quantity, "400000", when)
        batch.inputs.append((lot, quantity))
        if lot.material.klass == "label":
            issue_labels(batch, lot, quantity, weighed)
        weighed = plant.after(weighed, 2, 4)
        when = plant.after(when, 5, 10)
    return when


def issue_labels(batch: Batch, lot: Lot, quantity: Decimal, when: datetime) -> None:
    """Labels handed to the batch, and their count against the packs at its end."""
    plant = batch.plant
    people: dict[str, Value] = {"checked_by": batch.checker, "order_id": batch.order_id}
    issued = plant.event("label_issue", when, lot, quantity, by=batch.doer, result="pass", **people)
    batch.signed(issued, when)
    counted = plant.after(batch.completed_at, -50, -20)
    done = plant.event(
        "label_reconciliation", counted, lot, quantity, by=batch.doer, result="pass", **people
    )
    batch.signed(done, counted)


def control(batch: Batch) -> None:
    """In-process controls, examined and decided before the output."""
    plant = batch.plant
    when = batch.started_at + timedelta(hours=batch.recipe.hours * 0.6)
    batch.step("monitoring", when, to_location=batch.recipe.equipment, result="pass")
    if not batch.recipe.in_process:
        return
    sample_id = plant.numbers.inspection_lot()
    results(
        plant,
        batch.output,
        batch.recipe.in_process,
        when,
        sample_id,
        analyst=batch.doer,
        reviewer=batch.checker,
        reviewed_at=plant.after(when, 40, 90),
    )
    plant.event(
        "inspection",
        plant.after(when, 95, 110),
        batch.output,
        by=batch.doer,
        checked_by=batch.checker,
        result="pass",
        reason_code="IPC",
        order_id=batch.order_id,
    )


def output(batch: Batch) -> None:
    """What came out, weighed or counted by two; the order's row, with its yield."""
    plant, recipe, lot = batch.plant, batch.recipe, batch.output
    planned = Decimal(recipe.planned)
    made = (planned * Decimal(str(round(plant.random.uniform(0.975, 0.998), 4)))).quantize(
        Decimal(1) if lot.material.uom not in {"KG", "G"} else Decimal("0.1")
    )
    when = plant.after(batch.completed_at, -15, -5)
    event_id = plant.event(
        recipe.output_event,
        when,
        lot,
        made,
        by=batch.doer,
        checked_by=batch.checker,
        order_id=batch.order_id,
        to_location="Q-02",
    )
    batch.signed(event_id, when)
    lot.left = made
    plant.post(event_id, lot, made, "890000", when)
    plant.status(lot, "quarantine", plant.after(when, 0.1, 0.9), batch.doer, "GR")
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
        planned_quantity=planned,
        actual_quantity=made,
        uom=lot.material.uom,
        started_at=batch.started_at,
        completed_at=batch.completed_at,
        equipment=recipe.equipment,
        automated=False,
    )


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
        tested = test_lot(
            plant, lot, sampled_at, testing_days, sample_size(lot.material), batch.order_id
        )
    else:
        tested = plant.after(batch.completed_at, 60, 120)
        sample(plant, lot, plant.after(batch.completed_at, 2, 9), Decimal(0), "TEST")
    day = plant.clock.day(tested)
    begun = plant.after(tested, 10, 25) if plant.is_food else plant.at(day, "15:30", 60)
    review(batch, begun)
    return release(plant, lot, plant.after(begun, 25, 40), batch.order_id)

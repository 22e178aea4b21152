"""How faults are planted: a registry of fault functions, and the fresh lots they break.

A fault function takes a ``Planter`` for one plant, makes something of its own (a receipt, a batch,
a delivery), breaks it, and says which clauses are to find what. The function's name is the fault,
the first line of its docstring says why it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from ..tables import Row
from ..timeline import workday_after
from ..world.controlled import order_form
from ..world.plant import Plant
from ..world.production import Batch, Part, make
from ..world.receiving import receive
from ..world.running import deliver_part
from ..world.supply import draw_stock
from ..world.things import Lot, Material, Recipe
from .same import with_the_same

GMP = "us-21cfr211:"
"""Clauses of the rules for medicines."""

SUPPLY = "us-dscsa:"
"""Clauses of the rules for the supply chain of prescription drugs."""

DRUG = ("LEU", "DUR", "EIN")
"""Plants that those rules bind."""

FIRST_DAY = date(2026, 10, 1)
"""Faults begin on this day or soon after, so that all of their story lies in the month."""

SMALL = Decimal("0.1")
"""Batches made for a fault are a tenth of the usual ones."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A verdict that a fault has to bring about.

    Attributes:
        fault: name of the fault.
        clause: clause that finds it.
        subject_type: kind of subject: lot, order, event, …
        subject_id: its identifier.
        site_id: the site.
        state: gap, undetermined, pending or accepted_risk.
        code: code of the verdict.
        why: what was done.
    """

    fault: str
    clause: str
    subject_type: str
    subject_id: str
    site_id: str
    state: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault function and the plants it is planted in, once for each name."""

    plant: Callable[[Planter], None]
    sites: tuple[str, ...]


FAULTS: list[Fault] = []
"""Every fault there is, in the order in which the modules name them."""


def fault(*sites: str) -> Callable[[Callable[[Planter], None]], Callable[[Planter], None]]:
    """Register a fault function for these plants; a plant named twice gets it twice."""

    def register(function: Callable[[Planter], None]) -> Callable[[Planter], None]:
        FAULTS.append(Fault(function, sites))
        return function

    return register


@dataclass(slots=True)
class Hosts:
    """Batches of a plant whose single steps faults break, by class of product.

    Attributes:
        batches: the batches.
        broken: steps that a fault has taken for itself.
    """

    batches: dict[str, list[Batch]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


class Planter:
    """One fault being planted in one plant.

    Args:
        plant: where.
        name: the fault's name.
        why: what the fault is.
        turn: how many faults were planted in this plant before; spreads them over the month.
        hosts: batches of the plant whose single steps faults break, each its own.
    """

    def __init__(self, plant: Plant, name: str, why: str, turn: int, hosts: Hosts) -> None:
        self.plant = plant
        self.tables = plant.tables
        self.site_id = plant.site_id
        self.name = name
        self.why = why
        self.turn = turn
        self.hosts = hosts.batches
        self.broken = hosts.broken
        self.planted: list[Planted] = []

    # what is to be found

    def found(
        self,
        subject_type: str,
        subject_id: str,
        code: str,
        *clauses: str,
        state: str = "gap",
    ) -> None:
        """The clauses that find it on this subject, those that ask the same among them."""
        for clause in with_the_same(clauses, self.plant.site):
            self.planted.append(
                Planted(
                    self.name,
                    clause,
                    subject_type,
                    subject_id,
                    self.site_id,
                    state,
                    code,
                    self.why,
                )
            )

    # what is made for it

    def day(self, span: int = 7) -> date:
        """A working day early in the month, not the same for every fault."""
        return self.plant.later(FIRST_DAY, self.turn % span)

    def material(self, klass: str, *flags: str, without: Iterable[str] = ()) -> Material:
        """One of the plant's bought materials of a class with these flags, in turn."""
        fitting = [
            material
            for material in self.plant.catalogue.materials
            if material.klass == klass
            and material.suppliers
            and set(flags) <= set(material.flags)
            and not set(without) & (set(material.flags) | set(material.more))
        ]
        return fitting[self.turn % len(fitting)]

    def received(
        self, material: Material, testing_days: int | None = -1, day: date | None = None
    ) -> Lot:
        """A lot of a material, received early in the month and kept out of everybody's way."""
        day = day or self.day()
        lot = receive(self.plant, material, day, testing_days=testing_days)
        self.plant.store.keep(lot)
        if material.more.get("dea_schedule") == "II":
            before = self.plant.clock.at(day, "06:00")
            order_form(self.plant, ("lots", lot.lot_id), before, material.suppliers[0])
        return lot

    def recipe(self, klass: str, *, of: str | None = None, without: Iterable[str] = ()) -> Recipe:
        """A recipe whose product is of a class; ``of`` names the product."""
        fitting = [
            recipe
            for recipe in self.plant.catalogue.recipes
            if recipe.product.klass == klass
            and (of is None or recipe.product.material_id == of)
            and not set(without) & (set(recipe.product.flags) | set(recipe.product.more))
        ]
        return fitting[self.turn % len(fitting)]

    def batch(
        self,
        recipe: Recipe,
        *,
        day: date | None = None,
        using: Iterable[Lot] = (),
        testing_days: int | None = -1,
    ) -> Batch:
        """A small batch of its own; ``using`` replaces stock of the same material."""
        recipe = small(recipe)
        day = day or self.day()
        own = {lot.material.material_id: lot for lot in using}
        when = self.plant.clock.at(day, "06:00")
        parts: list[Part] = []
        for line in recipe.ingredients:
            quantity = Decimal(line.quantity)
            lot = own.get(line.material.material_id)
            if lot is None:
                parts += draw_stock(self.plant, line.material, quantity, when)
            else:
                lot.left -= quantity
                parts.append((lot, quantity))
        batch = make(self.plant, recipe, day, parts, "07:30", testing_days, is_steady=True)
        self.plant.store.keep(batch.output)
        return batch

    def delivered(self, lot: Lot, *, day: date | None = None, customer: str | None = None) -> str:
        """A delivery of part of a lot of its own; returns its number."""
        if lot.usable_from is None:
            raise ValueError(f"{lot.lot_id} is not released")
        day = day or self.plant.later(self.plant.clock.day(lot.usable_from), 1)
        customers = self.plant.catalogue.partners("customer")
        quantity = (lot.left * Decimal("0.4")).quantize(Decimal(1))
        return deliver_part(
            self.plant, lot, quantity, day, customer or customers[self.turn % len(customers)]
        )

    def hosts_of(self, klass: str, of: str | None = None) -> Iterator[Batch]:
        """Batches whose single steps several faults break, each its own; the last one is new."""
        batches = self.hosts.setdefault(of or klass, [])
        yield from batches
        batches.append(self.batch(self.recipe(klass, of=of)))
        yield batches[-1]

    # what is broken

    def event(self, event_type: str, lot: Lot | None = None, **wanted: str) -> Row:
        """The first event of a type, of a lot or with the wanted columns, not reversed."""
        if lot is not None:
            wanted["lot_id"] = lot.lot_id
        rows = self.tables.rows("events", event_type=event_type, site_id=self.site_id, **wanted)
        undone = {row.get("reverses") for row in self.tables.rows("events", **wanted)}
        return next(
            row for row in rows if row["record_id"] not in undone and not row.get("reverses")
        )

    def signature(self, record_id: str, meaning: str, role: str | None = None) -> Row:
        """The first signature with a meaning on a record; with ``role`` the one in that role."""
        wanted = {"role": role} if role else {}
        return self.tables.rows(
            "signatures", signed_record_id=record_id, meaning=meaning, **wanted
        )[0]

    def drop(self, table: str, row: Row) -> None:
        """Take a row out, with signatures, postings and links that name it."""
        self.tables.remove(table, row_id(row))
        if table in {"documents", "events"}:
            for signature in self.tables.rows("signatures", signed_record_id=row_id(row)):
                self.tables.remove("signatures", row_id(signature))
        if table == "events":
            for posting in self.tables.rows("postings", event_id=row_id(row)):
                self.tables.remove("postings", row_id(posting))
        if table == "documents":
            for link in self.tables.rows("document_links", document_id=row_id(row)):
                self.tables.remove("document_links", row_id(link))

    def results(self, lot: Lot, **wanted: str) -> list[Row]:
        """Test results of a lot."""
        return self.tables.rows("test_results", lot_id=lot.lot_id, **wanted)


def small(recipe: Recipe) -> Recipe:
    """A tenth of a recipe; what is counted stays whole."""
    return replace(
        recipe,
        planned=_scaled(recipe.planned),
        ingredients=tuple(
            replace(line, quantity=_scaled(line.quantity)) for line in recipe.ingredients
        ),
    )


def _scaled(quantity: str) -> str:
    scaled = Decimal(quantity) * SMALL
    is_whole = Decimal(quantity) == Decimal(quantity).to_integral_value()
    step = Decimal(1) if is_whole and scaled > 200 else Decimal("0.001")
    return str(scaled.quantize(step, ROUND_HALF_UP).normalize().quantize(step))


def row_id(row: Row) -> str:
    """A row's record identifier."""
    return str(row["record_id"])


def weekday(day: date, days: int) -> date:
    """``days`` working days after ``day``."""
    return workday_after(day, days)


def after_days(day: date, days: int) -> date:
    """``days`` calendar days after ``day``."""
    return day + timedelta(days=days)


def move(p: Planter, row: Row, other: Row, minutes: int) -> None:
    """Set a row's time to some minutes after another's, as if it had been entered then."""
    when = time_of(other) + timedelta(minutes=minutes)
    row.update(p.plant.happens(when))
    row["recorded_at"] = when + timedelta(seconds=50)


def time_of(row: Row) -> datetime:
    """When an event or result was, UTC."""
    moment = row["occurred_at"]
    if not isinstance(moment, datetime):
        raise TypeError(f"{row['record_id']} has no time")
    return moment


def later_release(p: Planter, lot: Lot, when: datetime) -> None:
    """Move the release of a lot, its signature and the status it brought to another time."""
    released = p.event("release", lot)
    status = p.tables.one("lot_status", lot_id=lot.lot_id, to_status="released")
    for row in (released, status):
        row.update(p.plant.happens(when))
        row["recorded_at"] = when + timedelta(seconds=50)
    signatures = p.tables.rows("signatures", signed_record_id=row_id(released), meaning="release")
    for signature in signatures:
        signature["signed_at"] = when

"""What the generators handle while they make rows: materials, lots, recipes, specifications.

Plain data, no rows. Amounts are ``Decimal`` in the unit that the plant books in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One line of a specification and how results on it fall.

    Attributes:
        name: what is measured.
        kind: identity, assay, purity, physical, microbiological, in_process or other.
        method: test method.
        lower: lower limit, or ``None``.
        upper: upper limit, or ``None``.
        uom: unit of limits and results.
        text: expected result of a test without a number.
        typical: mean and spread of results; results never leave the limits.
        places: digits after the decimal point.
    """

    name: str
    kind: str
    method: str
    lower: str | None = None
    upper: str | None = None
    uom: str | None = None
    text: str | None = None
    typical: tuple[float, float] = (0.0, 0.0)
    places: int = 1


@dataclass(frozen=True, slots=True)
class Material:
    """A material and what its lots are like.

    Attributes:
        material_id: number, unique over all sites.
        name: name people use.
        klass: raw, packaging, label, intermediate, finished or waste.
        uom: unit the plant books in.
        base_uom: base unit of the material.
        tests: the house specification, in-process controls included.
        suppliers: parties approved for it, the usual one first.
        flags: facts that clauses ask for.
        family: product family, or ``None``.
        shelf_days: shelf life from manufacture [days].
        retest_days: re-test interval from manufacture [days], or ``None``.
        price: worth of one ``uom``.
        lead_days: how many days before its use a lot arrives.
        testing_days: working days that the laboratory needs for a lot.
        lot_size: what one receipt brings, in ``uom``.
        more: further columns of ``materials`` (dea_schedule, allergen…).
    """

    material_id: str
    name: str
    klass: str
    uom: str
    base_uom: str
    tests: tuple[Characteristic, ...] = ()
    suppliers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    family: str | None = None
    shelf_days: int = 730
    retest_days: int | None = None
    price: str = "1.00"
    lot_size: str = "0"
    lead_days: int = 24
    testing_days: int = 4
    more: dict[str, str | bool] = field(default_factory=dict)

    @property
    def in_process(self) -> tuple[Characteristic, ...]:
        """What the line controls while a batch runs."""
        return tuple(test for test in self.tests if test.kind == "in_process")

    @property
    def laboratory(self) -> tuple[Characteristic, ...]:
        """What the laboratory tests."""
        return tuple(test for test in self.tests if test.kind != "in_process")


@dataclass(slots=True)
class Lot:
    """A lot while the world is made; ``left`` goes down as it is used.

    Attributes:
        lot_id: identifier, unique over all sites.
        lot_number: the number people read on the label.
        material: what it is a lot of.
        left: what is on hand, in the material's ``uom``.
        made_at: manufacture, UTC.
        expires_at: first instant after expiry, UTC.
        usable_from: when the quality unit released it, UTC; ``None`` while it waits.
    """

    lot_id: str
    lot_number: str
    material: Material
    left: Decimal
    made_at: datetime
    expires_at: datetime
    usable_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A line of a bill of materials.

    Attributes:
        material: what goes in.
        quantity: how much for one batch, in the material's ``uom``.
    """

    material: Material
    quantity: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one batch of a product is made.

    Attributes:
        product: what comes out.
        kind: production, packaging, rework or blend.
        master_record: master production record.
        version: its version in force.
        ingredients: the bill of materials for one batch.
        planned: theoretical output, in the product's ``uom``.
        equipment: main equipment.
        hours: from the first addition to the output.
        output_event: intermediate_output or finished_goods.
        link: kind of the genealogy's edges: consumed, merged, split, repacked, reworked.
    """

    product: Material
    kind: str
    master_record: str
    version: str
    ingredients: tuple[Ingredient, ...]
    planned: str
    equipment: str
    hours: float
    output_event: str
    link: str = "consumed"


@dataclass(frozen=True, slots=True)
class Party:
    """A supplier, customer or carrier of a plant.

    Attributes:
        party_id: identifier, unique over all sites.
        name: its name.
        role: supplier, customer or carrier.
        address: postal address in one line.
        gln: GS1 global location number, or ``None``.
        dea_registration: its DEA registration, or ``None``.
        schedules: schedules it is registered for.
        risk: low, medium or high.
    """

    party_id: str
    name: str
    role: str
    address: str
    gln: str | None = None
    dea_registration: str | None = None
    schedules: tuple[str, ...] = ()
    risk: str = "low"


@dataclass(frozen=True, slots=True)
class Campaign:
    """Batches of a product, spread evenly over a time.

    Attributes:
        recipe: what is made.
        share: part of the plant's batches that are of this campaign.
        first: day of the first batch.
        last: no batch begins after it.
        start: local time at which a batch begins.
    """

    recipe: Recipe
    share: float
    first: date
    last: date
    start: str = "06:05"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a plant buys, makes and sells.

    Attributes:
        currency: of prices and postings.
        dial: how its partners' telephone numbers begin.
        parties: suppliers, customers, carriers.
        materials: its own materials.
        recipes: how it makes those it does not buy.
        specials: recipes for rework and blending, used when there is need.
        campaigns: what it makes for its customers.
    """

    currency: str
    dial: str
    parties: tuple[Party, ...]
    materials: tuple[Material, ...]
    recipes: tuple[Recipe, ...]
    campaigns: tuple[Campaign, ...]
    specials: tuple[Recipe, ...] = ()

    def partners(self, role: str) -> list[str]:
        """Identifiers of the parties with that role."""
        return [party.party_id for party in self.parties if party.role == role]

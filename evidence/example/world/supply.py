"""Materials are there when a batch needs them: bought, made in the plant, or sent by a sibling.

What is on hand is used first, oldest release first. What is missing has been brought in early
enough to be tested and released, as a planner would have ordered it.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

from .controlled import order_form
from .distribution import receive_transfer, send
from .plant import Plant
from .production import Part, make
from .receiving import receive
from .store import is_usable
from .things import Lot, Material, Recipe


def gather(plant: Plant, recipe: Recipe, when: datetime) -> list[Part]:
    """Everything that one batch of the recipe needs at ``when``."""
    return [
        part
        for line in recipe.ingredients
        for part in draw_stock(plant, line.material, Decimal(line.quantity), when)
    ]


def draw_stock(plant: Plant, material: Material, quantity: Decimal, when: datetime) -> list[Part]:
    """``quantity`` of a material for use at ``when``, as parts of one or more lots."""
    parts, missing = plant.store.take(material, quantity, when)
    while missing:
        day = plant.later(plant.clock.day(when) - timedelta(days=material.lead_days), 0)
        lot = bring(plant, material, day, missing)
        if lot.usable_from is None or lot.usable_from >= when:
            raise ValueError(f"{lot.lot_id} comes too late for {when}")
        more, missing = plant.store.take(material, missing, when)
        parts += more
    return parts


def bring(plant: Plant, material: Material, day: date, quantity: Decimal) -> Lot:
    """A further lot of a material, begun or received on ``day``, tested and released."""
    recipe = recipe_of(plant, material)
    if recipe:
        return produce(plant, recipe, day)
    if material not in plant.catalogue.materials:
        return from_sibling(plant, material, day, quantity)
    size = Decimal(material.lot_size)
    lots = math.ceil(quantity * Decimal("1.05") / size)
    lot = receive(plant, material, day, quantity=lots * size)
    if material.more.get("dea_schedule") == "II":
        supplier = material.suppliers[0]
        order_form(plant, ("lots", lot.lot_id), plant.clock.at(day, "06:00"), supplier)
    return lot


def recipe_of(plant: Plant, material: Material) -> Recipe | None:
    """How the plant makes a material; ``None`` when it buys it."""
    made = (recipe for recipe in plant.catalogue.recipes if recipe.product == material)
    return next(made, None)


def produce(plant: Plant, recipe: Recipe, day: date, start: str = "06:05") -> Lot:
    """One batch of a recipe, from stock to release."""
    needed_at = plant.clock.at(day, start)
    return make(plant, recipe, day, gather(plant, recipe, needed_at), start).output


def from_sibling(plant: Plant, material: Material, day: date, quantity: Decimal) -> Lot:
    """Part of a sibling's released lot, sent so that it arrives on ``day``."""
    owner = next(
        sibling for sibling in plant.siblings.values() if material in sibling.catalogue.materials
    )
    sent_on = owner.later(day - timedelta(days=2), 0)
    part = (quantity * Decimal("1.02") + 5).quantize(Decimal(1))
    lot = whole_lot(owner, material, part, owner.clock.at(sent_on, "07:00"))
    lot.left -= part
    shipment_id = send(owner, lot, part, sent_on, plant.site_id)
    arrival = max(day, sent_on + timedelta(days=1))
    return receive_transfer(plant, owner, lot, part, arrival, shipment_id)


def whole_lot(plant: Plant, material: Material, quantity: Decimal, when: datetime) -> Lot:
    """A released lot with at least ``quantity`` left at ``when``; brought in when there is none."""
    for lot in plant.store.lots(material):
        if lot.left >= quantity and is_usable(lot, when):
            return lot
    day = plant.later(plant.clock.day(when) - timedelta(days=material.lead_days), 0)
    return bring(plant, material, day, quantity)

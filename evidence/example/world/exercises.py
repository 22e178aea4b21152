"""What customers' schemes ask of the food plants: exercises of traceability, traceable rework."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from . import masterdata
from .plant import Plant
from .production import Batch, make
from .quality import deviation
from .things import Ingredient, Lot, Material, Recipe

RECALL_PLAN = "RECALL"
"""Number of the procedure for withdrawal and recall."""


def set_up(plant: Plant) -> None:
    """The procedure for withdrawal and recall, and the instruction for packing anew."""
    issued_at = plant.clock.at(date(2025, 11, 3), "13:00")
    head = plant.people["head of food safety"][0]
    plant.document("recall_plan", ("sites", plant.site_id), RECALL_PLAN, issued_at, head)
    masterdata.add_master_record(plant, repacking(plant))


def repacking(plant: Plant) -> Recipe:
    """How a product is packed anew: each piece into another container of its kind."""
    like = plant.catalogue.recipes[0]
    product = like.product
    container = next(
        line.material for line in like.ingredients if line.material.klass == "packaging"
    )
    return replace(
        like,
        kind="rework",
        master_record=f"{like.master_record}-R",
        version="1",
        ingredients=(Ingredient(product, "200"), Ingredient(container, "200")),
        planned="200",
        hours=2,
        link="reworked",
    )


def exercise(plant: Plant, lot: Lot, opened_at: datetime, direction: str, minutes: float) -> str:
    """A lot is traced, and its quantity accounted for, within some minutes."""
    return deviation(
        plant,
        ("lots", lot.lot_id),
        opened_at,
        opened_at + timedelta(seconds=round(minutes * 60)),
        kind="drill",
        reason=direction,
    )


def pack_anew(
    plant: Plant, lot: Lot, day: date, pieces: int, testing_days: int | None = -1
) -> Batch:
    """Pieces of a lot are packed anew, since their containers were torn.

    ``testing_days`` (by default as long as the product says) ``None`` leaves them in quarantine.
    """
    recipe = repacking(plant)
    container = recipe.ingredients[1].material
    quantity = Decimal(pieces)
    lot.left -= quantity
    parts = [(lot, quantity), (spare(plant, container, quantity, day), quantity)]
    recipe = replace(recipe, planned=str(pieces))
    return make(plant, recipe, day, parts, "12:10", testing_days, is_steady=True)


def happen(plant: Plant) -> None:
    """The yearly exercise in both directions, and a lot some of which is packed anew."""
    products = [m for m in plant.catalogue.materials if m.klass == "finished"]
    limit = plant.clock.at(date(2026, 10, 12), "00:00")
    traced = next(
        lot
        for material in products
        for lot in plant.store.lots(material)
        if lot.usable_from and lot.usable_from < limit and lot.left > 0
    )
    opened_at = plant.at(date(2026, 10, 13), "09:00")
    exercise(plant, traced, opened_at, "BOTH", plant.random.uniform(90, 200))
    torn = plant.store.lots(repacking(plant).product)[-1]
    if torn.usable_from is None:
        raise ValueError(f"{torn.lot_id} is not released")
    pack_anew(plant, torn, plant.later(plant.clock.day(torn.usable_from), 1), 120)


def spare(plant: Plant, container: Material, pieces: Decimal, day: date) -> Lot:
    """A released lot of containers with so many left, which are taken."""
    when = plant.clock.at(day, "06:00")
    lot = next(
        lot
        for lot in plant.store.lots(container)
        if lot.usable_from and lot.usable_from < when and lot.left >= pieces
    )
    lot.left -= pieces
    return lot

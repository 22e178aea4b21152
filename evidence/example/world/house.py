"""What the company asks of its plants beside the law: totes, trimmings, agreements, oldest first.

Salinas is the plant that holds to the house rules; its own values stand in ``lotproof.yml``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from ..tables import Row, Tables
from .plant import Plant
from .preventive import moment
from .quality import dispose
from .rotation import WAIVED, left_at, standing
from .supply import produce
from .things import Ingredient, Lot, Recipe
from .waste import fill, waste_of

OLDEST_FIRST = "house-rules:contract-oldest-first"
"""The clause on the order of deliveries."""


def set_up(plant: Plant) -> None:
    """Every customer has an agreement on goods under contract."""
    issued_at = plant.clock.at(date(2026, 1, 12), "11:00")
    head = plant.people["head of quality"][0]
    for customer in plant.catalogue.partners("customer"):
        number = f"CONTRACT-{customer}"
        plant.document("agreement", ("parties", customer), number, issued_at, head)


def happen(plant: Plant) -> None:
    """A batch is cut from washed lettuce out of totes, and its trimmings leave within the week."""
    produce(plant, from_totes(plant), date(2026, 10, 14), "05:30")
    clear(plant, fill(plant, waste_of(plant), date(2026, 10, 14), Decimal(180)), date(2026, 10, 19))


def washing(plant: Plant) -> Recipe:
    """How lettuce is washed into totes."""
    return next(r for r in plant.catalogue.recipes if r.product.klass == "intermediate")


def from_totes(plant: Plant) -> Recipe:
    """A product cut from washed lettuce instead of packed hearts."""
    washed = washing(plant)
    like = next(
        recipe
        for recipe in plant.catalogue.recipes
        if recipe.ingredients[0].material == washed.ingredients[0].material
        and recipe.product.klass == "finished"
    )
    first = Ingredient(washed.product, "360")
    others = tuple(replace(line, quantity="560") for line in like.ingredients[1:])
    return replace(like, ingredients=(first, *others), planned="560")


def clear(plant: Plant, lot: Lot, day: date) -> str:
    """Trimmings go to a farm as feed."""
    return dispose(plant, lot, plant.at(day, "14:00"), lot.left, "FEED")


def explain_deliveries(tables: Tables, site_id: str, spared: set[str]) -> None:
    """Give deliveries that passed over an older lot their reason, but for those ``spared``."""
    finished = {row["material_id"] for row in tables.rows("materials", **{"class": "finished"})}
    mates: dict[object, list[Row]] = defaultdict(list)
    for lot in tables.rows("lots", site_id=site_id):
        mates[lot["material_id"]].append(lot)
    by_lot: dict[object, list[Row]] = defaultdict(list)
    for event in standing(tables.rows("events", site_id=site_id)):
        by_lot[event["lot_id"]].append(event)
    for event in tables.rows("events", site_id=site_id, event_type="shipment"):
        if event.get("reason_code") or event["lot_id"] in spared:
            continue
        own = tables.get("lots", str(event["lot_id"]))
        if own["material_id"] not in finished:
            continue
        when = moment(event)
        if any(
            is_older(other, own, when) and left_at(by_lot[other["lot_id"]], when) != 0
            for other in mates[own["material_id"]]
            if other is not own
        ):
            event["reason_code"] = WAIVED


def is_older(other: Row, own: Row, when: datetime) -> bool:
    """Whether another lot may expire before the delivered one, and later than its delivery."""
    theirs, ours = other.get("expires_at"), own.get("expires_at")
    if not isinstance(theirs, datetime) or not isinstance(ours, datetime):
        return True
    return when < theirs < ours

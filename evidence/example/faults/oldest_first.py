"""Faults in rotation: a younger lot was taken while an older one could have been."""

from __future__ import annotations

from .components import plain_component, used
from .planting import DRUG, GMP, Planter, fault


@fault(*DRUG)
def younger_component_used_first(p: Planter) -> None:
    """A component went into a batch while an older released lot of it was in stock."""
    material = plain_component(p)
    p.received(material)
    lot = p.received(material, day=p.plant.later(p.day(), 2))
    used(p, lot, days=13)
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.86")


@fault("LEU", "EIN", "LEU")
def younger_product_shipped_first(p: Planter) -> None:
    """A product was delivered while an older released lot of it was in stock."""
    recipe = p.recipe("finished")
    p.batch(recipe)
    lot = p.batch(recipe, day=p.plant.later(p.day(), 2)).output
    p.delivered(lot)
    p.found("lot", lot.lot_id, "wrong_order", GMP + "211.150-a")

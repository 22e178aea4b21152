"""The answer key: which faults were planted, and which clause is to find each.

Puts the fault modules together; what each fault does is left to them.
"""

from __future__ import annotations

from collections import Counter

from .faults import (
    actives,
    articles,
    certificates,
    components,
    computerised,
    controlled,
    diversion,
    europe,
    exercises,
    food,
    house,
    kept,
    oldest_first,
    preventive,
    production,
    products,
    qualified_person,
    recalls,
    receiving,
    records,
    releases,
    substances,
    supply_chain,
    testing,
    trails,
    unsafe_food,
    verified_suppliers,
    waste,
)
from .faults.planting import FAULTS, Hosts, Planted, Planter
from .world.plant import Plant

MODULES = (
    receiving,
    testing,
    production,
    components,
    products,
    records,
    certificates,
    food,
    controlled,
    substances,
    computerised,
    qualified_person,
    unsafe_food,
    waste,
    releases,
    kept,
    trails,
    oldest_first,
    supply_chain,
    articles,
    preventive,
    verified_suppliers,
    exercises,
    house,
    europe,
    recalls,
    actives,
    diversion,
)
"""Modules whose import registers the faults."""


def plant_faults(plants: dict[str, Plant]) -> list[Planted]:
    """Plant every fault; returns what is to be found, in the order of planting."""
    planted: list[Planted] = []
    turns: Counter[str] = Counter()
    hosts = {site_id: Hosts() for site_id in plants}
    for each in FAULTS:
        for site_id in each.sites:
            why = (each.plant.__doc__ or "").strip().splitlines()[0]
            planter = Planter(
                plants[site_id], each.plant.__name__, why, turns[site_id], hosts[site_id]
            )
            each.plant(planter)
            turns[site_id] += 1
            planted += planter.planted
    return planted

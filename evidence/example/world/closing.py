"""The end of the month: what lies in the store is counted, by one person and before another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from ..timeline import MONTH_END
from .plant import Plant
from .things import Lot

BIENNIAL = date(2025, 5, 30)
"""Day of the last biennial inventory of controlled substances."""


def close_month(plant: Plant) -> None:
    """Count every lot on hand on the last day, a Saturday, when nothing moves."""
    when = plant.clock.at(MONTH_END, "07:00")
    lots = plant.store.on_hand()
    for lot in lots:
        is_controlled = "dea_code" in lot.material.more
        count(plant, [lot], when, "annual" if is_controlled else "cycle")
        when = plant.after(when, 200 / len(lots), 600 / len(lots))


def count(plant: Plant, lots: Iterable[Lot], when: datetime, kind: str) -> None:
    """An inventory of lots, counted by one and witnessed by another."""
    counter = plant.who("warehouse")
    witness = plant.who("warehouse", counter)
    for lot in lots:
        plant.put(
            "counts",
            plant.numbers.next("counts", when),
            plant.after(when, 30, 90),
            material_id=lot.material.material_id,
            lot_id=lot.lot_id,
            quantity=lot.left,
            uom=lot.material.uom,
            counted_by=counter,
            witnessed_by=witness,
            kind=kind,
            **plant.happens(when),
        )


def biennial_inventory(plant: Plant) -> None:
    """The last inventory before the history: one line for each controlled material."""
    when = plant.clock.at(BIENNIAL, "17:00")
    counter, witness = plant.people["warehouse"][:2]
    for material in plant.catalogue.materials:
        if "dea_code" not in material.more:
            continue
        plant.put(
            "counts",
            plant.numbers.next("counts", when),
            plant.after(when, 30, 90),
            material_id=material.material_id,
            lot_id=None,
            quantity=Decimal(plant.random.randrange(2, 40)),
            uom=material.uom,
            counted_by=counter,
            witnessed_by=witness,
            kind="biennial",
            **plant.happens(when),
        )

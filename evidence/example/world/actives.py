"""What ICH Q7 asks of a plant that makes drug substances: its inputs and their makers' analyses.

The exempt input stands beside the plant's catalogue, so that no batch uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from . import masterdata, tests_of
from .houston import GUAIACOL, SOLVENT
from .plant import Plant
from .quality import release
from .receiving import midnight, new_lot, receive, supplier_lot_number
from .things import Lot, Material

FULL = "FULL"
"""Reason code of an inspection that made every test of the specification."""

ANALYSED_ON = (date(2026, 6, 9), date(2026, 6, 16), date(2026, 6, 23))
"""Days of the three full analyses of each input of each maker."""

TOXIC = Material(
    "M-0104", "3-Chloropropane-1,2-diol", "raw", "LB", "g",
    (tests_of.identity("ASTM E1252"), tests_of.assay("GC-FID", "98.0", "100.5", 99.2)),
    ("S-061",), ("api_input", "own_test_exempt"), None, 365, 180, "7.70", "600", 20,
    more={"cas_number": "96-24-2"},
)  # fmt: skip
"""Highly toxic, and so not tested by the plant itself (ICH Q7 7.32)."""


def make_actives(plant: Plant) -> None:
    """The makers of all inputs were compared; a toxic one came on its maker's certificate."""
    masterdata.add_material(plant, TOXIC, plant.catalogue.currency)
    for material in (GUAIACOL, SOLVENT):
        analyse_in_full(plant, material, material.suppliers[0])
    take_on_certificate(plant, date(2026, 10, 6))


def take_on_certificate(plant: Plant, day: date) -> Lot:
    """A lot of the toxic input, released on its maker's certificate and a look at its labels."""
    lot = receive(plant, TOXIC, day, testing_days=None)
    release(plant, lot, plant.at(plant.later(day, 1), "10:00"))
    return lot


def analyse_in_full(
    plant: Plant, material: Material, supplier: str, days: Iterable[date] = ANALYSED_ON
) -> None:
    """Full analyses of lots of one maker that were used up before the month."""
    for day in days:
        made_on = day - timedelta(days=60)
        number = f"FA-{plant.numbers.count('full analyses'):03d}"
        lot = new_lot(
            plant,
            material,
            number,
            Decimal(0),
            made_on,
            midnight(plant, day),
            supplier_id=supplier,
            supplier_lot_number=supplier_lot_number(plant, supplier),
        )
        plant.event(
            "inspection",
            plant.at(day, "15:00", 60),
            lot,
            performed_by=plant.who("quality-control"),
            result="pass",
            reason_code=FULL,
        )

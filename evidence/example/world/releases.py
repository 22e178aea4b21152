"""Toxic chemicals of a plant under EPCRA 313: the yearly report, and notices to customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .controlled import submit
from .plant import Plant
from .receiving import receive
from .running import deliver_part
from .things import Material

LISTED = "M-0101"
"""Material that holds a listed chemical."""

TOLD_ON = date(2026, 1, 14)
"""Day on which the customers were told for the year."""


def listed(plant: Plant) -> Material:
    """The material of the plant that holds a listed chemical."""
    return next(m for m in plant.catalogue.materials if m.material_id == LISTED)


def report_releases(plant: Plant) -> None:
    """The report on last year, a sale of a listed chemical, and what its customers were told."""
    due_at = plant.clock.at(date(2026, 7, 2), "00:00")
    submit(plant, "form_r", "2025", due_at, 12 * 1440)
    for customer in plant.catalogue.partners("customer"):
        tell(plant, customer, listed(plant))
    lot = receive(plant, listed(plant), date(2026, 9, 10), quantity=Decimal(900))
    deliver_part(plant, lot, Decimal(400), date(2026, 10, 9), "C-602")


def tell(plant: Plant, customer: str, material: Material) -> str:
    """The notice of the year to a customer, in force until the year's end."""
    return plant.document(
        "notice",
        ("parties", customer),
        material.material_id,
        plant.clock.at(TOLD_ON, "10:00"),
        plant.people["quality-unit"][0],
        valid_to=plant.clock.at(date(2027, 1, 1), "00:00"),
    )

"""Hazardous waste of a plant: put in containers, shipped with a manifest, its copy come back.

All of it as 40 CFR 262 asks; the faults are planted elsewhere.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from .controlled import submit
from .distribution import ship
from .plant import Plant
from .receiving import new_lot
from .things import Lot, Material

FACILITY = "R-061"
"""The permitted facility that the waste goes to."""

DETERMINED_ON = date(2025, 3, 10)
"""Day on which the wastes in use were determined to be hazardous."""


def waste_of(plant: Plant) -> Material:
    """The waste that the plant's work brings."""
    return next(m for m in plant.catalogue.materials if m.klass == "waste")


def keep_waste(plant: Plant) -> None:
    """Determination, biennial report, and two lots of spent solvent, one shipped in October."""
    determine(plant, waste_of(plant))
    due_at = plant.clock.at(date(2026, 3, 2), "00:00")
    submit(plant, "biennial_report", "2025", due_at, 9 * 1440)
    for begun, left in (
        (date(2026, 7, 20), date(2026, 9, 8)),
        (date(2026, 8, 17), date(2026, 10, 6)),
    ):
        dispatch(plant, fill(plant, waste_of(plant), begun, Decimal(320)), left)


def determine(plant: Plant, material: Material) -> str:
    """The written determination that a waste is hazardous."""
    author = plant.people["quality-unit"][0]
    issued_at = plant.clock.at(DETERMINED_ON, "10:00")
    subject = ("materials", material.material_id)
    return plant.document("waste_determination", subject, "HWD-001", issued_at, author)


def fill(plant: Plant, material: Material, day: date, quantity: Decimal) -> Lot:
    """Drums of waste, begun on ``day``."""
    filled_at = plant.at(day, "15:00", 60)
    number = plant.numbers.batch(day)
    lot = new_lot(plant, material, number, quantity, day, plant.after(filled_at, 0.1, 1))
    plant.event(
        "intermediate_output",
        filled_at,
        lot,
        quantity,
        performed_by=plant.who("production"),
        to_location="W-90",
        reason_code="WASTE",
    )
    return lot


def dispatch(plant: Plant, lot: Lot, day: date) -> str:
    """A whole lot leaves with a manifest; its signed copy comes back within a fortnight."""
    shipment_id = ship(plant, [(lot, lot.left)], day, FACILITY)
    lot.left = Decimal(0)
    shipped_at = plant.tables.get("shipments", shipment_id)["shipped_at"]
    if not isinstance(shipped_at, datetime):
        raise TypeError(f"{shipment_id} was never shipped")
    number = f"{plant.numbers.count('manifests'):09d}JJK"
    worker = plant.who("warehouse")
    issued_at = plant.after(shipped_at, -50, -20)
    subject = ("shipments", shipment_id)
    manifest = plant.document("manifest", subject, number, issued_at, worker)
    plant.link_document(manifest, ("lots", lot.lot_id), issued_at)
    plant.sign("documents", manifest, worker, "warehouse", "approval", issued_at)
    back_at = plant.after(shipped_at + timedelta(days=13), 0, 900)
    plant.document("manifest_copy", ("lots", lot.lot_id), number, back_at, FACILITY)
    return shipment_id

"""Prescription drugs that may be illegitimate: cleared, or told of (21 USC 360eee-1(b))."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..timeline import MONTH_END, workday_after
from .controlled import submit
from .plant import Plant
from .quality import deviation
from .things import Lot

SUSPECT = "SUSPECT"
"""Reason code of product that may be illegitimate."""

ILLEGITIMATE = "ILLEGIT"
"""Reason code of product determined to be illegitimate."""


def suspect_products(plant: Plant) -> None:
    """A lot is cleared of suspicion; another one, all of it in the store, is found to be false."""
    lots = [
        lot
        for material in plant.catalogue.materials
        if "rx" in material.flags
        for lot in plant.store.lots(material)
        if lot.usable_from and lot.left > 0
    ]
    suspect(plant, lots[-1], plant.clock.at(MONTH_END, "09:00"), hours=5)
    determined_at = plant.clock.at(MONTH_END, "10:00")
    find_illegitimate(plant, lots[-2], determined_at)


def suspect(plant: Plant, lot: Lot, when: datetime, hours: int) -> str:
    """A suspicion that is cleared some hours later; returns the quality record."""
    return deviation(
        plant,
        ("lots", lot.lot_id),
        when,
        when + timedelta(hours=hours),
        kind="incident",
        severity="major",
        reason=SUSPECT,
    )


def find_illegitimate(plant: Plant, lot: Lot, when: datetime, hours: int = 6) -> tuple[str, str]:
    """A lot is determined to be illegitimate; returns the quality record and the partners' notice.

    Authority and partners hear of it, the authority some ``hours`` later.
    """
    closed_at = plant.clock.at(workday_after(plant.clock.day(when), 2), "15:00")
    record = deviation(
        plant,
        ("lots", lot.lot_id),
        when,
        closed_at,
        kind="incident",
        severity="critical",
        reason=ILLEGITIMATE,
        disposition="destroy",
    )
    submit(plant, "authority_notice", lot.lot_id, when + timedelta(hours=hours), 10)
    number = f"NOTICE-{plant.numbers.count('notices'):03d}"
    head = plant.people["head of quality"][0]
    notice = plant.document("notice", ("lots", lot.lot_id), number, when + timedelta(hours=4), head)
    return record, notice

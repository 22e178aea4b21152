"""Controlled substances: registrations, order forms, inventories, reports (21 CFR 1304, 1305)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from .masterdata import authorise
from .plant import Plant
from .things import Lot

SCHEDULES = ("II", "IV")
"""Schedules that the plant is registered for."""


def register(plant: Plant) -> None:
    """Registrations of the plant and its partners; powers of attorney to sign order forms."""
    for schedule in SCHEDULES:
        authorise(plant, ("site", plant.site_id), "registration", schedule)
        for party in plant.catalogue.parties:
            if schedule in party.schedules:
                authorise(plant, ("party", party.party_id), "registration", schedule)
    for person in plant.people["quality-unit"][:2]:
        authorise(plant, ("person", person), "power_of_attorney", "II")


def order_form(plant: Plant, subject: tuple[str, str], before: datetime, party: str) -> str:
    """An executed order form (DEA 222) about a receipt or a shipment, some days before it."""
    executed_at = plant.after(before, -9 * 1440, -5 * 1440)
    signer = plant.people["quality-unit"][plant.random.randrange(2)]
    issuer = signer if subject[0] == "lots" else party
    number = f"26{plant.numbers.count('order forms'):07d}"
    document_id = plant.document("dea_222", subject, number, executed_at, issuer)
    if subject[0] == "lots":
        plant.sign("documents", document_id, signer, "registrant", "approval", executed_at)
    return document_id


def report(plant: Plant) -> None:
    """The periodic duties: the biennial inventory and the quarterly reports."""
    for quarter, due in (("2026-Q1", (4, 15)), ("2026-Q2", (7, 15)), ("2026-Q3", (10, 15))):
        due_at = plant.clock.at(date(2026, *due) + timedelta(days=1), "00:00")
        submitted_at = plant.after(due_at, -5 * 1440, -3 * 1440)
        plant.put(
            "submissions",
            f"ARCOS/{plant.site_id}/{quarter}",
            plant.after(submitted_at, 1, 5),
            kind="arcos",
            period=quarter,
            due_at=due_at,
            submitted_at=submitted_at,
            acknowledged_at=plant.after(submitted_at, 60, 1200),
            reference=f"A-{plant.numbers.count('arcos') + 5510}",
        )


def count(plant: Plant, lots: list[Lot], when: datetime, kind: str) -> None:
    """An inventory of lots at the close of business, counted by one and witnessed by another."""
    counter = plant.who("warehouse")
    witness = plant.who("warehouse", counter)
    for lot in lots:
        plant.put(
            "counts",
            plant.numbers.next("counts", when),
            plant.after(when, 30, 90),
            material_id=lot.material.material_id,
            lot_id=lot.lot_id,
            quantity=max(lot.left, Decimal(0)),
            uom=lot.material.uom,
            counted_by=counter,
            witnessed_by=witness,
            kind=kind,
            **plant.happens(when),
        )

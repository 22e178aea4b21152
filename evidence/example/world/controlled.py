"""Controlled substances: registrations, order forms, inventories, reports (21 CFR 1304, 1305)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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


def electronic_order(plant: Plant, shipment_id: str, shipped_at: datetime, party: str) -> str:
    """A signed electronic order, validated before it is filled and reported the next day."""
    signed_at = plant.after(shipped_at, -5 * 1440, -3 * 1440)
    number = f"26X{plant.numbers.count('electronic orders'):06d}"
    subject = ("shipments", shipment_id)
    document_id = plant.document("csos_order", subject, number, signed_at, party)
    checker = plant.people["quality-unit"][1]
    checked_at = plant.after(shipped_at, -300, -200)
    plant.sign("documents", document_id, checker, "quality-unit", "checked", checked_at)
    submit(plant, "csos_report", shipment_id, shipped_at + timedelta(days=2), 20 * 60)
    return document_id


def submit(plant: Plant, kind: str, period: str, due_at: datetime, early: int) -> str:
    """A report to the authority, sent about ``early`` minutes before it was due."""
    submitted_at = plant.after(due_at, -early * 1.1, -early * 0.9)
    number = plant.numbers.count("submissions")
    return plant.put(
        "submissions",
        f"{kind}/{plant.site_id}/{period}",
        plant.after(submitted_at, 1, 5),
        kind=kind,
        period=period,
        due_at=due_at,
        submitted_at=submitted_at,
        acknowledged_at=plant.after(submitted_at, 60, 1200),
        reference=f"{kind[:1].upper()}-{5510 + number}",
    )


def report(plant: Plant) -> None:
    """The periodic reports: acquisitions and distributions quarterly, stocks and use yearly."""
    for quarter, due in (("2026-Q1", (4, 15)), ("2026-Q2", (7, 15)), ("2026-Q3", (10, 15))):
        due_at = plant.clock.at(date(2026, *due) + timedelta(days=1), "00:00")
        submit(plant, "arcos", quarter, due_at, 4 * 1440)
    for year in (2025, 2026):
        due_at = plant.clock.at(date(year, 1, 16), "00:00")
        for kind in ("arcos_inventory", "arcos_manufacturing"):
            submit(plant, kind, str(year - 1), due_at, 3 * 1440)


def form_41(plant: Plant, lot: Lot, when: datetime) -> str:
    """The record of a destruction, with the two who watched it."""
    number = f"41-{plant.numbers.count('forms 41'):04d}"
    return plant.document(
        "form_41", ("lots", lot.lot_id), number, when, plant.people["quality-unit"][0]
    )

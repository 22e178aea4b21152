"""What REACH asks of a packaging plant about the chemicals and articles that it buys and sells on.

The materials stand beside the plant's catalogue, so that no batch uses them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from . import masterdata, tests_of
from .controlled import submit
from .plant import Plant
from .quality import deviation
from .receiving import receive
from .running import deliver_part
from .things import Lot, Material

SOLVENT = Material(
    "M-9003", "Isopropyl acetate", "raw", "kg", "g",
    (tests_of.identity("SOP-QC-013"),), ("S-052",), ("sds", "registered"),
    None, 1095, None, "2.90", "800", 21, more={"cas_number": "108-21-4"},
)  # fmt: skip
GUM = Material(
    "M-9004", "Gum arabic", "raw", "kg", "g",
    (tests_of.identity("SOP-QC-013"),), ("S-052",), ("counted",),
    None, 1095, None, "6.10", "0.8", 21, more={"cas_number": "9000-01-5"},
)  # fmt: skip
CHROMIUM = Material(
    "M-9005", "Chromium trioxide, for printing cylinders", "raw", "kg", "g",
    (tests_of.identity("SOP-QC-013"),), ("S-052",), ("annex_xiv",),
    None, 1095, None, "19.00", "40", 21, more={"cas_number": "1333-82-0"},
)  # fmt: skip
BAND = Material(
    "M-9504", "Tamper band, plasticised", "packaging", "EA", "EA",
    (tests_of.DIMENSIONS,), ("S-053",), ("article", "svhc"),
    None, 1095, None, "0.02", "40000", 21,
)  # fmt: skip

TOLD_ON = date(2026, 1, 19)
"""Day on which sheets and notices of the year went out."""

REGISTERED = "registration"


def trade_in_articles(plant: Plant) -> None:
    """One of each is bought, what is sold has its papers, and whoever asks is answered."""
    for material in (SOLVENT, GUM, CHROMIUM, BAND):
        masterdata.add_material(plant, material, plant.catalogue.currency)
    for material in (SOLVENT, CHROMIUM):
        masterdata.authorise(plant, ("site", plant.site_id), REGISTERED, material.material_id)
    sheet(plant, SOLVENT, plant.clock.at(TOLD_ON, "09:00"))
    submit(plant, "echa_notification", BAND.material_id, plant.clock.at(TOLD_ON, "00:00"), 1440)
    for customer in plant.catalogue.partners("customer"):
        send_paper(plant, "safety_data_sheet", customer, SOLVENT)
        send_paper(plant, "notice", customer, BAND)
    bought = {each.material_id: receive(plant, each, date(2026, 9, 15)) for each in (SOLVENT, BAND)}
    for material in (GUM, CHROMIUM):
        receive(plant, material, date(2026, 10, 6))
    for number, lot in enumerate(bought.values()):
        deliver_part(plant, lot, Decimal(200), date(2026, 10, 14), f"C-50{number + 1}")
    asked_at = plant.clock.at(date(2026, 10, 6), "10:00")
    ask(plant, bought[BAND.material_id], asked_at, asked_at + timedelta(days=7))
    news(plant, SOLVENT, plant.clock.at(date(2026, 10, 5), "11:00"))
    sheet(plant, SOLVENT, plant.clock.at(date(2026, 10, 12), "11:00"), "2")


def like(plant: Plant, material: Material) -> Material:
    """A material of its own, like another one."""
    number = plant.numbers.count("further chemicals")
    own = replace(material, material_id=f"M-98{number:02d}", name=f"{material.name}, sort {number}")
    masterdata.add_material(plant, own, plant.catalogue.currency)
    return own


def sheet(
    plant: Plant,
    material: Material,
    when: datetime,
    version: str = "1",
    until: datetime | None = None,
) -> str:
    """A version of the safety data sheet of a material."""
    return plant.document(
        "safety_data_sheet",
        ("materials", material.material_id),
        f"SDS-{material.material_id[2:]}",
        when,
        plant.people["quality-unit"][0],
        doc_version=version,
        valid_to=until,
    )


def send_paper(plant: Plant, kind: str, customer: str, material: Material) -> str:
    """The record that a customer was sent the sheet of a material, or told what is in it."""
    sent_at = plant.clock.at(TOLD_ON, "14:00")
    head = plant.people["quality-unit"][0]
    return plant.document(kind, ("parties", customer), material.material_id, sent_at, head)


def ask(plant: Plant, lot: Lot, when: datetime, answered_at: datetime) -> str:
    """A consumer asks what is in an article and is answered; returns the quality record."""
    subject = ("lots", lot.lot_id)
    closed_at = plant.after(answered_at, 30, 60)
    record = deviation(plant, subject, when, closed_at, kind="complaint", reason="SVHC-ASK")
    reviewer = plant.who("quality-unit")
    plant.sign(
        "quality_records", record, reviewer, "quality-unit", "review", plant.after(when, 60, 90)
    )
    number = f"ANSWER-{plant.numbers.count('answers'):03d}"
    plant.document("notice", subject, number, answered_at, reviewer)
    return record


def news(plant: Plant, material: Material, when: datetime) -> str:
    """News about the hazards of a material, which call for a new sheet."""
    subject = ("materials", material.material_id)
    closed_at = when + timedelta(days=9)
    return deviation(plant, subject, when, closed_at, kind="change", reason="SDS-NEW")

"""What the European guide to good manufacturing practice asks of a plant beside the usual work.

Each medicine has a batch in the stability programme, and bought bulk comes from a contract maker.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from . import masterdata, tests_of
from .plant import Plant
from .receiving import receive
from .things import Lot, Material, Party

STABILITY = "STAB"
"""Reason code of a sample that enters the on-going stability programme."""

ENTERED_ON = date(2026, 6, 15)
"""Day on which the batches of the year entered the programme."""

MAKER = Party("S-055", "Maasdal Tabletten BV", "supplier", "Industrieweg 30, 6219 Maastricht, NL")
BOUGHT_BULK = Material(
    "M-9301", "Metformin 500 mg tablets, bulk, made under contract", "intermediate", "kg", "g",
    (
        tests_of.appearance("white film-coated tablets"),
        tests_of.identity("HPLC"),
        tests_of.assay("HPLC", "95.0", "105.0", 99.8),
        tests_of.dissolution(),
    ),
    (MAKER.party_id,), ("none",), "tablets", 365, None, "15.20", "400", 15,
)  # fmt: skip


def follow_the_guide(plants: dict[str, Plant]) -> None:
    """The stability programme of the European plants, and the bulk that Eindhoven buys."""
    for plant in plants.values():
        if "qualified-person" in plant.people:
            for material in plant.catalogue.materials:
                if material.klass == "finished":
                    enter_programme(plant, material)
    buy_bulk(plants["EIN"])


def enter_programme(plant: Plant, material: Material) -> str:
    """A sample of last year's lot of a product enters the programme; returns the event.

    Retained samples are all that is left of the lot, so that it is not free.
    """
    number = f"25-{material.material_id[2:]}"
    lot_id = plant.numbers.lot_id(material.material_id, number)
    row = plant.tables.get("lots", lot_id)
    made_at = plant.clock.at(date(2025, 5, 12), "00:00")
    expires_at = made_at + timedelta(days=material.shelf_days)
    lot = Lot(lot_id, str(row["lot_number"]), material, Decimal(0), made_at, expires_at)
    when = plant.at(ENTERED_ON, "10:00", 90)
    plant.status(lot, "restricted", when, plant.who("quality-unit"), "RETAIN")
    return plant.event(
        "sample",
        when,
        lot,
        Decimal(60),
        performed_by=plant.who("quality-control"),
        reason_code=STABILITY,
        from_location="RESERVE",
        to_location="STABILITY",
    )


def buy_bulk(plant: Plant) -> None:
    """Tablets from a contract maker who is approved and with whom there is a contract."""
    masterdata.add_party(plant, MAKER, plant.catalogue.dial)
    masterdata.add_material(plant, BOUGHT_BULK, plant.catalogue.currency)
    receive(plant, BOUGHT_BULK, date(2026, 10, 7))

"""Corvale Manufacturing: its sites, and the whole clean world made from a seed and a size."""

from __future__ import annotations

from dataclasses import dataclass

from .faults.planting import Planted
from .planted import plant_faults
from .renumber import name_critical_events, number_movements
from .tables import Row, Tables
from .world import (
    actives,
    closing,
    controlled,
    diversion,
    durham,
    eindhoven,
    europe,
    exercises,
    ghent,
    happenings,
    house,
    houston,
    leuven,
    masterdata,
    preventive,
    rotation,
    running,
    salinas,
    statements,
)
from .world.numbers import Numbering
from .world.plant import Plant
from .world.things import Catalogue

COMPANY = "Corvale Manufacturing"

USUAL_LOTS = 250
"""Lots of the example at its usual size."""


@dataclass(frozen=True, slots=True)
class Works:
    """A plant of the company before anything has happened there.

    Attributes:
        site: its row of ``sites``.
        catalogue: what it buys, makes and sells.
        batches: batches for customers at the usual size.
        styles: how it numbers received lots and batches (see ``Numbering``).
    """

    site: Row
    catalogue: Catalogue
    batches: int
    styles: tuple[str, str]


def _site(site_id: str, name: str, country: str, timezone: str, regime: str, gln: str) -> Row:
    entity = {"BE": "Corvale Manufacturing NV", "NL": "Corvale Packaging BV"}
    return {
        "site_id": site_id,
        "name": name,
        "entity": entity.get(country, "Corvale Manufacturing Inc"),
        "country": country,
        "timezone": timezone,
        "regulated_as": regime,
        "gln": gln,
    }


BRUSSELS = "Europe/Brussels"
WORKS = {
    "LEU": Works(
        _site("LEU", "Leuven tablets", "BE", BRUSSELS, "drug", "5490000000016")
        | {"fei": "3009999011"},
        leuven.CATALOGUE,
        7,
        ("R{day:%y}-{yday:03d}{series}", "B-26{series:02d}"),
    ),
    "DUR": Works(
        _site(
            "DUR",
            "Durham solid dose",
            "US",
            "America/New_York",
            "drug,controlled_substances",
            "0690000002011",
        )
        | {"fei": "3009999024", "dea_registration": "RC0318442"},
        durham.CATALOGUE,
        6,
        ("D{day:%y%m%d}{series:02d}", "6{series:04d}A"),
    ),
    "GNT": Works(
        _site("GNT", "Ghent chilled foods", "BE", BRUSSELS, "food,brcgs,iso22000", "5490000000023"),
        ghent.CATALOGUE,
        6,
        ("G{yday:03d}-{series}", "L{day:%y}{yday:03d}-{series:03d}"),
    ),
    "SAL": Works(
        _site(
            "SAL",
            "Salinas fresh produce",
            "US",
            "America/Los_Angeles",
            "food,sqf,house",
            "0690000004015",
        ),
        salinas.CATALOGUE,
        6,
        ("SAL{yday:03d}{series:02d}", "CV{yday:03d}{series:02d}"),
    ),
    "EIN": Works(
        _site(
            "EIN",
            "Eindhoven packaging",
            "NL",
            "Europe/Amsterdam",
            "packaging,drug",
            "8790000005016",
        )
        | {"fei": "3009999037"},
        eindhoven.CATALOGUE,
        5,
        ("{day:%d%m%y}/{series}", "EP{series:04d}"),
    ),
    "HOU": Works(
        _site("HOU", "Houston chemicals", "US", "America/Chicago", "chemical", "0690000006019")
        | {"epa_id": "TXR000099999", "generator_category": "LQG"},
        houston.CATALOGUE,
        5,
        ("HR-{day:%m%d}-{series}", "HX26-{series:03d}"),
    ),
}

SAP_SITES = ("LEU", "DUR")
"""Plants that book goods movements in SAP."""

EPCIS_SITES = ("GNT", "SAL")
"""Plants that send what they received and shipped as EPCIS."""

UNION = ("BE", "NL")
"""Countries of the European Union in which the company has sites."""

SITES: dict[str, Row] = {site_id: works.site for site_id, works in WORKS.items()}


def is_european(site: Row) -> bool:
    """Whether a site makes medicines in the European Union, so that batches need certifying."""
    return site["country"] in UNION and "drug" in str(site["regulated_as"]).split(",")


def specialists_of(site: Row) -> list[str]:
    """Roles that a site fills beside those which every plant has."""
    return [
        *(["qualified-person"] if is_european(site) else []),
        *([preventive.PCQI] if preventive.has_plan(site) else []),
    ]


def found_plants(tables: Tables, seed: int) -> dict[str, Plant]:
    """The six plants with their master data, knowing each other."""
    plants = {
        site_id: Plant(
            works.site,
            masterdata.staff(20 * number + 1, *specialists_of(works.site)),
            tables,
            Numbering(site_id, number, works.styles, is_short=site_id in EPCIS_SITES),
            works.catalogue,
            seed,
        )
        for number, (site_id, works) in enumerate(WORKS.items(), 1)
    }
    for site_id, plant in plants.items():
        plant.books_in_sap = site_id in SAP_SITES
        plant.siblings = {other: plants[other] for other in plants if other != site_id}
        masterdata.set_up(plant, plant.catalogue)
        statements.adopt_and_attest(plant)
    controlled.register(plants["DUR"])
    diversion.set_up(plants["DUR"])
    for site_id in EPCIS_SITES:
        exercises.set_up(plants[site_id])
    preventive.set_up(plants["SAL"])
    house.set_up(plants["SAL"])
    return plants


def make_world(
    seed: int, lots: int = USUAL_LOTS, *, faults: bool = True
) -> tuple[Tables, list[Planted]]:
    """About ``lots`` lots over six plants, and the faults planted in them.

    Without ``faults`` every shipped requirement is met.
    """
    tables = Tables()
    plants = found_plants(tables, seed)
    for site_id, plant in plants.items():
        running.run(plant, max(1, round(lots / USUAL_LOTS * WORKS[site_id].batches)))
    happenings.happen(plants)
    europe.follow_the_guide(plants)
    actives.make_actives(plants["HOU"])
    controlled.report(plants["DUR"])
    closing.biennial_inventory(plants["DUR"])
    planted = plant_faults(plants) if faults else []
    for plant in plants.values():
        closing.close_month(plant)
    passed_over = {each.subject_id for each in planted if each.clause in rotation.CLAUSES}
    for site_id in rotation.SITES:
        rotation.explain_draws(tables, site_id, passed_over)
    newest = {each.subject_id for each in planted if each.clause == house.OLDEST_FIRST}
    house.explain_deliveries(tables, "SAL", newest)
    for site_id in SAP_SITES:
        number_movements(tables, planted, site_id, plants[site_id].numbers.prefix)
    for site_id in EPCIS_SITES:
        name_critical_events(tables, planted, site_id)
    return tables, planted

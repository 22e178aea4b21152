"""Corvale Manufacturing: its sites, and the whole clean world made from a seed and a size."""

from __future__ import annotations

from .tables import Row, Tables
from .world import durham, ghent, leuven, masterdata
from .world.numbers import Numbering
from .world.plant import Plant

COMPANY = "Corvale Manufacturing"

SITES: dict[str, Row] = {
    "LEU": {
        "site_id": "LEU",
        "name": "Leuven tablets",
        "entity": "Corvale Manufacturing NV",
        "country": "BE",
        "timezone": "Europe/Brussels",
        "regulated_as": "drug",
        "gln": "5490000000016",
        "fei": "3009999011",
    },
    "DUR": {
        "site_id": "DUR",
        "name": "Durham solid dose",
        "entity": "Corvale Manufacturing Inc",
        "country": "US",
        "timezone": "America/New_York",
        "regulated_as": "drug,controlled_substances",
        "gln": "0690000002011",
        "fei": "3009999024",
        "dea_registration": "RC0318442",
    },
    "GNT": {
        "site_id": "GNT",
        "name": "Ghent chilled foods",
        "entity": "Corvale Manufacturing NV",
        "country": "BE",
        "timezone": "Europe/Brussels",
        "regulated_as": "food",
        "gln": "5490000000023",
    },
}

STYLES = {
    "LEU": ("R{day:%y}-{yday:03d}{series}", "B-26{series:02d}"),
    "DUR": ("D{day:%y%m%d}{series:02d}", "6{series:04d}A"),
    "GNT": ("G{yday:03d}-{series}", "L{day:%y}{yday:03d}-{series:03d}"),
}

RUN = {"LEU": leuven.run, "DUR": durham.run, "GNT": ghent.run}


def make_world(seed: int, lots: int = 250) -> Tables:
    """The clean world: about ``lots`` lots over six plants."""
    tables = Tables()
    batches = max(1, round(lots / 250 * 7))
    for number, (site_id, run) in enumerate(RUN.items(), 1):
        plant = Plant(
            SITES[site_id],
            masterdata.staff(20 * number + 1),
            tables,
            Numbering(site_id, number, STYLES[site_id]),
            seed,
        )
        run(plant, batches)
    return tables

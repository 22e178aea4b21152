"""One plant of the example company: the extracts that a new workspace begins with.

The plant, its month and its faults are those of the whole company; a row that no reader can take
is left out, so that the first ingest of a newcomer adds up without anything in quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .company import COMPANY, SITES, make_world
from .dialects import generic, sap
from .tables import Row, Tables
from .workspace import REGISTERED, write_manifest, write_register

FIRST_PLANT = "LEU"
"""The tablet plant: goods movements from SAP, everything else as plain CSV."""

FEWEST_LOTS = 60
"""Size of the company that gives the plant a handful of batches, all faults among them."""


@dataclass(frozen=True, slots=True)
class ExamplePlant:
    """What was written.

    Attributes:
        company: its name.
        site: its row of ``sites``.
        maps: the maps that it has adopted.
    """

    company: str
    site: Row
    maps: tuple[str, ...]


def write_plant(folder: Path, seed: int = 2026) -> ExamplePlant:
    """Write extracts, manifests and register of one plant into ``folder``."""
    tables, _ = make_world(seed, FEWEST_LOTS)
    tables.spoilt.clear()
    extracts = folder / "extracts" / FIRST_PLANT
    movements, sent = sap.write_site(tables, FIRST_PLANT, extracts / "sap")
    write_manifest(extracts / "sap", FIRST_PLANT, movements, ())
    rows = generic.write_site(tables, FIRST_PLANT, extracts, REGISTERED, sent)
    write_manifest(extracts, FIRST_PLANT, rows)
    decided = _decisions(tables)
    write_register(decided, folder / "register")
    adopted = {str(row["map_id"]) for row in decided.rows("adoptions")}
    return ExamplePlant(COMPANY, SITES[FIRST_PLANT], tuple(sorted(adopted)))


def _decisions(tables: Tables) -> Tables:
    """What people of the plant decided, alone."""
    ours = Tables()
    for kind in REGISTERED:
        for row in tables.rows(kind, site_id=FIRST_PLANT):
            given = {name: value for name, value in row.items() if name != "record_id"}
            ours.add(kind, str(row["record_id"]), **given)
    return ours

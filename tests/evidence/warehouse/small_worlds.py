"""Worlds of a few rows, each with a site of its own, and a map with one requirement per shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]

PERIOD = "2026-10"
AS_OF = datetime(2026, 11, 4, 17, tzinfo=UTC)
COVERED = (
    "events", "lots", "lot_status", "lot_links", "test_results", "documents", "signatures",
    "authorisations", "specifications", "quality_records", "counts", "materials", "parties",
    "orders", "shipments",
)  # fmt: skip

_HEAD = {
    "title": "Made up for a test",
    "authority": "nobody",
    "regime": "gmp",
    "source": {"edition": "none", "checked_on": "2026-11-01"},
    "in_force": {"from": "2000-01-01"},
    "owner": "quality-unit",
}
_REQUIREMENT = {
    "cites": "none",
    "title": "Made up for a test",
    "requires": "Something has to be so.",
    "sureness": "V",
    "severity": "major",
    "remedy": "Make it so, and say why.",
}


def small_map(name: str, requirements: Mapping[str, Row]) -> Row:
    """A map as YAML would hold it; each requirement by its id, of subject lot unless it says so."""
    listed = [
        {"id": identifier, "subject": "lot"} | _REQUIREMENT | rule
        for identifier, rule in requirements.items()
    ]
    return {"map": name, **_HEAD, "requirements": listed}


class World:
    """One site with a material, a lot ``L`` and whatever is added; ids are kept apart by name."""

    def __init__(self, name: str, *, uncovered: tuple[str, ...] = ()) -> None:
        self.name = name
        self.tables: Tables = {}
        self.add("sites", site_id=name, timezone="Europe/Brussels", regulated_as="drug")
        self.add("materials", material_id=self.id("M"), name="Starch", base_uom="g")
        for person in ("P1", "P2"):
            self.add("people", person_id=self.id(person))
        self.lot("L")
        for table in COVERED:
            if table not in uncovered:
                self.add("coverage", table_name=table, covers_to="2027-01-01 00:00:00")

    def id(self, short: str) -> str:
        """An identifier of this world."""
        return f"{self.name}/{short}"

    def add(self, table: str, **columns: Any) -> World:
        """Add a row; instants are texts in UTC."""
        rows = self.tables.setdefault(table, [])
        named = {"record_id": f"{self.name}/{table}/{len(rows)}", "site_id": self.name}
        rows.append(named | columns)
        return self

    def lot(self, short: str, **columns: Any) -> World:
        """Add a lot."""
        named = {"record_id": self.id(short), "lot_id": self.id(short), "lot_number": short}
        return self.add("lots", **(named | {"material_id": self.id("M")} | columns))

    def event(self, kind: str, day: str, short: str = "L", **columns: Any) -> World:
        """Add an event of a lot on a day of October, ``12`` or ``12 06:00`` (UTC)."""
        at = f"2026-10-{day}" if " " in day else f"2026-10-{day} 08:00"
        return self.add(
            "events", event_type=kind, lot_id=self.id(short), occurred_at=f"{at}:00", **columns
        )


def together(*worlds: World) -> Tables:
    """The rows of all worlds."""
    tables: Tables = {}
    for world in worlds:
        for table, rows in world.tables.items():
            tables.setdefault(table, []).extend(rows)
    return tables

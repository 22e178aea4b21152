"""What the plants sign for: adoption of the shipped maps, and statements of what data cannot show.

Which maps bind a site, and which statements they ask for, is read from the shipped maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from .plant import Plant

ADOPTED_ON = date(2026, 1, 5)
"""Day on which every plant adopted the maps that bind it."""

SIGNED_ON = date(2026, 1, 12)
"""Day on which the heads of quality and of food safety signed their statements."""

UNTIL = date(2027, 1, 5)
"""First day on which neither holds any longer."""


def maps_of(regimes: str) -> Iterator[Mapping[str, Any]]:
    """The shipped maps that bind a site under ``regimes`` (comma-separated), sorted by name."""
    return (found for found in shipped_maps() if binds(found.get("applies_to", {}), regimes))


@cache
def shipped_maps() -> tuple[Mapping[str, Any], ...]:
    """The maps that come with lotproof, as their files read, sorted by path."""
    found = []
    for folder in sorted(files("lotproof").joinpath("obligations").iterdir(), key=str):
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=str):
            if not file.name.endswith(".yml") or file.name.endswith(".tests.yml"):
                continue
            found.append(yaml.safe_load(file.read_text(encoding="utf-8")))
    return tuple(found)


def binds(condition: Mapping[str, Any], regimes: str) -> bool:
    """Whether a map's ``applies_to`` holds for a site under these regimes."""
    asked = condition.get("site.regulated_as", {})
    names = asked.get("has_any", [asked.get("has")]) if isinstance(asked, Mapping) else [asked]
    return not condition or any(name in regimes.split(",") for name in names)


def adopt_and_attest(plant: Plant) -> None:
    """The plant adopts each map that binds it and signs the statements it asks for."""
    regimes = str(plant.site["regulated_as"])
    for found in maps_of(regimes):
        adopt(plant, str(found["map"]))
        for requirement in found["requirements"]:
            if "attest" in requirement:
                clause = f"{found['map']}:{requirement['id']}"
                attest(plant, clause, requirement["attest"])


def adopt(plant: Plant, map_id: str) -> None:
    """The site's adoption of a map, signed by the head of quality."""
    since = plant.clock.at(ADOPTED_ON, "09:00")
    plant.put(
        "adoptions",
        f"{plant.site_id}/{map_id}",
        since,
        map_id=map_id,
        by=plant.people["head of quality"][0],
        role="head of quality",
        valid_from=since,
        valid_to=plant.clock.at(UNTIL, "00:00"),
    )


def attest(plant: Plant, clause: str, statement: Mapping[str, Any]) -> str:
    """A statement that a requirement asks for; returns its identifier."""
    since = plant.clock.at(SIGNED_ON, "09:00")
    return plant.put(
        "attestations",
        f"{plant.site_id}/{clause}",
        since,
        requirement=clause,
        statement=" ".join(str(statement["statement"]).split()),
        by=plant.people[str(statement["role"])][0],
        role=str(statement["role"]),
        valid_from=since,
        valid_to=plant.clock.at(UNTIL, "00:00"),
    )

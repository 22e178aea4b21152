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

from ...maps.conditions import Term, conditions
from ..tables import Row
from .plant import Plant

ADOPTED_ON = date(2026, 1, 5)
"""Day on which every plant adopted the maps that bind it."""

SIGNED_ON = date(2026, 1, 12)
"""Day on which the heads of quality and of food safety signed their statements."""

UNTIL = date(2027, 1, 5)
"""First day on which neither holds any longer."""


ADOPTED = (
    "customer-coa",
    "customer-traceability-exercise",
    "en-10204",
    "eu-178-2002",
    "eu-gmp-annex11",
    "eu-gmp-annex16",
    "eu-gmp-part1",
    "eu-reach",
    "house-rules",
    "ich-q7",
    "ich-q7-11-4",
    "ipec-coa",
    "iso-17025",
    "us-21cfr11",
    "us-21cfr117",
    "us-21cfr1301",
    "us-21cfr1304",
    "us-21cfr1305",
    "us-21cfr1s",
    "us-21cfr211",
    "us-21cfr211-coa",
    "us-dscsa",
    "us-epcra313",
    "us-rcra",
    "who-coa",
)
"""Shipped maps that the company works by; another one is added when its data can meet it."""


def maps_of(site: Row) -> Iterator[Mapping[str, Any]]:
    """The adopted maps that bind a site, sorted by path."""
    return (found for found in adopted_maps() if binds(found.get("applies_to", {}), site))


@cache
def adopted_maps() -> tuple[Mapping[str, Any], ...]:
    """The maps that come with lotproof and are adopted, as their files read, sorted by path."""
    found = []
    for folder in sorted(files("lotproof").joinpath("obligations").iterdir(), key=str):
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=str):
            if not file.name.endswith(".yml") or file.name.endswith(".tests.yml"):
                continue
            if file.name.removesuffix(".yml") in ADOPTED:
                text = file.read_text(encoding="utf-8")
                found.append(yaml.load(text, Loader=yaml.CSafeLoader))
    return tuple(found)


def binds(asked: object, site: Row) -> bool:
    """Whether a map's ``applies_to`` holds for a site.

    Raises:
        ValueError: it compares in a way that no map of the company needs.
    """
    return all(_fits(term, site) for term in conditions(asked))


def _fits(term: Term, site: Row) -> bool:
    """Whether a column of the site, a comma-separated list at most, is what is asked for."""
    value = site.get(term.column.removeprefix("site."))
    have = set() if value is None else set(str(value).split(","))
    named = bool(have & {str(operand.value) for operand in term.values})
    fits = {
        "present": bool(have),
        "absent": not have,
        "in": named,
        "has_any": named,
        "not_in": bool(have) and not named,
        "has_none": not named,
    }
    if term.op not in fits:
        raise ValueError(f"applies_to asks {term.op} of {term.column}")
    return fits[term.op]


def concerns(requirement: Mapping[str, Any], site: Row) -> bool:
    """Whether a requirement of a map that binds a site asks anything of this site."""
    asked = requirement.get("applies", {})
    return binds({name: asked[name] for name in asked if name.startswith("site.")}, site)


def adopt_and_attest(plant: Plant) -> None:
    """The plant adopts each map that binds it and signs the statements it asks for."""
    for found in maps_of(plant.site):
        adopt(plant, str(found["map"]))
        for requirement in found["requirements"]:
            if "attest" in requirement and concerns(requirement, plant.site):
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
        prepared_by=plant.people["quality-unit"][1],
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
        prepared_by=plant.people["quality-unit"][1],
        valid_from=since,
        valid_to=plant.clock.at(UNTIL, "00:00"),
    )

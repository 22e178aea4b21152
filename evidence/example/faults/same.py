"""Clauses that ask the same of the same subject, so that what breaks one breaks the others too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from ..tables import Row, Value
from ..world.statements import concerns, maps_of

GMP = "us-21cfr211:"
PART1 = "eu-gmp-part1:"
PART11 = "us-21cfr11:"
ANNEX11 = "eu-gmp-annex11:"
ANNEX16 = "eu-gmp-annex16:"
FOOD_LAW = "eu-178-2002:"
FTL = "us-21cfr1s:"
EXERCISE = "customer-traceability-exercise:"
HOUSE = "house-rules:"
SECURITY = "us-21cfr1301:"

SAME: dict[str, tuple[str, ...]] = {
    GMP + "211.22-c": (PART1 + "4.3",),
    GMP + "211.82-b": (PART1 + "5.5",),
    GMP + "211.84-d-1": (PART1 + "5.35",),
    GMP + "211.87": (PART1 + "5.34-retest",),
    GMP + "211.89": (PART1 + "5.66",),
    GMP + "211.94-d": (PART1 + "4.13",),
    GMP + "211.100-b": (PART1 + "4.8",),
    GMP + "211.101-b": (PART1 + "4.20-d",),
    GMP + "211.110-a": (PART1 + "4.20-f",),
    GMP + "211.110-d": (PART1 + "5.66",),
    GMP + "211.115-a": (PART1 + "5.67",),
    GMP + "211.115-b": (PART1 + "5.67",),
    GMP + "211.125-c": (PART1 + "4.21-g",),
    GMP + "211.125-d": (PART1 + "5.62",),
    GMP + "211.142-a": (PART1 + "5.63",),
    GMP + "211.150-b": (PART1 + "4.28",),
    GMP + "211.160-a": (PART1 + "4.13",),
    GMP + "211.165-f": (ANNEX16 + "1.7-tests",),
    GMP + "211.180-a": (PART1 + "4.11",),
    GMP + "211.184-a": (PART1 + "4.23",),
    GMP + "211.184-a-supplier-lot": (PART1 + "4.23-manufacturer-batch",),
    GMP + "211.184-d": (ANNEX11 + "12.4",),
    GMP + "211.184-e": (PART1 + "5.66-approved",),
    GMP + "211.188-b-3": (PART1 + "4.20-d",),
    GMP + "211.196": (PART1 + "8.23",),
    GMP + "211.198-a": (PART1 + "8.5",),
    GMP + "211.198-b": (PART1 + "8.5",),
    GMP + "211.204-disposition": (PART1 + "5.70-destroyed",),
    GMP + "211.204-hold": (PART1 + "5.70-destroyed",),
    GMP + "211.204-suitability": (PART1 + "5.70",),
    PART11 + "11.10-e": (PART1 + "4.9",),
    "us-21cfr1304:1304.21-a-balance": (SECURITY + "1301.74-c-shortage",),
    FTL + "1.1340-a": (FOOD_LAW + "18.3-customer",),
    FTL + "1.1350-a-linked": (
        FOOD_LAW + "18.1-back",
        EXERCISE + "brcgs-3.9.1",
        EXERCISE + "iso22000-8.3",
        HOUSE + "genealogy-up",
    ),
    FTL + "1.1330-a-linked": (HOUSE + "genealogy-up",),
}
"""Further clauses by clause."""


def binds(clause: str, site: Row) -> bool:
    """Whether a clause, or the map named with a colon after it, binds a site."""
    maps, others = _bound(tuple(site.items()))
    return clause.partition(":")[0] in maps and clause not in others


@cache
def _bound(site: tuple[tuple[str, Value], ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The adopted maps that bind a site, by its columns, and the clauses that leave it alone."""
    found = list(maps_of(dict(site)))
    others = {
        f"{each['map']}:{requirement['id']}"
        for each in found
        for requirement in each["requirements"]
        if not concerns(requirement, dict(site))
    }
    return frozenset(str(each["map"]) for each in found), frozenset(others)


def with_the_same(clauses: Iterable[str], site: Row) -> Iterator[str]:
    """The clauses and those that ask the same, as far as their maps bind the site."""
    for clause in clauses:
        yield from (each for each in (clause, *SAME.get(clause, ())) if binds(each, site))

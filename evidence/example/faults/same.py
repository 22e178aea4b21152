"""Clauses that ask the same of the same subject, so that what breaks one breaks the others too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..tables import Row
from ..world.statements import concerns, maps_of

GMP = "us-21cfr211:"
ANNEX11 = "eu-gmp-annex11:"
ANNEX16 = "eu-gmp-annex16:"
FOOD_LAW = "eu-178-2002:"
FTL = "us-21cfr1s:"
EXERCISE = "customer-traceability-exercise:"
HOUSE = "house-rules:"

SAME: dict[str, tuple[str, ...]] = {
    GMP + "211.142-a-shipment": (ANNEX16 + "4-certification",),
    GMP + "211.165-f": (ANNEX16 + "1.7-tests",),
    GMP + "211.184-d": (ANNEX11 + "12.4",),
    FTL + "1.1340-a": (FOOD_LAW + "18.3-customer",),
    FTL + "1.1350-a-linked": (
        FOOD_LAW + "18.1-back",
        EXERCISE + "brcgs-3.9.1",
        EXERCISE + "iso22000-8.3",
        HOUSE + "genealogy-up",
    ),
    FTL + "1.1330-a-linked": (HOUSE + "genealogy-up",),
}
"""Further clauses by clause; they count where their map binds the site."""


def binds(clause: str, site: Row) -> bool:
    """Whether a clause, or the map named with a colon after it, binds a site."""
    name, _, number = clause.partition(":")
    return any(
        found["map"] == name
        and all(concerns(each, site) for each in found["requirements"] if each["id"] == number)
        for found in maps_of(site)
    )


def with_the_same(clauses: Iterable[str], site: Row) -> Iterator[str]:
    """The clauses, and after each those that ask the same of this site."""
    for clause in clauses:
        yield clause
        yield from (other for other in SAME.get(clause, ()) if binds(other, site))

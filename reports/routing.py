"""Where each gap goes: the role that answers, by when, and who is told after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ..evidence.assignments import Assignment
from ..evidence.governance import Governance, Route, route
from . import words
from .gap_numbers import gap_number
from .reading import Row
from .request import ReportRequest


@dataclass(frozen=True, slots=True)
class Router:
    """Knows where gaps go.

    Attributes:
        governance: what the workspace says of owners and days.
        assignments: gaps that were given to somebody, by number.
        owners: owner of each clause's map.
    """

    governance: Governance
    assignments: Mapping[str, Assignment]
    owners: Mapping[str, str | None]

    def route_of(self, gap: Row) -> Route:
        """Where a gap goes: as assigned, else by regime, site and severity."""
        usual = route(
            self.governance,
            site=gap["site_id"],
            regime=gap["regime"],
            map_id=gap["map_id"],
            severity=gap["severity"],
            period=gap["period"],
            owner=self.owners.get(gap["clause"]),
        )
        given = self.assignments.get(gap_number(gap))
        if given is None:
            return usual
        escalates_to = given.escalates_to or usual.escalates_to
        later = given.due_on + timedelta(days=self.governance.escalate_after_days)
        return replace(
            usual, role=given.role, person=given.person, due_on=given.due_on,
            escalates_to=escalates_to, escalates_on=later if escalates_to else None,
        )  # fmt: skip

    def said(self, gap: Row) -> str:
        """The route in words: ``head of production, due 10 November 2026; …``."""
        return said_route(self.route_of(gap))


def router(
    requirements: Sequence[Row], governance: Governance | None,
    assignments: Mapping[str, Assignment] | None = None,
) -> Router:  # fmt: skip
    """A router over the owners that the maps name.

    Args:
        requirements: rows of ``requirements``.
        governance: what the workspace says; none, the usual.
        assignments: gaps given to somebody.
    """
    owners = {row["clause"]: row["owner"] for row in requirements}
    return Router(governance or Governance(), assignments or {}, owners)


def router_of(request: ReportRequest, requirements: Sequence[Row]) -> Router:
    """The router of a report."""
    return router(requirements, request.governance, request.assignments)


def said_route(found: Route) -> str:
    """A route in words, as pages print it."""
    who = f"{found.role} ({found.person})" if found.person else found.role
    text = f"{who}, due {words.day(found.due_on)}"
    if found.escalates_to and found.escalates_on:
        text += f"; goes to {found.escalates_to} on {words.day(found.escalates_on)}"
    return text

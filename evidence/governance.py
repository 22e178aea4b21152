"""Who answers for a gap and by when, who may sign for what, which roles nobody may hold together.

`lotproof.yml` says it under ``governance:``; nothing here reads a build. What people signed is left
to :mod:`.decisions`, what is wrong with it to :mod:`.register_review`.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Regime = Literal["gmp", "food_safety", "coa", "controlled_substances", "environmental", "house"]
Days = Annotated[int, Field(ge=0, le=3660)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Owner(_Part):
    """Who answers for gaps; what is left out fits all.

    Attributes:
        role: the role a gap goes to.
        regime: only gaps of this regime.
        site: only gaps of this site.
        map: only gaps of this map.
        escalates_to: the role that is told when the due date has passed.
    """

    role: Annotated[str, Field(min_length=1)]
    regime: Regime | None = None
    site: str | None = None
    map: str | None = None
    escalates_to: str | None = None


class DueDays(_Part):
    """Days from the end of the judged month until a gap of each severity is due."""

    critical: Days = 10
    major: Days = 30
    minor: Days = 60
    info: Days = 90


class Governance(_Part):
    """Who answers, who signs, what is kept apart.

    Attributes:
        owners: the most particular one that fits a gap counts; none fitting, the map's own owner.
        due_days: how long a gap may stay open.
        escalate_after_days: days after the due date.
        may_accept: roles that may accept a risk.
        may_adopt: roles that may adopt a map.
        longest_acceptance_days: a risk is accepted for a time, at most this long.
        separate_roles: pairs of roles that nobody may hold at once (21 CFR 211.22, 1301.71).
    """

    owners: tuple[Owner, ...] = ()
    due_days: DueDays = DueDays()
    escalate_after_days: Days = 2
    may_accept: tuple[str, ...] = ("head of quality", "head of food safety")
    may_adopt: tuple[str, ...] = ("head of quality", "head of food safety")
    longest_acceptance_days: Annotated[int, Field(ge=1, le=3660)] = 366
    separate_roles: tuple[tuple[str, str], ...] = (("production", "quality-unit"),)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a gap goes.

    Attributes:
        role: who answers.
        due_on: last day for closing it, at the site.
        escalates_to: who is told after that.
        escalates_on: and on which day.
        person: a person it was given to by name.
    """

    role: str
    due_on: date
    escalates_to: str | None
    escalates_on: date | None
    person: str | None = None


def route(
    governance: Governance, *, site: str, regime: str, map_id: str, severity: str, period: str,
    owner: str | None,
) -> Route:  # fmt: skip
    """Where a gap goes when nobody assigned it.

    Args:
        governance: what the workspace says.
        site: the gap's site.
        regime: regime of its clause.
        map_id: its map.
        severity: critical, major, minor or info.
        period: the judged month, ``2026-10``.
        owner: the map's own owner.
    """
    fitting = [
        entry for entry in governance.owners
        if entry.site in (None, site) and entry.regime in (None, regime)
        and entry.map in (None, map_id)
    ]  # fmt: skip
    found = max(fitting, key=_particular, default=Owner(role=owner or "quality-unit"))
    days: int = getattr(governance.due_days, severity)
    due_on = _last_day(period) + timedelta(days=days)
    later = due_on + timedelta(days=governance.escalate_after_days)
    return Route(found.role, due_on, found.escalates_to, later if found.escalates_to else None)


def _particular(owner: Owner) -> tuple[bool, bool, bool]:
    """What is said of a map goes before a regime, a regime before a site; the first one wins."""
    return owner.map is not None, owner.regime is not None, owner.site is not None


def _last_day(period: str) -> date:
    year, month = (int(part) for part in period.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])

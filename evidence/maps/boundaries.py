"""Finds deadlines that no scenario tries on the day on which they end, or on the day after.

A scenario tries a deadline when two of its times lie as far apart as the deadline is long, give or
take a day (an hour for deadlines in hours). Fixed dates are tried by a time on their day or the
one after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from .checks import Check, EventCheck
from .fixed_dates import FixedDate, fixed_date
from .model import ObligationMap, Requirement
from .names import Names
from .scenario_files import Scenario
from .shapes import AllCheck, AnyOfCheck, IfCheck
from .worlds import world_of

_DAY = timedelta(days=1)
Tried = Callable[[list[datetime]], bool]


def untried(maps: Iterable[ObligationMap], scenarios: Sequence[Scenario]) -> list[str]:
    """Clauses with a deadline whose boundary no scenario tries, in plain words."""
    found: list[str] = []
    for each in maps:
        for requirement in each.requirements:
            cases = [
                case
                for case in scenarios
                if (case.map, case.requirement) == (each.map, requirement.id)
            ]
            for text, tried in _deadlines(each, requirement):
                if not any(tried(_times(case)) for case in cases):
                    clause = f"{each.map}:{requirement.id}"
                    found.append(f"{clause} has no scenario on the day on which {text} end")
    return found


def _deadlines(of: ObligationMap, requirement: Requirement) -> Iterator[tuple[str, Tried]]:
    """The deadlines of a requirement: in words, and whether some times try it."""
    names = Names(of, requirement.subject)
    for check in _all(requirement.expect):
        if check.after is None:
            continue
        if check.by is not None:
            phrase = names.literal(check.by, ())["value"]
            yield str(phrase), _tries_date(fixed_date(phrase))
        elif check.within is not None:
            span = names.interval(check.within, (), in_days=True) or {}
            count, unit = int(span["count"]["value"]), str(span["unit"])
            yield f"{count} {unit.replace('_', ' ')}s", _tries_span(count, unit)


def _all(checks: Iterable[Check]) -> Iterator[EventCheck]:
    for check in checks:
        if isinstance(check, IfCheck):
            yield from _all((check.if_, *check.then))
        elif isinstance(check, AnyOfCheck):
            yield from _all(check.any_of)
        elif isinstance(check, AllCheck):
            yield from _all(check.all_)
        elif isinstance(check, EventCheck):
            yield check


def _tries_span(count: int, unit: str) -> Tried:
    """Whether two times of a scenario lie as far apart as the span, give or take its last day."""
    slack = timedelta(hours=1) if unit == "hour" else _DAY
    shortest, longest = _length(count, unit)

    def tried(times: list[datetime]) -> bool:
        return any(
            shortest - slack <= later - earlier <= longest + slack
            for earlier in times
            for later in times
            if later > earlier
        )

    return tried


def _length(count: int, unit: str) -> tuple[timedelta, timedelta]:
    """The shortest and the longest that a span can be; days of a calendar leave out weekends."""
    if unit in ("working_day", "business_day"):
        return timedelta(days=count), timedelta(days=2 * count + 7)
    days = {"hour": (1 / 24, 1 / 24), "day": (1, 1), "month": (28, 31), "year": (365, 366)}[unit]
    return timedelta(days=days[0] * count), timedelta(days=days[1] * count)


def _tries_date(of: FixedDate) -> Tried:
    """Whether a time of a scenario falls on the fixed date or just after it."""

    def tried(times: list[datetime]) -> bool:
        return any(_is_boundary(day, of) for day in {moment.date() for moment in times})

    return tried


def _is_boundary(day: date, of: FixedDate) -> bool:
    """Whether a day is the last of such a deadline, or the one after (two, where it may move)."""
    late = 3 if of.roll else 1
    return any(_fits(day - n * _DAY, of) for n in range(late + 1))


def _fits(day: date, of: FixedDate) -> bool:
    is_last = (day + _DAY).day == 1
    in_month = of.unit != "year" or (day.month - 1) % 12 == of.months % 12
    return in_month and (is_last if of.day == 0 else day.day == of.day)


def _times(case: Scenario) -> list[datetime]:
    """Every time that a scenario's rows name."""
    return sorted(
        {
            value
            for rows in world_of(case).values()
            for row in rows
            for value in row.values()
            if isinstance(value, datetime)
        }
    )

"""Deadlines: spans such as "30 days", working and business days, and fixed dates.

Part of the plain-Python judge of the obligation language. A deadline that is counted in days of a
calendar ends with the local midnight after its last day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from .instants import Instant, exactly, local_time, not_after, plus_months
from .truth import FAILS, HOLDS, UNKNOWN
from .world import Row, World

Check = Mapping[str, Any]
_COUNTED = re.compile(r"(\d+) (working|business) days?")
_FIXED = re.compile(
    r"(?:(?P<last>last day)|(?P<nth>\d+)(?:st|nd|rd|th)|(?P<day>\d+) (?P<month>[A-Z][a-z]+))"
    r" of the (?P<following>following )?(?P<unit>month after the quarter|month|quarter|year)"
    r"(?P<roll> or next business day)?"
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_ONE_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Deadline:
    """When something is due after an anchor, at the earliest and at the latest."""

    first: datetime
    last: datetime
    is_calendar: bool

    def is_kept(self, at: Instant | None) -> int | None:
        """Whether something came in time; ``None`` when it has no time at all."""
        if not self.is_calendar:
            return not_after(at, Instant(self.first, self.last))
        if at is None:
            return None
        told = {_is_by(at, self.first), _is_by(at, self.last)}
        return told.pop() if len(told) == 1 else UNKNOWN

    @property
    def at(self) -> datetime:
        """The last instant in time, as triggers and records of ends of months look at it."""
        return self.first - timedelta(seconds=1) if self.is_calendar else self.first


def _is_by(at: Instant, end: datetime) -> int:
    if at.low >= end:
        return FAILS
    return HOLDS if at.high <= end else UNKNOWN


def deadline(check: Check, world: World, site: Row, anchor: Instant | None) -> Deadline | None:
    """The deadline of a check with `within` or `by`, counted from an anchor."""
    if anchor is None or not has_deadline(check):
        return None
    days = _counted_in_days(check)
    if days is None:
        due = anchor.shifted(check["within"])
        return Deadline(due.low, due.high, is_calendar=False)
    zone = site["timezone"]
    low = _local_date(anchor.low, zone)
    high = _local_date(max(anchor.low, anchor.high - _INSTANT), zone)
    ends = [_midnight_after(days.due(world, site, day), zone) for day in (low, high)]
    return Deadline(ends[0], ends[1], is_calendar=True)


def deadline_of_day(check: Check, world: World, site: Row, last_day: date) -> Deadline | None:
    """The deadline counted from the end of a month, a quarter or a year."""
    if not has_deadline(check):
        return None
    zone = site["timezone"]
    days = _counted_in_days(check)
    if days is None:
        return deadline(check, world, site, exactly(_midnight_after(last_day, zone)))
    end = _midnight_after(days.due(world, site, last_day), zone)
    return Deadline(end, end, is_calendar=True)


def has_deadline(check: Check) -> bool:
    """Whether something is due some time after an anchor."""
    return "after" in check and ("within" in check or "by" in check)


@dataclass(frozen=True)
class _Days:
    """A number of working or business days, or a fixed date."""

    number: int = 0
    word: str = "business"
    fixed: Mapping[str, str | None] | None = None

    def due(self, world: World, site: Row, day: date) -> date:
        """The last day of what begins on a day."""
        if self.fixed is not None:
            day = _fixed_date(self.fixed, day)
            return _next(world, site, day, "business") if self.fixed["roll"] else day
        if self.number == 0:
            return _next(world, site, day, self.word)
        for _ in range(self.number):
            day = _next(world, site, day + _ONE_DAY, self.word)
        return day


def _counted_in_days(check: Check) -> _Days | None:
    if "by" in check:
        fixed = _FIXED.fullmatch(str(check["by"]))
        assert fixed is not None, check["by"]
        return _Days(fixed=fixed.groupdict())
    counted = _COUNTED.fullmatch(str(check["within"]))
    return _Days(int(counted[1]), counted[2]) if counted else None


def _fixed_date(words: Mapping[str, str | None], day: date) -> date:
    after_quarter = words["unit"] == "month after the quarter"
    unit = "quarter" if after_quarter else str(words["unit"])
    months = _MONTHS[unit]
    start = datetime(day.year, (day.month - 1) // months * months + 1, 1)  # noqa: DTZ001
    if words["following"] or after_quarter:
        start = plus_months(start, months)
    length = 1 if after_quarter else months
    if words["last"]:
        return (plus_months(start, length) - _ONE_DAY).date()
    if words["month"]:
        start = start.replace(month=datetime.strptime(str(words["month"]), "%B").month)  # noqa: DTZ007
    asked = int(str(words["nth"] or words["day"]))
    last = plus_months(start, 1) - _ONE_DAY
    return min(start + (asked - 1) * _ONE_DAY, last).date()


def _next(world: World, site: Row, day: date, word: str) -> date:
    while not _counts(world, site, day, word):
        day += _ONE_DAY
    return day


def _counts(world: World, site: Row, day: date, word: str) -> bool:
    if word == "working":
        for row in world.rows("site_days"):
            if row["site_id"] == site["site_id"] and str(row["day"])[:10] == day.isoformat():
                return bool(row["is_working"])
    return _is_business_day(site.get("country"), day)


@cache
def _is_business_day(country: str | None, day: date) -> bool:
    calendar = _calendar(country)
    return day.weekday() < 5 if calendar is None else calendar.is_working_day(day)


@cache
def _calendar(country: str | None) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country) if country else None
    except NotImplementedError:
        return None


def _local_date(moment: datetime, zone: str) -> date:
    return local_time(moment, ZoneInfo(zone)).date()


def _midnight_after(day: date, zone: str) -> datetime:
    following = day + _ONE_DAY
    local = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def ends_of(kind: str, site: Row, until: date) -> list[Row]:
    """Ends of months (quarters, years) of a site of some years before a day, in order."""
    months = _MONTHS[kind.partition("_")[0]]
    found = []
    start = datetime(until.year - 3, 1, 1)  # noqa: DTZ001
    while start.date() <= until:
        following = plus_months(start, months)
        last = (following - _ONE_DAY).date()
        found.append(_end(kind, site, last))
        start = following
    return found


def _end(kind: str, site: Row, last: date) -> Row:
    period = {
        "month_end": last.isoformat()[:7],
        "quarter_end": f"{last.year}-Q{(last.month + 2) // 3}",
        "year_end": str(last.year),
    }[kind]
    return {
        "record_key": site["record_key"],
        "record_id": f"{kind} {period}",
        "site_id": site["site_id"],
        "period": period,
        "year": last.year,
        "is_odd_year": last.year % 2 == 1,
        "last_day": last,
        "ends_at": _midnight_after(last, site["timezone"]),
    }

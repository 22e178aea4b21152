"""Instants that are only known so finely, months of a site, and intervals such as "30 days".

Part of the plain-Python judge of the obligation language. All instants are UTC without a zone.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from .truth import UNKNOWN, of_bool

_FIXED = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


@dataclass(frozen=True)
class Instant:
    """A moment between ``low`` and ``high``; both are equal when it is known to the second."""

    low: datetime
    high: datetime

    def shifted(self, interval: str) -> Instant:
        """The same fineness, later by the interval."""
        return Instant(later(self.low, interval), later(self.high, interval))

    def set_back(self, interval: str) -> Instant:
        """The same fineness, earlier by the interval."""
        return Instant(earlier(self.low, interval), earlier(self.high, interval))


def exactly(moment: datetime | None) -> Instant | None:
    """A moment known to the second."""
    return None if moment is None else Instant(moment, moment)


def not_after(first: Instant | None, second: Instant | None) -> int | None:
    """Whether ``first <= second``: a truth value; ``None`` when one has no time at all."""
    if first is None or second is None:
        return None
    if first.high <= second.low:
        return of_bool(value=True)
    exact = first.low == first.high and second.low == second.high
    if exact or second.high <= first.low:
        return of_bool(value=False)
    return UNKNOWN


def happened(row: Mapping[str, Any]) -> Instant | None:
    """When a row of something that happens took place, as finely as its precision says."""
    at, precision = row.get("occurred_at"), row.get("precision") or "second"
    if at is None:
        return None
    if precision == "second":
        return Instant(at, at)
    local = row.get("occurred_local") or at
    start = _truncated(local, precision)
    low = at - (local - start)
    return Instant(low, low + (_next(start, precision) - start))


def _truncated(moment: datetime, precision: str) -> datetime:
    fields = ["year", "month", "day", "hour", "minute"]
    kept = fields[: fields.index(precision) + 1]
    lowest = {"month": 1, "day": 1, "hour": 0, "minute": 0}
    cut = {name: low for name, low in lowest.items() if name not in kept}
    return moment.replace(second=0, microsecond=0, **cut)  # type: ignore[arg-type]


def _next(start: datetime, precision: str) -> datetime:
    if precision in _FIXED:
        return start + _FIXED[precision]
    return plus_months(start, 12 if precision == "year" else 1)


def plus_months(moment: datetime, months: int) -> datetime:
    """Calendar months later; the 31st becomes the last day of a shorter month."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = index // 12, index % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def later(moment: datetime, interval: str) -> datetime:
    """The moment plus an interval in hours, days, weeks, months or years."""
    amount, unit = interval.split()
    count, unit = int(amount), unit.rstrip("s")
    if unit in {"month", "year"}:
        return plus_months(moment, count * (12 if unit == "year" else 1))
    return (
        moment
        + count
        * {
            "minute": timedelta(minutes=1),
            "hour": timedelta(hours=1),
            "day": timedelta(days=1),
            "week": timedelta(weeks=1),
        }[unit]
    )


def earlier(moment: datetime, interval: str) -> datetime:
    """The moment less an interval."""
    amount, unit = interval.split()
    return later(moment, f"-{amount} {unit}")


@cache
def month_of_site(period: str, timezone: str) -> tuple[datetime, datetime]:
    """First instant of the site's local month and the first one after it, in UTC."""
    year, month = (int(part) for part in period.split("-"))
    zone = ZoneInfo(timezone)
    start = datetime(year, month, 1, tzinfo=zone)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return tuple(each.astimezone(UTC).replace(tzinfo=None) for each in (start, end))  # type: ignore[return-value]


def local_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of a zone show at an instant."""
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def in_month(local: datetime | None, period: str) -> bool:
    """Whether a local time lies in the month written as ``2026-10``."""
    return local is not None and local.strftime("%Y-%m") == period

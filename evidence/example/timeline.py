"""Local time of a plant: when people work, and what that is in UTC.

Instants are naive ``datetime`` values in UTC, as in the lot model; the zone's rules come from the
standard library's time zone data. Leaves what happens at those times to ``world``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTH_START = date(2026, 10, 1)
"""First day of the month that the example is built for."""

MONTH_END = date(2026, 10, 31)
"""Last day of the month that the example is built for."""

HISTORY_START = date(2026, 6, 1)
"""From here on the plants' extracts hold what happened; before it only what is valid for long."""

AS_OF = datetime(2026, 11, 4, 17, 0, tzinfo=UTC).replace(tzinfo=None)
"""The demo's ``as_of``, UTC."""

EXTRACTED_AT = datetime(2026, 11, 4, 16, 30, tzinfo=UTC).replace(tzinfo=None)
"""When every extract of the example was made, UTC."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The three time columns of something that happens.

    Attributes:
        occurred_at: instant, naive UTC.
        occurred_local: the same on the plant's wall clock.
        utc_offset: local minus UTC, as ``+02:00``.
    """

    occurred_at: datetime
    occurred_local: datetime
    utc_offset: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock of one plant.

    Attributes:
        timezone: IANA name of the plant's time zone.
    """

    timezone: str

    def at(self, day: date, clock_time: str) -> datetime:
        """The UTC instant at which the plant's clocks show ``clock_time`` on ``day``."""
        local = datetime.combine(day, time.fromisoformat(clock_time), ZoneInfo(self.timezone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def local(self, instant: datetime) -> LocalTime:
        """How the plant writes a UTC instant."""
        local = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))
        offset = local.strftime("%z")
        return LocalTime(instant, local.replace(tzinfo=None), f"{offset[:3]}:{offset[3:5]}")

    def day(self, instant: datetime) -> date:
        """The plant's calendar day of a UTC instant."""
        return self.local(instant).occurred_local.date()


def is_workday(day: date) -> bool:
    """Whether offices and laboratories work on that day (Monday to Friday)."""
    return day.weekday() < SATURDAY


def workday_after(day: date, days: int) -> date:
    """The day ``days`` working days after ``day`` (before it, when negative)."""
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left or not is_workday(day):
        day += step
        if is_workday(day) and left:
            left -= 1
    return day


def each_day(first: date, last: date) -> Iterator[date]:
    """Every calendar day from ``first`` to ``last``, both included."""
    while first <= last:
        yield first
        first += timedelta(days=1)

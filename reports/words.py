"""How numbers, times, lists and digests read on a page.

Nothing here knows what is being reported; no locale and no clock are asked.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

_SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
MONTHS = tuple(calendar.month_name)
NOTHING = "–"
"""What a table prints where there is nothing to say."""


def number(value: int | float | Decimal | None) -> str:
    """A number with thousands and without a useless tail: ``61,204``, ``0.05``; none is a dash."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value))
    if exact == exact.to_integral_value():
        return f"{int(exact):,}"
    return f"{exact.normalize():,f}"


def count_word(value: int) -> str:
    """A count inside a sentence: words up to twelve, figures above."""
    return _SMALL[value] if value < len(_SMALL) else number(value)


def plural(value: int, one: str, many: str | None = None) -> str:
    """The noun that goes with a count: ``gap`` or ``gaps``."""
    return one if value == 1 else (many or f"{one}s")


def counted(value: int, one: str, many: str | None = None) -> str:
    """A count with its noun: ``nine gaps``, ``1,204 rows``."""
    return f"{count_word(value)} {plural(value, one, many)}"


REGIMES = {
    "gmp": "good manufacturing practice", "food_safety": "food safety",
    "coa": "certificates of analysis", "controlled_substances": "controlled substances",
    "environmental": "environment", "house": "house rules",
}  # fmt: skip
"""What people call the regimes of maps."""


def regime(code: str) -> str:
    """A regime by its name; ``no regime`` where a clause stands in none."""
    return REGIMES.get(code, code.replace("_", " ") or "no regime")


def capital(text: str) -> str:
    """The same text with its first letter large; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str]) -> str:
    """Parts as people list them: ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def quantity(amount: Decimal | float | None, uom: str | None) -> str:
    """An amount with its unit, the unit as the source spells it."""
    if amount is None:
        return "amount not stated"
    return f"{number(amount)} {uom}" if uom else number(amount)


def sentence(text: str | None) -> str:
    """A sentence that ends as one."""
    text = (text or "").strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def month(period: str) -> str:
    """``2026-10`` as people say it: October 2026."""
    year, number_of_month = period.split("-")
    return f"{MONTHS[int(number_of_month)]} {year}"


def month_name(period: str) -> str:
    """The month alone, for a sentence in which the year is plain."""
    return MONTHS[int(period.split("-")[1])]


def days_of(period: str) -> str:
    """First to last day: ``1–31 October 2026``."""
    year, number_of_month = (int(part) for part in period.split("-"))
    last = calendar.monthrange(year, number_of_month)[1]
    return f"1–{last} {month(period)}"


def previous_period(period: str) -> str:
    """The month before: ``2026-01`` gives ``2025-12``."""
    year, number_of_month = (int(part) for part in period.split("-"))
    first = date(year, number_of_month, 1) - timedelta(days=1)
    return f"{first.year:04}-{first.month:02}"


def _offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def long_time(instant: datetime, timezone: str) -> str:
    """An instant in words, local with offset: ``4 November 2026 18:00 (+01:00)``.

    Args:
        instant: UTC; without zone it is taken as UTC, as everywhere in the warehouse.
        timezone: IANA name of the site's zone.
    """
    there = _there(instant, timezone)
    return f"{there.day} {MONTHS[there.month]} {there.year} {there:%H:%M} ({_offset(there)})"


def local_time(instant: datetime | None, timezone: str) -> str:
    """An instant for a table, local with offset: ``2026-11-04 18:00 (+01:00)``."""
    if instant is None:
        return NOTHING
    there = _there(instant, timezone)
    return f"{there:%Y-%m-%d %H:%M} ({_offset(there)})"


def local_day(instant: datetime | None, timezone: str) -> str:
    """The local day of an instant: ``2026-11-04``."""
    return NOTHING if instant is None else f"{_there(instant, timezone):%Y-%m-%d}"


def long_day(instant: datetime | None, timezone: str) -> str:
    """The local day of an instant in words: ``4 November 2026``."""
    if instant is None:
        return NOTHING
    there = _there(instant, timezone)
    return f"{there.day} {MONTHS[there.month]} {there.year}"


def _there(instant: datetime, timezone: str) -> datetime:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(timezone))


def day(date_: date) -> str:
    """A day in words: ``4 November 2026``."""
    return f"{date_.day} {MONTHS[date_.month]} {date_.year}"


def happened(local: datetime | None, offset: str | None, precision: str | None = None) -> str:
    """When a source row says it happened, no finer than it is known.

    Args:
        local: local time of the site.
        offset: local time minus UTC, such as ``+02:00``.
        precision: ``year``, ``month``, ``day`` and finer, as the lot model has it.
    """
    if local is None:
        return NOTHING
    coarse = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}.get(precision or "second")
    if coarse:
        return f"{local.strftime(coarse)} (to the {precision})"
    return f"{local:%Y-%m-%d %H:%M} ({offset})" if offset else f"{local:%Y-%m-%d %H:%M}"


def happened_on(local: datetime | None, precision: str | None = None) -> str:
    """The local day something happened, or the month or year where no more is known."""
    if local is None:
        return NOTHING
    return local.strftime({"year": "%Y", "month": "%Y-%m"}.get(precision or "day", "%Y-%m-%d"))


def short_digest(digest: str | None) -> str:
    """The first eight figures of a digest, in fours: ``b21f 09c4…``."""
    return f"{digest[:4]} {digest[4:8]}…" if digest else NOTHING


def digest_groups(digest: str, size: int = 8) -> str:
    """A whole digest in groups, so that it can be compared by eye."""
    return " ".join(digest[place : place + size] for place in range(0, len(digest), size))

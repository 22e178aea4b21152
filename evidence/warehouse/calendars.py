"""Which days are no ordinary ones: public holidays of the sites' countries, and the sites' own.

Makes the two generated models from which ``models/chains/calendar_days`` counts business days and
working days. The public holidays come from the ``holidays`` library; how deadlines are counted is
left to ``macros/rules/deadlines.sql``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .literals import quoted

if TYPE_CHECKING:
    from ..workspace import Workspace

BEFORE, AFTER = 20, 5
"""Years before and after the judged one for which days are counted."""

_COUNTRY = re.compile(r"[A-Z]{2}")
Exceptions = Sequence[tuple[str, date, bool]]


def calendar_models(
    countries: Iterable[str | None], site_days: Iterable[Mapping[str, Any]], period: str
) -> dict[str, str]:
    """The generated models of the days that are not as weekdays go, by file name.

    Args:
        countries: ISO 3166 alpha-2 codes of the sites; unknown ones have no holidays.
        site_days: ``site_id``, ``day`` and ``is_working`` of days on which a site departs from its
            country.
        period: the judged month, ``2026-10``.
    """
    return enclosed_calendar_models(calendar_days(countries, site_days, period))


def calendar_days(
    countries: Iterable[str | None], site_days: Iterable[Mapping[str, Any]], period: str
) -> dict[str, list[list[Any]]]:
    """The days themselves, as plain values; arguments as for :func:`calendar_models`.

    Returns:
        ``public_holidays`` (country, day, is it a business day) and ``site_days`` (site, day, is
        work done), days as ISO 8601.
    """
    known = sorted({c for c in countries if c is not None and _COUNTRY.fullmatch(c)})
    public = [e for c in known for e in _exceptions(c, int(period[:4]))]
    own = sorted((str(d["site_id"]), _day(d["day"]), bool(d["is_working"])) for d in site_days)
    return {
        "public_holidays": [[key, day.isoformat(), flag] for key, day, flag in public],
        "site_days": [[key, day.isoformat(), flag] for key, day, flag in own],
    }


def workspace_days(workspace: Workspace, period: str) -> dict[str, list[list[Any]]]:
    """The holidays and the sites' own days that a build counts with, as :func:`calendar_days`."""
    own = [
        {"site_id": site.site_id, "day": day, "is_working": is_working}
        for site in workspace.sites
        for days, is_working in ((site.closing_days, False), (site.working_days, True))
        for day in days
    ]
    return calendar_days((site.country for site in workspace.sites), own, period)


def enclosed_calendar_models(days: Mapping[str, Iterable[Sequence[Any]]]) -> dict[str, str]:
    """The generated models of days as :func:`calendar_days` gives them.

    Raises:
        ValueError: a day is none.
    """
    read = {
        name: [(str(key), _day(day), bool(flag)) for key, day, flag in days.get(name, ())]
        for name in ("public_holidays", "site_days")
    }
    return {
        "public_holidays.sql": _model("country", "is_business", read["public_holidays"]),
        "site_days.sql": _model("site_id", "is_working", read["site_days"]),
    }


def last_day(period: str) -> date:
    """The last day of a month such as ``2026-10``."""
    first = date.fromisoformat(f"{period}-01")
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _exceptions(country: str, year: int) -> Exceptions:
    """Days of a country that are business days although at the weekend, or the other way round."""
    import holidays

    first, last = date(year - BEFORE, 1, 1), date(year + AFTER, 12, 31)
    try:
        calendar = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError:
        return []
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [
        (country, day, is_business)
        for day in days
        if (is_business := calendar.is_working_day(day)) != (day.weekday() < 5)
    ]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _model(key: str, flag: str, rows: Exceptions) -> str:
    """A table of days as a model; a row that is none makes its types when it is empty."""
    names = f"cast({key} as string) as {key}, cast(day as date) as day, {flag}"
    text = [
        f"    ({quoted(name)}, '{day.isoformat()}', {str(is_so).lower()})"
        for name, day, is_so in [*rows, ("", date(1, 1, 1), False)]
    ]
    listed = ",\n".join(text)
    return (
        "{{ config(contract={'enforced': false}) }}\n"
        f"select {names}\nfrom (values\n{listed}\n) as days ({key}, day, {flag})\n"
        f"where {key} <> ''\n"
    )

"""Days that are no ordinary ones come from the countries of the sites, and from the sites."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from lotproof.evidence.maps.fixed_dates import FixedDate, fixed_date
from lotproof.evidence.maps.grammar import MisreadError
from lotproof.evidence.warehouse.calendars import calendar_models


def days(model: str) -> dict[tuple[str, date], bool]:
    """The rows of a generated model."""
    with duckdb.connect() as con:
        rows = con.execute(model.split("}}", 1)[1]).fetchall()
    return {(key, day): flag for key, day, flag in rows}


def test_public_holidays_are_those_of_the_countries_that_have_sites() -> None:
    found = days(calendar_models(["US", "BE", None], [], "2026-10")["public_holidays.sql"])

    assert found["US", date(2026, 10, 12)] is False  # Columbus Day
    assert found["BE", date(2026, 7, 21)] is False  # National Day
    assert ("BE", date(2026, 10, 12)) not in found
    assert ("US", date(2026, 10, 10)) not in found  # a Saturday as Saturdays go


def test_a_weekend_that_is_not_on_saturday_and_sunday_is_known() -> None:
    found = days(calendar_models(["SA"], [], "2026-10")["public_holidays.sql"])

    assert found["SA", date(2026, 10, 9)] is False  # a Friday
    assert found["SA", date(2026, 10, 11)] is True  # a Sunday


def test_an_unknown_country_has_weekends_only() -> None:
    assert days(calendar_models(["ZZ", "x'y"], [], "2026-10")["public_holidays.sql"]) == {}


def test_a_site_may_have_days_of_its_own() -> None:
    own = [{"site_id": "LEU", "day": "2026-12-24", "is_working": False}]

    assert days(calendar_models([], own, "2026-10")["site_days.sql"]) == {
        ("LEU", date(2026, 12, 24)): False
    }


@pytest.mark.parametrize(
    ("phrase", "unit", "months", "day", "roll"),
    [
        ("15th of the following month", "month", 1, 15, False),
        ("last day of the month", "month", 0, 0, False),
        ("15th of the month after the quarter", "quarter", 3, 15, False),
        ("last day of the following quarter", "quarter", 5, 0, False),
        ("1 March of the following year", "year", 14, 1, False),
        ("31 December of the year or next business day", "year", 11, 31, True),
    ],
)
def test_a_fixed_date_is_counted_from_a_month_quarter_or_year(
    phrase: str, unit: str, months: int, day: int, roll: bool
) -> None:
    assert fixed_date(phrase) == FixedDate(unit, months, day, roll, phrase)


@pytest.mark.parametrize(
    "phrase", ["15th of the year", "32nd of the month", "March 1 of the year", "tomorrow", 15]
)
def test_a_date_that_is_none_is_told(phrase: object) -> None:
    with pytest.raises(MisreadError):
        fixed_date(phrase)

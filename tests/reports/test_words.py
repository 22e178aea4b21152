from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lotproof.reports import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (61204, "61,204"), (Decimal("0.050000000"), "0.05"), (Decimal(-1200), "-1,200"),
        (0, "0"), (None, "–"), (Decimal("1000000.5"), "1,000,000.5"), (9.6, "9.6"),
    ],
)  # fmt: skip
def test_numbers_have_thousands_and_no_useless_tail(value: float | None, text: str) -> None:
    assert words.number(value) == text


def test_counts_are_words_up_to_twelve() -> None:
    said = [words.counted(count, "gap") for count in (0, 1, 12, 13)]

    assert said == ["no gaps", "one gap", "twelve gaps", "13 gaps"]


def test_local_time_carries_the_offset_of_that_day() -> None:
    summer = words.local_time(datetime(2026, 10, 12, 4, 52, tzinfo=UTC), "Europe/Brussels")
    winter = words.long_time(datetime(2026, 11, 4, 17, 0, tzinfo=UTC), "Europe/Brussels")

    assert summer == "2026-10-12 06:52 (+02:00)"
    assert winter == "4 November 2026 18:00 (+01:00)"


def test_a_time_is_no_finer_than_it_is_known() -> None:
    local = datetime.fromisoformat("2026-10-01 00:00")

    assert words.happened(local, "+02:00", "month") == "2026-10 (to the month)"
    assert words.happened(local, "+02:00", "second") == "2026-10-01 00:00 (+02:00)"
    assert words.happened_on(local, "month") == "2026-10"


@pytest.mark.parametrize(
    ("period", "before", "days"),
    [
        ("2026-10", "2026-09", "1–31 October 2026"),
        ("2026-01", "2025-12", "1–31 January 2026"),
        ("2028-02", "2028-01", "1–29 February 2028"),
    ],
)
def test_months_know_their_days_and_the_month_before(period: str, before: str, days: str) -> None:
    assert words.previous_period(period) == before
    assert words.days_of(period) == days

"""The offset of a day is taken as one only where the calendar gives the same all along."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from lotproof.evidence.sources.zones import know_zones, offset_text_sql, utc_sql

from .plants import moment

ZONES = (
    "Africa/Casablanca",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Brussels",
    "Pacific/Apia",
)
HOURS = (
    "select unnest(?) as zone, hour from generate_series(timestamp '{} 00:30', "
    "timestamp '{} 00:30', interval 1 hour) as hours(hour)"
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute("set TimeZone = 'UTC'")
        know_zones(made, ZONES)
        yield made


@pytest.mark.parametrize(
    "years",
    [
        ("1999-11-01", "2000-03-01"),
        ("2011-12-01", "2012-04-15"),
        ("2025-12-01", "2027-01-10"),
        ("2039-11-01", "2040-06-01"),
    ],
)
def test_every_hour_is_the_instant_that_the_calendar_says(
    connection: duckdb.DuckDBPyConnection, years: tuple[str, str]
) -> None:
    wrong = connection.execute(
        f"select zone, hour from ({HOURS.format(*years)}) "
        f"where {utc_sql('hour', 'zone')} <> timezone(zone, hour) at time zone 'UTC' "
        "or steady_minutes(zone, hour) "
        "<> date_diff('minute', hour, timezone(zone, timezone('UTC', hour)))",
        [list(ZONES)],
    ).fetchall()

    assert wrong == []


def test_the_calendar_is_asked_only_near_a_change(connection: duckdb.DuckDBPyConnection) -> None:
    asked = connection.execute(
        f"select distinct cast(hour as date) from ({HOURS.format('2026-01-01', '2026-12-30')}) "
        "where zone = 'Europe/Brussels' and steady_minutes(zone, hour) is null order by 1",
        [list(ZONES)],
    ).fetchall()

    assert [f"{day:%m-%d}" for (day,) in asked] == [
        "03-28", "03-29", "03-30", "10-24", "10-25", "10-26",
    ]  # fmt: skip


def test_a_zone_that_is_not_known_beforehand_is_asked(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = connection.execute(
        f"select {utc_sql('hour', 'zone')} "
        "from (select timestamp '2026-07-01 12:00' as hour, 'Asia/Tokyo' as zone)"
    ).fetchone()

    assert found == (moment("2026-07-01T03:00"),)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "+00:00"), (120, "+02:00"), (-150, "-02:30"), (345, "+05:45"), (840, "+14:00"),
     (-720, "-12:00"), (17, "+00:17"), (-901, "-15:01"), (None, None)],
)  # fmt: skip
def test_offsets_are_told_as_text(
    connection: duckdb.DuckDBPyConnection, minutes: int | None, text: str | None
) -> None:
    sql = f"select {offset_text_sql('m')} from (select cast($1 as integer) as m)"
    assert connection.execute(sql, [minutes]).fetchone() == (text,)

"""The offset of a day is taken as one only where the calendar gives the same all day long."""

from __future__ import annotations

import duckdb

from lotproof.evidence.sources.time_columns import steady_sql

_HOURS = """
    select zone.timezone, hour, cast(hour as date) as day,
        date_diff('minute', hour, timezone(zone.timezone, timezone('UTC', hour))) as minutes
    from (select distinct timezone from _sites) as zone,
        generate_series(timestamp '2026-01-01', timestamp '2026-12-31 23:00', interval 1 hour)
            as hours(hour)
"""


def test_a_steady_day_has_one_offset_and_days_of_a_change_are_none() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table _sites as select unnest(['Europe/Brussels', 'America/St_Johns', "
            "'Africa/Casablanca', 'Asia/Kolkata']) as timezone"
        )
        connection.execute(steady_sql())
        wrong = connection.execute(
            f"select * from ({_HOURS}) as hours join _steady using (timezone, day) "
            "where hours.minutes <> _steady.minutes"
        ).fetchall()
        missing = connection.execute(
            "select distinct day from generate_series(timestamp '2026-01-01', "
            "timestamp '2026-12-31', interval 1 day) as days(day) where cast(day as date) not in "
            "(select day from _steady where timezone = 'Europe/Brussels') order by day"
        ).fetchall()

    assert wrong == []
    assert [f"{day:%m-%d}" for (day,) in missing] == [
        "03-28", "03-29", "03-30", "10-24", "10-25", "10-26",
    ]  # fmt: skip

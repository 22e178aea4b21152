"""Days of which a source says that it sent everything, and on which a plant that works did nothing.

A window of coverage claims its days whatever is in them, so that an extract with a day lost on the
way reads like a day of rest. Told is a covered day without any event of the covered kinds, at a
site where most covered days of that weekday have some, unless it is a public holiday of the site's
country or one of its own closing days. It is a hint for whoever connects the plant: verdicts take
the window at its word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sources.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..workspace import Workspace

KIND = "silent_day"
TITLE = "covered day without any event, on a weekday on which the site works"
FEWEST = 3
"""Covered days of a weekday that must have events before one without is told."""
SHARE = 0.9
"""Share of the covered days of a weekday that must have events before more than one without is
told."""

DAYS = f"""
    with windows as (
        select coverage.source, coverage.site_id, coverage.record_id, coverage.source_file,
            coverage.source_row, coverage.ingest_seq,
            list_transform(string_split(scope, ','), lambda part: trim(part)) as scopes,
            timezone(coalesce(sites.timezone, 'UTC'), timezone('UTC', covers_from)) as begins,
            timezone(coalesce(sites.timezone, 'UTC'), timezone('UTC', covers_to)) as ends
        from coverage left join sites on coverage.site_id = sites.site_id
        where table_name = 'events' and covers_from is not null and covers_to is not null
    ), covered as (
        select windows.*, cast(day as date) as day
        from windows, unnest(generate_series(
            date_trunc('day', begins - interval 1 microsecond) + interval 1 day,
            ends - interval 1 day, interval 1 day
        )) as days(day)
    ), happened as (
        select source, site_id, cast(occurred_local as date) as day, event_type
        from events where occurred_local is not null group by all
    ), told as (
        select covered.source, covered.site_id, covered.day,
            count(happened.day) > 0 as has_events,
            arg_min(struct_pack(record_id, source_file, source_row), ingest_seq) as claimed
        from covered left join happened on covered.source = happened.source
            and covered.site_id is not distinct from happened.site_id
            and covered.day = happened.day
            and (covered.scopes is null or list_contains(covered.scopes, happened.event_type))
        where not exists (
            select 1 from days_off
            where days_off.site_id = covered.site_id and days_off.day = covered.day
        )
        group by covered.source, covered.site_id, covered.day
    ), judged as (
        select *, count(*) over same as days, count_if(has_events) over same as busy
        from told window same as (partition by source, site_id, isodow(day))
    )
    select source, 'coverage' as table_name, claimed.record_id, claimed.source_file,
        claimed.source_row, strftime(day, '%A %Y-%m-%d') || coalesce(' at ' || site_id, '')
        || ': no event, though ' || busy || ' of ' || days || ' covered '
        || strftime(day, '%A') || 's have some' as said
    from judged
    where not has_events and busy >= {FEWEST} and (busy = days - 1 or busy >= {SHARE} * days)
"""
"""SQL of such days over ``coverage``, ``sites``, ``events`` and ``days_off`` of landing."""

EXAMINED = (
    "select source, sum(date_diff('day', covers_from, covers_to))::bigint from coverage "
    "where table_name = 'events' and covers_from is not null and covers_to is not null "
    "group by source"
)


def make_days_off(con: DuckDBPyConnection, workspace: Workspace) -> None:
    """Make ``days_off``: the days of each site on which no work is done, by its local date."""
    con.execute("create or replace temp table days_off (site_id varchar, day date)")
    span = con.execute("select min(covers_from), max(covers_to) from coverage").fetchone()
    if span is None or span[1] is None:
        return
    from ..warehouse.calendars import workspace_days

    first, last = (f"{instant:%Y-%m-%d}" for instant in span)
    days = workspace_days(workspace, last[:7])
    sites: dict[str, list[str]] = {}
    for site in workspace.sites:
        sites.setdefault(str(site.country), []).append(site.site_id)
    off = [
        (site_id, day)
        for country, day, works in days["public_holidays"] if not works
        for site_id in sites.get(country, ())
    ] + [(site_id, day) for site_id, day, works in days["site_days"] if not works]  # fmt: skip
    within = [f"({quoted(site)}, date '{day}')" for site, day in off if first <= day <= last]
    if within:
        con.execute(f"insert into days_off values {', '.join(within)}")

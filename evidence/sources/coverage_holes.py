"""Days that lie between two windows of coverage of a source, and that neither holds.

A source that sends every day and left one out shows as a hole: nothing of that day came, or nobody
said that all of it did. What needs the day is undetermined (`models/chains/coverage_spans.sql`);
here it is told to the one who ingests.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..workspace import Workspace
from .landing import Landing
from .results import Finding
from .sql_text import quoted

KIND = "coverage_hole"
TITLE = "time between two windows of coverage that neither holds"
FIX = (
    "send the extract of that time with its manifest, an empty one where nothing happened, and "
    "ingest again; until then what needs it is undetermined"
)

HOLES = """
    with windows as (
        select *, list_transform(string_split(scope, ','), lambda part: trim(part)) as scopes
        from coverage where covers_from is not null and covers_to is not null
    ), parts as (
        select distinct source, site_id, table_name, unnest(scopes) as part from windows
        union all
        select distinct source, site_id, table_name, null from windows where scopes is null
    ), per_part as (
        select windows.*, parts.part, max(covers_to) over (
            partition by windows.source, windows.site_id, windows.table_name, part
            order by covers_from, covers_to
            rows between unbounded preceding and 1 preceding
        ) as reached
        from windows join parts on windows.source = parts.source
            and windows.site_id is not distinct from parts.site_id
            and windows.table_name = parts.table_name
            and (windows.scopes is null or list_contains(windows.scopes, parts.part))
    ), holes as (
        select source, site_id, table_name as of_table, reached, covers_from,
            arg_min(struct_pack(record_id, source_file, source_row), record_id) as after,
            string_agg(distinct part, ', ' order by part) as parts
        from per_part where covers_from > reached
        group by source, site_id, of_table, reached, covers_from
    ), here as (
        select *, timezone(zone, timezone('UTC', reached)) as begins,
            timezone(zone, timezone('UTC', covers_from)) as ends
        from (
            select holes.*, coalesce(sites.timezone, 'UTC') as zone
            from holes left join sites on holes.site_id = sites.site_id
        )
    )
    select source, 'coverage' as table_name, after.record_id, after.source_file, after.source_row,
        of_table || coalesce(' (' || parts || ')', '') || coalesce(' of ' || site_id, '')
        || ': nothing covers ' || case
            when begins <> date_trunc('day', begins) or ends <> date_trunc('day', ends)
                then strftime(begins, '%Y-%m-%d %H:%M') || ' to '
                    || strftime(ends, '%Y-%m-%d %H:%M')
            when ends = begins + interval 1 day then strftime(begins, '%Y-%m-%d')
            else strftime(begins, '%Y-%m-%d') || ' to '
                || strftime(ends - interval 1 day, '%Y-%m-%d')
        end as said
    from here
"""
"""SQL of the holes between the rows of ``coverage``, each with the window after it; in local time
of the site, of which ``sites`` has the zone."""


def coverage_holes(workspace: Workspace, landing: Landing, sources: Iterable[str]) -> list[Finding]:
    """Return the holes in what some sources cover, as findings."""
    import duckdb

    files = landing.files("coverage")
    if files is None:
        return []
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create table sites (site_id varchar, timezone varchar)")
        for site in workspace.sites:
            connection.execute("insert into sites values (?, ?)", [site.site_id, site.timezone])
        named = ", ".join(quoted(name) for name in sources)
        connection.execute(
            "create table coverage as select * exclude (place) from (select *, row_number() over ("
            "partition by source, record_id order by ingest_seq desc) as place "
            f"from {files} where source in ({named})) where place = 1"
        )
        found = connection.execute(f"{HOLES} order by source, said").fetchall()
    return [
        Finding(source, KIND, table, "covers_from", said, 1, f"{file}:{row}", TITLE, FIX)
        for source, table, _, file, row, said in found
    ]

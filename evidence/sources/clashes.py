"""Rows that have a key of their own in the whole world, such as events with an identifier.

One that comes again with the same content says nothing new, in whatever file. Several contents
under one key contradict each other: nobody can say which is right, so all are held back, each with
the place of another. Earlier loads count: their keys stand in landing.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from .extracts import Extract
from .landing import KEYS, Landing
from .plan import Plan
from .sql_text import named, quoted
from .target_faults import ASK, ONE, SEVERAL


def note_clashes(
    connection: DuckDBPyConnection, plan: Plan, extracts: list[Extract], landing: Landing
) -> None:
    """Make ``_keys`` and ``_clashes`` of a load, and mark its feeds' rows by them.

    Args:
        connection: the load's database, with a view for each feed.
        plan: the feeds.
        extracts: the files of the load.
        landing: where the keys of earlier loads are.
    """
    _make_tables(connection, extracts)
    for feed in plan.feeds.values():
        if feed.feed.unique and feed.feed.content:
            key, content = named(feed.feed.unique), named(feed.feed.content)
            connection.execute(
                f"insert into _keys select {quoted(feed.name)}, {key}, {content}, _file, _row "
                f"from {named(feed.name)} where _is_new and {key} is not null"
            )
    files = landing.files(KEYS)
    if files is not None:
        connection.execute(
            "insert into _before select feed, key, content, source_file || ':' || source_row "
            f"from {files} where source = {quoted(plan.source.name)} "
            "and (feed, key) in (select feed, key from _keys)"
        )
    _compare(connection)
    for feed in plan.feeds.values():
        whole = feed.feed.part_of or feed.name
        _mark(connection, feed.name, is_unique=plan.feeds[whole].feed.unique is not None)


def _make_tables(connection: DuckDBPyConnection, extracts: list[Extract]) -> None:
    connection.execute(
        """
        create or replace temp table _keys (
            feed varchar, key varchar, content varchar, _file integer, _row bigint
        );
        create or replace temp table _before (
            feed varchar, key varchar, content varchar, place varchar
        );
        create or replace temp table _read_from (_file integer, name varchar);
        """
    )
    for extract in extracts:
        connection.execute("insert into _read_from values (?, ?)", [extract.number, extract.name])


def _compare(connection: DuckDBPyConnection) -> None:
    connection.execute(
        f"""
        create or replace temp table _clashes as
        with here as (
            select _keys.*, _read_from.name || ':' || _row as place
            from _keys join _read_from on _keys._file = _read_from._file
        ), everywhere as (
            select feed, key, content, place, _file, _row from here
            union all select feed, key, content, place, -1, 0 from _before
        ), other as (
            select here._file, here._row, here.key || '; another is at ' || min(everywhere.place)
                as said
            from here join everywhere on here.feed = everywhere.feed and here.key = everywhere.key
                and here.content <> everywhere.content
            group by here._file, here._row, here.key
        ), ranked as (
            select feed, key, content, _file, _row, row_number() over (
                partition by feed, key, content order by _file, _row
            ) as place
            from everywhere
        )
        select _file, _row, said, false as is_repeat from other
        union all
        select _file, _row, null, true from ranked
        where place > 1 and _file >= 0
            and (_file, _row) not in (select _file, _row from other);
        insert into _repeated select _file, _row from _clashes where is_repeat;
        insert into _findings
        select '', '', _keys.key, count(*), min(_keys._file),
            arg_min(_keys._row, (_keys._file, _keys._row)), 'conflict',
            {quoted(SEVERAL)}, {quoted(ONE)}, {quoted(ASK)}
        from _clashes join _keys on _clashes._file = _keys._file and _clashes._row = _keys._row
        where not is_repeat group by _keys.feed, _keys.key;
        """
    )


def _mark(connection: DuckDBPyConnection, feed: str, *, is_unique: bool) -> None:
    """Put the marks beside the rows of a feed."""
    if not is_unique:
        return
    read = named(f"{feed} as read")
    connection.execute(f"alter view {named(feed)} rename to {read}")
    connection.execute(
        f"""
        create or replace temp view {named(feed)} as
        select feed.* exclude (_clash, _is_repeat), _clashes.said as _clash,
            coalesce(_clashes.is_repeat, false) as _is_repeat
        from {read} as feed
        left join _clashes on feed._file = _clashes._file and feed._row = _clashes._row
        """
    )

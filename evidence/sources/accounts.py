"""A place for every row read, counted by file.

Landed, quarantined, ignored and duplicate rows add up to those read; :mod:`.load` demands it.
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import ROWS_FEED, Extract
from .sql_text import named


def place_rows(connection: DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Give every row read one place: quarantined, landed, duplicate or ignored."""
    feeds = sorted({extract.feed for extract in extracts if extract.is_new} | {ROWS_FEED})
    read = " union all ".join(
        f"select _file, _row from {named(feed)} where _is_new" for feed in feeds
    )
    connection.execute(
        f"""
        create or replace temp table _places as
        with read as (
            select _file, _row from ({read})
            union all
            select _file, source_row from _held where rejected
        ), held as (select distinct _file, source_row as _row from _held)
        , landed as (select distinct _file, _row from _landed)
        , repeated as (select distinct _file, _row from _repeated)
        select read._file, read._row, case
            when held._row is not null then 'quarantined'
            when landed._row is not null then 'landed'
            when repeated._row is not null then 'duplicate'
            else 'ignored' end as place
        from (select distinct _file, _row from read) as read
        left join held on read._file = held._file and read._row = held._row
        left join landed on read._file = landed._file and read._row = landed._row
        left join repeated on read._file = repeated._file and read._row = repeated._row
        """
    )


def totals_of(connection: DuckDBPyConnection) -> dict[int, dict[str, int]]:
    """Return how many rows of each file have which place."""
    rows = connection.execute(
        "select _file, place, count(*) from _places group by all order by all"
    ).fetchall()
    totals: dict[int, dict[str, int]] = {}
    for number, place, count in rows:
        totals.setdefault(number, {})[place] = count
    return totals


def waiting_of(connection: DuckDBPyConnection) -> dict[int, int]:
    """Return how many rows of each file found no partner in another feed."""
    return dict(
        connection.execute(
            "select _file, count(distinct _row) from _unpaired group by all order by all"
        ).fetchall()
    )

"""A place for every row read, counted by file.

Landed, quarantined, ignored and duplicate rows add up to those read; :mod:`.load` demands it.
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import ROWS_FEED, Extract
from .sql_text import named


def place_rows(connection: DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Give every row read one place, the first of: quarantined, landed, duplicate, ignored."""
    feeds = sorted({extract.feed for extract in extracts if extract.is_new} | {ROWS_FEED})
    read = " union all ".join(
        f"select _file, _row, 4, true from {named(feed)} where _is_new" for feed in feeds
    )
    connection.execute(
        f"""
        create or replace temp table _places as
        select _file,
            ['quarantined', 'landed', 'duplicate', 'ignored'][place] as place, count(*) as counted
        from (
            select _file, _row, min(place) as place from (
                {read}
                union all select _file, source_row, 1, rejected from _held
                union all select _file, _row, 2, false from _landed
                union all select _file, _row, 3, false from _repeated
            ) as told(_file, _row, place, is_read)
            group by _file, _row having bool_or(is_read)
        ) group by all
        """
    )


def totals_of(connection: DuckDBPyConnection) -> dict[int, dict[str, int]]:
    """Return how many rows of each file have which place."""
    rows = connection.execute("select _file, place, counted from _places order by all").fetchall()
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

"""A place for every row read, counted by file.

Landed, quarantined, ignored and duplicate rows add up to those read; :mod:`.load` demands it.
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import Extract
from .plan import ROWS_FEED, Plan
from .sql_text import named


def place_rows(
    connection: DuckDBPyConnection,
    plan: Plan,
    extracts: Sequence[Extract],
    landed: Sequence[str],
) -> None:
    """Give every row read one place, the first of: quarantined, landed, duplicate, ignored.

    Of a file whose rows all landed or were held back, and of one none of whose rows was, counting
    says so; rows of others are told one by one.

    Args:
        connection: the load's database, staged.
        plan: how its files were read.
        extracts: its files.
        landed: the tables of which rows land.
    """
    connection.execute(
        "create or replace temp table _places (_file integer, place varchar, counted bigint)"
    )
    plain = _plain(connection, plan, extracts, landed)
    plain |= _unheld(connection, plan, [item for item in extracts if item.number not in plain])
    for number, places in plain.items():
        for place, counted in places.items():
            connection.execute("insert into _places values (?, ?, ?)", [number, place, counted])
    others = [str(item.number) for item in extracts if item.is_new and item.number not in plain]
    if not others:
        return
    told = f"_file in ({', '.join(others)})"
    feeds = sorted({extract.feed for extract in extracts if extract.is_new} | {ROWS_FEED})
    read = " union all ".join(
        f"select _file, _row, 4, true from {named(feed)} where _is_new and {told}" for feed in feeds
    )
    connection.execute(
        f"""
        insert into _places
        select _file,
            ['quarantined', 'landed', 'duplicate', 'ignored'][place] as place, count(*) as counted
        from (
            select _file, _row, min(place) as place from (
                {read}
                union all select _file, source_row, 1, rejected from _held where {told}
                union all select _file, _row, 2, false from _landed where {told}
                union all select _file, _row, 3, false from _repeated where {told}
            ) as told(_file, _row, place, is_read)
            group by _file, _row having bool_or(is_read)
        ) group by all
        """
    )


def _unheld(
    connection: DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract]
) -> dict[int, dict[str, int]]:
    """Return the places of the rows of files of which none was held back or says nothing new."""
    told = "select _file from _held union select _file from _repeated"
    others = {number for (number,) in connection.execute(told).fetchall()}
    asked = {
        item.number: item.row_count
        for item in extracts
        if item.is_new and item.number not in others and not plan.parts_of(item.feed)
    }
    if not asked:
        return {}
    which = f"_file in ({', '.join(map(str, asked))})"
    landed = dict(
        connection.execute(
            "select _file, count(*) from "
            f"(select distinct _file, _row from _landed where {which}) group by _file"
        ).fetchall()
    )
    return {
        number: {"landed": landed.get(number, 0), "ignored": count - landed.get(number, 0)}
        for number, count in asked.items()
    }


def _plain(
    connection: DuckDBPyConnection,
    plan: Plan,
    extracts: Sequence[Extract],
    landed: Sequence[str],
) -> dict[int, dict[str, int]]:
    """Return the places of the rows of files of which one target made all that was not held back.

    The targets asked make at most one row of each that they read.
    """
    rows = "select _file, count(distinct source_row) from _held group by all"
    held = dict(connection.execute(rows).fetchall())
    most: dict[int, int] = {}
    single = [(nr, target) for nr, target in enumerate(plan.targets) if plan.makes_one(target)]
    for table in landed:
        numbers = ", ".join(str(nr) for nr, target in single if target.target.table == table)
        if not numbers:
            continue
        counts = connection.execute(
            f"select _file, count(*) from kept_{table} where _target in ({numbers}) "
            "and (_file, _row) not in (select _file, source_row from _held) "
            "group by _file, _target"
        ).fetchall()
        for number, count in counts:
            most[number] = max(most.get(number, 0), count)
    return {
        extract.number: {
            "quarantined": held.get(extract.number, 0),
            "landed": extract.row_count - held.get(extract.number, 0),
        }
        for extract in extracts
        if extract.is_new
        and most.get(extract.number, 0) + held.get(extract.number, 0) == extract.row_count
    }


def totals_of(connection: DuckDBPyConnection) -> dict[int, dict[str, int]]:
    """Return how many rows of each file have which place."""
    rows = connection.execute("select _file, place, counted from _places order by all").fetchall()
    totals: dict[int, dict[str, int]] = {}
    for number, place, count in rows:
        totals.setdefault(number, {})[place] = count
    return totals


def repeated_of(connection: DuckDBPyConnection) -> dict[int, int]:
    """Return how many rows of each file say something that was said before, whatever else."""
    return dict(
        connection.execute(
            "select _file, count(distinct _row) from _repeated group by all order by all"
        ).fetchall()
    )


def waiting_of(connection: DuckDBPyConnection) -> dict[int, int]:
    """Return how many rows of each file found no partner in another feed."""
    return dict(
        connection.execute(
            "select _file, count(distinct _row) from _unpaired group by all order by all"
        ).fetchall()
    )

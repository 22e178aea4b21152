"""All that follows from some lots, as pairs: level by level, each lot's new ones only.

For many lots at once, in the database; a single lot is walked by :mod:`.chains`. It ends when a
level brings nothing new, so cycles end it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def close(con: DuckDBPyConnection, edges: str, starts: str, most: int | None = None) -> int:
    """Fill the temporary table ``reached`` (start, lot) and say how many pairs it has.

    Each lot asked for is paired with itself.

    Args:
        con: a connection with both tables.
        edges: name of a table with ``parent`` and ``child``.
        starts: name of a table with ``lot``.
        most: stop after so many pairs; never-empty tanks have as many as lots squared.

    Returns:
        The number of pairs; more than ``most`` when it was cut off.
    """
    con.execute(f"create or replace temp table near as select distinct * from {edges}")
    con.execute(
        "create or replace temp table reached as "
        f"select lot as start, lot, 0 as depth from {starts}"
    )
    depth, total = 0, _count(con, "true")
    while most is None or total <= most:
        con.execute(
            "insert into reached select found.start, found.lot, ? from ("
            "select distinct reached.start, near.child as lot from reached "
            "join near on near.parent = reached.lot where reached.depth = ?) as found "
            "anti join reached as met on met.start = found.start and met.lot = found.lot",
            [depth + 1, depth],
        )
        depth += 1
        new = _count(con, f"depth = {depth}")
        total += new
        if not new:
            break
    return total


def _count(con: DuckDBPyConnection, where: str) -> int:
    row = con.execute(f"select count(*) from reached where {where}").fetchone()
    return int(row[0]) if row else 0

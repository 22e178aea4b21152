"""Whether a key comes twice among rows, found in the cheapest way that is certain of a no.

Rows that stand in the order of their keys, as most systems send them, show it by being looked at
once. Of others the hashes of the keys are sorted: to count distinct keys costs half as much again.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection


def may_come_twice(
    connection: DuckDBPyConnection, rows: str, keys: str, *, as_sent: bool = False
) -> bool:
    """Return whether a key may come twice: it does, or two keys have one hash.

    Args:
        connection: the database.
        rows: SQL of the rows, after ``from``.
        keys: SQL of the columns that make the key, listed.
        as_sent: whether they stand in the order in which they were sent.
    """
    told = f"select row({keys}) as here, lag(row({keys})) over () as before from {rows}"
    unordered = f"({told}) where not coalesce(here > before, before is null)"
    if as_sent and not _gives(connection, unordered):
        return False
    hashed = f"select hash({keys}) as here from {rows}"
    told = f"select here, lag(here) over (order by here) as before from ({hashed})"
    return _gives(connection, f"({told}) where here = before")


def _gives(connection: DuckDBPyConnection, rows: str) -> bool:
    return connection.execute(f"select 1 from {rows} limit 1").fetchone() is not None

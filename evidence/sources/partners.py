"""Rows of another feed that stand beside a target's own: of several with one key, the one meant.

A window over a whole feed costs much more than to see that no key comes twice, which is so of most
feeds; and several targets read the same partners. How they are joined is said in
:mod:`.target_sql`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Partners:
    """Which rows of a feed can be partners.

    Attributes:
        rows: SQL of those that count.
        over: SQL of the columns of which no value comes twice; empty where all rows are partners.
        order: SQL of the order in which the first of several is the one.
    """

    rows: str
    over: str = ""
    order: str = ""

    @property
    def name(self) -> str:
        """Name of the relation, the same for the same partners."""
        text = "\n".join((self.rows, self.over, self.order))
        return f"partners_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def make_partners(connection: DuckDBPyConnection, needed: Iterable[Partners]) -> None:
    """Make the relations of partners, each once."""
    for partners in dict.fromkeys(needed):
        if partners.over and _some_key_twice(connection, partners):
            connection.execute(
                f"create or replace temp table {partners.name} as select * exclude (_rank) from ("
                f"select *, row_number() over (partition by {partners.over} "
                f"order by {partners.order}) as _rank from ({partners.rows})) where _rank = 1"
            )
        else:
            connection.execute(f"create or replace temp view {partners.name} as {partners.rows}")


def _some_key_twice(connection: DuckDBPyConnection, partners: Partners) -> bool:
    """Return whether some key may come twice: of two with one hash, the window tells."""
    key = f"hash({partners.over})"
    found = connection.execute(
        f"select 1 from ({partners.rows}) group by {key} having count(*) > 1 limit 1"
    )
    return found.fetchone() is not None

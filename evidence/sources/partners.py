"""Rows of another feed that stand beside a target's own: of several with one key, the one meant.

A window over a whole feed costs much more than to see that no key comes twice, which is so of most
feeds; and several targets read the same partners. How they are joined is said in
:mod:`.target_sql`, and which times are read where they stand in :mod:`.moments`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

from duckdb import DuckDBPyConnection

from .doubled import may_come_twice
from .moments import Stages
from .sql_text import named


@dataclass(frozen=True, slots=True)
class Partners:
    """Which rows of a feed can be partners.

    Attributes:
        rows: SQL of those that count.
        over: SQL of the columns of which no value comes twice; empty where all rows are partners.
        order: SQL of the order in which the first of several is the one.
        columns: those that are asked for.
        told: times that they tell.
    """

    rows: str
    over: str = ""
    order: str = ""
    columns: frozenset[str] = frozenset()
    told: tuple[Stages, ...] = ()

    @property
    def name(self) -> str:
        """Name of the relation, the same for the same partners, whatever is asked of them."""
        text = "\n".join((self.rows, self.over, self.order))
        return f"partners_{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def with_all_of(self, other: Partners) -> Partners:
        """Return the same partners, asked for what the others are asked for too."""
        told = tuple(dict.fromkeys((*self.told, *other.told)))
        return replace(self, columns=self.columns | other.columns, told=told)


def make_partners(connection: DuckDBPyConnection, needed: Iterable[Partners]) -> None:
    """Make the relations of partners, each once."""
    by_name: dict[str, Partners] = {}
    for item in needed:
        before = by_name.get(item.name)
        by_name[item.name] = before.with_all_of(item) if before else item
    for partners in by_name.values():
        is_ranked = bool(partners.over) and may_come_twice(
            connection, f"({partners.rows})", partners.over, as_sent=True
        )
        rows = _first_rows(partners) if is_ranked else partners.rows
        kind = "table" if is_ranked or partners.told else "view"
        connection.execute(
            f"create or replace temp {kind} {partners.name} as {_with_told(partners, rows)}"
        )


def _first_rows(partners: Partners) -> str:
    return (
        f"select * exclude (_rank) from (select *, row_number() over (partition by {partners.over} "
        f"order by {partners.order}) as _rank from ({partners.rows})) where _rank = 1"
    )


def _with_told(partners: Partners, rows: str) -> str:
    """Return SQL of rows with the times that they tell, stage by stage."""
    if not partners.told:
        return rows
    listed = ", ".join(("_file", "_row", *map(named, sorted(partners.columns))))
    sql = f"select {listed} from ({rows})"
    for stages in zip_longest(*partners.told, fillvalue=()):
        columns = ", ".join(f"{sql} as {named(name)}" for stage in stages for name, sql in stage)
        sql = f"select *, {columns} from ({sql})"
    return sql

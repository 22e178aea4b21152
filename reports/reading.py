"""Reads the tables of a build; the only place of this package that speaks SQL for pages.

Every function returns rows as dictionaries in a stated order. Words and counts are left to the
composing modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..evidence.errors import LotproofError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
VerdictKey = tuple[str, str, str, int]

_EVIDENCE = """
with wanted as (
    select
        unnest(?::varchar[]) as map_id, unnest(?::varchar[]) as requirement_id,
        unnest(?::varchar[]) as subject_type, unnest(?::bigint[]) as subject_key
),
decided as (
    select
        evidence_list.*,
        array_position(['against', 'missing_for', 'unknown', 'for', 'reversed'], part) as weight
    from evidence_list
    join wanted using (map_id, requirement_id, subject_type, subject_key)
),
records as (
    select *
    from decided
    qualify row_number() over (
        partition by map_id, requirement_id, subject_type, subject_key, record_table, record_key
        order by weight, check_no
    ) = 1
),
ranked as (
    select
        *,
        row_number() over (
            partition by map_id, requirement_id, subject_type, subject_key
            order by weight, check_no, occurred_local nulls last, record_table, record_id
        ) as place,
        count(*) over (
            partition by map_id, requirement_id, subject_type, subject_key
        ) as n_records
    from records
)
select * from ranked
where place <= ?
order by map_id, requirement_id, subject_type, subject_key, place
"""


def rows(con: DuckDBPyConnection, sql: str, *values: object) -> list[Row]:
    """The rows of a query, as dictionaries.

    Args:
        con: the warehouse.
        sql: a query with ``?`` for each value.
        values: its values.
    """
    cursor = con.execute(sql, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def has_table(con: DuckDBPyConnection, table: str) -> bool:
    """Whether the build has a table of that name."""
    return bool(typed_columns(con, table))


def tables(con: DuckDBPyConnection) -> list[str]:
    """The tables of the build, or the views that stand in front of them, by name."""
    found = con.execute(
        "select table_name from information_schema.tables "
        "where table_catalog = current_database() and table_schema = 'main' order by table_name"
    ).fetchall()
    return [str(name) for (name,) in found]


def columns_of(con: DuckDBPyConnection, table: str) -> set[str]:
    """The names of a table's columns; none when there is no such table."""
    return {name for name, _ in typed_columns(con, table)}


def typed_columns(con: DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Name and type of a table's columns, in their order; none when there is no such table."""
    import duckdb

    try:  # the information schema takes thirty times as long
        described = con.execute(f'describe "{table}"').fetchall()
    except duckdb.CatalogException:
        return []
    return [(str(name), str(kind)) for name, kind, *_ in described]


def site(con: DuckDBPyConnection, site_id: str) -> Row:
    """The site.

    Raises:
        LotproofError: the build knows no such site.
    """
    found = rows(con, "select * from sites where is_current and site_id = ?", site_id)
    if found:
        return found[0]
    known = con.execute("select distinct site_id from sites order by 1").fetchall()
    raise LotproofError(
        f"site {site_id!r}",
        f"a site of this build: {', '.join(name for (name,) in known)}",
        "name one of them, or add the site to lotproof.yml",
    )


def requirements(con: DuckDBPyConnection, site_id: str, period: str) -> list[Row]:
    """Requirements of the maps that bind the site, in the order of the maps.

    A map binds when it gave a verdict there; clauses never judged come along with their map.
    """
    return rows(
        con,
        "select * from requirements where map_id in (select map_id from verdict_list "
        "where site_id = ? and period = ?) order by map_id, position, requirement_id",
        site_id, period,
    )  # fmt: skip


def state_counts(con: DuckDBPyConnection, site_id: str, period: str) -> list[Row]:
    """How many verdicts of each state each clause has."""
    return rows(
        con,
        "select clause, state, is_indicative, is_readiness, count(*) as n from verdict_list "
        "where site_id = ? and period = ? group by all order by all",
        site_id, period,
    )  # fmt: skip


def verdicts(
    con: DuckDBPyConnection, site_id: str, period: str, states: Sequence[str]
) -> list[Row]:
    """Verdicts in some states: the gravest first, then by map, clause and subject."""
    return rows(
        con,
        "select v.* from verdict_list v where site_id = ? and period = ? and state in "
        "(select unnest(?)) order by array_position(['critical', 'major', 'minor', 'info'], "
        "severity), map_id, requirement_id, at_ts nulls last, subject_type, subject_id",
        site_id, period, list(states),
    )  # fmt: skip


def evidence_of(
    con: DuckDBPyConnection, verdicts: Sequence[Row], limit: int
) -> dict[VerdictKey, list[Row]]:
    """The rows that decided verdicts, each record once: those against first, then by time.

    Args:
        con: the warehouse.
        verdicts: rows of ``verdict_list``.
        limit: at most so many rows of each; ``n_records`` says how many there are.
    """
    keys = [verdict_key(verdict) for verdict in verdicts]
    if not keys:
        return {}
    found = rows(con, _EVIDENCE, *(list(column) for column in zip(*keys, strict=True)), limit)
    grouped: dict[VerdictKey, list[Row]] = {}
    for row in found:
        grouped.setdefault(verdict_key(row), []).append(row)
    return grouped


def verdict_key(row: Row) -> VerdictKey:
    """What tells verdicts, and the evidence of each, apart."""
    return row["map_id"], row["requirement_id"], row["subject_type"], row["subject_key"]


def one(con: DuckDBPyConnection, sql: str, *values: object) -> Any:  # noqa: ANN401 - a cell
    """The one value a query gives; nothing when it has no row."""
    found = con.execute(sql, list(values)).fetchone()
    return found[0] if found else None

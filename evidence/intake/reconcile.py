"""Two systems against each other: the same lots, the same quantities, the same statuses.

Only what both of them send is compared, at the sites that both serve; what one alone sends is said
to be *not compared*. A lot that the systems call by different names is one where `identifiers` say
so. Reversed movements and their reversals count on neither side. Units that convert by size are
compared in the smallest of them that either sends at the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from .landed import rows
from .versions import as_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WHERE_LOTS = ("lots", "events", "lot_status", "test_results", "counts")


@dataclass(frozen=True, slots=True)
class Total:
    """One thing that both systems send, summed up.

    Attributes:
        what: such as ``lots``, ``receipt [KG]``, ``statuses``.
        site_id: the site.
        a: rows or quantity in the first system.
        b: in the second.
        agree: lots on which they agree.
        differ: lots on which they do not.
    """

    what: str
    site_id: str
    a: str
    b: str
    agree: int
    differ: int


@dataclass(frozen=True, slots=True)
class Unequal:
    """One lot of which the systems say something else.

    Attributes:
        what: as in the totals.
        site_id: the site.
        lot_id: the lot.
        a: what the first says; ``None`` where it says nothing.
        b: what the second says.
        place_a: file and row of the first.
        place_b: of the second.
    """

    what: str
    site_id: str
    lot_id: str
    a: str | None
    b: str | None
    place_a: str | None
    place_b: str | None


@dataclass(slots=True)
class Reconciliation:
    """Two systems compared.

    Attributes:
        a: the first source.
        b: the second.
        totals: what was compared.
        differences: what differs.
        not_compared: what one of them alone sends.
    """

    a: str
    b: str
    totals: list[Total] = field(default_factory=list)
    differences: list[Unequal] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)


_STRANGERS = """
    select what, site_id, count(*) filter (in_a) as n_a, count(*) filter (in_b) as n_b
    from compared group by what, site_id having not bool_or(in_a and in_b)
    order by what, site_id
"""


def reconcile(con: DuckDBPyConnection, a: str, b: str) -> Reconciliation:
    """Compare two sources.

    Args:
        con: landing, as :func:`.landed.open_landing` gives it.
        a: name of the first source.
        b: name of the second.
    """
    found = Reconciliation(a, b)
    _sides(con, a, b)
    for what, sql in _QUESTIONS:
        con.execute(f"create or replace temp table said as {sql}")
        _compare(con, what, found)
    return found


def pairs(con: DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return the pairs of sources that serve a site together."""
    sites = rows(con, " union ".join(f"select source, site_id from {t}" for t in _WHERE_LOTS))
    served: dict[str, set[str]] = {}
    for row in sites:
        if row["site_id"]:
            served.setdefault(row["source"], set()).add(row["site_id"])
    return [(a, b) for a, b in combinations(sorted(served), 2) if served[a] & served[b]]


def _sides(con: DuckDBPyConnection, a: str, b: str) -> None:
    con.execute("create or replace temp table sides (source varchar, side varchar)")
    con.execute("insert into sides values (?, 'a'), (?, 'b')", [a, b])
    con.execute(
        """
        create or replace temp table names as
        select value as called, min(lot_id) as lot_id from identifiers
        where value is not null and value not in (select lot_id from lots where lot_id is not null)
        group by value having count(distinct lot_id) = 1
        """
    )
    con.execute(_COMMON_UNITS)


_COMMON_UNITS = """
    create or replace temp table common_units as
    with sent as (
        select site_id, upper(trim(uom)) as uom from events join sides using (source)
        union
        select site_id, upper(trim(uom)) as uom from counts join sides using (source)
    ), sized as (
        select site_id, uom, coalesce(kind, 'unit ' || uom) as measure, coalesce(size, 1) as size
        from sent left join unit_sizes using (uom) where uom is not null
    )
    select site_id, uom, first_value(uom) over smallest as label,
        size / first_value(size) over smallest as ratio
    from sized window smallest as (partition by site_id, measure order by size, uom)
"""
_TO_COMMON = (
    "left join common_units as common on common.uom = upper(trim(sent.uom)) "
    "and common.site_id is not distinct from sent.site_id"
)
_EVENTS = """
    select events.*, sides.side, coalesce(names.lot_id, events.lot_id) as lot
    from events join sides on events.source = sides.source
    left join names on names.called = events.lot_id
    where events.reverses is null and events.lot_id is not null and events.record_id not in
        (select reverses from events where reverses is not null)
"""


_IN_UNIT = "' [' || coalesce(common.label, 'no unit') || ']'"
_IN_COMMON = (
    "case when coalesce(ratio, 1) = 1 then amount::decimal(38, 9) "
    "else round(amount::double * ratio, 6)::decimal(38, 9) end"
)
_LAST = "(occurred_at, ingest_seq)"


def _named(table: str) -> str:
    """Rows of a table of both sources, each with its side and the lot by one name."""
    return (
        f"(select t.*, side, coalesce(names.lot_id, t.lot_id) as lot from {table} as t "
        "join sides using (source) left join names on names.called = t.lot_id "
        "where t.lot_id is not null)"
    )


_LOTS = f"""
    select side, 'lots' as what, site_id, lot, null::decimal(38, 9) as amount, 'sent' as said,
        min(source_file || ':' || source_row) as place
    from {_named("lots")} group by side, site_id, lot
"""
_QUANTITIES = f"""
    select side, what, site_id, lot, sum({_IN_COMMON}) as amount, null as said, min(place) as place
    from (
        select side, event_type || {_IN_UNIT} as what, sent.site_id, lot, ratio,
            sum(quantity) as amount, min(source_file || ':' || source_row) as place
        from ({_EVENTS}) as sent {_TO_COMMON}
        where quantity is not null group by side, what, sent.site_id, lot, ratio
    ) group by side, what, site_id, lot
"""
_STATUSES = f"""
    select side, 'last status' as what, site_id, lot, null::decimal(38, 9) as amount,
        arg_max(to_status, {_LAST}) as said,
        arg_max(source_file || ':' || source_row, {_LAST}) as place
    from {_named("lot_status")} group by side, site_id, lot
"""
_COUNTS = f"""
    select side, what, site_id, lot, {_IN_COMMON} as amount, null as said, place
    from (
        select side, 'counted' || {_IN_UNIT} as what, sent.site_id, lot,
            arg_max(quantity, {_LAST}) as amount, arg_max(ratio, {_LAST}) as ratio,
            arg_max(source_file || ':' || source_row, {_LAST}) as place
        from {_named("counts")} as sent {_TO_COMMON} group by side, what, sent.site_id, lot
    )
"""
_QUESTIONS = (
    ("lots", _LOTS),
    ("quantities", _QUANTITIES),
    ("statuses", _STATUSES),
    ("counts", _COUNTS),
)
"""What is asked, each as a select of side, what, site_id, lot, amount, said and place."""


def _compare(con: DuckDBPyConnection, what: str, found: Reconciliation) -> None:
    """Compare `said` of both sides, and tell what one side alone sends."""
    alone = rows(
        con,
        "select site_id, side, string_agg(what, ', ' order by what) as kinds from (select what, "
        "site_id, min(side) as side from said group by what, site_id "
        "having count(distinct side) = 1) group by site_id, side order by site_id, side",
    )
    for row in alone:
        who = found.a if row["side"] == "a" else found.b
        found.not_compared.append(f"only {who} sends, at {row['site_id']}: {row['kinds']}")
    if not alone and not rows(con, "select 1 as one from said limit 1"):
        found.not_compared.append(f"{what}: neither sends it")
    con.execute(
        """
        create or replace temp table compared as
        with shared as (
            select what, site_id from said group by what, site_id having count(distinct side) = 2
        ), a as (select * from said where side = 'a'), b as (select * from said where side = 'b')
        select shared.what, shared.site_id, coalesce(a.lot, b.lot) as lot,
            a.amount as amount_a, b.amount as amount_b, a.said as said_a, b.said as said_b,
            a.place as place_a, b.place as place_b,
            a.lot is not null and b.lot is not null and a.amount is not distinct from b.amount
                and a.said is not distinct from b.said as agree,
            a.lot is not null as in_a, b.lot is not null as in_b
        from a full join b on a.what = b.what and a.site_id = b.site_id and a.lot = b.lot
        join shared on shared.what = coalesce(a.what, b.what)
            and shared.site_id = coalesce(a.site_id, b.site_id)
        """
    )
    for row in rows(con, _STRANGERS):
        found.not_compared.append(
            f"{row['what']} at {row['site_id']}: no lot in common ({row['n_a']:,} lots of "
            f"{found.a}, {row['n_b']:,} of {found.b}); "
            "where they name lots differently, send `identifiers`"
        )
    con.execute(
        f"delete from compared where (what, site_id) in (select what, site_id from ({_STRANGERS}))"
    )
    found.totals += _totals(con)
    found.differences += _differences(con)


def _totals(con: DuckDBPyConnection) -> Iterator[Total]:
    sql = (
        "select what, site_id, sum(amount_a) as sum_a, sum(amount_b) as sum_b, "
        "count(*) filter (in_a) as n_a, count(*) filter (in_b) as n_b, "
        "count(*) filter (agree) as agree, count(*) filter (not agree) as differ "
        "from compared group by what, site_id order by what, site_id"
    )
    for row in rows(con, sql):
        has_amount = row["sum_a"] is not None or row["sum_b"] is not None
        yield Total(
            row["what"],
            row["site_id"],
            _total(row["sum_a"]) if has_amount else f"{row['n_a']}",
            _total(row["sum_b"]) if has_amount else f"{row['n_b']}",
            row["agree"],
            row["differ"],
        )


def _total(amount: Decimal | None) -> str:
    return as_text(amount) or "0"


def _differences(con: DuckDBPyConnection) -> Iterator[Unequal]:
    sql = "select * from compared where not agree order by what, site_id, lot"
    for row in rows(con, sql):
        yield Unequal(
            row["what"],
            row["site_id"],
            row["lot"],
            as_text(row["amount_a"]) or row["said_a"],
            as_text(row["amount_b"]) or row["said_b"],
            row["place_a"],
            row["place_b"],
        )

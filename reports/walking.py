"""The lots of a report and the links between them, as data for the page to walk through.

The picture of one lot is drawn by the page's script. The printed picture is left to
:mod:`.genealogy`, the whole trace to ``lotproof.evidence.lots``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import reading, words
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LOTS = 40_000
"""Lots in the page; beyond that, those without a link stay out first."""

_OF_SITE = """
with own as (select record_key from lots where is_current and site_id = ?),
"""
_OF_LOT = """
with own as (select record_key from lots where is_current and lot_id = ?),
"""
_NEAR = """
near as (
    select record_key from own
    union
    select ancestor_key from link_pairs where descendant_key in (select record_key from own)
    union
    select descendant_key from link_pairs where ancestor_key in (select record_key from own)
)
"""
_LOTS = """
select
    lots.record_key, lots.lot_id, lots.lot_number, lots.site_id,
    materials.name as material, shipped.shipments
from near
join lots on lots.record_key = near.record_key and lots.is_current
left join materials on materials.material_id = lots.material_id and materials.is_current
left join (
    select lot_id, count(distinct shipment_id) as shipments
    from events where is_current and event_type = 'shipment'
    group by lot_id
) as shipped on shipped.lot_id = lots.lot_id
order by lots.lot_number, lots.lot_id
limit ?
"""
_LINKS = """
select
    parent.record_key as parent, child.record_key as child, links.kind, links.uom,
    case when count(links.quantity) = count(*) then sum(links.quantity) end as quantity
from lot_links as links
join lots as parent on parent.lot_id = links.parent_lot_id and parent.is_current
join lots as child on child.lot_id = links.child_lot_id and child.is_current
where links.is_current and parent.record_key <> child.record_key
group by all
order by all
"""

_ABOUT = """
with happened as (
    select events.record_key, events.order_id, events.shipment_id, lots.record_key as lot_key
    from events
    join lots on lots.lot_id = events.lot_id and lots.is_current
    where events.is_current
)
select 'lot' as kind, record_key as subject_key, record_key as lot_key from lots where is_current
union
select 'event', record_key, lot_key from happened
union
select 'order', orders.record_key, happened.lot_key from happened
join orders on orders.order_id = happened.order_id and orders.is_current
union
select 'shipment', shipments.record_key, happened.lot_key from happened
join shipments on shipments.shipment_id = happened.shipment_id and shipments.is_current
order by all
"""


class Walk:
    """The lots of a report, each known by its place in the list.

    Attributes:
        lots: number, material, site, count of shipments.
        links: places of parent and child, quantity in words, kind.
        focus: the place the walk begins at.
    """

    def __init__(self, found: Sequence[Row], links: Sequence[Row], focus: str | None) -> None:
        places = {row["record_key"]: place for place, row in enumerate(found)}
        self.places = places
        self.lots: list[list[Any]] = [
            [row["lot_number"] or row["lot_id"], row["material"] or "", row["site_id"] or "",
             row["shipments"] or 0]
            for row in found
        ]  # fmt: skip
        self.links: list[list[Any]] = [
            [places[row["parent"]], places[row["child"]], _amount(row), row["kind"] or ""]
            for row in links
            if row["parent"] in places and row["child"] in places
        ]
        self.focus = self._begin([row["lot_id"] for row in found], focus)

    def _begin(self, ids: list[str], focus: str | None) -> int:
        """The lot asked for, else the one with the most links."""
        if focus in ids:
            return ids.index(focus)
        degree: dict[int, int] = defaultdict(int)
        for parent, child, *_ in self.links:
            degree[parent] += 1
            degree[child] += 1
        return min(degree, key=lambda place: (-degree[place], place), default=0)

    def lots_of(self, con: DuckDBPyConnection) -> dict[tuple[str, int], list[int]]:
        """Which lots a subject is about, by its kind and key."""
        of: dict[tuple[str, int], list[int]] = defaultdict(list)
        for kind, key, lot in con.execute(_ABOUT).fetchall():
            if lot in self.places:
                of[kind, key].append(self.places[lot])
        return of


def compose_walk(con: DuckDBPyConnection, site_id: str, lot_id: str | None, focus: str) -> Walk:
    """The lots of a site, or of one lot, with all they came from and went into.

    Args:
        con: the warehouse.
        site_id: the site of the report.
        lot_id: the lot of the report; None where the report is about a month.
        focus: the lot to begin with, empty for the one with the most links.
    """
    own = (_OF_LOT, lot_id) if lot_id else (_OF_SITE, site_id)
    found = reading.rows(con, own[0] + _NEAR + _LOTS, own[1], LOTS)
    return Walk(found, reading.rows(con, _LINKS), lot_id or focus)


def _amount(row: Row) -> str:
    return words.quantity(row["quantity"], row["uom"])

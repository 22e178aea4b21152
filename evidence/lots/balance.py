"""Balances: what came in against what went out, is left, was lost, was counted.

By lot and by site, material and month from the recorded events (:mod:`.ledger`), by order from what
was given to it and made by it. A balance that lacks a count, a unit or a quantity is not balanced:
it is undetermined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from .ledger import LotBook, books

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ORDERS = """
with pairs as (
    select
        orders.order_id, orders.site_id, orders.material_id, orders.lot_id,
        planned_quantity, actual_quantity, orders.uom
    from orders
    left join sites on sites.site_id = orders.site_id and sites.is_current
    where orders.is_current and (? is null or orders.site_id = ?) and (? is null or order_id = ?)
        and (? is null or strftime(
            timezone(coalesce(sites.timezone, 'UTC'), timezone('UTC', completed_at)), '%Y-%m'
        ) = ?)
)
select pairs.*, materials.name as material
from pairs left join materials
    on materials.material_id = pairs.material_id and materials.is_current
order by site_id, order_id
"""

_LABELS = """
select
    coalesce(events.order_id, '?') as order_id, events.site_id, materials.name as material,
    lots.material_id, events.base_uom as uom,
    sum(base_quantity) filter (where event_type in ('issue', 'label_issue')) as issued,
    sum(base_quantity) filter (where event_type = 'consumption') as used,
    sum(base_quantity) filter (where event_type = 'return') as returned,
    sum(base_quantity) filter (where event_type = 'disposition') as destroyed,
    count(*) filter (where base_quantity is null) as unclear
from events
join lots on lots.lot_id = events.lot_id and lots.is_current
join materials on materials.material_id = lots.material_id and materials.is_current
    and materials.class in ('label', 'packaging')
where events.is_current and events.reverses is null and events.order_id is not null
    and events.record_id not in (
        select reverses from events where is_current and reverses is not null
    )
    and not (
        events.event_type = 'issue'
        and exists (
            select 1 from events as labels where labels.is_current
                and labels.event_type = 'label_issue' and labels.lot_id = events.lot_id
                and labels.order_id = events.order_id
        )
    )
    and event_type in ('issue', 'label_issue', 'consumption', 'return', 'disposition')
    and (? is null or events.site_id = ?) and (? is null or events.order_id = ?)
    and (? is null or strftime(occurred_local, '%Y-%m') = ?)
group by all
order by events.site_id, order_id, material
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far off is still in balance [%], and between which a yield lies [%].

    Attributes:
        tolerance: of what came in, where a material has none of its own.
        lowest_yield: of what was planned.
        highest_yield: of what was planned.
        by_material: tolerances that the workspace declares.
    """

    tolerance: Decimal
    lowest_yield: Decimal
    highest_yield: Decimal
    by_material: Mapping[str, Decimal] = field(default_factory=dict)

    def tolerance_of(self, material_id: str | None) -> Decimal:
        """The tolerance of a material [%]."""
        return self.by_material.get(material_id or "", self.tolerance)


@dataclass(frozen=True, slots=True)
class Line:
    """One balance.

    Attributes:
        of: what it is of: a lot, an order, a material of a site.
        about: its material, in words.
        uom: unit of all its amounts.
        amounts: amounts by name, in the order they are told.
        off: difference that nothing explains; none when it cannot be said.
        percent: that difference of what came in, or the yield [%].
        state: met, gap or undetermined.
        why: one sentence.
    """

    of: str
    about: str
    uom: str
    amounts: tuple[tuple[str, Decimal | None], ...]
    off: Decimal | None
    percent: Decimal | None
    state: str
    why: str


def lot_lines(found: Sequence[LotBook], limits: Limits) -> list[Line]:
    """The balance of each lot against its last count."""
    return [_line(book.lot_id, book.material or "?", [book], limits) for book in found]


def material_lines(found: Sequence[LotBook], limits: Limits) -> list[Line]:
    """The balance of each material at each site, over its lots."""
    groups: dict[tuple[str, str], list[LotBook]] = {}
    for book in found:
        key = (book.site_id or "?", book.material_id or "lots that no source sent")
        groups.setdefault(key, []).append(book)
    return [
        _line(f"{site} {material}", some[0].material or "material not known", some, limits)
        for (site, material), some in sorted(groups.items())
    ]


_NAMES = ("received", "made", "returned", "consumed", "sampled", "transferred", "shipped",
          "disposed", "adjusted", "book")  # fmt: skip


def _line(of: str, about: str, some: Sequence[LotBook], limits: Limits) -> Line:
    moved = [b for b in some if b.units or b.unclear]
    units = {b.uom for b in moved}
    sums = tuple(
        ("left" if name == "book" else name,
         sum((getattr(b, name) or Decimal(0) for b in moved), Decimal(0)))
        for name in _NAMES
    )  # fmt: skip
    uom = next(iter(units)) or "" if len(units) == 1 else ""
    if not moved or len(units) != 1 or not all(b.is_known for b in moved):
        why = "no movement is recorded" if not moved else "units or quantities cannot be summed"
        return Line(of, about, uom, sums if uom else (), None, None, "undetermined", why)
    counted = [b for b in moved if b.difference is not None]
    open_ones = [b for b in moved if b.difference is None and b.book]
    negative = [b for b in moved if (b.book or 0) < 0]
    off = sum((b.difference or Decimal(0) for b in counted), Decimal(0))
    came = sum((b.came_in or Decimal(0) for b in moved), Decimal(0))
    percent = 100 * abs(off) / came if came else None
    amounts = (*sums, ("counted", sum((b.counted or Decimal(0) for b in counted), Decimal(0))))
    if negative:
        why = f"more went out than came in of {negative[0].lot_id}"
        return Line(of, about, uom, amounts, off, percent, "gap", why)
    tolerance = limits.tolerance_of(moved[0].material_id)
    if percent is not None and counted and percent > tolerance:
        why = f"counted {off.normalize():+f} against the records, over {tolerance} %"
        return Line(of, about, uom, amounts, off, percent, "gap", why)
    if open_ones:
        why = f"{len(open_ones)} of {len(moved)} lots have stock that was never counted"
        return Line(of, about, uom, amounts, off if counted else None, percent, "undetermined", why)
    return Line(of, about, uom, amounts, off, percent, "met", "in balance")


def order_lines(
    con: DuckDBPyConnection, limits: Limits, *, site: str | None, order: str | None,
    period: str | None,
) -> list[Line]:  # fmt: skip
    """The yield of each order: what was made of what was planned."""
    rows = con.execute(_ORDERS, [site, site, order, order, period, period]).fetchall()
    return [_yield(row, limits) for row in rows]


def _yield(row: tuple[object, ...], limits: Limits) -> Line:
    order_id, site, _, lot, planned, actual, uom, material = row
    amounts = (("planned", _amount(planned)), ("made", _amount(actual)))
    of = f"{site} order {order_id}"
    if not isinstance(planned, Decimal) or not isinstance(actual, Decimal) or not planned:
        return Line(of, str(material or lot), str(uom or ""), amounts, None, None, "undetermined",
                    "planned or made quantity is not recorded")  # fmt: skip
    percent = 100 * actual / planned
    within = limits.lowest_yield <= percent <= limits.highest_yield
    span = f"{limits.lowest_yield} to {limits.highest_yield} %"
    why = f"yield {'within' if within else 'outside'} {span}"
    return Line(of, str(material or lot), str(uom or ""), amounts, actual - planned, percent,
                "met" if within else "gap", why)  # fmt: skip


def label_lines(
    con: DuckDBPyConnection, limits: Limits, *, site: str | None, order: str | None,
    period: str | None,
) -> list[Line]:  # fmt: skip
    """Labels and packaging of each order: issued against used, returned and destroyed."""
    rows = con.execute(_LABELS, [site, site, order, order, period, period]).fetchall()
    found = []
    for (
        order_id,
        at,
        material,
        material_id,
        uom,
        issued,
        used,
        returned,
        destroyed,
        unclear,
    ) in rows:
        amounts = (("issued", issued), ("used", used), ("returned", returned),
                   ("destroyed", destroyed))  # fmt: skip
        of = f"{at} order {order_id}"
        if unclear or not issued:
            why = "quantities cannot be read" if unclear else "no issue is recorded"
            found.append(Line(of, material, uom or "", amounts, None, None, "undetermined", why))
            continue
        off = issued - sum((x or Decimal(0) for x in (used, returned, destroyed)), Decimal(0))
        percent = 100 * abs(off) / issued
        state = "met" if percent <= limits.tolerance_of(material_id) else "gap"
        why = (
            "accounted for"
            if state == "met"
            else f"{off.normalize():+f} {uom} of what was issued is open"
        )
        found.append(Line(of, material, uom or "", amounts, off, percent, state, why))
    return found


def _amount(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def all_books(
    con: DuckDBPyConnection, at: datetime, *, site: str | None, material: str | None,
    scheduled: bool,
) -> list[LotBook]:  # fmt: skip
    """The books of every lot of a site, a material, or of the controlled substances alone."""
    found = con.execute(
        "select lots.lot_id from lots left join materials "
        "on materials.material_id = lots.material_id and materials.is_current "
        "where lots.is_current and (? is null or lots.site_id = ?) "
        "and (? is null or lots.material_id = ? or materials.name = ?) "
        "and (not ? or materials.dea_code is not null)",
        [site, site, material, material, material, scheduled],
    ).fetchall()
    return books(con, [lot for (lot,) in found], at)

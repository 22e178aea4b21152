"""Stock of a month by site and material: opening, in, out, lost, closing, against what was counted.

From the recorded events that stand, by the site's local month. A closing is proven by counts of
that month alone: of each lot that has something left, or of the material as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from .balance import Limits, Line
from .ledger import INS, OUTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_IN = ", ".join(f"'{name}'" for name in INS)
_OUT = ", ".join(f"'{name}'" for name in OUTS if name != "disposition")

_STOCK = f"""
with moves as (
    select
        events.site_id, lots.material_id, events.lot_id, event_type, occurred_at, base_uom,
        strftime(occurred_local, '%Y-%m') as month,
        case
            when event_type = 'adjustment' or event_type in ({_IN}) then base_quantity
            else -base_quantity
        end as amount
    from events
    join lots on lots.lot_id = events.lot_id and lots.is_current
    where events.is_current and events.reverses is null
        and event_type in ({_IN}, {_OUT}, 'disposition', 'adjustment')
        and events.record_id not in (
            select reverses from events where is_current and reverses is not null
        )
        and coalesce(occurred_at <= $at, true)
        and coalesce(strftime(occurred_local, '%Y-%m') <= $month, true)
        and ($site is null or events.site_id = $site)
        and ($material is null or lots.material_id = $material)
),
counted as (
    select
        counts.site_id, coalesce(lots.material_id, counts.material_id) as material_id,
        counts.lot_id, arg_max(base_quantity, occurred_at) as quantity,
        arg_max(base_uom, occurred_at) as base_uom, max(occurred_at) as at
    from counts
    left join lots on lots.lot_id = counts.lot_id and lots.is_current
    where counts.is_current and base_quantity is not null and occurred_at <= $at
        and strftime(occurred_local, '%Y-%m') = $month
    group by all
),
left_over as (
    select site_id, material_id, lot_id, sum(amount) as closing from moves group by all
),
held as (
    select
        counted.site_id, counted.material_id, counted.lot_id, counted.quantity, counted.base_uom,
        coalesce(sum(moves.amount) filter (moves.occurred_at <= counted.at), 0) as book_then
    from counted
    left join moves on moves.site_id = counted.site_id
        and moves.material_id = counted.material_id
        and (counted.lot_id is null or moves.lot_id = counted.lot_id)
    group by counted.site_id, counted.material_id, counted.lot_id, counted.quantity,
        counted.base_uom
),
proofs as (
    select
        site_id, material_id, bool_or(lot_id is null) as is_whole,
        min(base_uom) as uom, count(distinct base_uom) as units,
        case when bool_or(lot_id is null) then sum(quantity) filter (lot_id is null)
            else sum(quantity) end as quantity,
        case when bool_or(lot_id is null) then sum(quantity - book_then) filter (lot_id is null)
            else sum(quantity - book_then) end as off
    from held group by site_id, material_id
),
unproven as (
    select left_over.site_id, left_over.material_id, count(*) as n_lots
    from left_over
    left join held on held.site_id = left_over.site_id and held.lot_id = left_over.lot_id
    where left_over.closing <> 0 and held.lot_id is null
    group by left_over.site_id, left_over.material_id
),
sums as (
    select
        site_id, material_id, min(base_uom) as uom, count(distinct base_uom) as units,
        count(*) filter (amount is null or month is null) as unclear,
        coalesce(sum(amount) filter (month < $month), 0) as opening,
        coalesce(sum(amount) filter (month = $month and event_type in ({_IN})), 0) as came_in,
        coalesce(-sum(amount) filter (month = $month and event_type in ({_OUT})), 0) as went_out,
        coalesce(-sum(amount) filter (
            month = $month and event_type in ('disposition', 'adjustment')), 0) as lost,
        sum(amount) as closing
    from moves group by site_id, material_id
)
select
    sums.site_id, sums.material_id, coalesce(materials.name, '?') as name, sums.uom, sums.units,
    unclear, opening, came_in, went_out, lost, closing,
    case when proofs.units = 1 and proofs.uom = sums.uom then proofs.quantity end as counted,
    case when proofs.units = 1 and proofs.uom = sums.uom then proofs.off end as off,
    case when proofs.is_whole then 0 else coalesce(unproven.n_lots, 0) end as n_unproven
from sums
left join proofs on proofs.site_id = sums.site_id and proofs.material_id = sums.material_id
left join unproven on unproven.site_id = sums.site_id and unproven.material_id = sums.material_id
left join materials on materials.material_id = sums.material_id and materials.is_current
where opening <> 0 or came_in <> 0 or went_out <> 0 or lost <> 0 or unclear > 0
    or proofs.quantity is not null
order by sums.site_id, sums.material_id
"""


@dataclass(frozen=True, slots=True)
class Stock:
    """The month of one material at one site; amounts in ``uom``.

    Attributes:
        units: different base units among its movements; a sum needs exactly one.
        unclear: movements whose quantity or month cannot be read.
        lost: disposed of, and adjusted downwards (upwards counts against it).
        counted: what the month's counts found; none without one in the same unit.
        off: those counts less what the events gave at their moments.
        n_unproven: lots with something left that no count of the month saw.
    """

    site_id: str
    material_id: str
    name: str
    uom: str | None
    units: int
    unclear: int
    opening: Decimal
    came_in: Decimal
    went_out: Decimal
    lost: Decimal
    closing: Decimal | None
    counted: Decimal | None
    off: Decimal | None
    n_unproven: int


def stock_of(
    con: DuckDBPyConnection, month: str, at: datetime, *, site: str | None, material: str | None
) -> list[Stock]:
    """Every material that was there in a month, by site.

    Args:
        con: the warehouse.
        month: the local month, ``2026-10``.
        at: later events and counts are left out [UTC, without zone].
        site: only this site.
        material: only this material.
    """
    asked = {"month": month, "at": at, "site": site, "material": material}
    return [Stock(*row) for row in con.execute(_STOCK, asked).fetchall()]


def stock_line(stock: Stock, limits: Limits) -> Line:
    """The month's balance: met only where counts prove what is left."""
    of, uom = f"{stock.site_id} {stock.material_id}", stock.uom or ""
    amounts = (
        ("opening", stock.opening), ("in", stock.came_in), ("out", stock.went_out),
        ("lost", stock.lost), ("closing", stock.closing), ("counted", stock.counted),
    )  # fmt: skip
    if stock.units != 1 or stock.unclear or stock.closing is None:
        why = "units or quantities cannot be summed"
        return Line(of, stock.name, "", (), None, None, "undetermined", why)
    came = stock.opening + stock.came_in
    percent = 100 * abs(stock.off) / came if stock.off is not None and came > 0 else None
    state, why = _judged(stock, percent, limits.tolerance_of(stock.material_id))
    return Line(of, stock.name, uom, amounts, stock.off, percent, state, why)


def _judged(stock: Stock, percent: Decimal | None, tolerance: Decimal) -> tuple[str, str]:
    if stock.opening < 0 or (stock.closing or 0) < 0:
        return "gap", "more went out than came in"
    if percent is not None and percent > tolerance:
        off = (stock.off or Decimal(0)).normalize()
        return "gap", f"counted {off:+f} against the records, over {tolerance} %"
    if stock.counted is None:
        return "undetermined", "not counted in the month"
    if stock.n_unproven:
        lots = "lot" if stock.n_unproven == 1 else "lots"
        return "undetermined", f"{stock.n_unproven} {lots} with stock not counted in the month"
    return "met", "in balance"

"""The book of a lot: what came in, what went out and how, what is left, what was counted.

From the recorded events alone: receipts, outputs and returns come in, consumption, samples,
transfers, shipments and dispositions go out, adjustments count with their sign. Reversed events and
their reversals count for nothing. A lot whose events bear several units, or none, has no sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

INS = ("receipt", "intermediate_output", "finished_goods", "return")
OUTS = ("consumption", "sample", "transfer", "shipment", "disposition")

_TYPES = ", ".join(f"'{name}'" for name in (*INS, *OUTS, "adjustment"))
_INS = ", ".join(f"'{name}'" for name in INS)

SQL = f"""
with wanted as (select unnest(?::varchar[]) as lot_id),
moves as (
    select
        events.lot_id, event_type, occurred_at, record_key, base_uom, result,
        coalesce(to_location, from_location) as location,
        case
            when event_type = 'adjustment' or event_type in ({_INS}) then base_quantity
            else -base_quantity
        end as amount
    from events
    where is_current and event_type in ({_TYPES}) and reverses is null
        and (lot_id in (select lot_id from wanted) or ?)
        and record_id not in (
            select reverses from events where is_current and reverses is not null
        )
        and coalesce(occurred_at <= ?, true)
),
counted as (
    select lot_id, arg_max(base_quantity, occurred_at) as quantity,
        arg_max(base_uom, occurred_at) as base_uom, max(occurred_at) as at
    from counts
    where is_current and lot_id is not null and occurred_at <= ? and base_quantity is not null
    group by lot_id
),
sums as (
    select
        moves.lot_id, min(moves.base_uom) as uom, count(distinct moves.base_uom) as units,
        count(*) filter (where amount is null) as unclear,
        coalesce(sum(amount) filter (where event_type = 'receipt'), 0) as received,
        coalesce(sum(amount) filter (
            where event_type in ('intermediate_output', 'finished_goods')), 0) as made,
        coalesce(sum(amount) filter (where event_type = 'return'), 0) as returned,
        coalesce(-sum(amount) filter (where event_type = 'consumption'), 0) as consumed,
        coalesce(-sum(amount) filter (where event_type = 'sample'), 0) as sampled,
        coalesce(-sum(amount) filter (where event_type = 'transfer'), 0) as transferred,
        coalesce(-sum(amount) filter (where event_type = 'shipment'), 0) as shipped,
        coalesce(-sum(amount) filter (where event_type = 'disposition'), 0) as disposed,
        coalesce(sum(amount) filter (where event_type = 'adjustment'), 0) as adjusted,
        sum(amount) as book,
        coalesce(sum(amount) filter (where moves.occurred_at <= counted.at), 0) as book_then,
        arg_max(location, moves.occurred_at) filter (where event_type in ({_INS}, 'transfer'))
            as location
    from moves left join counted on counted.lot_id = moves.lot_id
    group by moves.lot_id
),
status as (
    select lot_id, arg_max(to_status, occurred_at) as status
    from lot_status where is_current and coalesce(occurred_at <= ?, true) group by lot_id
)
select
    lots.lot_id, lots.lot_number, lots.site_id, lots.material_id, materials.name as material,
    materials.class as material_class, status.status, sums.location, sums.uom,
    coalesce(sums.units, 0) as units, coalesce(sums.unclear, 0) as unclear,
    sums.received, sums.made, sums.returned, sums.consumed, sums.sampled, sums.transferred,
    sums.shipped, sums.disposed, sums.adjusted, sums.book,
    case when counted.base_uom = sums.uom then counted.quantity end as counted,
    case when counted.base_uom = sums.uom then counted.at end as counted_at,
    case when counted.base_uom = sums.uom then counted.quantity - sums.book_then end as difference
from lots
left join materials on materials.material_id = lots.material_id and materials.is_current
left join sums on sums.lot_id = lots.lot_id
left join counted on counted.lot_id = lots.lot_id
left join status on status.lot_id = lots.lot_id
where lots.is_current and (lots.lot_id in (select lot_id from wanted) or ?)
order by lots.site_id, lots.material_id, lots.lot_id
"""


@dataclass(frozen=True, slots=True)
class LotBook:
    """The book of one lot; amounts in ``uom``, the base unit of its material.

    Attributes:
        units: different base units among its events; a sum needs exactly one.
        unclear: events whose quantity cannot be read or converted.
        book: what is left by the events.
        counted: last count; none when it was never counted.
        difference: that count less what the events gave at its moment.
    """

    lot_id: str
    lot_number: str | None
    site_id: str | None
    material_id: str | None
    material: str | None
    material_class: str | None
    status: str | None
    location: str | None
    uom: str | None
    units: int
    unclear: int
    received: Decimal | None
    made: Decimal | None
    returned: Decimal | None
    consumed: Decimal | None
    sampled: Decimal | None
    transferred: Decimal | None
    shipped: Decimal | None
    disposed: Decimal | None
    adjusted: Decimal | None
    book: Decimal | None
    counted: Decimal | None
    counted_at: datetime | None
    difference: Decimal | None

    @property
    def is_known(self) -> bool:
        """Whether its events add up to something that can be said."""
        return self.units == 1 and self.unclear == 0

    @property
    def came_in(self) -> Decimal | None:
        """Everything that came in; none when it cannot be said."""
        if not self.is_known:
            return None
        parts = (self.received, self.made, self.returned)
        return sum((part or Decimal(0) for part in parts), Decimal(0))

    @property
    def went_out(self) -> Decimal | None:
        """Everything that went out; none when it cannot be said."""
        if not self.is_known:
            return None
        parts = (self.consumed, self.sampled, self.transferred, self.shipped, self.disposed)
        return sum((part or Decimal(0) for part in parts), Decimal(0))

    @property
    def accounted(self) -> Decimal | None:
        """Percent accounted for, by the last count; none when nothing was counted.

        What is left by the events alone proves nothing: it accounts for itself.
        """
        came = self.came_in
        if not came or self.difference is None:
            return None
        return 100 * (1 - abs(self.difference) / came)


def books(
    con: DuckDBPyConnection, lot_ids: Sequence[str] | None, at: datetime
) -> list[LotBook]:  # fmt: skip
    """The books of lots as of a moment, by site, material and lot.

    Args:
        con: the warehouse.
        lot_ids: which lots; all when none are given.
        at: later events and counts are left out [UTC, without zone].
    """
    every = lot_ids is None
    values = [list(lot_ids or ()), every, at, at, at, every]
    return [LotBook(*row) for row in con.execute(SQL, values).fetchall()]

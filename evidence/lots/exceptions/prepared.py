"""Temporary views that all searches share: acts that stand, lots and materials once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_VIEWS = """
create or replace temp table x_lots as
select
    lots.lot_id, min(lots.material_id) as material_id, min(lots.lot_number) as lot_number,
    min(lots.expires_at) as expires_at, min(lots.supplier_id) as supplier_id,
    min(materials.class) as class, min(materials.product_family) as product_family
from lots
left join materials on materials.material_id = lots.material_id and materials.is_current
where lots.is_current
group by lots.lot_id;

create or replace temp table x_orders as
select
    order_id, site_id, min(material_id) as material_id, min(lot_id) as lot_id, min(kind) as kind,
    min(record_id) as record_id, min(started_at) as started_at, max(completed_at) as completed_at,
    max(planned_quantity) as planned_quantity
from orders
where is_current
group by order_id, site_id;

create or replace temp table x_acts as
select events.*, x_lots.material_id, x_lots.class
from events
left join x_lots on x_lots.lot_id = events.lot_id
where
    events.is_current and events.reverses is null
    and events.record_id not in (
        select reverses from events where is_current and reverses is not null
    );
"""


def prepare(con: DuckDBPyConnection) -> None:
    """Make the views; the file of the build stays as it is."""
    con.execute(_VIEWS)

"""What hangs on the lots of a finding: orders, lots made from them, shipments, customers, value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .finding import Exposure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REACH = """
with recursive seeds as (
    select distinct unnest(lots) as lot_id from x_findings
),
reached(seed, lot_id) as (
    select lot_id, lot_id from seeds
    union
    select reached.seed, lot_links.child_lot_id
    from reached
    join lot_links on lot_links.parent_lot_id = reached.lot_id and lot_links.is_current
    where lot_links.child_lot_id is not null
),
own as (select finding_id, unnest(lots) as seed from x_findings),
of_finding as (
    select distinct own.finding_id, reached.lot_id
    from own join reached on reached.seed = own.seed
),
prices as (
    select site_id, material_id, currency, per_uom, price
    from valuations
    where is_current
    qualify row_number() over (
        partition by site_id, material_id order by valid_from desc nulls last, record_id
    ) = 1
),
sent as (
    select
        of_finding.finding_id, x_acts.shipment_id, shipments.customer_id, prices.currency,
        x_acts.quantity * prices.price as value
    from of_finding
    join x_acts on x_acts.lot_id = of_finding.lot_id and x_acts.event_type = 'shipment'
    left join (
        select shipment_id, min(customer_id) as customer_id
        from shipments where is_current group by shipment_id
    ) as shipments on shipments.shipment_id = x_acts.shipment_id
    left join prices
        on prices.site_id = x_acts.site_id and prices.material_id = x_acts.material_id
        and prices.per_uom = x_acts.uom
),
money as (
    select finding_id, string_agg(currency || ' ' || amount, '; ' order by currency) as value
    from (
        select finding_id, currency, printf('%.2f', sum(value)::double) as amount
        from sent where value is not null group by all
    )
    group by finding_id
)
select
    x_findings.finding_id,
    (
        select count(distinct x_acts.order_id) from of_finding
        join x_acts on x_acts.lot_id = of_finding.lot_id
        where of_finding.finding_id = x_findings.finding_id and x_acts.event_type = 'consumption'
    ) as orders,
    (
        select count(*) from of_finding
        where of_finding.finding_id = x_findings.finding_id
            and not list_contains(x_findings.lots, of_finding.lot_id)
    ) as lots,
    count(distinct sent.shipment_id), count(distinct sent.customer_id), any_value(money.value)
from x_findings
left join sent on sent.finding_id = x_findings.finding_id
left join money on money.finding_id = x_findings.finding_id
group by x_findings.finding_id, x_findings.lots
"""


def exposures(
    con: DuckDBPyConnection, findings: Sequence[tuple[str, Sequence[str]]]
) -> dict[str, Exposure]:
    """The exposure of each finding, through links as recorded, reversed acts left out.

    Args:
        con: the build, with the tables of :mod:`.prepared`.
        findings: identifier and lots of each.
    """
    con.execute(
        "create or replace temp table x_findings as select unnest(?::varchar[]) as finding_id, "
        "unnest(?::varchar[][]) as lots",
        [[found for found, _ in findings], [list(lots) for _, lots in findings]],
    )
    return {row[0]: Exposure(*row[1:]) for row in con.execute(_REACH).fetchall()}

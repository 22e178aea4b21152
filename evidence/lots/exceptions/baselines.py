"""Quantities, durations, actors and hours far from the plant's own robust baselines.

A quantity or duration is compared as a logarithm with the median of its kind, in units of the
median absolute deviation, floored so that a plant that always weighs the same is not accused of
a gram.
"""

from __future__ import annotations

QUANTITY = """
with summed as (
    select
        site_id, event_type, material_id, base_uom, order_id,
        coalesce(order_id, record_id) as taken, min(lot_id) as lot_id,
        min(occurred_local) as occurred_local, sum(base_quantity) as base_quantity,
        list('events/' || record_id order by record_id) as records,
        list_sort(list_distinct(list(lot_id))) as lots
    from x_acts
    where base_quantity > 0 and lot_id is not null and event_type in (
        'receipt', 'issue', 'consumption', 'finished_goods', 'intermediate_output', 'sample',
        'label_issue', 'label_reconciliation'
    )
    group by site_id, event_type, material_id, base_uom, order_id, taken
),
sized as (
    select
        summed.*, coalesce(x_orders.material_id, '') as made,
        ln(summed.base_quantity) - coalesce(ln(nullif(x_orders.planned_quantity, 0)), 0) as x
    from summed
    left join x_orders
        on x_orders.order_id = summed.order_id and x_orders.site_id = summed.site_id
),
middled as (
    select
        *, median(x) over kind as middle, count(*) over kind as n,
        count(*) over (
            partition by site_id, event_type, material_id, made, base_uom
            order by x range between 0.15 preceding and 0.15 following
        ) as n_near
    from sized
    window kind as (partition by site_id, event_type, material_id, made, base_uom)
),
spread as (
    select
        *, greatest(0.02, 1.4826 * median(abs(x - middle)) over (
            partition by site_id, event_type, material_id, made, base_uom
        )) as sigma
    from middled
)
select
    'unusual_quantity' as kind, site_id, 'lot' as subject_type, lot_id as subject_id,
    occurred_local as moment, least(99, 60 + cast(abs(x - middle) / sigma as integer)) as score,
    'This ' || replace(event_type, '_', ' ') || ' of ' || coalesce(material_id, '?') || ', '
    || printf('%.4g', base_quantity::double) || ' ' || coalesce(base_uom, '') || ', is '
    || printf('%.2f', exp(x - middle)) || ' times the median of ' || n || ' like it'
    || case when made = '' then '.' else ', each for the planned size of its order.' end as reason,
    records, lots
from spread
where n >= 8 and n_near <= 1
    and abs(x - middle) / sigma > 8 and abs(x - middle) > 0.4
"""

DURATION = """
with timed as (
    select *, ln(date_diff('minute', started_at, completed_at)) as x
    from x_orders
    where date_diff('minute', started_at, completed_at) > 0
),
middled as (
    select *, median(x) over kind as middle, count(*) over kind as n
    from timed
    window kind as (partition by site_id, kind, material_id)
),
spread as (
    select
        *, greatest(0.05, 1.4826 * median(abs(x - middle)) over (
            partition by site_id, kind, material_id
        )) as sigma
    from middled
)
select
    'unusual_duration' as kind, spread.site_id, 'order' as subject_type,
    spread.order_id as subject_id, cast(null as timestamp) as moment,
    least(99, 60 + cast(abs(x - middle) / sigma as integer)) as score,
    'The order took ' || printf('%.1f', exp(x) / 60) || ' hours; the median of ' || n
    || ' like it is ' || printf('%.1f', exp(middle) / 60) || ' hours.' as reason,
    ['orders/' || record_id] as records,
    case when lot_id is null then [] else [lot_id] end as lots
from spread
where n >= 6 and abs(x - middle) / sigma > 8
"""

ACTOR = """
with done as (
    select
        *, count(*) over (partition by site_id, event_type) as n,
        count(*) over (partition by site_id, event_type, performed_by) as own,
        count(*) over (partition by site_id, performed_by) as all_own
    from x_acts
    where performed_by is not null
)
select
    'unusual_actor' as kind, site_id,
    case when lot_id is null then 'order' else 'lot' end as subject_type,
    coalesce(lot_id, order_id, performed_by) as subject_id, occurred_local as moment,
    cast(90 - 1000.0 * own / n as integer) as score,
    performed_by || ' did ' || own || ' of ' || n || ' entries of '
    || replace(event_type, '_', ' ') || ' at ' || site_id || ', and ' || all_own
    || ' entries in all.' as reason,
    ['events/' || record_id] as records,
    case when lot_id is null then [] else [lot_id] end as lots
from done
where
    (n >= 60 and own <= greatest(1, 0.004 * n))
    -- among fewer entries only somebody who does nothing else there
    or (n >= 20 and own = 1 and all_own = 1)
"""

HOUR = """
with timed as (
    select *, extract(hour from occurred_local) as on_hour
    from x_acts
    where precision in ('second', 'minute') and occurred_local is not null
),
by_hour as (
    select site_id, event_type, on_hour, count(*) as n from timed group by all
),
totals as (select site_id, event_type, sum(n) as n_all from by_hour group by all),
near as (
    select
        mine.site_id, mine.event_type, mine.on_hour,
        sum(other.n) filter (
            least(abs(other.on_hour - mine.on_hour), 24 - abs(other.on_hour - mine.on_hour)) <= 1
        ) as n_near,
        sum(other.n) filter (
            least(abs(other.on_hour - mine.on_hour), 24 - abs(other.on_hour - mine.on_hour)) <= 2
        ) as n_about
    from by_hour as mine
    join by_hour as other
        on other.site_id = mine.site_id and other.event_type = mine.event_type
    group by mine.site_id, mine.event_type, mine.on_hour
)
select
    'unusual_hour' as kind, timed.site_id,
    case when lot_id is null then 'order' else 'lot' end as subject_type,
    coalesce(lot_id, order_id, performed_by) as subject_id, occurred_local as moment,
    cast(85 - 1000.0 * n_near / n_all as integer) as score,
    'A ' || replace(timed.event_type, '_', ' ') || ' at ' || strftime(occurred_local, '%H:%M')
    || ' local time; ' || cast(n_near as integer) || ' of ' || cast(n_all as integer)
    || ' of this kind at ' || timed.site_id || ' fall within an hour of it.' as reason,
    ['events/' || record_id] as records,
    case when lot_id is null then [] else [lot_id] end as lots
from timed
join near
    on near.site_id = timed.site_id and near.event_type = timed.event_type
    and near.on_hour = timed.on_hour
join totals on totals.site_id = timed.site_id and totals.event_type = timed.event_type
where
    (n_all >= 60 and n_near <= greatest(2, 0.004 * n_all))
    -- among fewer entries only one that stands alone for two hours either side
    or (n_all >= 40 and n_about <= greatest(1, 0.03 * n_all))
"""

ALL = (QUANTITY, DURATION, ACTOR, HOUR)
"""The queries of this module."""

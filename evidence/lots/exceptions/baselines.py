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
        ln(summed.base_quantity) - coalesce(ln(nullif(x_orders.planned_quantity, 0)), 0) as x,
        ln(summed.base_quantity) as plain
    from summed
    left join x_orders
        on x_orders.order_id = summed.order_id and x_orders.site_id = summed.site_id
),
middled as (
    select
        *, median(x) over kind as middle, median(plain) over kind as plain_middle,
        count(*) over kind as n,
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
where
    abs(x - middle) / sigma > 8
    -- among few, only what is off by more than a slip of the scale
    and abs(x - middle) > case when n >= 8 then 0.4 else 1.5 end and n >= 4
    and n_near <= greatest(case when abs(x - middle) > 1.5 then 2 else 1 end, 0.03 * n)
    -- samples are not always in proportion to the order: as recorded, too, it is far off
    and (event_type <> 'sample' or abs(plain - plain_middle) > 0.4)
"""

DURATION = """
with timed as (
    select *, ln(date_diff('minute', started_at, completed_at)) as x
    from x_orders
    where date_diff('minute', started_at, completed_at) > 0
),
counted as (
    select *, count(*) over (partition by site_id, kind, material_id) as n_own from timed
),
grouped as (
    -- a product made too seldom to have a usual time is held against all orders of the site
    select
        *, case when n_own >= 6 then kind || '/' || material_id else '' end as made,
        count(*) over (partition by site_id) as n_site, median(x) over (partition by site_id)
        as site_middle
    from counted
),
middled as (
    select
        *, case when made = '' then site_middle
            else median(x) over (partition by site_id, made) end as middle,
        case when made = '' then n_site else n_own end as n,
        median(abs(x - site_middle)) over (partition by site_id) as site_spread
    from grouped
),
spread as (
    select
        *, greatest(0.05, 1.4826 * case
            when made = '' then site_spread
            else median(abs(x - middle)) over (partition by site_id, made)
        end) as sigma,
        count(*) over (
            partition by site_id, made order by x range between 0.1 preceding and 0.1 following
        ) as n_near
    from middled
)
select
    'unusual_duration' as kind, spread.site_id, 'order' as subject_type,
    spread.order_id as subject_id, cast(null as timestamp) as moment,
    least(99, 60 + cast(abs(x - middle) / sigma as integer)) as score,
    'The order took ' || printf('%.1f', exp(x) / 60) || ' hours; the median of ' || n
    || case when made = '' then ' orders of ' || site_id else ' like it' end || ' is '
    || printf('%.1f', exp(middle) / 60) || ' hours.' as reason,
    ['orders/' || record_id] as records,
    case when lot_id is null then [] else [lot_id] end as lots
from spread
where
    n_near <= greatest(2, 0.03 * n) and (
        (made <> '' and abs(x - middle) / sigma > 8)
        or (made = '' and n >= 12 and abs(x - middle) / sigma > 5 and abs(x - middle) > 2)
    )
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
    select
        x_acts.*, extract(hour from occurred_local) as on_hour,
        coalesce(x_acts.order_id, made_by.order_id) as process_order
    from x_acts
    left join (
        select site_id, lot_id, min(order_id) as order_id from x_orders
        where lot_id is not null group by site_id, lot_id
    ) as made_by on made_by.lot_id = x_acts.lot_id and made_by.site_id = x_acts.site_id
    where precision in ('second', 'minute') and occurred_local is not null
),
by_hour as (
    select site_id, event_type, on_hour, count(*) as n from timed group by all
),
totals as (select site_id, event_type, sum(n) as n_all from by_hour group by all),
apart as (
    select
        mine.site_id, mine.event_type, mine.on_hour, other.event_type as other_type, other.n,
        least(abs(other.on_hour - mine.on_hour), 24 - abs(other.on_hour - mine.on_hour)) as hours,
        sum(other.n) over (partition by mine.site_id, mine.event_type, mine.on_hour) as n_site
    from by_hour as mine
    join by_hour as other on other.site_id = mine.site_id
),
near as (
    select
        site_id, event_type, on_hour,
        sum(n) filter (other_type = event_type and hours <= 1) as n_near,
        sum(n) filter (other_type = event_type and hours <= 2) as n_about,
        sum(n) filter (hours <= 1) / any_value(n_site) as at_work
    from apart
    group by site_id, event_type, on_hour
),
alone as (
    select
        timed.*, n_near, n_all, at_work,
        coalesce(process_order, lot_id, performed_by) as subject_id,
        case
            when process_order is not null then 'order' when lot_id is not null then 'lot'
            else 'person'
        end as subject_type
    from timed
    join near
        on near.site_id = timed.site_id and near.event_type = timed.event_type
        and near.on_hour = timed.on_hour
    join totals on totals.site_id = timed.site_id and totals.event_type = timed.event_type
    where
        -- where the plant is at work, another kind's turn to be done is no unusual hour
        at_work < 0.05 and (
            (n_all >= 60 and n_near <= greatest(2, 0.004 * n_all))
            -- at an hour when next to nothing is entered, a few do not make it usual
            or (n_all >= 60 and at_work < 0.005 and n_near <= greatest(4, 0.01 * n_all))
            -- among fewer entries only one that stands alone for two hours either side
            or (n_all >= 40 and n_about <= greatest(1, 0.03 * n_all))
        )
)
select
    'unusual_hour' as kind, site_id, subject_type, subject_id, min(occurred_local) as moment,
    max(cast(85 - 1000.0 * n_near / n_all as integer)) as score,
    arg_min(
        'This ' || replace(event_type, '_', ' ') || ' at ' || strftime(occurred_local, '%H:%M')
        || ' local time; ' || cast(n_near as integer) || ' of ' || cast(n_all as integer)
        || ' of this kind at ' || site_id || ' fall within an hour of it, and '
        || printf('%.1f', 100 * at_work) || ' % of all entries.',
        (n_near / n_all, occurred_local, record_id)
    ) || case count(*)
        when 1 then '' when 2 then ' So does one more of that night.'
        else ' So do ' || (count(*) - 1) || ' more of that night.'
    end as reason,
    list('events/' || record_id order by record_id) as records,
    list_sort(list_distinct(list(lot_id) filter (lot_id is not null))) as lots
from alone
group by site_id, subject_type, subject_id, cast(occurred_local - interval 4 hour as date)
"""
"""What one order or lot had done out of hours in one night is one finding."""

ALL = (QUANTITY, DURATION, ACTOR, HOUR)
"""The queries of this module."""

"""Acts that should not have been possible: stock used before release, on hold or expired.

So are back-dated entries, one person in conflicting steps, reversals close together. Each query
returns the columns of :mod:`.search`. Status is read as it was at the act.
"""

from __future__ import annotations

USED_BY_STATUS = """
with uses as (
    select * from x_acts
    where
        event_type in ('consumption', 'shipment') and lot_id is not null
        and precision in ('second', 'minute')
),
states as (
    select lot_id, site_id, occurred_at, to_status, record_id
    from lot_status
    where is_current and occurred_at is not null
),
told as (select distinct lot_id, site_id from states),
seen as (
    select uses.*, states.to_status, states.record_id as status_id
    from uses
    asof left join states
        on states.lot_id = uses.lot_id and states.site_id = uses.site_id
        and states.occurred_at <= uses.occurred_at
    where exists (
        select 1 from told where told.lot_id = uses.lot_id and told.site_id = uses.site_id
    )
)
select
    case
        when to_status in ('blocked', 'rejected', 'restricted', 'destroyed') then 'held_stock_used'
        when event_type = 'shipment' then 'shipped_before_release'
        else 'consumed_before_release'
    end as kind,
    site_id, 'lot' as subject_type, lot_id as subject_id, occurred_local as moment,
    case when to_status in ('rejected', 'destroyed', 'blocked') then 98 else 95 end as score,
    'Recorded as ' || event_type || ' while its status was '
    || coalesce(to_status, 'not yet given') || '.' as reason,
    list_filter(
        ['events/' || record_id, 'lot_status/' || status_id], lambda item: item is not null
    ) as records,
    [lot_id] as lots
from seen
where to_status is distinct from 'released'
"""

EXPIRED = """
select
    'expired_stock_used' as kind, site_id, 'lot' as subject_type, lot_id as subject_id,
    occurred_local as moment, 95 as score,
    'Recorded as ' || event_type || ' '
    || greatest(1, date_diff('day', expires_at, occurred_at)) || ' day(s) after its expiry on '
    || strftime(expires_at, '%Y-%m-%d') || '.' as reason,
    ['events/' || record_id] as records, [lot_id] as lots
from x_acts
join x_lots using (lot_id)
where event_type in ('consumption', 'shipment') and occurred_at > expires_at + interval 1 day
"""

BACK_DATED = """
with delayed as (
    select *, date_diff('second', occurred_at, recorded_at) as delay
    from x_acts
    where recorded_at is not null and precision in ('second', 'minute')
),
grouped as (
    -- what is always entered late, as results that come days after the sample, is its own usual
    select
        *, case when count(*) over (partition by source, site_id, event_type) >= 20
            then event_type else 'entry' end as what
    from delayed
),
delays as (
    select *, median(delay) over of_kind as usual, count(*) over of_kind as n
    from grouped
    window of_kind as (
        partition by source, case when what = 'entry' then '' else site_id || '/' || what end
    )
),
spread as (
    select
        *, median(abs(delay - usual)) over (
            partition by source, case when what = 'entry' then '' else site_id || '/' || what end
        ) as mad,
        count(*) over (
            partition by source, case when what = 'entry' then '' else site_id || '/' || what end
            order by ln(greatest(delay, 1)) range between 0.2 preceding and 0.2 following
        ) as n_alike
    from delays
)
select
    'back_dated' as kind, site_id,
    case when lot_id is null then 'order' else 'lot' end as subject_type,
    coalesce(lot_id, order_id) as subject_id, occurred_local as moment,
    least(99, 70 + cast(delay / 86400 as integer)) as score,
    'This ' || replace(event_type, '_', ' ') || ' was entered '
    || printf('%.1f', delay / 3600.0) || ' hours after it happened; usual in this source: '
    || printf('%.1f', usual / 60.0) || ' minutes (' || n || ' '
    || case when what = 'entry' then 'entries' else 'of this kind' end || ').' as reason,
    ['events/' || record_id] as records,
    case when lot_id is null then [] else [lot_id] end as lots
from spread
where
    n >= 20 and delay > greatest(usual + 20 * mad, 43200)
    and n_alike <= greatest(4, 0.03 * n)
"""

CONFLICTS = """
with pairs as (
    select
        site_id, lot_id, order_id, performed_by as person, occurred_local as moment,
        'performed and checked the same ' || replace(event_type, '_', ' ') as what,
        ['events/' || record_id] as records
    from x_acts
    where performed_by = checked_by
    union all
    select
        site_id, lot_id, null, tested_by, occurred_local,
        'measured and reviewed the same result of ' || characteristic,
        ['test_results/' || record_id]
    from test_results
    where is_current and tested_by = reviewed_by
    union all
    select
        released.site_id, released.lot_id, released.order_id, released.performed_by,
        released.occurred_local, 'examined the lot and released it',
        ['events/' || released.record_id, 'events/' || min(examined.record_id)]
    from x_acts as released
    join x_acts as examined
        on examined.lot_id = released.lot_id and examined.site_id = released.site_id
        and examined.performed_by = released.performed_by and examined.event_type = 'inspection'
    where released.event_type = 'release'
    group by
        released.site_id, released.lot_id, released.order_id, released.performed_by,
        released.occurred_local, released.record_id
)
select
    'conflicting_steps' as kind, site_id,
    case when lot_id is null then 'order' else 'lot' end as subject_type,
    coalesce(lot_id, order_id, person) as subject_id, moment, 90 as score,
    person || ' ' || what || '.' as reason, records,
    case when lot_id is null then [] else [lot_id] end as lots
from pairs
"""

REVERSALS = """
with back as (
    select *, date_trunc('day', occurred_local) as on_day
    from events
    where is_current and reverses is not null and performed_by is not null
)
select
    'reversal_cluster' as kind, site_id, 'person' as subject_type, performed_by as subject_id,
    min(occurred_local) as moment, least(99, 60 + 5 * count(*)) as score,
    performed_by || ' reversed ' || count(*) || ' entries on '
    || strftime(on_day, '%Y-%m-%d') || '.' as reason,
    list('events/' || record_id order by record_id) as records,
    list_sort(list_distinct(list(lot_id) filter (lot_id is not null))) as lots
from back
group by site_id, performed_by, on_day
having count(*) >= 3
"""

ALL = (USED_BY_STATUS, EXPIRED, BACK_DATED, CONFLICTS, REVERSALS)
"""The queries of this module."""

"""Missing and misplaced steps, learned from the plant's own lots and orders.

A rule "before A there is B" is learned for each kind of lot (site, class of material, kind of the
order that made it) and of order (site and kind) from at least 20 that have A, when at least 95 %
of them had B first, or from at least 12, when all but one had. Support is how many had both,
confidence their share of those with A. An order of a kind that the site has fewer than 12 of is
held against the rules of all its orders. What is entered within ten minutes counts as in order.
All rules that an order and its lot break make one finding of a kind.
"""

from __future__ import annotations

MISSING = """
with made_by as (
    select site_id, lot_id, min(kind) as kind, min(order_id) as order_id
    from x_orders where lot_id is not null group by site_id, lot_id
),
sized as (
    select site_id, kind, count(*) as n from x_orders where kind is not null group by all
),
kinds as (
    select site_id, kind, kind || ' orders' as grp, n >= 12 as is_told from sized
    union all
    select site_id, kind, 'orders', n < 12 from sized
),
subjects as (
    select
        'lot' as subject_type, x_acts.lot_id as subject_id, x_acts.site_id,
        coalesce(class, 'other') || coalesce(' lots of ' || made_by.kind || ' orders', ' lots')
        as grp,
        event_type, occurred_at, occurred_local, record_id, x_acts.lot_id, made_by.order_id
    from x_acts
    left join made_by on made_by.lot_id = x_acts.lot_id and made_by.site_id = x_acts.site_id
    where x_acts.lot_id is not null
    union all
    select
        'order', x_acts.order_id, x_acts.site_id, kinds.grp, x_acts.event_type,
        x_acts.occurred_at, x_acts.occurred_local, x_acts.record_id, x_orders.lot_id,
        x_acts.order_id
    from x_acts
    join x_orders on x_orders.order_id = x_acts.order_id and x_orders.site_id = x_acts.site_id
    join kinds on kinds.kind = x_orders.kind and kinds.site_id = x_orders.site_id
),
firsts as (
    select
        subject_type, subject_id, site_id, grp, event_type, min(occurred_at) as moment,
        arg_min(occurred_local, occurred_at) as local_at,
        arg_min(record_id, occurred_at) as record_id, min(lot_id) as lot_id,
        min(order_id) as order_id
    from subjects
    group by all
),
counted as (
    select subject_type, site_id, grp, event_type, count(*) as n
    from firsts group by all having count(*) >= 12
),
both_there as (
    select
        a.subject_type, a.site_id, a.grp, a.event_type as later, b.event_type as earlier,
        count(*) as n_both
    from firsts as a
    join firsts as b
        on b.subject_type = a.subject_type and b.subject_id = a.subject_id
        and b.site_id = a.site_id and b.grp = a.grp
        and b.event_type <> a.event_type and b.moment <= a.moment + interval 10 minute
    group by all
),
rules as (
    select both_there.*, counted.n, n_both / counted.n as confidence
    from both_there
    join counted
        on counted.subject_type = both_there.subject_type and counted.site_id = both_there.site_id
        and counted.grp = both_there.grp and counted.event_type = both_there.later
    where n_both < counted.n
        and (n_both >= 0.95 * counted.n or (counted.n < 20 and n_both = counted.n - 1))
),
broken as (
    select
        rules.*, a.subject_id, a.moment, a.local_at, a.record_id, a.lot_id, a.order_id,
        b.record_id as other_id
    from rules
    join firsts as a
        on a.subject_type = rules.subject_type and a.site_id = rules.site_id
        and a.grp = rules.grp and a.event_type = rules.later
    left join firsts as b
        on b.subject_type = a.subject_type and b.subject_id = a.subject_id
        and b.site_id = a.site_id and b.grp = a.grp and b.event_type = rules.earlier
    left join x_orders on x_orders.order_id = a.order_id and x_orders.site_id = a.site_id
    left join kinds
        on kinds.site_id = x_orders.site_id and kinds.kind = x_orders.kind
        and kinds.grp = rules.grp
    where
        (b.moment is null or b.moment > a.moment + interval 10 minute)
        and coalesce(kinds.is_told, true)
),
told as (
    select
        *, case when other_id is null then 'missing_step' else 'unusual_sequence' end as kind,
        coalesce(order_id, subject_id) as process
    from broken
    qualify row_number() over (
        partition by site_id, process, earlier, other_id is null
        order by confidence desc, n desc, subject_type desc, later
    ) = 1
),
final as (
    select
        kind, site_id, process, max(subject_type) as subject_type, min(local_at) as moment,
        arg_max(subject_id, (subject_type, subject_id)) as subject_id,
        max(confidence) as confidence, min(lot_id) as lot_id,
        string_agg(
            case when other_id is null
                then 'No ' || replace(earlier, '_', ' ') || ' recorded before '
                else 'The first ' || replace(earlier, '_', ' ') || ' came after '
            end || replace(later, '_', ' ') || '; ' || n_both || ' of ' || n || ' ' || grp || ' of '
            || site_id || ' have it first (confidence '
            || printf('%.1f', 100 * confidence) || ' %).',
            ' ' order by confidence desc, earlier
        ) as reason,
        list_sort(list_distinct(
            list('events/' || record_id)
            || coalesce(list('events/' || other_id) filter (other_id is not null), [])
        )) as records
    from told
    group by kind, site_id, process
)
select
    kind, site_id, subject_type, subject_id, moment,
    cast(round(100 * confidence) as integer) - 5 as score, reason, records,
    case when lot_id is null then [] else [lot_id] end as lots
from final
"""

ALL = (MISSING,)
"""The queries of this module."""

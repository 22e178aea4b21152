"""Missing and misplaced steps, learned from the plant's own lots and orders.

A rule "before A there is B" is learned for each kind of lot (site and class of material) and of
order (site and kind) from at least 20 that have A, when at least 95 % of them had B first, or from
at least 12, when all but one had. Support is how many had both, confidence their share of those
with A.
"""

from __future__ import annotations

MISSING = """
with subjects as (
    select
        'lot' as subject_type, lot_id as subject_id, site_id,
        coalesce(class, 'other') || ' lots' as grp, event_type, occurred_at, occurred_local,
        record_id, lot_id
    from x_acts
    where lot_id is not null
    union all
    select
        'order', x_acts.order_id, x_acts.site_id, coalesce(x_orders.kind, 'other') || ' orders',
        x_acts.event_type, x_acts.occurred_at, x_acts.occurred_local, x_acts.record_id,
        x_orders.lot_id
    from x_acts
    join x_orders on x_orders.order_id = x_acts.order_id and x_orders.site_id = x_acts.site_id
),
firsts as (
    select
        subject_type, subject_id, site_id, grp, event_type, min(occurred_at) as moment,
        arg_min(occurred_local, occurred_at) as local_at,
        arg_min(record_id, occurred_at) as record_id, min(lot_id) as lot_id
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
        and b.event_type <> a.event_type and b.moment <= a.moment
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
        rules.*, a.subject_id, a.moment, a.local_at, a.record_id, a.lot_id,
        b.record_id as other_id
    from rules
    join firsts as a
        on a.subject_type = rules.subject_type and a.site_id = rules.site_id
        and a.grp = rules.grp and a.event_type = rules.later
    left join firsts as b
        on b.subject_type = a.subject_type and b.subject_id = a.subject_id
        and b.site_id = a.site_id and b.grp = a.grp and b.event_type = rules.earlier
    where b.moment is null or b.moment > a.moment
),
final as (
    select *
    from broken
    qualify row_number() over (
        partition by subject_type, subject_id, site_id, earlier
        order by confidence desc, n desc, later
    ) = 1
)
select
    case when other_id is null then 'missing_step' else 'unusual_sequence' end as kind,
    site_id, subject_type, subject_id, local_at as moment,
    cast(round(100 * confidence) as integer) - 5 as score,
    case when other_id is null
        then 'No ' || replace(earlier, '_', ' ') || ' recorded before '
        else 'The first ' || replace(earlier, '_', ' ') || ' came after ' end
    || replace(later, '_', ' ') || '; ' || n_both || ' of ' || n || ' ' || grp || ' of '
    || site_id || ' have it first (confidence ' || printf('%.1f', 100 * confidence)
    || ' %).' as reason,
    list_filter(
        ['events/' || record_id, 'events/' || other_id], lambda item: item is not null
    ) as records,
    case when lot_id is null then [] else [lot_id] end as lots
from final
"""

ALL = (MISSING,)
"""The queries of this module."""

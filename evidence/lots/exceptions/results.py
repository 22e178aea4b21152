"""Results that look made: round, copied from another lot, or just inside a limit."""

from __future__ import annotations

ROUND = """
with own as (
    select
        test_results.*, x_lots.material_id,
        length(split_part(replace(cast(cast(value as double) as varchar), ',', '.'), '.', 2))
        as places
    from test_results
    join x_lots using (lot_id)
    where test_results.is_current and value is not null and tested_by is not null
),
judged as (
    select
        *, cast(value as double) = round(cast(value as double)) as is_round,
        count(*) over (partition by site_id, material_id, characteristic) as n_all,
        count(*) filter (cast(value as double) <> round(cast(value as double))) over (
            partition by site_id, material_id, characteristic
        ) as n_fine
    from own
),
grouped as (
    select
        site_id, characteristic, tested_by, count(*) as n,
        count(*) filter (is_round) as n_round,
        any_value(n_all) - count(*) as n_others,
        (any_value(n_all - n_fine) - count(*) filter (is_round))
        / nullif(any_value(n_all) - count(*), 0) as usual,
        list('test_results/' || record_id order by record_id) filter (is_round) as records,
        list_sort(list_distinct(list(lot_id) filter (is_round))) as lots,
        min(occurred_local) filter (is_round) as moment
    from judged
    where n_all >= 10
    group by site_id, material_id, characteristic, tested_by
)
select
    'round_results' as kind, site_id, 'person' as subject_type, tested_by as subject_id, moment,
    85 as score,
    tested_by || ' reported ' || n_round || ' of ' || n || ' results of ' || characteristic
    || ' as whole numbers; ' || printf('%.0f', 100 * usual)
    || ' % are among the ' || n_others || ' of others.' as reason,
    records, lots
from grouped
where n_others >= 5 and usual <= 0.5
    and n_round >= 4 and n_round >= 0.6 * n and n_round / n > 2 * usual
"""

INSIDE = """
with limits as (
    select
        spec_id, site_id, characteristic, max(lower) as lower, min(upper) as upper
    from spec_limits where is_current group by all
),
placed as (
    select
        test_results.*, x_lots.material_id, limits.lower, limits.upper,
        cast(value as double) as v,
        median(cast(value as double)) over (
            partition by test_results.site_id, x_lots.material_id, test_results.characteristic
        ) as middle,
        count(*) over (
            partition by test_results.site_id, x_lots.material_id, test_results.characteristic
        ) as n,
        count(*) over (
            partition by test_results.site_id, x_lots.material_id, test_results.characteristic,
                cast(value as double)
        ) as n_equal
    from test_results
    join x_lots using (lot_id)
    join limits
        on limits.spec_id = test_results.spec_id and limits.site_id = test_results.site_id
        and limits.characteristic = test_results.characteristic
    where test_results.is_current and value is not null and qualifier is null
),
near as (
    select
        *,
        least(
            coalesce((upper - v) / nullif(upper - middle, 0), 9),
            coalesce((v - lower) / nullif(middle - lower, 0), 9)
        ) as room,
        greatest(1e-9, 1.4826 * median(abs(v - middle)) over (
            partition by site_id, material_id, characteristic
        )) as sigma
    from placed
    where (upper is null or v <= upper) and (lower is null or v >= lower)
)
select
    'just_inside_limit' as kind, site_id, 'lot' as subject_type, lot_id as subject_id,
    occurred_local as moment, least(95, 60 + cast(abs(v - middle) / sigma as integer)) as score,
    'Result ' || printf('%.6g', v) || ' of ' || characteristic || case
        when room = 0 then ' lies on its limit'
        else ' is inside its limit by ' || printf('%.1f', 100 * room) || ' % of the usual distance'
    end || '; the median of ' || n
    || ' is ' || printf('%.6g', middle) || '.' as reason,
    ['test_results/' || record_id] as records, [lot_id] as lots
from near
where n_equal <= greatest(1, n / 10) and (
    (n >= 8 and room between 0 and 0.05 and abs(v - middle) / sigma > 5)
    -- nearer than any scale of the plant's own would put it by chance
    or (n >= 8 and room between 0 and 0.005 and abs(v - middle) / sigma > 2)
    -- of too few to have a median: on a finer scale than the limit, and all but on it
    or (n < 8 and least(upper - v, abs(upper) / 1000) = upper - v and v < upper)
    or (n < 8 and least(v - lower, abs(lower) / 1000) = v - lower and v > lower)
)
"""

COPIED = """
with own as (
    select
        test_results.site_id, test_results.lot_id, x_lots.material_id, characteristic,
        cast(value as double) as v, count(*) as n_rows,
        list('test_results/' || test_results.record_id) as records, min(occurred_local) as moment
    from test_results
    join x_lots using (lot_id)
    where test_results.is_current and value is not null and qualifier is null
    group by all
),
weighed as (
    select
        *,
        (sum(n_rows) over (partition by site_id, material_id, characteristic, v) - n_rows + 0.5)
        / (sum(n_rows) over (partition by site_id, material_id, characteristic)) as chance
    from own
),
told as (
    select
        site_id, material_id, characteristic, lot_id, list(v) as found, sum(n_rows) as n_rows,
        sum(-log2(chance)) as bits, list_sort(flatten(list(records))) as records,
        min(moment) as moment
    from weighed
    group by site_id, material_id, characteristic, lot_id
),
pairs as (
    select
        a.site_id, a.material_id, a.lot_id as first_lot, b.lot_id as second_lot,
        bool_and(list_has_all(a.found, b.found)) as is_copy, sum(b.n_rows) as n_rows,
        sum(b.bits) as bits, max(greatest(a.moment, b.moment)) as moment,
        max((b.moment, b.lot_id) > (a.moment, a.lot_id)) as second_is_later,
        list_sort(flatten(list(a.records || b.records))) as records
    from told as a
    join told as b
        on b.site_id = a.site_id and b.material_id = a.material_id
        and b.characteristic = a.characteristic and b.lot_id <> a.lot_id
    group by a.site_id, a.material_id, a.lot_id, b.lot_id
),
ranked as (
    select
        *, count(*) over (partition by site_id, material_id) // 2 as n_tried,
        case when second_is_later then second_lot else first_lot end as later_lot
    from pairs
),
final as (
    select *
    from ranked
    where is_copy and n_rows >= 3 and bits >= log2(n_tried)
    qualify row_number() over (
        partition by site_id, least(first_lot, second_lot), greatest(first_lot, second_lot)
        order by bits desc, second_lot = later_lot desc, first_lot
    ) = 1
)
select
    'copied_values' as kind, site_id, 'lot' as subject_type, later_lot as subject_id, moment,
    least(99, 60 + cast(bits - log2(n_tried) as integer)) as score,
    'All ' || n_rows || ' measured values of ' || second_lot || ' are also those of '
    || first_lot || '; by chance so for one pair in '
    || cast(round(pow(2, least(bits, 62))) as bigint) || ', and ' || n_tried
    || ' were looked at.' as reason,
    records, [later_lot] as lots
from final
"""
"""A lot's values, repeated measurements among them, are all found again in another lot's. How
likely that is by chance is told by how often each value is measured on other lots of the material
(a value that a lot has twice counts once), and by how many pairs there are to look at."""

ALL = (ROUND, INSIDE, COPIED)
"""The queries of this module."""

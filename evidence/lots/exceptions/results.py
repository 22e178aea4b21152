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
        avg(1 - n_fine / n_all) as usual,
        list('test_results/' || record_id order by record_id) filter (is_round) as records,
        list_sort(list_distinct(list(lot_id) filter (is_round))) as lots,
        min(occurred_local) filter (is_round) as moment
    from judged
    where n_all >= 10 and n_fine >= 0.5 * n_all
    group by site_id, material_id, characteristic, tested_by
)
select
    'round_results' as kind, site_id, 'person' as subject_type, tested_by as subject_id, moment,
    85 as score,
    tested_by || ' reported ' || n_round || ' of ' || n || ' results of ' || characteristic
    || ' as whole numbers; ' || printf('%.0f', 100 * usual)
    || ' % are among all who measure it.' as reason,
    records, lots
from grouped
where n_round >= 4 and n_round >= 0.6 * n and n_round / n > 2 * usual
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
        ) as n
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
    'Result ' || printf('%.6g', v) || ' of ' || characteristic || ' is inside its limit by '
    || printf('%.1f', 100 * room) || ' % of the usual distance; the median of ' || n
    || ' is ' || printf('%.6g', middle) || '.' as reason,
    ['test_results/' || record_id] as records, [lot_id] as lots
from near
where n >= 8 and room between 0 and 0.05 and abs(v - middle) / sigma > 5
"""

COPIED = """
with own as (
    select
        test_results.site_id, test_results.lot_id, x_lots.material_id, characteristic,
        min(value) as v, min(test_results.record_id) as record_id,
        min(occurred_local) as moment
    from test_results
    join x_lots using (lot_id)
    where test_results.is_current and value is not null and qualifier is null
    group by all
    having count(*) = 1
),
counted as (
    select
        *, count(*) over (partition by site_id, material_id, characteristic) as n,
        count(*) over (partition by site_id, material_id, characteristic, v) as n_same
    from own
),
pairs as (
    select
        a.site_id, a.material_id, a.lot_id as first_lot, b.lot_id as second_lot,
        count(*) as shared, count(*) filter (a.v = b.v) as same,
        sum(-log2((a.n_same - 1.5) / a.n)) filter (a.v = b.v) as bits,
        max(b.moment) as moment,
        list('test_results/' || b.record_id order by b.record_id) filter (a.v = b.v)
        || list('test_results/' || a.record_id order by a.record_id) filter (a.v = b.v) as records
    from counted as a
    join counted as b
        on b.site_id = a.site_id and b.material_id = a.material_id
        and b.characteristic = a.characteristic and (b.moment, b.lot_id) > (a.moment, a.lot_id)
    group by all
),
ranked as (
    select *, log2(count(*) over (partition by site_id, material_id) + 1) as tried
    from pairs
)
select
    'copied_values' as kind, site_id, 'lot' as subject_type, second_lot as subject_id, moment,
    least(99, 60 + cast(bits - tried as integer)) as score,
    'All ' || same || ' measured values equal those of ' || first_lot
    || '; by chance once in 2^' || cast(bits - tried as integer) || '.' as reason,
    records, [second_lot] as lots
from ranked
where same >= 3 and same = shared and bits - tried >= 1
"""

ALL = (ROUND, INSIDE, COPIED)
"""The queries of this module."""

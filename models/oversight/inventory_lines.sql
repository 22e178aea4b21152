{% set ins = ['receipt', 'intermediate_output', 'finished_goods', 'return', 'adjustment'] %}
{% set outs = ['consumption', 'shipment', 'disposition', 'sample'] %}
with

scheduled as (

    select record_key
    from {{ ref('material_facts') }}
    where dea_schedule is not null

),

counts as (

    select
        counts.*,
        cast(counts.local_at as date) as counted_on
    from {{ ref('count_facts') }} as counts
    inner join scheduled on counts.material_key = scheduled.record_key
    where
        counts.is_in_period
        and counts.kind in ('initial', 'biennial', 'annual')

),

{#- an inventory: a day on which a site counted -#}
inventories as (

    select distinct
        counts.site_key,
        sites.timezone,
        counts.counted_on
    from counts
    inner join {{ ref('site_facts') }} as sites on counts.site_key = sites.record_key

),

moves as (

    select
        events.lot_key,
        events.material_key,
        events.site_key,
        events.local_at,
        case
            when events.event_type in ({{ literals(ins) }}) then events.base_quantity
            else -events.base_quantity
        end as moved
    from {{ ref('event_facts') }} as events
    inner join scheduled on events.material_key = scheduled.record_key
    where
        not events.is_void
        and events.event_type in ({{ literals(ins + outs) }})

),

held as (

    select
        inventories.site_key,
        inventories.timezone,
        inventories.counted_on,
        moves.lot_key,
        moves.material_key,
        sum(
            case when moves.local_at < inventories.counted_on then moves.moved else 0 end
        ) as at_opening,
        sum(moves.moved) as at_close,
        bool_or(moves.moved is null or moves.local_at is null) as is_unclear
    from inventories
    inner join moves
        on
            inventories.site_key = moves.site_key
            and (
                moves.local_at is null
                or moves.local_at < inventories.counted_on + interval '1' day
            )
    group by
        inventories.site_key,
        inventories.timezone,
        inventories.counted_on,
        moves.lot_key,
        moves.material_key

),

told as (

    select
        held.*,
        births.born_at is null as is_unborn,
        lots.lot_number,
        lots.lot_id,
        min(counts.record_key) as count_key
    from held
    inner join {{ ref('lot_facts') }} as lots on held.lot_key = lots.record_key
    left join {{ ref('lot_births') }} as births on held.lot_key = births.lot_key
    left join counts
        on
            held.site_key = counts.site_key
            and held.counted_on = counts.counted_on
            and (
                held.lot_key = counts.lot_key
                or (counts.lot_id is null and held.material_key = counts.material_key)
            )
    group by
        held.site_key,
        held.timezone,
        held.counted_on,
        held.lot_key,
        held.material_key,
        held.at_opening,
        held.at_close,
        held.is_unclear,
        births.born_at,
        lots.lot_number,
        lots.lot_id

),

judged as (

    select
        *,
        case
            when count_key is not null then 'holds'
            when is_unborn then 'not_covered'
            when is_unclear then 'null_operand'
            when at_opening > 0 and at_close > 0 then 'incomplete'
            else 'holds'
        end as outcome
    from told

),

final as (

    select
        site_key as subject_key,
        cast(
            case outcome when 'holds' then 1 when 'incomplete' then 0 else -1 end as integer
        ) as truth,
        case when outcome <> 'holds' then outcome end as code,
        case outcome
            when 'incomplete'
                then 'lot ' || coalesce(lot_number, lot_id) || ' was on hand ('
                || {{ number_words('at_close') }} || ') and is not in the inventory of '
                || cast(counted_on as string) || '.'
            when 'not_covered'
                then 'not known whether lot ' || coalesce(lot_number, lot_id)
                || ' was on hand: where it comes from was not sent.'
            when 'null_operand'
                then 'not known whether lot ' || coalesce(lot_number, lot_id)
                || ' was on hand: a quantity or a time is not given.'
        end as sentence,
        {{ to_utc('cast(counted_on as timestamp)', 'timezone') }} as at_ts,
        cast(null as timestamp) as due_at,
        'lots' as a_table,
        lot_key as a_key,
        'counts' as b_table,
        count_key as b_key
    from judged

)

select * from final

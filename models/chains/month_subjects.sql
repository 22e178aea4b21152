{#- Subjects of the judged sites with something in the month, and what every requirement asks. -#}
{% set kinds = subject_tables().keys() | reject('equalto', 'event') | list %}
with

seen as (

    {%- for kind in kinds %}
    select
        {{ literal(kind) }} as subject_kind,
        cast(null as string) as event_type,
        facts.record_key as subject_key,
        facts.site_key,
        {{ 'facts.lot_key' if kind == 'lot' else 'cast(null as bigint)' }} as lot_key,
        {{ material_of(kind) }} as material_key
    from {{ facts_of(kind) }} as facts
    inner join {{ ref('active_subjects') }} as active
        on
            active.subject_kind = {{ literal(kind) }}
            and facts.record_key = active.subject_key
    union all
    {%- endfor %}
    select
        'event' as subject_kind,
        event_type,
        record_key as subject_key,
        site_key,
        lot_key,
        material_key
    from {{ ref('event_facts') }}
    where
        is_in_period
        and not is_void

),

final as (

    select
        seen.subject_kind,
        seen.event_type,
        seen.subject_key,
        periods.site_key,
        periods.site_id,
        periods.timezone,
        periods.period,
        periods.local_from,
        periods.local_to,
        periods.starts_at,
        periods.ends_at,
        periods.as_of,
        seen.lot_key,
        seen.material_key,
        {{ absent_from('seen', 'periods', 'births') | indent(8) }} as absent_from
    from seen
    inner join {{ ref('periods') }} as periods on seen.site_key = periods.site_key
    left join {{ ref('lot_births') }} as births on seen.lot_key = births.lot_key
    where periods.is_judged

)

select * from final

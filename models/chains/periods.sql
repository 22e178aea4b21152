with

pin as (

    {{ pinned() | indent(4) }}

),

final as (

    select
        sites.record_key as site_key,
        sites.site_id,
        sites.timezone,
        pin.period,
        pin.local_from,
        pin.local_to,
        {{ to_utc('pin.local_from', 'sites.timezone') }} as starts_at,
        {{ to_utc('pin.local_to', 'sites.timezone') }} as ends_at,
        pin.as_of,
        pin.site_id is null or pin.site_id = sites.site_id as is_judged
    from {{ ref('site_facts') }} as sites
    cross join pin

)

select * from final

{#- A material as seen from a site with events of its lots; the key holds for one build. -#}
with

pairs as (

    select distinct
        sites.site_id,
        materials.material_id,
        events.site_key as site_key,
        cast(null as bigint) as lot_key,
        cast(null as bigint) as order_key,
        cast(null as bigint) as shipment_key,
        events.material_key as material_key,
        cast(null as bigint) as supplier_key,
        cast(null as bigint) as customer_key,
        cast(null as bigint) as party_key
    from {{ ref('event_facts') }} as events
    inner join {{ ref('site_facts') }} as sites on events.site_key = sites.record_key
    inner join {{ ref('material_facts') }} as materials
        on events.material_key = materials.record_key
    where not events.is_void

),

final as (

    select
        row_number() over (order by pairs.site_id, pairs.material_id) as record_key,
        pairs.*,
        {{ no_times() | indent(8) }}
    from pairs

)

select * from final

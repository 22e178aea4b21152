{#- A supplier of a material as seen from a site that received it; the key holds for one build. -#}
with

pairs as (

    select distinct
        sites.site_id,
        suppliers.party_id as supplier_id,
        materials.material_id,
        events.site_key as site_key,
        cast(null as bigint) as lot_key,
        cast(null as bigint) as order_key,
        cast(null as bigint) as shipment_key,
        events.material_key as material_key,
        events.supplier_key as supplier_key,
        cast(null as bigint) as customer_key,
        events.supplier_key as party_key
    from {{ ref('event_facts') }} as events
    inner join {{ ref('site_facts') }} as sites on events.site_key = sites.record_key
    inner join {{ ref('party_facts') }} as suppliers
        on events.supplier_key = suppliers.record_key
    inner join {{ ref('material_facts') }} as materials
        on events.material_key = materials.record_key
    where
        events.event_type = 'receipt'
        and not events.is_void

),

final as (

    select
        row_number() over (
            order by pairs.site_id, pairs.supplier_id, pairs.material_id
        ) as record_key,
        pairs.*,
        {{ no_times() | indent(8) }}
    from pairs

)

select * from final

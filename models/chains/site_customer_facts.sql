{#- A customer as seen from a site that shipped to it; the key holds for one build. -#}
with

pairs as (

    select distinct
        sites.site_id,
        parties.party_id as customer_id,
        shipments.site_key as site_key,
        cast(null as bigint) as lot_key,
        cast(null as bigint) as order_key,
        cast(null as bigint) as shipment_key,
        cast(null as bigint) as material_key,
        cast(null as bigint) as supplier_key,
        shipments.customer_key as customer_key,
        shipments.customer_key as party_key
    from (
        select site_key, customer_key from {{ ref('shipment_facts') }}
        union
        select site_key, customer_key from {{ ref('event_facts') }}
        where
            event_type = 'shipment'
            and not is_void
    ) as shipments
    inner join {{ ref('site_facts') }} as sites on shipments.site_key = sites.record_key
    inner join {{ ref('party_facts') }} as parties on shipments.customer_key = parties.record_key

),

final as (

    select
        row_number() over (order by pairs.site_id, pairs.customer_id) as record_key,
        pairs.*,
        {{ no_times() | indent(8) }}
    from pairs

)

select * from final

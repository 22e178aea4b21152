with

pin as (

    {{ pinned() | indent(4) }}

),

shipments as (

    {{ told('shipments', one_per='shipment_id') | indent(4) }}

),

final as (

    select
        shipments.*,
        {{ instant_times('shipments.shipped_at', 'sites.timezone') | indent(8) }},
        {{ keys({
            'site': 'sites.record_key',
            'shipment': 'shipments.record_key',
            'customer': 'customers.record_key',
            'party': 'customers.record_key',
        }) | indent(8) }}
    from shipments
    cross join pin
    left join {{ ref('site_facts') }} as sites on shipments.site_id = sites.site_id
    left join {{ ref('party_facts') }} as customers on shipments.customer_id = customers.party_id

)

select * from final

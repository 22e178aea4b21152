{% set order_thread = thread_of('orders', 'events.order_id', 2) %}
{% set shipment_thread = thread_of('shipments', 'events.shipment_id', 3) %}
with

pin as (

    {{ pinned() | indent(4) }}

),

events as (

    {{ told('events') | indent(4) }}

),

{#- an event that another one cancels -#}
reversed as (

    select distinct reverses as record_id
    from events
    where reverses is not null

),

final as (

    select
        events.*,
        {{ happening_times('events') | indent(8) }},
        events.reverses is not null or reversed.record_id is not null as is_void,
        case
            when events.lot_id is not null then lots.record_key * 8 + 1
            when events.order_id is not null then {{ order_thread }}
            when events.shipment_id is not null then {{ shipment_thread }}
            else events.record_key * 8 + 4
        end as thread_key,
        {{ order_thread }} as order_thread_key,
        {{ shipment_thread }} as shipment_thread_key,
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'lots.record_key',
            'order': 'orders.record_key',
            'shipment': 'shipments.record_key',
            'material': 'lots.material_key',
            'supplier': 'lots.supplier_key',
            'customer': 'shipments.customer_key',
            'party': 'parties.record_key',
        }) | indent(8) }}
    from events
    cross join pin
    left join reversed on events.record_id = reversed.record_id
    left join {{ ref('site_facts') }} as sites on events.site_id = sites.site_id
    left join {{ ref('lot_facts') }} as lots on events.lot_id = lots.lot_id
    left join {{ ref('order_facts') }} as orders on events.order_id = orders.order_id
    left join {{ ref('shipment_facts') }} as shipments on events.shipment_id = shipments.shipment_id
    left join {{ ref('party_facts') }} as parties on events.party_id = parties.party_id

)

select * from final

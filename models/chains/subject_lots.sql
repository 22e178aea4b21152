with

events as (

    select * from {{ ref('event_facts') }}

),

final as (

    select 'order' as subject_kind, record_key as subject_key, lot_key from {{ ref('order_facts') }}
    where lot_key is not null
    union
    select 'order' as subject_kind, order_key as subject_key, lot_key from events
    where order_key is not null and lot_key is not null
    union
    select 'shipment' as subject_kind, shipment_key as subject_key, lot_key from events
    where shipment_key is not null and lot_key is not null

)

select * from final

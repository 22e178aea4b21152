with

events as (

    select * from {{ ref('event_facts') }}

),

final as (

    select lot_key * 8 + 1 as thread_key, record_key as event_key from events
    where lot_key is not null
    union all
    select order_thread_key as thread_key, record_key as event_key from events
    where order_thread_key is not null
    union all
    select shipment_thread_key as thread_key, record_key as event_key from events
    where shipment_thread_key is not null
    union all
    select thread_key, record_key as event_key from events
    where lot_id is null and order_id is null and shipment_id is null

)

select * from final

{#- Subjects of every kind with something in the judged month; what a requirement may be about. -#}
with

events as (

    select *
    from {{ ref('event_facts') }}
    where
        is_in_period
        and not is_void

),

people_seen as (

    select performed_by as person_id from events
    union
    select checked_by as person_id from events
    union
    select signer_id as person_id from {{ ref('signature_facts') }}
    where is_in_period

),

final as (

    select distinct 'lot' as subject_kind, lot_key as subject_key from events
    where lot_key is not null
    union
    select 'order' as subject_kind, record_key as subject_key from {{ ref('order_facts') }}
    where is_in_period or is_completed_in_period
    union
    select 'order' as subject_kind, order_key as subject_key from events
    where order_key is not null
    union
    select 'shipment' as subject_kind, record_key as subject_key from {{ ref('shipment_facts') }}
    where is_in_period
    union
    select 'shipment' as subject_kind, shipment_key as subject_key from events
    where shipment_key is not null
    union
    select 'material' as subject_kind, material_key as subject_key from events
    where material_key is not null
    union
    select 'site_material' as subject_kind, pairs.record_key as subject_key
    from {{ ref('site_material_facts') }} as pairs
    inner join events
        on
            pairs.site_key = events.site_key
            and pairs.material_key = events.material_key
    union
    select 'supplier_material' as subject_kind, pairs.record_key as subject_key
    from {{ ref('supplier_material_facts') }} as pairs
    inner join events
        on
            pairs.site_key = events.site_key
            and pairs.supplier_key = events.supplier_key
            and pairs.material_key = events.material_key
            and events.event_type = 'receipt'
    union
    select 'site_customer' as subject_kind, pairs.record_key as subject_key
    from {{ ref('site_customer_facts') }} as pairs
    inner join events
        on
            pairs.site_key = events.site_key
            and pairs.customer_key = events.customer_key
            and events.event_type = 'shipment'
    union
    select 'site_customer' as subject_kind, pairs.record_key as subject_key
    from {{ ref('site_customer_facts') }} as pairs
    inner join {{ ref('shipment_facts') }} as shipments
        on
            pairs.site_key = shipments.site_key
            and pairs.customer_key = shipments.customer_key
            and shipments.is_in_period
    union
    select 'person' as subject_kind, people.record_key as subject_key
    from {{ ref('person_facts') }} as people
    inner join people_seen on people.person_id = people_seen.person_id
    union
    select 'document' as subject_kind, record_key as subject_key from {{ ref('document_facts') }}
    where is_in_period
    union
    select 'quality_record' as subject_kind, record_key as subject_key
    from {{ ref('quality_record_facts') }}
    where is_in_period
    union
    select 'site_period' as subject_kind, record_key as subject_key from {{ ref('site_facts') }}

)

select * from final

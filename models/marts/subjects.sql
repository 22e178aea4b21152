{{ config(materialized='view') }}
with

materials as (

    select
        record_key,
        name
    from {{ ref('material_facts') }}

),

lots as (

    select
        lots.record_key,
        lots.lot_id,
        lots.site_id,
        materials.name as material_name,
        lots.lot_number || coalesce(' (' || materials.name || ')', '') as lot_label
    from {{ ref('lot_facts') }} as lots
    left join materials on lots.material_key = materials.record_key

),

final as (

    select
        'lot' as subject_kind,
        record_key as subject_key,
        lot_id as subject_id,
        coalesce(lot_label, lot_id) as subject_label,
        material_name,
        site_id
    from lots
    union all
    select
        'order' as subject_kind,
        orders.record_key as subject_key,
        orders.order_id as subject_id,
        'order ' || orders.order_id as subject_label,
        materials.name as material_name,
        orders.site_id
    from {{ ref('order_facts') }} as orders
    left join materials on orders.material_key = materials.record_key
    union all
    select
        'shipment' as subject_kind,
        record_key as subject_key,
        shipment_id as subject_id,
        'shipment ' || shipment_id as subject_label,
        cast(null as string) as material_name,
        site_id
    from {{ ref('shipment_facts') }}
    union all
    select
        'site_period' as subject_kind,
        record_key as subject_key,
        site_id as subject_id,
        coalesce(name, site_id) as subject_label,
        cast(null as string) as material_name,
        site_id
    from {{ ref('site_facts') }}
    union all
    select
        'person' as subject_kind,
        record_key as subject_key,
        person_id as subject_id,
        coalesce(printed_name, person_id) as subject_label,
        cast(null as string) as material_name,
        site_id
    from {{ ref('person_facts') }}
    union all
    select
        'material' as subject_kind,
        record_key as subject_key,
        material_id as subject_id,
        coalesce(name, material_id) as subject_label,
        name as material_name,
        site_id
    from {{ ref('material_facts') }}
    union all
    select
        'document' as subject_kind,
        record_key as subject_key,
        document_id as subject_id,
        replace(coalesce(kind, 'document'), '_', ' ') || ' ' || coalesce(number, document_id)
            as subject_label,
        cast(null as string) as material_name,
        site_id
    from {{ ref('document_facts') }}
    union all
    select
        'quality_record' as subject_kind,
        records.record_key as subject_key,
        records.quality_record_id as subject_id,
        replace(coalesce(records.kind, 'quality record'), '_', ' ')
        || ' ' || records.quality_record_id as subject_label,
        materials.name as material_name,
        records.site_id
    from {{ ref('quality_record_facts') }} as records
    left join materials on records.material_key = materials.record_key
    union all
    select
        'customer' as subject_kind,
        pairs.record_key as subject_key,
        pairs.customer_id as subject_id,
        'customer ' || coalesce(parties.name, pairs.customer_id) as subject_label,
        cast(null as string) as material_name,
        pairs.site_id
    from {{ ref('site_customer_facts') }} as pairs
    inner join {{ ref('party_facts') }} as parties on pairs.customer_key = parties.record_key
    union all
    select
        'supplier_material' as subject_kind,
        pairs.record_key as subject_key,
        pairs.supplier_id || '/' || pairs.material_id as subject_id,
        coalesce(parties.name, pairs.supplier_id)
        || ' as supplier of ' || coalesce(materials.name, pairs.material_id) as subject_label,
        materials.name as material_name,
        pairs.site_id
    from {{ ref('supplier_material_facts') }} as pairs
    inner join {{ ref('party_facts') }} as parties on pairs.supplier_key = parties.record_key
    inner join materials on pairs.material_key = materials.record_key
    union all
    select
        'site_material' as subject_kind,
        pairs.record_key as subject_key,
        pairs.material_id as subject_id,
        coalesce(materials.name, pairs.material_id) as subject_label,
        materials.name as material_name,
        pairs.site_id
    from {{ ref('site_material_facts') }} as pairs
    inner join materials on pairs.material_key = materials.record_key
    union all
    select
        'event' as subject_kind,
        events.record_key as subject_key,
        events.record_id as subject_id,
        replace(events.event_type, '_', ' ') || coalesce(
            ' of ' || lots.lot_label,
            ' of order ' || events.order_id,
            ' of shipment ' || events.shipment_id,
            ''
        ) as subject_label,
        lots.material_name,
        events.site_id
    from {{ ref('event_facts') }} as events
    left join lots on events.lot_key = lots.record_key

)

select * from final

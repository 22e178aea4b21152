with

certified as (

    select
        lot_id,
        supplier_id
    from {{ ref('sent_lots') }}
    where is_current and lot_id like 'supplier-lot:%'

),

ours as (

    select
        lot_id,
        site_id,
        supplier_id,
        supplier_lot_number,
        record_key
    from {{ ref('sent_lots') }}
    where is_current and supplier_id is not null and lot_id not like 'supplier-lot:%'

),

names as (

    select
        lot_id,
        value
    from {{ ref('identifiers') }}
    where is_current and kind = 'supplier_lot'

),

numbered as (

    select
        lot_id,
        supplier_lot_number as number
    from ours
    where supplier_lot_number is not null
    union
    select
        ours.lot_id,
        names.value as number
    from ours
    inner join names on ours.lot_id = names.lot_id

),

suppliers as (

    select
        party_id,
        party_id as said
    from {{ ref('parties') }}
    where is_current
    union
    select
        party_id,
        name as said
    from {{ ref('parties') }}
    where is_current and name is not null
    union
    select
        supplier_id as party_id,
        supplier_id as said
    from ours

),

final as (

    select distinct
        certified.lot_id as supplier_lot_id,
        ours.lot_id,
        ours.site_id,
        ours.record_key
    from certified
    inner join names on certified.lot_id = names.lot_id
    inner join numbered on names.value = numbered.number
    inner join ours on numbered.lot_id = ours.lot_id
    inner join suppliers
        on ours.supplier_id = suppliers.party_id and certified.supplier_id = suppliers.said

)

select * from final

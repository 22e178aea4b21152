{#-
  Lots that rows in quarantine name, and the orders and shipments that hold them; one that holds no
  lot may be what any such row is about.
-#}
with

taints as (

    select distinct
        taints.table_name,
        sites.record_key as site_key,
        taints.lot_key
    from {{ ref('quarantine_taints') }} as taints
    inner join {{ ref('site_facts') }} as sites
        on taints.is_any_site or taints.site_key = sites.record_key
    where not taints.is_any_lot

),

tables as (

    select distinct
        table_name,
        site_key
    from taints

),

held as (

    select * from {{ ref('subject_lots') }}

),

holders as (

    select 'order' as subject_kind, record_key as subject_key, site_key
    from {{ ref('order_facts') }}
    union all
    select 'shipment' as subject_kind, record_key as subject_key, site_key
    from {{ ref('shipment_facts') }}

),

empty_holders as (

    select holders.*
    from holders
    left join held
        on
            holders.subject_kind = held.subject_kind
            and holders.subject_key = held.subject_key
    where held.subject_key is null

),

final as (

    select 'lot' as subject_kind, lot_key as subject_key, table_name, site_key from taints
    where lot_key is not null
    union
    select held.subject_kind, held.subject_key, taints.table_name, taints.site_key
    from taints
    inner join held on taints.lot_key = held.lot_key
    union
    select holders.subject_kind, holders.subject_key, tables.table_name, tables.site_key
    from tables
    inner join empty_holders as holders on tables.site_key = holders.site_key

)

select * from final

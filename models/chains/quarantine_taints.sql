with

final as (

    select
        quarantine.table_name,
        sites.record_key as site_key,
        quarantine.site_id is null as is_any_site,
        lots.record_key as lot_key,
        quarantine.lot_id is null as is_any_lot,
        count(*) as row_count
    from {{ ref('quarantine') }} as quarantine
    left join {{ ref('site_facts') }} as sites on quarantine.site_id = sites.site_id
    left join {{ ref('lot_facts') }} as lots on quarantine.lot_id = lots.lot_id
    group by
        quarantine.table_name,
        sites.record_key,
        quarantine.site_id is null,
        lots.record_key,
        quarantine.lot_id is null

)

select * from final

with

final as (

    select
        material_id,
        max_by(base_uom, ingest_seq) as base_uom
    from {{ ref('materials') }}
    where
        is_current
        and base_uom is not null
    group by material_id

)

select * from final

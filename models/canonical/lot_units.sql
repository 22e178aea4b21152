with

lots as (

    select
        lot_id,
        max_by(material_id, ingest_seq) as material_id
    from {{ ref('sent_lots') }}
    where is_current
    group by lot_id

),

final as (

    select
        lots.lot_id,
        lots.material_id,
        units.base_uom
    from lots
    inner join {{ ref('material_units') }} as units on lots.material_id = units.material_id

)

select * from final

with

pin as (

    {{ pinned() | indent(4) }}

),

counts as (

    {{ told('counts') | indent(4) }}

),

final as (

    select
        counts.*,
        {{ happening_times('counts') | indent(8) }},
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'lots.record_key',
            'material': 'coalesce(materials.record_key, lots.material_key)',
        }) | indent(8) }}
    from counts
    cross join pin
    left join {{ ref('site_facts') }} as sites on counts.site_id = sites.site_id
    left join {{ ref('lot_facts') }} as lots on counts.lot_id = lots.lot_id
    left join {{ ref('material_facts') }} as materials on counts.material_id = materials.material_id

)

select * from final

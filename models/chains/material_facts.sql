with

materials as (

    {{ told('materials', one_per='material_id') | indent(4) }}

),

final as (

    select
        materials.*,
        {{ no_times() | indent(8) }},
        {{ keys({'site': 'sites.record_key', 'material': 'materials.record_key'}) | indent(8) }}
    from materials
    left join {{ ref('site_facts') }} as sites on materials.site_id = sites.site_id

)

select * from final

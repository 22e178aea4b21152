with

pin as (

    {{ pinned() | indent(4) }}

),

specifications as (

    {{ told('specifications') | indent(4) }}

),

final as (

    select
        specifications.*,
        {{ instant_times('specifications.valid_from', 'sites.timezone') | indent(8) }},
        {{ keys({
            'site': 'sites.record_key',
            'material': 'materials.record_key',
            'customer': 'customers.record_key',
        }) | indent(8) }}
    from specifications
    cross join pin
    left join {{ ref('site_facts') }} as sites on specifications.site_id = sites.site_id
    left join {{ ref('material_facts') }} as materials
        on specifications.material_id = materials.material_id
    left join {{ ref('party_facts') }} as customers
        on specifications.customer_id = customers.party_id

)

select * from final

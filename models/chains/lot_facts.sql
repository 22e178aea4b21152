with

lots as (

    {{ told('lots', one_per='lot_id') | indent(4) }}

),

{#- the order that made a lot; the smallest number if several say so -#}
makers as (

    select
        lot_id,
        min(order_id) as order_id
    from {{ ref('orders') }}
    where
        is_current
        and lot_id is not null
    group by lot_id

),

final as (

    select
        lots.*,
        makers.order_id,
        lots.manufactured_at
        + materials.shelf_life_days * interval '1' day as shelf_life_ends_at,
        {{ no_times() | indent(8) }},
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'lots.record_key',
            'material': 'materials.record_key',
            'supplier': 'suppliers.record_key',
            'party': 'suppliers.record_key',
        }) | indent(8) }}
    from lots
    left join makers on lots.lot_id = makers.lot_id
    left join {{ ref('site_facts') }} as sites on lots.site_id = sites.site_id
    left join {{ ref('material_facts') }} as materials on lots.material_id = materials.material_id
    left join {{ ref('party_facts') }} as suppliers on lots.supplier_id = suppliers.party_id

)

select * from final

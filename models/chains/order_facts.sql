with

pin as (

    {{ pinned() | indent(4) }}

),

orders as (

    {{ told('orders', one_per='order_id') | indent(4) }}

),

final as (

    select
        orders.*,
        {{ instant_times('orders.started_at', 'sites.timezone') | indent(8) }},
        {{ is_in_period(to_local('orders.completed_at', 'sites.timezone')) }}
        as is_completed_in_period,
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'lots.record_key',
            'order': 'orders.record_key',
            'material': 'materials.record_key',
        }) | indent(8) }}
    from orders
    cross join pin
    left join {{ ref('site_facts') }} as sites on orders.site_id = sites.site_id
    left join {{ ref('lot_facts') }} as lots on orders.lot_id = lots.lot_id
    left join {{ ref('material_facts') }} as materials on orders.material_id = materials.material_id

)

select * from final

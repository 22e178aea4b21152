with

pin as (

    {{ pinned() | indent(4) }}

),

quality_records as (

    {{ told('quality_records') | indent(4) }}

),

final as (

    select
        quality_records.*,
        {{ instant_times('quality_records.opened_at', 'sites.timezone') | indent(8) }},
        things.thing_table as about_table,
        things.thing_key as about_key,
        case things.thing_table
            when 'lots' then things.thing_key * 8 + 1
            when 'orders' then things.thing_key * 8 + 2
            when 'shipments' then things.thing_key * 8 + 3
        end as thread_key,
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'things.lot_key',
            'order': 'things.order_key',
            'shipment': 'things.shipment_key',
            'material': 'things.material_key',
            'supplier': 'lots.supplier_key',
        }) | indent(8) }}
    from quality_records
    cross join pin
    left join {{ ref('site_facts') }} as sites on quality_records.site_id = sites.site_id
    left join {{ ref('things') }} as things
        on
            quality_records.subject_type = things.thing_table
            and quality_records.subject_id = things.thing_id
    left join {{ ref('lot_facts') }} as lots on things.lot_key = lots.record_key

)

select * from final

with

pin as (

    {{ pinned() | indent(4) }}

),

rows_now as (

    {{ told('test_results') | indent(4) }}

),

final as (

    select
        rows_now.*,
        {{ happening_times('rows_now') | indent(8) }},
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'lots.record_key',
            'material': 'lots.material_key',
            'supplier': 'lots.supplier_key',
        }) | indent(8) }}
    from rows_now
    cross join pin
    left join {{ ref('site_facts') }} as sites on rows_now.site_id = sites.site_id
    left join {{ ref('lot_facts') }} as lots on rows_now.lot_id = lots.lot_id

)

select * from final

with

pin as (

    {{ pinned() | indent(4) }}

),

changes as (

    {{ told('changes') | indent(4) }}

),

final as (

    select
        changes.*,
        {{ happening_times('changes') | indent(8) }},
        changes.record_type as about_table,
        records.record_key as about_key,
        {{ keys({
            'site': 'sites.record_key',
            'lot': 'records.lot_key',
            'order': 'records.order_key',
            'shipment': 'records.shipment_key',
            'material': 'records.material_key',
        }) | indent(8) }}
    from changes
    cross join pin
    left join {{ ref('site_facts') }} as sites on changes.site_id = sites.site_id
    left join {{ ref('record_keys') }} as records
        on
            changes.record_type = records.record_table
            and changes.changed_record_id = records.record_id

)

select * from final

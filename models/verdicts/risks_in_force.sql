with

risks as (

    {{ current('accepted_risks') | indent(4) }}

),

final as (

    select
        risks.*,
        sites.record_key as site_key,
        coalesce(things.thing_key, records.record_key, pairs.subject_key) as subject_key
    from risks
    cross join {{ ref('pin') }} as pin
    left join {{ ref('site_facts') }} as sites on risks.site_id = sites.site_id
    left join {{ ref('things') }} as things
        on
            risks.subject_type = things.thing_table
            and risks.subject_id = things.thing_id
    left join {{ ref('records') }} as records
        on
            risks.subject_type = records.record_table
            and risks.subject_id = records.record_id
    left join {{ ref('subjects') }} as pairs
        on
            risks.subject_type = pairs.subject_kind
            and risks.subject_type in ('customer', 'supplier_material', 'site_material')
            and risks.subject_id = pairs.subject_id
            and risks.site_id = pairs.site_id
    left join {{ ref('approvals') }} as approvals
        on
            approvals.record_table = 'accepted_risks'
            and risks.record_key = approvals.record_key
    where
        not coalesce(approvals.is_void, false)
        and (risks.valid_from is null or risks.valid_from <= pin.as_of)
        and (risks.valid_to is null or risks.valid_to > pin.as_of)

)

select * from final

with

attestations as (

    {{ current('attestations') | indent(4) }}

),

final as (

    select
        attestations.*,
        sites.record_key as site_key
    from attestations
    left join {{ ref('site_facts') }} as sites on attestations.site_id = sites.site_id
    left join {{ ref('approvals') }} as approvals
        on
            approvals.record_table = 'attestations'
            and attestations.record_key = approvals.record_key
    where not coalesce(approvals.is_void, false)

)

select * from final

with

pin as (

    {{ pinned() | indent(4) }}

),

submissions as (

    {{ told('submissions') | indent(4) }}

),

final as (

    select
        submissions.*,
        {{ instant_times('submissions.submitted_at', 'sites.timezone') | indent(8) }},
        {{ keys({'site': 'sites.record_key'}) | indent(8) }}
    from submissions
    cross join pin
    left join {{ ref('site_facts') }} as sites on submissions.site_id = sites.site_id

)

select * from final

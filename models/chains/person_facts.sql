with

people as (

    {{ told('people', one_per='person_id') | indent(4) }}

),

final as (

    select
        people.*,
        {{ no_times() | indent(8) }},
        {{ keys({'site': 'sites.record_key'}) | indent(8) }}
    from people
    left join {{ ref('site_facts') }} as sites on people.site_id = sites.site_id

)

select * from final

with

pin as (

    {{ pinned() | indent(4) }}

),

authorisations as (

    {{ told('authorisations') | indent(4) }}

),

final as (

    select
        authorisations.*,
        {{ instant_times('authorisations.valid_from', 'sites.timezone') | indent(8) }},
        {{ keys({'site': 'sites.record_key'}) | indent(8) }}
    from authorisations
    cross join pin
    left join {{ ref('site_facts') }} as sites on authorisations.site_id = sites.site_id

)

select * from final

with

parties as (

    {{ told('parties', one_per='party_id') | indent(4) }}

),

final as (

    select
        parties.*,
        {{ no_times() | indent(8) }},
        {{ keys({'site': 'sites.record_key', 'party': 'parties.record_key'}) | indent(8) }}
    from parties
    left join {{ ref('site_facts') }} as sites on parties.site_id = sites.site_id

)

select * from final

with

sites as (

    {{ told('sites', one_per='site_id') | indent(4) }}

),

final as (

    select
        sites.*,
        {{ no_times() | indent(8) }},
        {{ keys({'site': 'sites.record_key'}) | indent(8) }}
    from sites

)

select * from final

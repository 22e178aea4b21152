with

pin as (

    {{ pinned() | indent(4) }}

),

signatures as (

    {{ told('signatures') | indent(4) }}

),

final as (

    select
        signatures.*,
        {{ instant_times('signatures.signed_at', 'sites.timezone') | indent(8) }},
        signatures.record_type as about_table,
        records.record_key as about_key,
        {{ keys({'site': 'sites.record_key'}) | indent(8) }}
    from signatures
    cross join pin
    left join {{ ref('site_facts') }} as sites on signatures.site_id = sites.site_id
    left join {{ ref('records') }} as records
        on
            signatures.record_type = records.record_table
            and signatures.signed_record_id = records.record_id

)

select * from final

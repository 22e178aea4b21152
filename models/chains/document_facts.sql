with

pin as (

    {{ pinned() | indent(4) }}

),

documents as (

    {{ told('documents') | indent(4) }}

),

final as (

    select
        documents.*,
        {{ instant_times('documents.issued_at', 'sites.timezone') | indent(8) }},
        {{ keys({'site': 'sites.record_key'}) | indent(8) }}
    from documents
    cross join pin
    left join {{ ref('site_facts') }} as sites on documents.site_id = sites.site_id

)

select * from final

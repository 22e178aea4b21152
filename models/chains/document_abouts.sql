with

links as (

    {{ current('document_links') | indent(4) }}

),

documents as (

    select * from {{ ref('document_facts') }}

),

named as (

    select
        record_key as document_key,
        subject_type,
        subject_id
    from documents
    union all
    select
        documents.record_key as document_key,
        links.subject_type,
        links.subject_id
    from links
    inner join documents on links.document_id = documents.document_id

),

final as (

    select distinct
        named.document_key,
        things.thing_table as about_table,
        things.thing_key as about_key
    from named
    inner join {{ ref('things') }} as things
        on
            named.subject_type = things.thing_table
            and named.subject_id = things.thing_id

)

select * from final

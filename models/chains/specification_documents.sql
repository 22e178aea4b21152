{{ config(materialized='view') }}
with

final as (

    select
        record_key,
        record_id,
        site_id,
        spec_id as document_id,
        'specification' as kind,
        'materials' as subject_type,
        material_id as subject_id,
        spec_id as number,
        spec_version as doc_version,
        'effective' as status,
        approved_by as issued_by,
        valid_from as issued_at,
        valid_from,
        valid_to,
        cast(null as string) as sha256,
        cast(null as string) as location,
        t_from,
        t_to,
        site_key,
        material_key,
        customer_key,
        untold,
        unread
    from {{ ref('specification_facts') }}

)

select * from final

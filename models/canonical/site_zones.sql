with

final as (

    select
        site_id,
        max_by(timezone, ingest_seq) as timezone
    from {{ ref('sites') }}
    where is_current
    group by site_id

)

select * from final

{#- The calendar a site counts its days by; one for all sites of a country without own days. -#}
with

own as (

    select distinct site_id
    from {{ ref('site_days') }}

),

final as (

    select
        sites.record_key as site_key,
        sites.site_id,
        sites.country,
        coalesce(sites.country, '')
        || case when own.site_id is null then '' else '/' || sites.site_id end as calendar_id
    from {{ ref('site_facts') }} as sites
    left join own on sites.site_id = own.site_id

)

select * from final

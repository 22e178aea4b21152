{{ config(materialized='view') }}
with

numbers as (

    select 'lots' as about_table, 1 as number
    union all
    select 'orders' as about_table, 2 as number
    union all
    select 'shipments' as about_table, 3 as number

),

final as (

    select
        abouts.document_key,
        abouts.about_key * 8 + numbers.number as thread_key
    from {{ ref('document_abouts') }} as abouts
    inner join numbers on abouts.about_table = numbers.about_table

)

select * from final

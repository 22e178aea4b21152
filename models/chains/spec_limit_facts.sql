with

limits as (

    {{ told('spec_limits') | indent(4) }}

),

final as (

    select
        limits.*,
        specifications.record_key as specification_key,
        {{ match_text('limits.characteristic') }} as characteristic_text
    from limits
    inner join {{ ref('specification_facts') }} as specifications
        on limits.spec_id = specifications.spec_id

)

select * from final

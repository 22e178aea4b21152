with

shipped as (

    select *
    from {{ ref('event_facts') }}
    where
        event_type = 'shipment'
        and not is_void
        and customer_key is not null
        and material_key is not null

),

agreed as (

    select *
    from {{ ref('specification_facts') }}
    where customer_key is not null

),

told as (

    select
        shipped.record_key,
        shipped.t_from,
        bool_or(
            agreed.valid_from <= shipped.t_from
            and (agreed.valid_to is null or agreed.valid_to > shipped.t_from)
        ) as is_in_force,
        max_by(agreed.record_key, {{ in_turn('agreed.valid_from', 'agreed.record_key') }})
            as last_key,
        max(agreed.valid_to) as lapsed_at
    from shipped
    inner join agreed
        on
            shipped.customer_key = agreed.customer_key
            and shipped.material_key = agreed.material_key
    group by
        shipped.record_key,
        shipped.t_from

),

final as (

    select
        record_key as subject_key,
        cast(case when is_in_force then 1 when not is_in_force then 0 else -1 end as integer)
            as truth,
        case
            when not is_in_force then 'expired'
            when is_in_force is null then 'null_operand'
        end as code,
        case
            when not is_in_force
                then 'no version of what was agreed with the customer was in force at the delivery.'
            when is_in_force is null
                then 'not known whether what was agreed was in force: a date is not given.'
        end as sentence,
        t_from as at_ts,
        lapsed_at as due_at,
        'events' as a_table,
        record_key as a_key,
        'specifications' as b_table,
        last_key as b_key
    from told

)

select * from final

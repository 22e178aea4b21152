with

final as (

    select
        lot_key,
        min(t_from) as born_at
    from {{ ref('event_facts') }}
    where
        event_type in ('receipt', 'intermediate_output', 'finished_goods', 'return')
        and not is_void
        and lot_key is not null
    group by lot_key

)

select * from final

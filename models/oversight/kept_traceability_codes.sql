with

links as (

    {{ current('lot_links') | indent(4) }}

),

edges as (

    select
        ends.parent_key,
        ends.child_key,
        links.record_key,
        links.occurred_at
    from {{ ref('link_edges') }} as ends
    inner join links on ends.record_key = links.record_key
    where
        links.kind in ('split', 'returned')
        and ends.parent_key is not null
        and ends.child_key is not null

),

lots as (

    select * from {{ ref('lot_facts') }}

),

told as (

    select
        edges.child_key,
        edges.record_key as link_key,
        edges.occurred_at,
        parents.traceability_lot_code as given_code,
        children.traceability_lot_code as own_code,
        parents.traceability_lot_code = children.traceability_lot_code as is_kept
    from edges
    inner join lots as parents on edges.parent_key = parents.record_key
    inner join lots as children on edges.child_key = children.record_key

),

final as (

    select
        child_key as subject_key,
        cast(case when is_kept then 1 when not is_kept then 0 else -1 end as integer) as truth,
        case when not is_kept then 'mismatch' when is_kept is null then 'null_operand' end as code,
        case
            when not is_kept
                then 'the code is ' || own_code || ', that of the lot it was taken from is '
                || given_code || '.'
            when is_kept is null
                then 'not known whether the code was kept: that of one of the two is not given.'
        end as sentence,
        occurred_at as at_ts,
        cast(null as timestamp) as due_at,
        'lots' as a_table,
        child_key as a_key,
        'lot_links' as b_table,
        link_key as b_key
    from told

)

select * from final

with

pairs as (

    select * from {{ ref('link_pairs') }}

),

edges as (

    select * from {{ ref('link_edges') }}

),

deepest as (

    select max(depth) as depth
    from pairs

),

missing as (

    select
        pairs.ancestor_key,
        edges.child_key as descendant_key
    from pairs
    inner join deepest on pairs.depth = deepest.depth
    inner join edges on pairs.descendant_key = edges.parent_key
    left join pairs as met
        on
            pairs.ancestor_key = met.ancestor_key
            and edges.child_key = met.descendant_key
    where
        edges.child_key is not null
        and edges.parent_key <> edges.child_key
        and met.ancestor_key is null

),

final as (

    select distinct
        ancestor_key as lot_key,
        'down' as direction
    from missing
    union all
    select distinct
        descendant_key as lot_key,
        'up' as direction
    from missing

)

select * from final

with

edges as (

    select * from {{ ref('link_edges') }}

),

unsent_lots as (

    select record_key as lot_key
    from {{ ref('lot_facts') }}
    where is_implied

),

final as (

    select
        'self_loop' as fault,
        record_key as link_key,
        parent_key as lot_key
    from edges
    where parent_key = child_key
    union all
    select
        'cycle' as fault,
        cast(null as bigint) as link_key,
        ancestor_key as lot_key
    from {{ ref('link_pairs') }}
    where ancestor_key = descendant_key
    union all
    select
        'unsent_lot' as fault,
        edges.record_key as link_key,
        unsent_lots.lot_key
    from edges
    inner join unsent_lots on edges.parent_key = unsent_lots.lot_key
    union all
    select
        'unsent_lot' as fault,
        edges.record_key as link_key,
        unsent_lots.lot_key
    from edges
    inner join unsent_lots on edges.child_key = unsent_lots.lot_key
    union all
    select
        'nameless_end' as fault,
        record_key as link_key,
        coalesce(parent_key, child_key) as lot_key
    from edges
    where
        parent_key is null
        or child_key is null
    union all
    select
        'cut_off' as fault,
        cast(null as bigint) as link_key,
        lot_key
    from {{ ref('link_cuts') }}

)

select * from final

with

links as (

    {{ current('lot_links') | indent(4) }}

),

final as (

    select
        links.record_key,
        parents.record_key as parent_key,
        children.record_key as child_key,
        links.quantity
    from links
    left join {{ ref('lot_facts') }} as parents on links.parent_lot_id = parents.lot_id
    left join {{ ref('lot_facts') }} as children on links.child_lot_id = children.lot_id
    -- a link of nothing is what is left of a consumption that was undone
    where
        links.quantity is null
        or links.quantity <> 0

)

select * from final

with

-- A factor holds in both directions.
factors as (

    select
        material_id,
        from_uom,
        to_uom,
        cast(factor as double) as factor,
        valid_from,
        valid_to
    from {{ ref('unit_factors') }}
    union all
    select
        material_id,
        to_uom as from_uom,
        from_uom as to_uom,
        1 / cast(factor as double) as factor,
        valid_from,
        valid_to
    from {{ ref('unit_factors') }}

),

-- What a unit named by a factor converts from and to by size; itself, if it has no size.
sizes as (

    select
        uom,
        base_uom,
        ratio
    from {{ ref('unit_ratios') }}
    union all
    select distinct
        factors.from_uom as uom,
        factors.from_uom as base_uom,
        1 as ratio
    from factors
    left join {{ ref('unit_ratios') }} as known on factors.from_uom = known.uom
    where known.uom is null

),

chained as (

    select
        factors.material_id,
        inward.uom,
        units.base_uom,
        cast(inward.ratio as double)
        * factors.factor
        * cast(outward.ratio as double) as exact,
        factors.valid_from,
        factors.valid_to
    from factors
    inner join {{ ref('material_units') }} as units on factors.material_id = units.material_id
    inner join sizes as inward on factors.from_uom = inward.base_uom
    inner join sizes as outward
        on factors.to_uom = outward.uom and upper(trim(units.base_uom)) = outward.base_uom

),

-- What is sent in a base unit that has no size is in it already.
own_base as (

    select distinct
        units.material_id,
        sizes.uom,
        units.base_uom,
        cast(1 as double) as exact,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from factors
    inner join {{ ref('material_units') }} as units on factors.material_id = units.material_id
    inner join sizes on upper(trim(units.base_uom)) = sizes.uom and sizes.uom = sizes.base_uom
    left join {{ ref('unit_ratios') }} as known on sizes.uom = known.uom
    where known.uom is null

),

told as (

    select * from chained
    union all
    select * from own_base

),

final as (

    select
        material_id,
        uom,
        base_uom,
        try_cast(round(exact, 9) as decimal(16, 9)) as ratio,
        valid_from,
        valid_to
    from told
    where abs(cast(try_cast(round(exact, 9) as decimal(16, 9)) as double) / exact - 1) < 1e-10

)

select * from final

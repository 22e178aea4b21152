{#-
  Windows that touch or overlap become one; a part of a table is covered by rows without scope, too.
-#}
with

coverage as (

    {{ current('coverage') | indent(4) }}

),

windows as (

    select
        sites.record_key as site_key,
        coverage.table_name,
        coverage.scope,
        coalesce(coverage.covers_from, timestamp '0001-01-01 00:00:00') as covers_from,
        coalesce(coverage.covers_to, timestamp '9999-12-31 00:00:00') as covers_to
    from coverage
    inner join {{ ref('site_facts') }} as sites on coverage.site_id = sites.site_id

),

parts as (

    select distinct
        site_key,
        table_name,
        trim(part) as part
    from (
        select
            site_key,
            table_name,
            {{ unnest_list(split_list('scope')) }} as part
        from windows
        where scope is not null
    )
    union all
    select distinct
        site_key,
        table_name,
        '*' as part
    from windows

),

per_part as (

    select
        parts.site_key,
        parts.table_name,
        parts.part,
        windows.covers_from,
        windows.covers_to
    from parts
    inner join windows
        on
            parts.site_key = windows.site_key
            and parts.table_name = windows.table_name
            and (windows.scope is null or {{ list_has('windows.scope', 'parts.part') }})

),

reaches as (

    select
        *,
        max(covers_to) over (
            partition by site_key, table_name, part
            order by covers_from, covers_to
            rows between unbounded preceding and 1 preceding
        ) as reached
    from per_part

),

islands as (

    select
        *,
        sum(case when reached >= covers_from then 0 else 1 end) over (
            partition by site_key, table_name, part
            order by covers_from, covers_to
            rows between unbounded preceding and current row
        ) as island
    from reaches

),

final as (

    select
        site_key,
        table_name,
        part,
        min(covers_from) as covers_from,
        max(covers_to) as covers_to
    from islands
    group by site_key, table_name, part, island

)

select * from final

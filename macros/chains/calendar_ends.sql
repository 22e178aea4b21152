{#-
  The ends of months, quarters or years of each site, as records that deadlines can hang on. Each
  ends at the local midnight after its last day, and counts as of that day.
-#}
{% macro calendar_ends(unit, name) -%}
with

pin as (

    {{ pinned() | indent(4) }}

),

days as (

    {{ days_between(
        "(select date_trunc('year', local_from) - interval '3' year from pin)",
        "(select date_trunc('year', local_from) + interval '1' year from pin)"
    ) | indent(4) }}

),

ends as (

    select day as last_day
    from days
    where date_trunc('{{ unit }}', day) <> date_trunc('{{ unit }}', day + interval '1' day)

),

named as (

    select
        sites.record_key as own_site_key,
        sites.site_id,
        ends.last_day,
        {{ name }} as period,
        year(ends.last_day) as year,
        year(ends.last_day) % 2 = 1 as is_odd_year,
        {{ to_utc("cast(ends.last_day as timestamp) + interval '1' day", 'sites.timezone') }}
            as ended_at,
        cast(ends.last_day as timestamp) + interval '1' day - interval '1' second as last_local
    from {{ ref('site_facts') }} as sites
    cross join ends

),

final as (

    select
        row_number() over (order by named.site_id, named.last_day) as record_key,
        named.*,
        named.ended_at as t_from,
        named.ended_at as t_to,
        named.last_local as local_at,
        {{ is_in_period('named.last_local') }} as is_in_period,
        {{ keys({'site': 'named.own_site_key'}) | indent(8) }}
    from named
    cross join pin

)

select * from final
{%- endmacro %}

{#-
  Since when a source has covered a part of a table without a break up to the end of the month, and
  whether rows in quarantine may belong there: of any lot, or of some lot.
-#}
with

taints as (

    select * from {{ ref('quarantine_taints') }}

),

covered as (

    select
        spans.site_key,
        spans.table_name,
        spans.part,
        min(spans.covers_from) as covers_from
    from {{ ref('coverage_spans') }} as spans
    inner join {{ ref('periods') }} as periods
        on
            spans.site_key = periods.site_key
            and spans.covers_to >= periods.ends_at
    group by
        spans.site_key,
        spans.table_name,
        spans.part

),

final as (

    select
        covered.site_key,
        covered.table_name,
        covered.part,
        covered.covers_from,
        coalesce(bool_or(taints.is_any_lot), false) as is_tainted,
        count(taints.table_name) > 0 as is_tainted_for_some
    from covered
    left join taints
        on
            covered.table_name = taints.table_name
            and (taints.is_any_site or covered.site_key = taints.site_key)
    group by
        covered.site_key,
        covered.table_name,
        covered.part,
        covered.covers_from

)

select * from final

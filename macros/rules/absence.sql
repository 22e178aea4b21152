{#-
  Whether something not seen is not there: only where a source covers its table and part at the
  site for the whole window, and no row in quarantine might be it. Yields for each row of `source`
  its keys and `reason`: null when it is surely absent, else not_covered or quarantined.

  `source` has subject_key, site_key, lot_key (the lot a quarantined row would have to name; null
  when it may name any), w_from and w_to, beside the columns in `by`.
-#}
{% macro absence(source, table, parts, subject_kind, by=['subject_key']) -%}
select
    {%- for key in by %}
    needs.{{ key }},
    {%- endfor %}
    case
        when not (
            {%- for part in parts or ['*'] %}
            coalesce(bool_or(spans.part in ({{ literals([part, '*'] | unique | list) }})), false){{ ' and' if not loop.last }}
            {%- endfor %}
        ) then 'not_covered'
        when bool_or(taints.table_name is not null) then 'quarantined'
    end as reason
from {{ source }} as needs
left join {{ ref('coverage_spans') }} as spans
    on
        needs.site_key = spans.site_key
        and spans.table_name = {{ literal(table) }}
        and spans.part in ({{ literals(((parts or []) + ['*']) | unique | list) }})
        and spans.covers_from <= needs.w_from
        and spans.covers_to >= needs.w_to
    {%- if subject_kind in ['order', 'shipment'] %}
left join {{ ref('subject_lots') }} as held
    on
        held.subject_kind = {{ literal(subject_kind) }}
        and needs.subject_key = held.subject_key
    {%- endif %}
left join {{ ref('quarantine_taints') }} as taints
    on
        taints.table_name = {{ literal(table) }}
        and (taints.is_any_site or needs.site_key = taints.site_key)
    {%- if subject_kind == 'lot' %}
        and (taints.is_any_lot or needs.lot_key = taints.lot_key)
    {%- elif subject_kind == 'event' %}
        and (taints.is_any_lot or needs.lot_key is null or needs.lot_key = taints.lot_key)
    {%- elif subject_kind in ['order', 'shipment'] %}
        and (taints.is_any_lot or held.lot_key is null or held.lot_key = taints.lot_key)
    {%- endif %}
group by {% for key in by %}needs.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}

{#-
  The same for windows that end with the month, joined onto a relation `scope` whose rows stay one
  each: joins that tell, as `name`_sight and `name`_taints, and from them the reason.
-#}
{% macro sight_joins(name, scope, table, parts, subject_kind) -%}
    {%- set asked = parts or ['*'] %}
left join (
    select
        site_key,
        {%- if asked | length == 1 %}
        min(covers_from) as covers_from,
        {%- else %}
        greatest(
            {%- for part in asked %}
            coalesce(
                min(covers_from) filter (where part in ({{ literals([part, '*'] | unique | list) }})),
                timestamp '9999-12-31 00:00:00'
            ){{ ',' if not loop.last }}
            {%- endfor %}
        ) as covers_from,
        {%- endif %}
        bool_or(is_tainted) as is_tainted,
        bool_or(is_tainted_for_some) as is_tainted_for_some
    from {{ ref('month_coverage') }}
    where
        table_name = {{ literal(table) }}
        and part in ({{ literals((asked + ['*']) | unique | list) }})
    group by site_key
) as {{ name }}_sight
    on {{ scope }}.site_key = {{ name }}_sight.site_key
    {%- if subject_kind in ['lot', 'event', 'order', 'shipment'] %}
left join {{ ref('tainted_subjects') }} as {{ name }}_taints
    on
        {{ name }}_taints.table_name = {{ literal(table) }}
        and {{ scope }}.site_key = {{ name }}_taints.site_key
        {%- if subject_kind in ['lot', 'event'] %}
        and {{ name }}_taints.subject_kind = 'lot'
        and {{ scope }}.lot_key = {{ name }}_taints.subject_key
        {%- else %}
        and {{ name }}_taints.subject_kind = {{ literal(subject_kind) }}
        and {{ scope }}.subject_key = {{ name }}_taints.subject_key
        {%- endif %}
    {%- endif %}
{%- endmacro %}

{% macro sight_reason(name, scope, w_from, subject_kind) -%}
case
    when coalesce({{ name }}_sight.covers_from > {{ w_from }}, true) then 'not_covered'
    {%- if subject_kind in ['lot', 'order', 'shipment'] %}
    when {{ name }}_sight.is_tainted or {{ name }}_taints.subject_key is not null then 'quarantined'
    {%- elif subject_kind == 'event' %}
    when
        {{ name }}_sight.is_tainted
        or {{ name }}_taints.subject_key is not null
        or ({{ scope }}.lot_key is null and {{ name }}_sight.is_tainted_for_some)
        then 'quarantined'
    {%- else %}
    when {{ name }}_sight.is_tainted_for_some then 'quarantined'
    {%- endif %}
end
{%- endmacro %}

{#- `absence` for windows that end with the month; the rows of `source` are one for each of `by`. -#}
{% macro absence_in_month(source, table, parts, subject_kind, by=['subject_key']) -%}
select
    {%- for key in by %}
    needs.{{ key }},
    {%- endfor %}
    {{ sight_reason('its', 'needs', 'needs.w_from', subject_kind) | indent(4) }} as reason
from {{ source }} as needs
{{- sight_joins('its', 'needs', table, parts, subject_kind) }}
{%- endmacro %}

{#- The parts of a table whose coverage matters when records of a kind are looked for. -#}
{% macro parts_of(what) -%}
    {{ return(what.types if what.kind == 'event' else []) }}
{%- endmacro %}

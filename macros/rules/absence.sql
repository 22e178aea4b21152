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

{#- The parts of a table whose coverage matters when records of a kind are looked for. -#}
{% macro parts_of(what) -%}
    {{ return(what.types if what.kind == 'event' else []) }}
{%- endmacro %}

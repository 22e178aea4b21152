{#- All of the checks have to hold: fails, then unknown, then pending win; nothing at all holds. -#}
{% macro check_all(check, rule) -%}
    {%- for part in check.checks -%} {{ check_ctes(part, rule) }} {%- endfor %}

c{{ check.no }} as (

    {%- for part in check.checks %}
    select {{ finding_columns() | join(', ') }} from c{{ part.no }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),
{%- endmacro %}

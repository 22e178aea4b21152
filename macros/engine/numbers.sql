{#- The number at the end of a text; null when there is none. -#}
{% macro trailing_number(text) -%}
    cast(nullif(regexp_extract({{ text }}, '([0-9]{1,15})$', 1), '') as bigint)
{%- endmacro %}

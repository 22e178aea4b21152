{#- A table with the columns its YAML says and no rows; the maps fill it. -#}
{% macro empty_table(model_name) -%}
select
    {%- for column in lot_model_columns(model_name) %}
    cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- else %}
    null as nothing
    {%- endfor %}
where false
{%- endmacro %}

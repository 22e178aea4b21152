{#- Columns of a table of the lot model, from the YAML that is its only source. -#}
{% macro lot_model_columns(table) -%}
    {%- if not execute -%} {{ return([]) }} {%- endif -%}
    {{ return(graph.nodes['model.lotproof.' ~ table].columns.values() | list) }}
{%- endmacro %}

{#- What canonical works out itself and landing therefore does not hold. -#}
{% macro derived_columns(names) -%}
    {%- set derived = ['version', 'is_current', 'record_key', 'record_hash'] -%}
    {%- if 'base_quantity' in names -%}
        {{ return(derived + ['base_quantity', 'base_uom']) }}
    {%- endif -%}
    {{ return(derived) }}
{%- endmacro %}

{#- Base quantities that landing states itself: rows that come as canonical rows, not as extracts. -#}
{% macro stated_columns(table, names) -%}
    {%- set files = landing_files(table) if execute and 'base_quantity' in names else none -%}
    {%- if not files -%} {{ return([]) }} {%- endif -%}
    {{ return(column_names(files) | select('in', ['base_quantity', 'base_uom']) | list) }}
{%- endmacro %}

{% macro unstored_columns(names, stated) -%}
    {{ return(derived_columns(names) | reject('in', stated) | list) }}
{%- endmacro %}

{#-
  Rows of a landing table with the given columns and types; a column that a file does not have is
  null, and a table of which nothing has landed is empty.
-#}
{% macro landed(table, columns) -%}
    {%- set files = landing_files(table) if execute else none -%}
    {%- set present = column_names(files) if files else [] -%}
select
    {%- for column in columns %}
    cast({{ 'files.' ~ column.name if column.name in present else 'null' }} as {{ column.data_type }})
        as {{ column.name }}{{ ',' if not loop.last }}
    {%- else %}
    null as nothing
    {%- endfor %}
    {%- if files %}
from {{ files }} as files
    {%- else %}
where false
    {%- endif %}
{%- endmacro %}

{#- Parquet files of a landing table, or none when nothing of it has landed. -#}
{% macro landing_files(table) -%}
    {{ return(adapter.dispatch('landing_files', 'lotproof')(table)) }}
{%- endmacro %}

{% macro duckdb__landing_files(table) -%}
    {%- set pattern = quoted('landing/' ~ table ~ '/*.parquet') -%}
    {%- set found = run_query('select count(*) from glob(' ~ pattern ~ ')') -%}
    {%- if found.columns[0].values()[0] == 0 -%} {{ return(none) }} {%- endif -%}
    {{ return('read_parquet(' ~ pattern ~ ', union_by_name = true)') }}
{%- endmacro %}

{#- Names of the columns a relation in brackets has. -#}
{% macro column_names(relation) -%}
    {%- set found = run_query('describe select * from ' ~ relation) -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro %}

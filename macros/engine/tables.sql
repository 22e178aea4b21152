{#- The statement that keeps the rows of a query until the session ends. -#}
{% macro temporary_table(name, query) -%}
    {{ adapter.dispatch('temporary_table', 'lotproof')(name, query) }}
{%- endmacro %}

{% macro duckdb__temporary_table(name, query) -%}
create or replace temporary table {{ name }} as
{{ query }}
{%- endmacro %}

{% macro spark__temporary_table(name, query) -%}
create or replace temporary view {{ name }} as
{{ query }}
{%- endmacro %}

{#-
  A table for rows of this session, with its columns and their types. Not made by a query without
  rows: DuckDB 2.0 loses what many threads then write to it in the same transaction.
-#}
{% macro empty_temporary_table(name, types) -%}
create or replace temporary table {{ name }} (
    {%- for column, type in types.items() %}
    {{ column }} {{ type }}{{ ',' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{#- A comma-separated text as a list. -#}
{% macro split_list(text) -%} {{ adapter.dispatch('split_list', 'lotproof')(text) }} {%- endmacro %}

{% macro duckdb__split_list(text) -%} string_split({{ text }}, ',') {%- endmacro %}

{% macro spark__split_list(text) -%} split({{ text }}, ',') {%- endmacro %}

{#- One row for each entry of a list. -#}
{% macro unnest_list(list) -%} {{ adapter.dispatch('unnest_list', 'lotproof')(list) }} {%- endmacro %}

{% macro duckdb__unnest_list(list) -%} unnest({{ list }}) {%- endmacro %}

{% macro spark__unnest_list(list) -%} explode({{ list }}) {%- endmacro %}

{#- Whether a comma-separated text holds an entry; blanks around entries do not matter. -#}
{% macro list_has(text, entry) -%}
    {%- set bare = entry.replace(' ', '') if entry.startswith("'") else "replace(" ~ entry ~ ", ' ', '')" -%}
    {{ adapter.dispatch('list_has', 'lotproof')(text, bare) }}
{%- endmacro %}

{% macro duckdb__list_has(text, entry) -%}
    list_contains(string_split(replace({{ text }}, ' ', ''), ','), {{ entry }})
{%- endmacro %}

{% macro spark__list_has(text, entry) -%}
    array_contains(split(replace({{ text }}, ' ', ''), ','), {{ entry }})
{%- endmacro %}

{#-
  What min_by and max_by order by: an instant, and among equal ones a key, so that the same one is
  taken in every build. Null where the instant is, as such rows are passed over.
-#}
{% macro in_turn(instant, key) -%}
    {{- adapter.dispatch('in_turn', 'lotproof')(instant, key) -}}
{%- endmacro %}

{#- One number of both, for DuckDB compares rows seven times as slowly. -#}
{% macro duckdb__in_turn(instant, key) -%}
epoch_us({{ instant }}) * 18446744073709551616::hugeint + {{ key }}
{%- endmacro %}

{% macro spark__in_turn(instant, key) -%}
case when {{ instant }} is not null then struct({{ instant }}, {{ key }}) end
{%- endmacro %}

{% macro pair_of(one, other) -%}
    {{- adapter.dispatch('pair_of', 'lotproof')(one, other) -}}
{%- endmacro %}

{% macro duckdb__pair_of(one, other) -%} row({{ one }}, {{ other }}) {%- endmacro %}

{% macro spark__pair_of(one, other) -%} struct({{ one }}, {{ other }}) {%- endmacro %}

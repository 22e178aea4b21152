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
    {{ adapter.dispatch('list_has', 'lotproof')(text, entry) }}
{%- endmacro %}

{% macro duckdb__list_has(text, entry) -%}
    list_contains(string_split(replace({{ text }}, ' ', ''), ','), replace({{ entry }}, ' ', ''))
{%- endmacro %}

{% macro spark__list_has(text, entry) -%}
    array_contains(split(replace({{ text }}, ' ', ''), ','), replace({{ entry }}, ' ', ''))
{%- endmacro %}

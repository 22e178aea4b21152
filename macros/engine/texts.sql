{% macro sha256_hex(text) -%} {{ adapter.dispatch('sha256_hex', 'lotproof')(text) }} {%- endmacro %}

{% macro duckdb__sha256_hex(text) -%} sha256({{ text }}) {%- endmacro %}

{% macro spark__sha256_hex(text) -%} sha2({{ text }}, 256) {%- endmacro %}

{#- Decimals with all their places, never with an exponent. -#}
{% macro decimal_text(number) -%}
    {{ adapter.dispatch('decimal_text', 'lotproof')(number) }}
{%- endmacro %}

{% macro duckdb__decimal_text(number) -%} cast({{ number }} as string) {%- endmacro %}

{% macro spark__decimal_text(number) -%} format_string('%.9f', {{ number }}) {%- endmacro %}

{#- Distinct texts of a group, in order, separated by comma and blank; null for none. -#}
{% macro joined(text, order_by=none) -%}
    {{ adapter.dispatch('joined', 'lotproof')(text, order_by) }}
{%- endmacro %}

{% macro duckdb__joined(text, order_by=none) -%}
    array_to_string(list_sort(list_distinct(list({{ text }}))), ', ')
{%- endmacro %}

{% macro spark__joined(text, order_by=none) -%}
    array_join(array_sort(collect_set({{ text }})), ', ')
{%- endmacro %}

{#- Names compared without regard to case and blanks around them. -#}
{% macro match_text(text) -%} lower(trim({{ text }})) {%- endmacro %}

{#- Whether the whole of a text is formed as a regular expression says. -#}
{% macro is_formed(text, pattern) -%}
    {{ adapter.dispatch('is_formed', 'lotproof')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__is_formed(text, pattern) -%} regexp_full_match({{ text }}, {{ pattern }}) {%- endmacro %}

{% macro spark__is_formed(text, pattern) -%}
    {{ text }} rlike '^(?:' || {{ pattern }} || ')$'
{%- endmacro %}

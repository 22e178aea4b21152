{#- A select of every day from the first to the last, both included, as one column `day`. -#}
{% macro days_between(first, last) -%}
    {{ adapter.dispatch('days_between', 'lotproof')(first, last) }}
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
select cast(unnest(generate_series({{ first }}, {{ last }}, interval '1' day)) as date) as day
{%- endmacro %}

{% macro spark__days_between(first, last) -%}
select explode(sequence(cast({{ first }} as date), cast({{ last }} as date), interval 1 day)) as day
{%- endmacro %}

{#- Number of the weekday: 1 Monday to 7 Sunday. -#}
{% macro weekday(day) -%} {{ adapter.dispatch('weekday', 'lotproof')(day) }} {%- endmacro %}

{% macro duckdb__weekday(day) -%} isodow({{ day }}) {%- endmacro %}

{% macro spark__weekday(day) -%} weekday({{ day }}) + 1 {%- endmacro %}

{#- The last day of the month of a timestamp, as a timestamp. -#}
{% macro month_end(moment) -%}
    date_trunc('month', {{ moment }}) + interval '1' month - interval '1' day
{%- endmacro %}

{#-
  A dbt model says it: its rows are the findings. The linter holds it to exactly the columns of
  findings; what a subject means that the model does not speak of is said by `absent`.
-#}
{% macro check_check(check, rule) -%}
    {%- set name = 'c' ~ check.no %}
    {{ item_ctes(check, rule, {}) }}

{{ name }}_raw as (

    select
        items.subject_key,
        {%- if check.absent == 'nothing' %}
        told.truth,
        told.code,
        told.sentence,
        {%- else %}
        coalesce(told.truth, {{ 1 if check.absent == 'holds' else -1 }}) as truth,
        case
            when told.subject_key is null {{ "and false" if check.absent == 'holds' }} then 'not_covered'
            else told.code
        end as code,
        coalesce(told.sentence, 'nothing is known of it.') as sentence,
        {%- endif %}
        told.at_ts,
        told.due_at,
        coalesce(told.a_table, items.a_table) as a_table,
        coalesce(told.a_key, items.a_key) as a_key,
        told.b_table,
        told.b_key,
        items.is_asked,
        items.is_excused
    from {{ name }}_items as items
    {{ 'inner' if check.absent == 'nothing' else 'left' }} join {{ ref(check.model) }} as told
        on items.subject_key = told.subject_key

),
{%- endmacro %}

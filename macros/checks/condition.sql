{#- A condition on the subject, as the trigger of a consequence. -#}
{% macro check_condition(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set own = subject_alias(rule.subject.kind) -%}
    {{ anchor_ctes(name ~ '_own', plain_subject(), rule) }}

{{ name }}_raw as (

    select
        scope.subject_key,
        case
            when {{ condition(check.where) }} then 1
            when not ({{ condition(check.where) }}) then 0
            else -1
        end as truth,
        case when ({{ condition(check.where) }}) is null then 'null_operand' else 'mismatch' end as code,
        case
            when not ({{ condition(check.where) }})
                then {{ quoted('it does not hold that ' ~ (check.text or 'the condition is met')) }}
            else {{ quoted('not known: ' ~ (check.text or 'a field that decides it is not given')) }}
        end || '.' as sentence,
        own.a_from as at_ts,
        cast(null as timestamp) as due_at,
        own.a_table,
        own.a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        true as is_asked,
        false as is_excused
    from judged as scope
    inner join {{ name }}_own as own on scope.subject_key = own.subject_key
    inner join {{ facts_of(rule.subject.kind) }} as its_{{ own }}
        on scope.subject_key = its_{{ own }}.record_key
    {{- context_joins(columns_in(check.where), own) | indent(4) }}

),
{%- endmacro %}

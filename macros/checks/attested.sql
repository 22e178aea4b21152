{#- A person states it: a statement in force at the end of the month says so. -#}
{% macro check_attested(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set suffix = '#' ~ check['as'] if check['as'] else '' %}
    {{ item_ctes(check, rule, {}) }}

{{ name }}_stated as (

    select
        items.subject_key,
        min_by(statements.record_key, {{ in_turn(
            "coalesce(statements.valid_from, timestamp '0001-01-01 00:00:00')", 'statements.record_key'
        ) }}) as statement_key,
        min(statements.valid_from) as stated_from
    from {{ name }}_items as items
    inner join {{ ref('statements') }} as statements
        on
            (statements.site_key is null or items.site_key = statements.site_key)
            and statements.requirement in ({{ literals([rule.clause ~ suffix, rule.id ~ suffix]) }})
            {%- if check.role %}
            and statements.role = {{ literal(check.role) }}
            {%- endif %}
            and (statements.valid_from is null or statements.valid_from < items.ends_at)
            and (statements.valid_to is null or statements.valid_to >= items.ends_at)
            {%- if check.renew %}
            and statements.valid_from + {{ interval_of(check.renew, 'items.site_id') }} >= items.ends_at
            {%- endif %}
    group by items.subject_key

),

{{ name }}_raw as (

    select
        items.subject_key,
        case when stated.statement_key is null then 0 else 1 end as truth,
        'missing' as code,
        {{ quoted('no statement in force: ' ~ check.statement ~ ('' if check.statement.endswith('.') else '.')) }} as sentence,
        stated.stated_from as at_ts,
        cast(null as timestamp) as due_at,
        items.a_table,
        items.a_key,
        'attestations' as b_table,
        stated.statement_key as b_key,
        items.is_asked,
        items.is_excused
    from {{ name }}_items as items
    left join {{ name }}_stated as stated on items.subject_key = stated.subject_key

),
{%- endmacro %}

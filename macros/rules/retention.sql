{#-
  Until when each record has to be kept, by every clause that binds records of its kind at its
  site: what `retained` judges of the records that are gone, told of those that are there. Where it
  is not known whether a clause binds a record, it does.
-#}
{% macro retention_schedule(rules) -%}
    {%- for model in rule_inputs() %}
-- depends_on: {{ ref(model) }}
    {%- endfor %}
    {%- if execute -%}
        {%- for rule in rules %}
            {%- for check in rule.checks %}
{{ kept_records(check, rule) }}
union all
            {%- endfor %}
        {%- endfor %}
    {%- endif %}
select
    cast(null as string) as clause,
    cast(null as string) as record_table,
    cast(null as bigint) as record_key,
    cast(null as string) as site_id,
    cast(null as timestamp) as kept_until,
    cast(null as string) as doubt,
    cast(null as bigint) as hold_key,
    cast(null as boolean) as is_hold_unsure
where false
{%- endmacro %}

{#- The records that one check binds, each with its dates and its holds. -#}
{% macro kept_records(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.what.kind -%}
    {%- set table = record_kinds()[kind].table -%}
    {%- set asked = columns_in(check.when) + columns_in(rule.site_applies) -%}
select * from (
with

{{ name }}_gone as (

    select
        periods.site_key as subject_key,
        periods.site_key,
        periods.site_id,
        periods.starts_at,
        periods.ends_at,
        periods.as_of as a_from,
        periods.as_of as a_to,
        {{ literal(table) }} as a_table,
        its_{{ kind }}.record_key as a_key,
        its_{{ kind }}.record_key as gone_key,
        its_{{ kind }}.record_key as of_key
    from {{ facts_of(kind) }} as its_{{ kind }}
    inner join {{ ref('periods') }} as periods on its_{{ kind }}.site_key = periods.site_key
    {{- context_joins(asked, kind) | indent(4) }}
    where
        ({{ condition(check.when, 'periods.site_id') if check.when else 'true' }}) is distinct from false
        and ({{ condition(rule.site_applies, 'periods.site_id') if rule.site_applies else 'true' }})
        is distinct from false
        {%- if check.what.types %}
        and its_event.event_type in ({{ literals(check.what.types) }})
        {%- endif %}

),
    {{ kept_of_ctes(check, kind) }}
    {{ kept_until_ctes(check, rule, kind) }}
    {{ kept_hold_ctes(check, kind) }}

final as (

    select
        {{ literal(rule.clause) }} as clause,
        gone.a_table as record_table,
        gone.a_key as record_key,
        gone.site_id,
        untils.kept_until,
        case when untils.n_dates is null then 'null_operand' else untils.doubt end as doubt,
        holds.hold_key,
        coalesce(holds.n_maybe, 0) > 0 as is_hold_unsure
    from {{ name }}_gone as gone
    left join {{ name }}_untils as untils
        on {{ same_item('gone', 'untils', ['subject_key', 'gone_key']) }}
    left join {{ name }}_holds as holds
        on {{ same_item('gone', 'holds', ['subject_key', 'gone_key']) }}

)

select * from final
)
{%- endmacro %}

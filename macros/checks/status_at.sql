{#- The lot had (or had not) one of some states at the anchor: what its last change before it said. -#}
{% macro check_status_at(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set unseen = sight_reason('unseen', 'items', 'items.absent_from', rule.subject.kind) -%}
    {%- set lot = item_kind(check, rule) ~ '.lot_key' -%}
    {%- set lot_column = lot | replace('.', '_') -%}
    {%- set wanted = check['is'] or check.is_not %}
    {{ item_ctes(check, rule, {'at': check.at}, [lot]) }}

{{ name }}_changes as (

    select
        items.subject_key,
        items.at_key,
        states.record_key as b_key,
        states.to_status,
        states.t_from,
        states.occurred_at,
        {{ not_after('states.t_from', 'states.t_to', 'items.at_from', 'items.at_to') }} as is_before,
        {{ order_reason('states.t_from', 'items.at_from') }} as doubt
    from {{ name }}_items as items
    inner join {{ ref('lot_status_facts') }} as states on items.{{ lot_column }} = states.lot_key
    where items.reason is null

),

{{ name }}_last as (

    select
        *,
        row_number() over (
            partition by subject_key, at_key order by occurred_at desc, b_key desc
        ) as place
    from {{ name }}_changes
    where is_before

),

{{ name }}_doubts as (

    select
        subject_key,
        at_key,
        min(doubt) as doubt
    from {{ name }}_changes
    where is_before is null
    group by
        subject_key,
        at_key

),

{{ name }}_told as (

    select
        items.*,
        last.b_key,
        last.to_status,
        last.t_from as since,
        case
            when items.reason is not null then items.reason
            when items.{{ lot_column }} is null then 'null_operand'
            when doubts.doubt is not null then doubts.doubt
            when last.b_key is null then coalesce({{ unseen }}, 'no_history')
            when last.to_status is null then 'null_operand'
            when {{ unseen }} is not null then {{ unseen }}
            when last.to_status {{ 'in' if check['is'] else 'not in' }} ({{ literals(wanted) }}) then 'holds'
            else 'mismatch'
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_last as last
        on
            items.subject_key = last.subject_key
            and items.at_key = last.at_key
            and last.place = 1
    left join {{ name }}_doubts as doubts
        on
            items.subject_key = doubts.subject_key
            and items.at_key = doubts.at_key
    {{- sight_joins('unseen', 'items', 'lot_status', [], rule.subject.kind) | indent(4) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'mismatch' then 0 else -1 end as truth,
        outcome as code,
        case
            when outcome = 'mismatch'
                then 'the lot was ' || to_status || ' since ' || {{ instant_words('since', 'timezone') }}
                || {{ quoted(', ' ~ ('not ' if check['is'] else '') ~ either(wanted) ~ ', at ' ~ anchor_words(check.at, rule)) }}
                || {{ time_words('a_from', 'a_to', 'timezone') }} || '.'
            else {{ quoted('not known which status the lot had at ' ~ anchor_words(check.at, rule)) }}
                || {{ time_words('a_from', 'a_to', 'timezone') }} || ': '
                || {{ reason_words('outcome', 'status changes') }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        'lot_status' as b_table,
        b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

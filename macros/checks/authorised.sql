{#- A party, person or site held an authorisation of a kind, for a scope, at the moment. -#}
{% macro check_authorised(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set unseen = sight_reason('unseen', 'items', 'items.starts_at', rule.subject.kind) -%}
    {%- set holder = check.holder.column | replace('.', '_') -%}
    {%- set scope_column = check.scope.column -%}
    {%- set extra = [check.holder.column] + ([scope_column] if scope_column else []) -%}
    {%- set keys = ['subject_key', 'at_key'] %}
    {{ item_ctes(check, rule, {'at': check.at}, extra) }}

{{ name }}_held as (

    select
        items.subject_key,
        items.at_key,
        held.record_key as b_key,
        held.valid_from,
        held.valid_to,
        {%- if scope_column %}
        case
            when held.scope is null then true
            else {{ list_has('held.scope', 'items.' ~ scope_column | replace('.', '_')) }}
        end as is_for_it,
        {%- elif check.scope.value %}
        held.scope is null or {{ list_has('held.scope', literal(check.scope.value)) }} as is_for_it,
        {%- else %}
        true as is_for_it,
        {%- endif %}
        case
            when held.valid_from is null then true
            else {{ not_after('held.valid_from', 'held.valid_from', 'items.at_from', 'items.at_to') }}
        end
        and case
            when held.valid_to is null then true
            else not {{ not_after('held.valid_to', 'held.valid_to', 'items.at_from', 'items.at_to') }}
        end as is_valid,
        case when items.at_from is null then 'null_operand' else 'precision' end as doubt
    from {{ name }}_items as items
    inner join {{ ref('authorisation_facts') }} as held
        on
            items.{{ holder }} = held.holder_id
            and held.holder_type = {{ literal(check.holder.type) }}
            and held.kind = {{ literal(check.kind) }}
    where items.reason is null

),

{{ name }}_counts as (

    select
        subject_key,
        at_key,
        count(*) filter (where is_for_it and is_valid) as n_valid,
        count(*) filter (where (is_for_it and is_valid) is null) as n_maybe,
        min(case when is_for_it is null then 'null_operand' else doubt end)
            filter (where (is_for_it and is_valid) is null) as doubt,
        min_by(b_key, {{ in_turn('valid_from', 'b_key') }}) filter (where is_for_it and is_valid) as valid_key,
        max_by(b_key, {{ in_turn('coalesce(valid_to, valid_from)', 'b_key') }}) filter (where is_for_it) as other_key,
        max(valid_to) filter (where is_for_it) as until
    from {{ name }}_held
    group by
        subject_key,
        at_key

),

{{ name }}_told as (

    select
        items.*,
        counts.valid_key,
        counts.other_key,
        counts.until,
        case
            when items.reason is not null then items.reason
            when items.{{ holder }} is null then 'null_operand'
            when counts.n_valid > 0 then 'holds'
            when counts.n_maybe > 0 then counts.doubt
            {%- if scope_column %}
            when items.{{ scope_column | replace('.', '_') }} is null then 'null_operand'
            {%- endif %}
            when {{ unseen }} is not null then {{ unseen }}
            when counts.other_key is not null then 'expired'
            else {{ literal('wrong_person' if check.holder.type == 'person' else 'missing') }}
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_counts as counts
        on {{ same_item('items', 'counts', keys) }}
    {{- sight_joins('unseen', 'items', 'authorisations', [check.kind], rule.subject.kind) | indent(4) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case
            when outcome = 'holds' then 1
            when outcome in ('expired', 'missing', 'wrong_person') then 0
            else -1
        end as truth,
        outcome as code,
        {{ authorised_sentence(check, holder) | indent(8) }} as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        'authorisations' as b_table,
        case when outcome = 'holds' then valid_key when outcome = 'expired' then other_key end as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{% macro authorised_sentence(check, holder) -%}
    {%- set scope = " || coalesce(' for ' || " ~ check.scope.column | replace('.', '_') ~ ", '')"
        if check.scope.column else ' || ' ~ quoted(' for ' ~ check.scope.value) if check.scope.value else '' -%}
    {%- set when = "' at ' || " ~ time_words('a_from', 'a_to', 'timezone') -%}
case
    when outcome in ('missing', 'wrong_person')
        then {{ holder }} || {{ quoted(' held no ' ~ words(check.kind)) }}{{ scope }} || {{ when }} || '.'
    when outcome = 'expired'
        then {{ quoted('the ' ~ words(check.kind) ~ ' of ') }} || {{ holder }}{{ scope }}
        || ' was not valid' || {{ when }}
        || case
            when until is null then ''
            else '; it ended on ' || {{ instant_words('until', 'timezone') }}
        end || '.'
    else {{ quoted('not known whether the ' ~ words(check.kind) ~ ' was valid: ') }}
        || {{ reason_words('outcome', 'authorisations') }} || '.'
end
{%- endmacro %}

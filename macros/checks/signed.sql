{#-
  A record bears enough signatures with a meaning, by different persons who held a role when they
  signed.
-#}
{% macro check_signed(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set unseen = sight_reason('unseen', 'items', 'items.absent_from', rule.subject.kind) -%}
    {%- set anchors = anchors_of(check, ['on', 'before']) -%}
    {%- set keys = item_keys(anchors) %}
    {{ item_ctes(check, rule, anchors) }}

{{ name }}_marks as (

    select
        {%- for key in keys %}
        items.{{ key }},
        {%- endfor %}
        items.site_key,
        items.lot_key,
        items.starts_at as w_from,
        items.ends_at as w_to,
        marks.record_key as b_key,
        marks.signer_id,
        marks.signed_at,
        {{ 'marks.meaning is null' if check.meaning else 'false' }} as is_meaningless,
        {{ not_after('marks.signed_at', 'marks.signed_at', 'items.before_from', 'items.before_to')
            if check.before else 'true' }} as is_in_order
    from {{ name }}_items as items
    inner join {{ ref('signature_facts') }} as marks
        on
            items.on_table = marks.about_table
            and items.on_key = marks.about_key
            {%- if check.meaning %}
            and (marks.meaning is null or marks.meaning in ({{ literals(check.meaning) }}))
            {%- endif %}
    where items.reason is null

),
    {%- if check.role %}

{{ name }}_roles as (

    select
        marks.b_key,
        bool_or(
            (roles.valid_from is null or roles.valid_from <= marks.signed_at)
            and (roles.valid_to is null or roles.valid_to > marks.signed_at)
        ) as is_held
    from (select distinct b_key, signer_id, signed_at from {{ name }}_marks) as marks
    inner join {{ ref('authorisation_facts') }} as roles
        on
            marks.signer_id = roles.holder_id
            and roles.holder_type = 'person'
            and roles.kind = 'role'
            and (roles.scope is null or {% for role in check.role %}{{ list_has('roles.scope', literal(role)) }}{{ ' or ' if not loop.last }}{% endfor %})
    group by marks.b_key

),

{{ name }}_roleless as (

    {{ absence_in_month(name ~ '_marks', 'authorisations', ['role'], rule.subject.kind, keys + ['b_key'])
        | indent(4) }}

),
    {%- endif %}

{{ name }}_signers as (

    select
        marks.*,
        case
            when marks.signer_id is null or marks.signed_at is null or marks.is_meaningless then null
            {%- if check.role %}
            when coalesce(roles.is_held, false) then true
            when roleless.reason is null then false
            {%- else %}
            else true
            {%- endif %}
        end as is_right,
        case
            when marks.signer_id is null or marks.signed_at is null or marks.is_meaningless
                then 'null_operand'
            when marks.is_in_order is null then 'precision'
            {%- if check.role %}
            when not coalesce(roles.is_held, false) then roleless.reason
            {%- endif %}
        end as doubt
    from {{ name }}_marks as marks
    {%- if check.role %}
    left join {{ name }}_roles as roles on marks.b_key = roles.b_key
    left join {{ name }}_roleless as roleless
        on
            {{ same_item('marks', 'roleless', keys) }}
            and marks.b_key = roleless.b_key
    {%- endif %}

),

{{ name }}_counts as (

    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        count(*) filter (where is_right) as n_signatures,
        count(distinct signer_id) filter (where is_right and is_in_order) as n_right,
        count(distinct coalesce(signer_id, cast(b_key as string)))
            filter (where (is_right and is_in_order) is distinct from false) as n_maybe,
        count(distinct signer_id) filter (where is_right) as n_any_time,
        count(*) filter (where not is_right) as n_wrong,
        min(doubt) filter (where (is_right and is_in_order) is null) as doubt,
        min_by(b_key, {{ in_turn('signed_at', 'b_key') }}) filter (where is_right and is_in_order) as right_key,
        min_by(b_key, {{ in_turn('signed_at', 'b_key') }}) filter (where not is_right or not is_in_order) as wrong_key,
        min(signed_at) filter (where is_right and not is_in_order) as late_at,
        {{ joined('signer_id') }} as signers
    from {{ name }}_signers
    group by {{ keys | join(', ') }}

),

{{ name }}_told as (

    select
        items.*,
        counts.signers,
        counts.late_at,
        coalesce(counts.right_key, counts.wrong_key) as some_key,
        counts.right_key,
        counts.wrong_key,
        coalesce(counts.n_right, 0) as n_right,
        case
            when items.reason is not null then items.reason
            when counts.n_right >= {{ check.distinct }} then 'holds'
            when counts.n_maybe >= {{ check.distinct }} then counts.doubt
            when {{ unseen }} is not null then {{ unseen }}
            when counts.n_any_time >= {{ check.distinct }} then 'wrong_order'
            when counts.n_wrong > 0 or counts.n_signatures >= {{ check.distinct }} then 'wrong_person'
            else 'missing'
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_counts as counts
        on {{ same_item('items', 'counts', keys) }}
    {{- sight_joins('unseen', 'items', 'signatures', check.meaning, rule.subject.kind) | indent(4) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case
            when outcome = 'holds' then 1
            when outcome in ('wrong_order', 'wrong_person', 'missing') then 0
            else -1
        end as truth,
        outcome as code,
        {{ signed_sentence(check) | indent(8) }} as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        on_table as a_table,
        on_key as a_key,
        'signatures' as b_table,
        case when outcome = 'holds' then right_key when outcome <> 'missing' then coalesce(wrong_key, some_key) end as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{% macro signed_sentence(check) -%}
    {%- set meant = ' (' ~ either(check.meaning) ~ ')' if check.meaning else '' -%}
    {%- set by = ' by ' ~ either(check.role) if check.role else '' -%}
    {%- set number = 'fewer than ' ~ check.distinct ~ ' signatures' if check.distinct > 1 else 'no signature' -%}
case outcome
    when 'missing'
        then {{ quoted(number ~ meant ~ by) }}
        || '.'
    when 'wrong_person'
        then {{ quoted('signed' ~ meant ~ ' by ') }} || coalesce(signers, 'nobody named')
        {%- if check.role %}
        || {{ quoted(', not' ~ by ~ ' at the time') }}
        {%- else %}
        || {{ quoted(', where ' ~ check.distinct ~ ' different persons are asked for') }}
        {%- endif %} || '.'
    when 'wrong_order'
        then {{ quoted('signed' ~ meant ~ ' only on ') }} || {{ instant_words('late_at', 'timezone') }} || '.'
    else {{ quoted('not known whether it is signed' ~ meant ~ by ~ ': ') }}
        || {{ reason_words('outcome', 'signatures or roles') }} || '.'
end
{%- endmacro %}

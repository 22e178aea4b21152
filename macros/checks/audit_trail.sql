{#-
  Changes of records are in the sources' audit trail, with all that belongs to a change: what each
  entry tells, whether each new version of a record has one, whether numbers are missing.
-#}
{% macro check_audit_trail(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set told = {'user': 'changed_by', 'old': 'old_value', 'new': 'new_value', 'reason': 'reason',
        'review': 'reviewed_by'} -%}
    {{ item_ctes(check, rule, {'on': check.item},
        ['change.field', 'change.changed_by', 'change.old_value', 'change.new_value', 'change.reason',
        'change.reviewed_by']) }}
    {{ change_ctes(check, rule, told) }}
    {{ version_ctes(check, rule) }}
    {%- if check.sequence %}{{ sequence_ctes(check, rule) }}{% endif %}

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'incomplete' then 0 when 'wrong_person' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'incomplete' then 'the entry does not tell ' || lacking || '.'
            when 'wrong_person'
                then 'changed by ' || coalesce(change_changed_by, 'nobody named')
                || {{ quoted(', not ' ~ either(check.role) ~ ' at the time.') }}
            else 'not known whether the change is told in full: '
                || {{ reason_words('outcome', 'changes') }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        is_asked,
        is_excused
    from {{ name }}_entries
    union all
    select
        subject_key,
        case when outcome = 'holds' then 1 when outcome = 'missing' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'missing'
                then 'version ' || cast(version as string) || ' of ' || record_id || ', stored '
                || {{ instant_words('recorded_at', 'timezone') }} || ', has no entry in the audit trail.'
            else 'not known whether the audit trail tells of version ' || cast(version as string)
                || ' of ' || record_id || ': ' || {{ reason_words('outcome', 'changes') }} || '.'
        end as sentence,
        recorded_at as at_ts,
        cast(null as timestamp) as due_at,
        {{ literal(check.table) }} as a_table,
        a_key,
        'changes' as b_table,
        b_key,
        true as is_asked,
        false as is_excused
    from {{ name }}_versions
    {%- if check.sequence %}
    union all
    select
        subject_key,
        case when number is null then -1 when number > coalesce(before, number - 1) + 1 then 0 else 1 end as truth,
        case when number is null then 'null_operand' else 'missing' end as code,
        case
            when number is null then 'the entry has no number.'
            else 'numbers ' || cast(before + 1 as string) || ' to ' || cast(number - 1 as string)
                || ' are missing in the audit trail.'
        end as sentence,
        at_ts,
        cast(null as timestamp) as due_at,
        'changes' as a_table,
        a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        true as is_asked,
        false as is_excused
    from {{ name }}_numbers
    {%- endif %}

),
{%- endmacro %}

{#- Whether each entry of the month tells what is asked, by somebody who had the role. -#}
{% macro change_ctes(check, rule, told) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set names = {'user': 'who made the change', 'old': 'the old value', 'new': 'the new value',
        'reason': 'the reason', 'review': 'who reviewed it'} %}

{{ name }}_kept as (

    select
        items.*,
        {%- for word in check.asks %}
        case
            when {{ is_blank('items.change_' ~ told[word]) }}
                {{- " and coalesce(lower(items.change_field), '') <> 'record'" if word in ['old', 'new'] }}
                then {{ literal(names[word]) }}
        end as lacks_{{ word }},
        {%- endfor %}
        items.starts_at as w_from,
        items.ends_at as w_to
    from {{ name }}_items as items
    {%- if check.fields %}
    where
        items.a_key is null
        or items.change_field is null
        or items.change_field in ({{ literals(check.fields) }})
    {%- endif %}

),
    {%- if check.role %}
        {%- set is_held %}
            (roles.valid_from is null or {{ not_after('roles.valid_from', 'roles.valid_from', 'items.on_from', 'items.on_to') }})
            and (roles.valid_to is null or not {{ not_after('roles.valid_to', 'roles.valid_to', 'items.on_from', 'items.on_to') }})
        {%- endset %}

{{ name }}_roles as (

    select
        items.subject_key,
        items.on_key,
        bool_or({{ is_held }}) as is_held,
        count(*) filter (where ({{ is_held }}) is null) as n_maybe
    from {{ name }}_kept as items
    inner join {{ ref('authorisation_facts') }} as roles
        on
            items.change_changed_by = roles.holder_id
            and roles.holder_type = 'person'
            and roles.kind = 'role'
            and (
                roles.scope is null
                {%- for role in check.role %}
                or {{ list_has('roles.scope', literal(role)) }}
                {%- endfor %}
            )
    where items.reason is null
    group by
        items.subject_key,
        items.on_key

),

{{ name }}_roleless as (

    {{ absence(name ~ '_kept', 'authorisations', ['role'], rule.subject.kind, ['subject_key', 'on_key'])
        | indent(4) }}

),
    {%- endif %}

{{ name }}_entries as (

    select
        items.*,
        {%- set parts = [] -%}
        {%- for word in check.asks -%} {%- do parts.append('lacks_' ~ word) -%} {%- endfor %}
        {{ listed(parts) }} as lacking,
        case
            when items.reason is not null then items.reason
            when coalesce({{ parts | join(', ') }}) is not null then 'incomplete'
            {%- if check.role %}
            when items.change_changed_by is null then 'null_operand'
            when items.on_from is null then 'null_operand'
            when roles.is_held then 'holds'
            when roles.n_maybe > 0 then 'precision'
            when roleless.reason is not null then roleless.reason
            else 'wrong_person'
            {%- else %}
            else 'holds'
            {%- endif %}
        end as outcome
    from {{ name }}_kept as items
    {%- if check.role %}
    left join {{ name }}_roles as roles on {{ same_item('items', 'roles', ['subject_key', 'on_key']) }}
    left join {{ name }}_roleless as roleless
        on {{ same_item('items', 'roleless', ['subject_key', 'on_key']) }}
    {%- endif %}

),
{%- endmacro %}

{#- Texts one after the other, those that are null left out. -#}
{% macro listed(columns) -%}
    {%- for column in columns -%}
        {%- if loop.first -%} coalesce({{ column }}, '')
        {%- else %}
        || case when {{ column }} is null then '' when coalesce({{ columns[:loop.index0] | join(', ') }}) is null
            then {{ column }} else ', ' || {{ column }} end
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- New versions of the subject's records in the month, and the entry that tells of each. -#}
{% macro version_ctes(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set needs_own = rule.subject.kind not in ['lot', 'order', 'shipment', 'material', 'site_period'] %}

{{ name }}_renewed as (

    select distinct
        scope.*,
        later.record_key as a_key,
        later.record_id,
        later.version,
        later.recorded_at,
        earlier.recorded_at as stored_before
    from judged as scope
    {%- if needs_own %}
    inner join {{ facts_of(rule.subject.kind) }} as own on scope.subject_key = own.record_key
    {%- endif %}
    {%- if names_documents([check.table], rule.subject.kind) %}
    inner join ({{ changed_records([check.table], rule.subject.kind) | indent(8) }}) as records
        on {{ of_changed('records', rule.subject.kind, 'scope.subject_key') | indent(8) }}
    {%- else %}
    inner join {{ ref('record_keys') }} as records
        on
            {{ changes_of('records', rule.subject.kind, 'scope.subject_key') | indent(12) }}
            and records.about_table = {{ literal(check.table) }}
    {%- endif %}
    inner join {{ ref(check.table) }} as later
        on
            records.record_key = later.record_key
            and later.version > 1
            and later.recorded_at >= scope.starts_at
            and later.recorded_at < scope.ends_at
    inner join {{ ref(check.table) }} as earlier
        on
            later.record_key = earlier.record_key
            and later.version = earlier.version + 1
    {%- if check.fields %}
    where
        {%- for field in check.fields %}
        later.{{ field }} is distinct from earlier.{{ field }}{{ ' or' if not loop.last }}
        {%- endfor %}
    {%- endif %}

),

{{ name }}_needs as (

    select
        *,
        least(starts_at, coalesce(stored_before, starts_at)) as w_from,
        ends_at as w_to
    from {{ name }}_renewed

),

{{ name }}_untold as (

    {{ absence(name ~ '_needs', 'changes', [], rule.subject.kind, ['subject_key', 'a_key', 'version'])
        | indent(4) }}

),

{{ name }}_traces as (

    select
        renewed.subject_key,
        renewed.a_key,
        renewed.version,
        min(changes.record_key) filter (where {{ is_trace() }}) as b_key,
        count(*) filter (where ({{ is_trace() }}) is null) as n_maybe
    from {{ name }}_renewed as renewed
    inner join {{ ref('change_facts') }} as changes
        on
            changes.about_table = {{ literal(check.table) }}
            and renewed.a_key = changes.about_key
            {%- if check.fields %}
            and changes.field in ({{ literals(check.fields) }})
            {%- endif %}
    group by
        renewed.subject_key,
        renewed.a_key,
        renewed.version

),

{{ name }}_versions as (

    select
        renewed.*,
        traces.b_key,
        case
            when traces.b_key is not null then 'holds'
            when traces.n_maybe > 0 then 'precision'
            when untold.reason is not null then untold.reason
            else 'missing'
        end as outcome
    from {{ name }}_renewed as renewed
    left join {{ name }}_traces as traces
        on {{ same_item('renewed', 'traces', ['subject_key', 'a_key', 'version']) }}
    left join {{ name }}_untold as untold
        on {{ same_item('renewed', 'untold', ['subject_key', 'a_key', 'version']) }}

),
{%- endmacro %}

{#- Whether an entry was written after the version before was stored. -#}
{% macro is_trace() -%}
renewed.stored_before is null
            or {{ not_after('renewed.stored_before', 'renewed.stored_before', 'changes.t_from', 'changes.t_to') }}
{%- endmacro %}

{#- Numbers of the entries of the month, and the number before each in the trail of its source. -#}
{% macro sequence_ctes(check, rule) -%}
    {%- set name = 'c' ~ check.no %}

{{ name }}_trail as (

    select
        site_key,
        record_key,
        t_from,
        is_in_period,
        {{ trailing_number('source_ref') }} as number,
        lag({{ trailing_number('source_ref') }}) over (
            partition by site_key, source
            order by {{ trailing_number('source_ref') }} nulls first, record_key
        ) as before
    from {{ ref('change_facts') }}

),

{{ name }}_numbers as (

    select
        scope.subject_key,
        trail.record_key as a_key,
        trail.t_from as at_ts,
        trail.number,
        trail.before
    from judged as scope
    inner join {{ name }}_trail as trail on scope.site_key = trail.site_key
    where trail.is_in_period

),
{%- endmacro %}

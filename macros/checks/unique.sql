{#-
  A key stands for one thing only: no other record of the table at the site has the same key and
  stands for something else.
-#}
{% macro check_unique(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set unseen = sight_reason('unseen', 'items', 'items.starts_at', rule.subject.kind) -%}
    {%- set own = item_kind(check, rule) -%}
    {%- set types = check.on.types or (rule.subject.types if check.on.take == 'subject' else []) -%}
    {{ item_ctes(check, rule, {'on': check.on}, check.key + check.per + check['in']) }}
    {{ unique_others(check, own, types) }}

{{ name }}_pairs as (

    select
        items.subject_key,
        items.on_key,
        others.first_key as b_key,
        others.shown,
        others.is_wanted
        {%- if check.per %}
        and (
            {%- for dotted in check.per %}
            {{ as_key('items.' ~ dotted | replace('.', '_')) }} <> others.per_{{ loop.index }}
            {{- ' or' if not loop.last }}
            {%- endfor %}
        )
        {%- endif %} as is_conflict
    from {{ name }}_items as items
    inner join {{ name }}_others as others
        on
            items.site_key = others.site_key
            {%- for dotted in check.key + check['in'] %}
            and {{ as_key('items.' ~ dotted | replace('.', '_')) }} = others.key_{{ loop.index }}
            {%- endfor %}
            and (
                items.on_key <> others.first_key
                or items.on_key <> others.last_key
                {{- ' or not others.is_current' if check.versions }}
            )
    where items.reason is null

),

{{ name }}_found as (

    select
        subject_key,
        on_key,
        min(b_key) filter (where is_conflict) as conflict_key,
        min_by(shown, b_key) filter (where is_conflict) as shown,
        count(*) filter (where is_conflict is null) as n_maybe
    from {{ name }}_pairs
    group by
        subject_key,
        on_key

),

{{ name }}_told as (

    select
        items.*,
        found.conflict_key,
        found.shown,
        case
            when items.reason is not null then items.reason
            when found.conflict_key is not null then 'mismatch'
            when {{ unique_keyless(check) }} then 'null_operand'
            when found.n_maybe > 0 then 'null_operand'
            when {{ unseen }} is not null then {{ unseen }}
            else 'holds'
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_found as found
        on
            items.subject_key = found.subject_key
            and items.on_key = found.on_key
    {{- sight_joins('unseen', 'items', table_of_alias(own), types, rule.subject.kind) | indent(4) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'mismatch' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'mismatch'
                then {{ unique_shown(check, rule) }} || ' also stands for ' || shown || '.'
            else {{ quoted('not known whether ' ~ either_words(check.key, rule) ~ ' stands for one thing only: ') }}
                || {{ reason_words('outcome', words(own)) }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        {{ literal(table_of_alias(own)) }} as b_table,
        conflict_key as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{#- The records compared with: keys, what they stand for, and whether they count. -#}
{% macro unique_others(check, own, types) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set columns = check.key + check['in'] -%}
    {%- set told = ['site_key', 'is_wanted'] + (['is_current'] if check.versions else []) -%}
    {%- for dotted in columns -%} {%- do told.append('key_' ~ loop.index) -%} {%- endfor -%}
    {%- for dotted in check.per -%} {%- do told.append('per_' ~ loop.index) -%} {%- endfor %}

{{ name }}_records as (

    select
        its_{{ own }}.record_key,
        {%- if check.versions %}
        sites.record_key as site_key,
        its_{{ own }}.is_current,
        {%- else %}
        its_{{ own }}.site_key,
        {%- endif %}
        {%- for dotted in columns %}
        {{ as_key(column(dotted)) }} as key_{{ loop.index }},
        {%- endfor %}
        {%- for dotted in check.per %}
        {{ as_key(column(dotted)) }} as per_{{ loop.index }},
        {%- endfor %}
        coalesce(cast({{ column(check.per[0]) if check.per else 'its_' ~ own ~ '.record_id' }} as string), 'another')
            as shown,
        {{ condition(check.where, 'its_' ~ own ~ '.site_id') }} as is_wanted
    {%- if check.versions %}
    from {{ ref(table_of_alias(own)) }} as its_{{ own }}
    inner join {{ ref('site_facts') }} as sites on its_{{ own }}.site_id = sites.site_id
    {%- else %}
    from {{ facts_of(own) }} as its_{{ own }}
    {{- context_joins(columns + check.per + columns_in(check.where), own) | indent(4) }}
    {%- endif %}
    where
        ({{ condition(check.where, 'its_' ~ own ~ '.site_id') }}) is distinct from false
        {%- if own == 'event' and not check.versions %}
        and not its_event.is_void
        {%- endif %}
        {%- if own == 'event' and types %}
        and its_event.event_type in ({{ literals(types) }})
        {%- endif %}

),

{{ name }}_others as (

    select
        {%- for column in told %}
        {{ column }},
        {%- endfor %}
        min(record_key) as first_key,
        max(record_key) as last_key,
        min_by(shown, record_key) as shown
    from {{ name }}_records
    group by {{ (told + ([] if check.per and not check.versions else ['record_key'])) | join(', ') }}

),
{%- endmacro %}

{#- A column as one part of a key: as text, without blanks around; null for none. -#}
{% macro as_key(value) -%} nullif(trim(cast({{ value }} as string)), '') {%- endmacro %}

{#- Whether an item lacks a part of its key. -#}
{% macro unique_keyless(check) -%}
    {%- for dotted in check.key + check['in'] -%}
        {{ as_key('items.' ~ dotted | replace('.', '_')) }} is null{{ ' or ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The key of an item: `traceability lot code T-1, lot L-2`. -#}
{% macro unique_shown(check, rule) -%}
    {%- for dotted in check.key -%}
        {{ quoted(column_words(dotted, rule) ~ ' ') }} || {{ shown(dotted | replace('.', '_')) }}
        {{- " || ', ' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro either_words(columns, rule) -%}
    {%- set said = [] -%}
    {%- for dotted in columns -%} {%- do said.append(column_words(dotted, rule)) -%} {%- endfor -%}
    {{ return(either(said, 'and')) }}
{%- endmacro %}

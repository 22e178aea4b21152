{#-
  Something recurs: no span without it, from one occurrence plus the interval to the next (after
  the last: to the end of the month), reaches into the month.
-#}
{% macro check_every(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.what.kind -%}
    {%- set its = 'its_' ~ kind -%}
    {%- set unseen = sight_reason('unseen', 'items', '(items.ends_at - ' ~ interval_of(check.interval, 'items.site_id') ~ ')', rule.subject.kind) %}
    {{ item_ctes(check, rule, {}) }}

{{ name }}_seen as (

    select distinct
        scope.subject_key,
        {{ its }}.record_key as b_key,
        {{ its }}.t_from as b_from,
        {{ condition(check.where) }} and {{ its }}.t_from <= scope.ends_at as is_one
    from {{ name }}_items as scope
    {{- record_joins(check.what, rule.subject.kind) | indent(4) }}
    {{- context_joins(columns_in(check.where), kind) | indent(4) }}
    where scope.reason is null

),
    {%- for sure, asked in [('sure', 'is_one'), ('maybe', 'is_one is distinct from false')] %}

{{ name }}_{{ sure }}_spans as (

    select
        subject_key,
        b_key,
        b_from,
        lead(b_from) over (partition by subject_key order by b_from, b_key) as next_from
    from {{ name }}_seen
    where {{ asked }}

),

{{ name }}_{{ sure }} as (

    select
        items.subject_key,
        bool_or(spans.b_from is null) as is_timeless,
        max(spans.b_from) as last_from,
        max_by(spans.b_key, {{ in_turn('spans.b_from', 'spans.b_key') }}) as last_key,
        min(spans.b_from) filter (where {{ is_overdue(check) | indent(8) }}) as stale_from,
        min_by(spans.b_key, {{ in_turn('spans.b_from', 'spans.b_key') }}) filter (where {{ is_overdue(check) | indent(8) }}) as stale_key
    from {{ name }}_items as items
    inner join {{ name }}_{{ sure }}_spans as spans on items.subject_key = spans.subject_key
    group by items.subject_key

),
{%- endfor %}

{{ name }}_told as (

    select
        items.*,
        counts.last_key,
        counts.last_from,
        counts.stale_key,
        counts.stale_from,
        counts.stale_from + {{ interval_of(check.interval, 'items.site_id') }} as stale_at,
        case
            when items.reason is not null then items.reason
            when counts.last_key is not null and counts.stale_key is null then 'holds'
            when maybes.is_timeless or (maybes.last_key is not null and maybes.stale_key is null)
                then 'null_operand'
            when {{ unseen }} is not null then {{ unseen }}
            when counts.last_key is null then 'missing'
            else 'late'
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_sure as counts on items.subject_key = counts.subject_key
    left join {{ name }}_maybe as maybes on items.subject_key = maybes.subject_key
    {{- sight_joins('unseen', 'items', record_kinds()[kind].table, parts_of(check.what), rule.subject.kind) | indent(4) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'missing' then 0 when 'late' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'missing' then {{ quoted('no ' ~ kind_words(check.what, check.where) ~ ' at all') }} || '.'
            when 'late'
                then {{ quoted('the ' ~ kind_words(check.what, check.where) ~ ' of ') }} || {{ instant_words('stale_from', 'timezone') }}
                || ' was to be followed by another until ' || {{ instant_words('stale_at', 'timezone') }} || '.'
            else {{ quoted('not known when the last ' ~ kind_words(check.what, check.where) ~ ' was: ') }}
                || {{ reason_words('outcome', kind_words(check.what)) }} || '.'
        end as sentence,
        coalesce(a_from, starts_at) as at_ts,
        stale_at as due_at,
        a_table,
        a_key,
        {{ literal(record_kinds()[kind].table) }} as b_table,
        coalesce(stale_key, last_key) as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{#- Whether the span after one occurrence, without the next, reaches into the month. -#}
{% macro is_overdue(check) -%}
    {%- set due = 'spans.b_from + ' ~ interval_of(check.interval, 'items.site_id') -%}
{{ due }} < coalesce(spans.next_from, items.ends_at)
and {{ due }} < items.ends_at
and coalesce(spans.next_from, items.ends_at) > items.starts_at
{%- endmacro %}

{#-
  What is made of the subject's records over a window (a sum, a count, a mean, the greatest value)
  keeps a limit: a number, a column of the subject, or a multiple of what was usual before.
-#}
{% macro check_threshold(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.what.kind -%}
    {%- set groups = range(1, check.group | length + 1) | list -%}
    {%- set limit_columns = [check.limit_column] if check.limit_column else [] %}
    {{ item_ctes(check, rule, {}, limit_columns) }}
    {{ threshold_windows(check, rule) }}
    {{ threshold_records(check, rule, kind) }}
    {{ threshold_sums(check, name ~ '_sums', name ~ '_records', groups, []) }}
    {%- if check.baseline %}{{ threshold_usual(check, rule, groups) }}{% endif %}

{{ name }}_needs as (

    select
        subject_key,
        site_key,
        lot_key,
        w_from,
        w_to
    from {{ name }}_windows

),

{{ name }}_unseen as (

    {{ absence(name ~ '_needs', record_kinds()[kind].table, parts_of(check.what), rule.subject.kind)
        | indent(4) }}

),

{{ name }}_told as (

    select
        items.*,
        sums.total,
        sums.n_sure,
        sums.n_doubt,
        sums.doubt,
        sums.is_negative,
        sums.last_key,
        {%- for no in groups %}
        sums.group_{{ no }},
        {%- endfor %}
        unseen.reason as unseen,
        {%- if check.baseline %}
        usual.doubt as usual_doubt,
        {%- endif %}
        {{ threshold_limit(check) }} as limit_value
    from {{ name }}_items as items
    left join {{ name }}_sums as sums on items.subject_key = sums.subject_key
    {%- if check.baseline %}
    left join {{ name }}_usual as usual
        on
            sums.subject_key = usual.subject_key
            {%- for no in groups %}
            and sums.group_{{ no }} is not distinct from usual.group_{{ no }}
            {%- endfor %}
    {%- endif %}
    left join {{ name }}_unseen as unseen on items.subject_key = unseen.subject_key
    {%- if needs_records(check) %}
    where
        sums.subject_key is not null
        or unseen.reason is not null
    {%- endif %}

),

{{ name }}_coded as (

    select
        *,
        {{ threshold_code(check, groups) | indent(8) }} as outcome
    from {{ name }}_told

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'out_of_limit' then 0 else -1 end as truth,
        outcome as code,
        {{ threshold_sentence(check, rule, groups) | indent(8) }} as sentence,
        starts_at as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        {{ literal(record_kinds()[kind].table) }} as b_table,
        last_key as b_key,
        is_asked,
        is_excused
    from {{ name }}_coded

),
{%- endmacro %}

{#- Whether there is nothing to hold against the limit where there is no record. -#}
{% macro needs_records(check) -%}
    {{ return(check.group or check.aggregate in ['mean', 'max']) }}
{%- endmacro %}

{#- The window of each subject: up to the end of the month, or all time for what has its own. -#}
{% macro threshold_windows(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set local = to_local('items.starts_at', 'items.timezone') %}

{{ name }}_windows as (

    select
        items.*,
        {%- if check.over.kind == 'span' %}
        items.ends_at - {{ interval_of(check.over.interval, 'items.site_id') }} as w_from,
        {%- elif check.over.kind in ['quarter', 'year'] %}
        {{ to_utc("date_trunc('" ~ check.over.kind ~ "', " ~ local ~ ")", 'items.timezone') }} as w_from,
        {%- else %}
        items.starts_at as w_from,
        {%- endif %}
        items.ends_at as w_to
    from {{ name }}_items as items

),
{%- endmacro %}

{#- Whether subjects of a kind have a time of their own, so that all their records count. -#}
{% macro is_timeless_subject(rule) -%}
    {{ return(rule.subject.kind in ['lot', 'order', 'shipment', 'event', 'quality_record', 'document']) }}
{%- endmacro %}

{#- Every record that counts, or may: its value, its group, and why it is doubtful. -#}
{% macro threshold_records(check, rule, kind) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set its = 'its_' ~ kind %}

{{ name }}_records as (

    select distinct
        scope.subject_key,
        {{ its }}.record_key,
        {{ its }}.t_from,
        {{ threshold_columns(check, kind) | indent(8) }}
        {{ condition(check.where) }}
        {%- if not is_timeless_subject(rule) %}
        and case when {{ its }}.t_from is not null then true end
        {%- endif %} as is_sure
    from {{ name }}_windows as scope
    {{- record_joins(check.what, rule.subject.kind) | indent(4) }}
    {{- context_joins(columns_in(check.where) + check.group + ([check.column] if check.column else []), kind)
        | indent(4) }}
    where
        ({{ condition(check.where) }}) is distinct from false
        {%- if not is_timeless_subject(rule) %}
        and (
            {{ its }}.t_from is null
            or ({{ its }}.t_from >= scope.w_from and {{ its }}.t_from < scope.w_to)
        )
        {%- endif %}

),
{%- endmacro %}

{% macro threshold_columns(check, kind) -%}
    {%- for dotted in check.group %}
cast({{ column(dotted) }} as string) as group_{{ loop.index }},
    {%- endfor %}
{{ ('cast(' ~ column(check.column) ~ ' as decimal(28, 9))') if check.column else 'cast(1 as decimal(28, 9))' }} as value,
{{ ('its_' ~ kind ~ '.base_uom') if check.column and check.column.endswith('.base_quantity') else 'cast(null as string)' }} as uom,
{%- endmacro %}

{#- The aggregate of each group, and what stands against trusting it. -#}
{% macro threshold_sums(check, target, source, groups, more) -%}
    {%- set made = {'sum': 'coalesce(sum(value) filter (where is_sure), 0)', 'count': 'count(*) filter (where is_sure)',
        'mean': 'avg(value) filter (where is_sure)', 'max': 'max(value) filter (where is_sure)'} -%}
    {%- set has_unit = check.column and check.column.endswith('.base_quantity') %}

{{ target }} as (

    select
        subject_key,
        {%- for no in groups %}
        group_{{ no }},
        {%- endfor %}
        {%- for column in more %}
        {{ column }},
        {%- endfor %}
        cast({{ made[check.aggregate] }} as decimal(38, 9)) as total,
        count(*) filter (where is_sure) as n_sure,
        count(*) filter (where is_sure is null or value is null) as n_doubt,
        coalesce(bool_or(value < 0), false) as is_negative,
        max_by(record_key, {{ in_turn('t_from', 'record_key') }}) filter (where is_sure) as last_key,
        case
            {%- if has_unit and check.unit %}
            when bool_or(is_sure and lower(trim(uom)) is distinct from lower({{ literal(check.unit) }})) then 'unit'
            {%- elif has_unit %}
            when count(distinct uom) filter (where is_sure) > 1 then 'unit'
            {%- endif %}
            when bool_or(is_sure is null or value is null) then 'null_operand'
        end as doubt
    from {{ source }}
    group by
        subject_key
        {%- for column in more %},
        {{ column }}
        {%- endfor %}
        {%- for no in groups %},
        group_{{ no }}
        {%- endfor %}

),
{%- endmacro %}

{% macro threshold_limit(check) -%}
    {%- if check.baseline -%} usual.limit_value
    {%- elif check.limit_column -%} items.{{ check.limit_column | replace('.', '_') }}
    {%- else -%} {{ setting(check.limit, 'items.site_id') }}
    {%- endif -%}
{%- endmacro %}

{#- What becomes of an item: a value beyond the limit stays beyond it, whatever else may count. -#}
{% macro threshold_code(check, groups) -%}
    {%- set total = 'coalesce(total, 0)' if check.aggregate in ['sum', 'count'] else 'total' -%}
    {%- set sign = {'at_most': '>', 'below': '>=', 'at_least': '>=', 'above': '>'}[check.compare] -%}
    {%- set beyond = total ~ ' ' ~ sign ~ ' limit_value' -%}
    {%- set sticks = 'false' if check.aggregate == 'mean'
        else '(doubt is null or (doubt <> \'unit\' and not is_negative))' -%}
case
    when reason is not null then reason
    {%- if needs_records(check) %}
    when n_sure is null then unseen
    {%- endif %}
    {%- for no in groups %}
    when group_{{ no }} is null then 'null_operand'
    {%- endfor %}
    {%- if check.baseline %}
    when usual_doubt is not null then usual_doubt
    {%- endif %}
    when limit_value is null then {{ "'no_history'" if check.baseline else "'null_operand'" }}
    when {{ sticks }} and {{ beyond }}
        then {{ "'out_of_limit'" if check.compare in ['at_most', 'below'] else "'holds'" }}
    when doubt is not null then doubt
    when unseen is not null then unseen
    when {{ beyond }}
        then {{ "'out_of_limit'" if check.compare in ['at_most', 'below'] else "'holds'" }}
    else {{ "'holds'" if check.compare in ['at_most', 'below'] else "'out_of_limit'" }}
end
{%- endmacro %}

{% macro threshold_sentence(check, rule, groups) -%}
    {%- set made = {'sum': 'sum', 'count': 'number', 'mean': 'mean', 'max': 'greatest value'}[check.aggregate] -%}
    {%- set what = made ~ ' of ' ~ ((column_words(check.column, rule) ~ ' of ') if check.column else '')
        ~ kind_words(check.what, check.where) -%}
    {%- set side = {'at_most': ', above ', 'below': ', not below ', 'at_least': ', below ', 'above': ', not above '}[check.compare] -%}
{%- for no in groups %}
case
    when n_sure is null then ''
    else {{ quoted(column_words(check.group[loop.index0], rule) ~ ' ') }} || {{ shown('group_' ~ no) }} || ': '
end ||
{%- endfor %}
case outcome
    when 'out_of_limit'
        then {{ quoted('the ' ~ what ~ ' is ') }} || {{ number_words('coalesce(total, 0)') }}
        || {{ quoted(side) }} || {{ number_words('limit_value') }} || '.'
    when 'no_history' then {{ quoted('too little is known from before to say what ' ~ what ~ ' is usual.') }}
    else {{ quoted('not known whether the ' ~ what ~ ' keeps its limit: ') }}
        || {{ reason_words('outcome', kind_words(check.what)) }} || '.'
end
{%- endmacro %}

{#-
  What was usual before: the mean over the months before the judged one, or over the earlier
  shipments to the same customer. Months and shipments without a record make no part of it.
-#}
{% macro threshold_usual(check, rule, groups) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.what.kind -%}
    {%- set its = 'its_' ~ kind -%}
    {%- set span = interval_of(check.baseline.over, 'scope.site_id') %}

{{ name }}_past as (

    select distinct
        scope.subject_key,
        {{ its }}.record_key,
        {{ its }}.t_from,
        {%- if check.against %}
        cast(past.record_key as string) as bucket,
        {%- else %}
        cast(date_trunc('month', {{ to_local(its ~ '.t_from', 'scope.timezone') }}) as string) as bucket,
        {%- endif %}
        {{ threshold_columns(check, kind) | indent(8) }}
        {{ condition(check.where) }} as is_sure
    from {{ name }}_items as scope
    {%- if check.against %}
    inner join {{ ref('shipment_facts') }} as own on scope.subject_key = own.record_key
    inner join {{ ref('shipment_facts') }} as past
        on
            own.customer_key = past.customer_key
            and own.site_key = past.site_key
            and own.record_key <> past.record_key
            and past.t_from >= own.t_from - {{ span }}
            and past.t_from < own.t_from
    inner join {{ facts_of(kind) }} as {{ its }}
        on
            past.record_key = {{ its }}.shipment_key
            {%- if kind == 'event' %}
            and {{ its }}.event_type in ({{ literals(check.what.types) }})
            and not {{ its }}.is_void
            {%- endif %}
    {%- else %}
    {{- record_joins(check.what, rule.subject.kind) | indent(4) }}
    {%- endif %}
    {{- context_joins(columns_in(check.where) + check.group + ([check.column] if check.column else []), kind)
        | indent(4) }}
    where
        ({{ condition(check.where) }}) is distinct from false
        {%- if not check.against %}
        and {{ its }}.t_from >= scope.starts_at - {{ span }}
        and {{ its }}.t_from < scope.starts_at
        {%- endif %}

),

    {{ threshold_sums(check, name ~ '_buckets', name ~ '_past', groups, ['bucket']) }}

{{ name }}_past_needs as (

    select
        scope.*,
        {%- if check.against %}
        own.t_from - {{ span }} as w_from,
        own.t_from as w_to
        {%- else %}
        scope.starts_at - {{ span }} as w_from,
        scope.starts_at as w_to
        {%- endif %}
    from {{ name }}_items as scope
    {%- if check.against %}
    inner join {{ ref('shipment_facts') }} as own on scope.subject_key = own.record_key
    {%- endif %}

),

{{ name }}_past_unseen as (

    {{ absence(name ~ '_past_needs', record_kinds()[kind].table, parts_of(check.what), rule.subject.kind)
        | indent(4) }}

),

{{ name }}_usual as (

    select
        buckets.subject_key,
        {%- for no in groups %}
        buckets.group_{{ no }},
        {%- endfor %}
        case
            when count(*) filter (where buckets.n_sure > 0) >= {{ check.baseline.least }}
                then cast(avg(buckets.total) filter (where buckets.n_sure > 0) as decimal(28, 9))
                * {{ setting(check.baseline.times, 'min(items.site_id)') }}
        end as limit_value,
        coalesce(min(buckets.doubt), min(unseen.reason)) as doubt
    from {{ name }}_buckets as buckets
    inner join {{ name }}_items as items on buckets.subject_key = items.subject_key
    left join {{ name }}_past_unseen as unseen on buckets.subject_key = unseen.subject_key
    group by
        buckets.subject_key
        {%- for no in groups %},
        buckets.group_{{ no }}
        {%- endfor %}

),
{%- endmacro %}

{#-
  Fields of a record, or of what it belongs to, are filled in. A field of something that is not
  there is incomplete only where that something would have been seen; `if_known` fields may be
  unknown, and are then asked for.
-#}
{% macro check_fields(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set own = item_kind(check, rule) -%}
    {%- set columns = check.fields + check.if_known -%}
    {%- set others = aliases_of(check.fields, own) -%}
    {%- set extra = columns[:] -%}
    {%- for alias in others -%} {%- do extra.append(alias ~ '.record_key') -%} {%- endfor -%}
    {%- set told = [] -%}
    {%- for dotted in check.fields if is_told_by_sources(dotted) -%}
        {%- do told.append(dotted) -%}
        {%- do extra.extend([dotted.split('.')[0] ~ '.untold', dotted.split('.')[0] ~ '.unread']) -%}
    {%- endfor %}
    {{ item_ctes(check, rule, {'on': check.on}, extra) }}

{{ name }}_told as (

    select
        items.*,
        {%- for dotted in check.fields %}
        {{ field_missing(dotted, own, dotted in told, rule) }} as is_missing_{{ loop.index }},
        {%- endfor %}
        {%- for dotted in check.if_known %}
        {{ is_blank('items.' ~ dotted | replace('.', '_')) }} as is_asked_for_{{ loop.index }},
        {%- endfor %}
        {{ fields_reasons(others, told, rule) }} as reasons
    from {{ name }}_items as items
    {%- for alias in others %}
    {{- sight_joins(alias, 'items', table_of_alias(alias), [], rule.subject.kind) | indent(4) }}
    {%- endfor %}

),

{{ name }}_listed as (

    select
        *,
        substr(
            ''
            {%- for dotted in check.fields %}
            || case when is_missing_{{ loop.index }} then {{ quoted(', ' ~ column_words(dotted, rule)) }} else '' end
            {%- endfor %},
            3
        ) as missing,
        substr(
            ''
            {%- for dotted in check.if_known %}
            || case when is_asked_for_{{ loop.index }} then {{ quoted(', ' ~ column_words(dotted, rule)) }} else '' end
            {%- endfor %},
            3
        ) as asked_for,
        {% for dotted in check.fields %}is_missing_{{ loop.index }} is null or {% endfor %}
        {%- for dotted in check.if_known %}is_asked_for_{{ loop.index }} or {% endfor %}false as is_doubtful,
        case
            {%- for dotted in check.if_known %}
            when is_asked_for_{{ loop.index }} then 'null_operand'
            {%- endfor %}
            when reasons like '%not_covered%' then 'not_covered'
            when reasons like '%quarantined%' then 'quarantined'
            else 'null_operand'
        end as doubt
    from {{ name }}_told

),

{{ name }}_raw as (

    select
        subject_key,
        case
            when reason is not null then -1
            when missing <> '' then 0
            when is_doubtful then -1
            else 1
        end as truth,
        case
            when reason is not null then reason
            when missing <> '' then 'incomplete'
            when is_doubtful then doubt
        end as code,
        case
            when reason is null and missing <> '' then missing || ' not given.'
            when reason is null and asked_for <> '' then asked_for || ' not given, and may not be known.'
            else {{ quoted('not known whether all that is asked for is given: ') }}
                || {{ reason_words('coalesce(reason, doubt)', 'the record that would hold it') }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        is_asked,
        is_excused
    from {{ name }}_listed

),
{%- endmacro %}

{% macro is_blank(value) -%} coalesce(trim(cast({{ value }} as string)), '') = '' {%- endmacro %}

{#-
  Whether a field is missing: unknown when what would hold it may have stayed unseen, or when its
  source does not say.
-#}
{% macro field_missing(dotted, own, is_told, rule) -%}
    {%- set blank = is_blank('items.' ~ dotted | replace('.', '_')) -%}
    {%- set alias = dotted.split('.')[0] -%}
    {%- if alias == own and not is_told -%} {{ blank }}
    {%- else -%}
case
            when not {{ blank }} then false
            {%- if alias != own %}
            when
                items.{{ alias }}_record_key is null
                and {{ sight_reason(alias, 'items', 'items.starts_at', rule.subject.kind) }} is not null
                then null
            {%- endif %}
            {%- if is_told %}
            when {{ is_untold(dotted, 'items.' ~ alias ~ '_untold', 'items.' ~ alias ~ '_unread') }}
                then null
            {%- endif %}
            else true
        end
    {%- endif -%}
{%- endmacro %}

{#-
  All reasons why it is not known whether all is given: of what is not there alone. As one text:
  DuckDB 2.0 fails to plan a comparison of cases that it knows to be empty.
-#}
{% macro fields_reasons(others, told, rule) -%}
    {%- set reasons = [] -%}
    {%- for alias in others -%}
        {%- do reasons.append('case when items.' ~ alias ~ '_record_key is null then '
            ~ sight_reason(alias, 'items', 'items.starts_at', rule.subject.kind) ~ ' end') -%}
    {%- endfor -%}
    {%- for dotted in told -%}
        {%- do reasons.append('case when ' ~ is_never_told(dotted) ~ " then 'not_covered' end") -%}
    {%- endfor -%}
concat_ws(',', ''{{ ', ' if reasons }}{{ reasons | join(', ') }})
{%- endmacro %}

{#- Whether a field is not there because no source tells it. -#}
{% macro is_never_told(dotted) -%}
    {%- set alias, name = dotted.split('.') -%}
{{ is_blank('items.' ~ dotted | replace('.', '_')) }}
                and {{ names_column(['items.' ~ alias ~ '_untold'], name) }}
{%- endmacro %}

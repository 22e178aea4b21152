{#-
  A requirement's checks as CTEs. Every check ends in `c<no>`, its findings, one row per item:

      subject_key, check_no, truth, code, sentence, at_ts, due_at, a_table, a_key, b_table, b_key

  truth is 1 holds, 0 fails, -1 unknown, 2 pending. A shape is the macro check_<shape> in
  macros/checks/; it yields `c<no>_raw`, with is_asked and is_excused beside those columns.
-#}
{% macro check_ctes(check, rule) -%}
    {%- set shape = context['check_' ~ check.shape] -%}
    {{ shape(check, rule) }}
    {%- if check.shape not in combinators() %}{{ finding_ctes(check) }}{% endif -%}
{%- endmacro %}

{% macro combinators() -%} {{ return(['if', 'any_of', 'all']) }} {%- endmacro %}

{% macro finding_columns() -%}
    {{ return(['subject_key', 'check_no', 'truth', 'code', 'sentence', 'at_ts', 'due_at',
        'a_table', 'a_key', 'b_table', 'b_key']) }}
{%- endmacro %}

{#- What `when`, `except_when` and `code` make of the raw findings; those of nested checks beside. -#}
{% macro finding_ctes(check) -%}
    {%- set name = 'c' ~ check.no %}
    {%- if is_always_asked(check) %}

{{ name }} as (

    select
        subject_key,
        cast({{ check.no }} as integer) as check_no,
        cast(truth as integer) as truth,
        case
            when truth = 0 then {{ literal(check.code) if check.code else 'code' }}
            when truth = -1 then code
        end as code,
        case when truth <> 1 then sentence end as sentence,
        at_ts,
        due_at,
        a_table,
        a_key,
        case when b_key is not null then b_table end as b_table,
        b_key
    from {{ name }}_raw
    {%- else %}

{{ name }}_settled as (

    select
        *,
        case
            when is_excused then 1
            when is_asked is null then -1
            when truth = 0 and is_excused is null then -1
            else truth
        end as settled
    from {{ name }}_raw

),

{{ name }} as (

    select
        subject_key,
        cast({{ check.no }} as integer) as check_no,
        cast(settled as integer) as truth,
        case
            when settled = 0 then {{ literal(check.code) if check.code else 'code' }}
            when settled = -1 and truth = -1 then code
            {%- if check.item.take == 'match' %}
            when settled = -1 then coalesce(matched.doubt, 'null_operand')
            {%- else %}
            when settled = -1 then 'null_operand'
            {%- endif %}
        end as code,
        case
            when settled = truth and settled <> 1 then sentence
            when settled = -1
                then 'not known whether this is asked for: a field that decides it is not given.'
        end as sentence,
        at_ts,
        due_at,
        a_table,
        a_key,
        case when b_key is not null then b_table end as b_table,
        b_key
    from {{ name }}_settled as settled_rows
    {%- if check.item.take == 'match' %}
    left join (
        select
            subject_key as matched_subject_key,
            a_key as matched_key,
            doubt
        from {{ name }}_on
    ) as matched
        on
            settled_rows.subject_key = matched.matched_subject_key
            and settled_rows.a_key = matched.matched_key
    {%- endif %}
    {%- endif %}
    {%- for part in check.nested or [] %}
    union all
    select
        {%- for column in finding_columns() %}
        {{ nested_code(check) if column == 'code' else column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from c{{ part.no }}
    {%- endfor %}

),
{%- endmacro %}

{#- Whether nothing about the items of a check decides whether it is asked of them. -#}
{% macro is_always_asked(check) -%}
    {%- set found = [check.when, check.except_when, check.item.take == 'match'] -%}
    {%- for key in ['on', 'at', 'after', 'before', 'during', 'disposed'] if check.get(key) is mapping -%}
        {%- do found.append(check[key].take == 'match') -%}
    {%- endfor -%}
    {{ return(not (found | select | list)) }}
{%- endmacro %}

{#- The code of a check stands for whatever gap a check nested in it finds, too. -#}
{% macro nested_code(check) -%}
    {%- if check.code -%} case when truth = 0 then {{ literal(check.code) }} else code end as code
    {%- else -%} code
    {%- endif -%}
{%- endmacro %}

{#- The records an event or document check matched, as the anchor of a check nested in it. -#}
{% macro matched_ctes(part, name, kind, table=none) -%}
    {%- do part.item.update({'kind': kind}) %}

c{{ part.no }}_on as (

    select
        subject_key,
        {{ literal(table or record_kinds()[kind].table) }} as a_table,
        b_key as a_key,
        b_from as a_from,
        b_to as a_to,
        cast(null as string) as reason,
        coalesce(bool_or(is_match and is_asked and not is_excused), false) as is_sure,
        min(case when is_match is null then doubt end) as doubt
    from {{ name }}_matches
    where
        is_match is distinct from false
        and is_excused is distinct from true
    group by subject_key, b_key, b_from, b_to

),
{%- endmacro %}

{#- What each judged subject's findings of one check come to; `all` of nothing holds. -#}
{% macro truth_cte(no) %}

t{{ no }} as (

    select
        judged.subject_key,
        case
            when coalesce(bool_or(findings.truth = 0), false) then 0
            when coalesce(bool_or(findings.truth = -1), false) then -1
            when coalesce(bool_or(findings.truth = 2), false) then 2
            else 1
        end as truth
    from judged
    left join c{{ no }} as findings on judged.subject_key = findings.subject_key
    group by judged.subject_key

),
{%- endmacro %}

{#- Numbers of the checks that have items of their own. -#}
{% macro leaf_numbers(checks) -%}
    {%- set found = [] -%}
    {%- for check in checks -%}
        {%- if check.shape in ['any_of', 'all'] -%} {%- do found.extend(leaf_numbers(check.checks)) -%}
        {%- elif check.shape == 'if' -%}
            {%- do found.extend(leaf_numbers([check['if']] + check.then)) -%}
        {%- else -%} {%- do found.append(check.no) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Numbers of the checks whose findings rest on many rows at once, which `c<no>_rows` holds. -#}
{% macro summing_numbers(checks) -%}
    {%- set found = [] -%}
    {%- for check in checks if check.shape == 'balance' -%} {%- do found.append(check.no) -%} {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

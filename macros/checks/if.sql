{#-
  When one thing holds, others have to. A trigger that is unknown or not yet due leaves the whole
  unknown, unless what follows holds anyway.
-#}
{% macro check_if(check, rule) -%}
    {%- set trigger = check['if'] -%}
    {{ check_ctes(trigger, rule) }}{{ truth_cte(trigger.no) }}
    {%- for part in check.then -%} {{ check_ctes(part, rule) }} {%- endfor %}

c{{ check.no }}_then as (

    {%- for part in check.then %}
    select {{ finding_columns() | join(', ') }} from c{{ part.no }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

t{{ check.no }}_then as (

    select
        judged.subject_key,
        coalesce(bool_and(findings.truth = 1), true) as is_met
    from judged
    left join c{{ check.no }}_then as findings on judged.subject_key = findings.subject_key
    group by judged.subject_key

),

c{{ check.no }} as (

    select {% for column in finding_columns() %}findings.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from c{{ check.no }}_then as findings
    inner join t{{ trigger.no }} as asked on findings.subject_key = asked.subject_key
    inner join t{{ check.no }}_then as followed on findings.subject_key = followed.subject_key
    where
        asked.truth = 1
        or (asked.truth in (-1, 2) and followed.is_met)
    union all
    select
        findings.subject_key,
        findings.check_no,
        cast(-1 as integer) as truth,
        findings.code,
        findings.sentence,
        findings.at_ts,
        findings.due_at,
        findings.a_table,
        findings.a_key,
        findings.b_table,
        findings.b_key
    from c{{ trigger.no }} as findings
    inner join t{{ trigger.no }} as asked on findings.subject_key = asked.subject_key
    inner join t{{ check.no }}_then as followed on findings.subject_key = followed.subject_key
    where
        asked.truth in (-1, 2)
        and findings.truth = asked.truth
        and not followed.is_met

),
{%- endmacro %}

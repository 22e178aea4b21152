{#-
  One of the checks suffices: holds, then pending, then unknown win; all failing fails. What stays
  are the findings that made it so.
-#}
{% macro check_any_of(check, rule) -%}
    {%- for part in check.checks -%} {{ check_ctes(part, rule) }}{{ truth_cte(part.no) }} {%- endfor %}

t{{ check.no }}_any as (

    select
        judged.subject_key,
        case
            {%- for truth in [1, 2, -1] %}
            when {% for part in check.checks %}t{{ part.no }}.truth = {{ truth }}{{ ' or ' if not loop.last }}{% endfor %} then {{ truth }}
            {%- endfor %}
            else 0
        end as truth
    from judged
    {%- for part in check.checks %}
    inner join t{{ part.no }} on judged.subject_key = t{{ part.no }}.subject_key
    {%- endfor %}

),

c{{ check.no }} as (

    {%- for part in check.checks %}
    select {% for column in finding_columns() %}findings.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    from c{{ part.no }} as findings
    inner join t{{ part.no }} as own on findings.subject_key = own.subject_key
    inner join t{{ check.no }}_any as total on findings.subject_key = total.subject_key
    where
        own.truth = total.truth
        and findings.truth = total.truth
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),
{%- endmacro %}

{#-
  Deadlines that are counted in days of a calendar: business days, working days, fixed dates. They
  end with the local midnight after their last day; those in hours, days, months and years are
  plain sums (`interval_of`).
-#}

{#- Whether the deadline of a check is counted in days of a calendar. -#}
{% macro is_calendar(check) -%}
    {{ return(check.get('by') is not none and check.get('by') is defined
        or (check.get('within') and check.within.unit in ['working_day', 'business_day'])) }}
{%- endmacro %}

{#- What brings a record from before the month into it: a span, or the days of a calendar deadline. -#}
{% macro trigger_of(check) -%}
    {%- if not check.get('after') -%} {{ return(none) }} {%- endif -%}
    {%- if is_calendar(check) -%} {{ return({'days_of': check.no}) }} {%- endif -%}
    {{ return(check.within) }}
{%- endmacro %}

{#- All checks of a requirement whose deadline is counted in days of a calendar. -#}
{% macro calendar_checks(checks) -%}
    {%- set found = [] -%}
    {%- for check in checks -%}
        {%- if check.shape in ['any_of', 'all'] -%} {%- do found.extend(calendar_checks(check.checks)) -%}
        {%- elif check.shape == 'if' -%}
            {%- do found.extend(calendar_checks([check['if']] + check.then)) -%}
        {%- elif check.shape == 'event' and is_calendar(check) -%} {%- do found.append(check) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The columns of `scope` that hold, for each such check, the days whose deadline is in the month. -#}
{% macro due_columns(checks) -%}
    {%- set found = [] -%}
    {%- for check in calendar_checks(checks) -%}
        {%- do found.extend(['due' ~ check.no ~ '_first', 'due' ~ check.no ~ '_last']) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- One CTE `due<no>_days` for each such check: site_key, first_day, last_day. -#}
{% macro due_day_ctes(checks) -%}
    {%- for check in calendar_checks(checks) %}

due{{ check.no }}_starts as (

    select
        periods.site_key,
        periods.site_id,
        periods.local_from,
        periods.local_to,
        days.day as d_day
    from {{ ref('periods') }} as periods
    inner join {{ ref('site_calendars') }} as calendars on periods.site_key = calendars.site_key
    inner join {{ ref('calendar_days') }} as days
        on
            calendars.calendar_id = days.calendar_id
            and days.day >= periods.local_from - interval '26' month
            and days.day < periods.local_to
    where periods.is_judged

),

    {{ due_cte('due' ~ check.no ~ '_ends', 'due' ~ check.no ~ '_starts', check,
        ['site_key', 'd_day', 'local_from', 'local_to'], [['d_day', 'due_day']]) }}

due{{ check.no }}_days as (

    select
        site_key,
        min(d_day) as first_day,
        max(d_day) as last_day
    from due{{ check.no }}_ends
    where
        due_day >= cast(local_from as date)
        and due_day < cast(local_to as date)
    group by site_key

),
    {%- endfor -%}
{%- endmacro %}

{#-
  A CTE `name` that adds to the rows of `source` (which has site_key and site_id) the last day of the
  deadline that begins on each of some days: pairs of [column of the day, column to make].
-#}
{% macro due_cte(name, source, check, columns, days) -%}
{{ name }} as (

    select
        {%- for column in columns %}
        source.{{ column }},
        {%- endfor %}
        {%- for day, due in days %}
        {{ due_day(check, 'source.' ~ day, loop.index) }} as {{ due }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ source }} as source
    left join {{ ref('site_calendars') }} as calendars on source.site_key = calendars.site_key
    {%- for day, due in days %}
    {{ due_joins(check, 'source.' ~ day, loop.index) | indent(4) }}
    {%- endfor %}

),
{%- endmacro %}

{#- Joins to the days of the calendar that tell when a deadline ends. -#}
{% macro due_joins(check, day, no) -%}
    {%- set word = 'business' if check.by else check.within.unit | replace('_day', '') -%}
    {%- set named = fixed_day(check.by, day, 'source.site_id') if check.by else day -%}
    {%- set count = '0' if check.by else '(' ~ setting(check.within.count, 'source.site_id') ~ ')' -%}
    {%- if not check.by or by_rolls(check.by) %}
left join {{ ref('calendar_days') }} as named_{{ no }}
    on
        calendars.calendar_id = named_{{ no }}.calendar_id
        and named_{{ no }}.day = {{ named }}
left join {{ ref('calendar_days') }} as end_{{ no }}
    on
        calendars.calendar_id = end_{{ no }}.calendar_id
        and end_{{ no }}.is_{{ word }}
        and end_{{ no }}.{{ word }}_no = named_{{ no }}.{{ word }}_no + {{ count }}
        + case when {{ count }} = 0 and not named_{{ no }}.is_{{ word }} then 1 else 0 end
    {%- endif -%}
{%- endmacro %}

{#- The last day of a deadline that begins on a day. -#}
{% macro due_day(check, day, no) -%}
    {%- if not check.by -%} end_{{ no }}.day
    {%- else -%}
        {%- set named = fixed_day(check.by, day, 'source.site_id') -%}
        {%- if by_rolls(check.by) -%}
case when {{ by_flag(check.by, 'source.site_id') }} then end_{{ no }}.day else {{ named }} end
        {%- else -%} {{ named }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Whether a fixed date moves to the next business day, at some site; and at a given one. -#}
{% macro by_rolls(by) -%}
    {{ return(by.roll or (by.sites.values() | selectattr('roll') | list | length > 0)) }}
{%- endmacro %}

{% macro by_flag(by, site_id) -%}
    {%- if not by.sites -%} {{ literal(by.roll) }}
    {%- else -%}
case {{ site_id }}
        {%- for site in by.sites | sort %}
    when {{ literal(site) }} then {{ literal(by.sites[site].roll) }}
        {%- endfor %}
    else {{ literal(by.roll) }}
end
    {%- endif -%}
{%- endmacro %}

{#- A fixed date such as the 15th of the following month, counted from a day. -#}
{% macro fixed_day(by, day, site_id) -%}
    {%- if not by.sites -%} {{ named_day(by, day) }}
    {%- else -%}
case {{ site_id }}
        {%- for site in by.sites | sort %}
    when {{ literal(site) }} then {{ named_day(by.sites[site], day) }}
        {%- endfor %}
    else {{ named_day(by, day) }}
end
    {%- endif -%}
{%- endmacro %}

{% macro named_day(by, day) -%}
    {%- set start = "(date_trunc('" ~ by.unit ~ "', cast(" ~ day ~ " as timestamp)) + interval '"
        ~ by.months ~ "' month)" -%}
    {%- if by.day == 0 -%} cast({{ month_end(start) }} as date)
    {%- else -%}
cast(least({{ start }} + interval '{{ by.day - 1 }}' day, {{ month_end(start) }}) as date)
    {%- endif -%}
{%- endmacro %}

{#- The instant with which a day of a deadline ends at a site. -#}
{% macro end_of_day(day, zone) -%}
    {{ to_utc("cast(" ~ day ~ " as timestamp) + interval '1' day", zone) }}
{%- endmacro %}

{#-
  Whether a time lies before the end of a deadline that is known to lie in [due_from, due_to]: the
  first instant after its last day is late.
-#}
{% macro is_by(t_from, t_to, due_from, due_to) -%}
case
    when {{ t_from }} >= {{ due_to }} then false
    when {{ t_to }} <= {{ due_from }} and {{ t_from }} < {{ due_from }} then true
end
{%- endmacro %}

{#-
  The subjects a requirement is about in the month, each with whether it applies: true, false, or
  null for unknown, and why. One row each; every row becomes exactly one verdict.
-#}
{% macro scope_query(rule) -%}
    {%- set kind = rule.subject.kind -%}
    {%- set own = subject_alias(kind) -%}
    {%- set groups = [] -%}
    {%- for kinds in rule.has -%} {%- do groups.append({'name': 'has_' ~ loop.index, 'kinds': kinds, 'is': true}) -%} {%- endfor -%}
    {%- for what in rule.has_not -%} {%- do groups.append({'name': 'has_not_' ~ loop.index, 'kinds': [what], 'is': false}) -%} {%- endfor -%}
    {%- set triggers = triggers_of(rule.checks, kind) -%}
    {%- set dues = due_columns(rule.checks) %}
with
    {{ due_day_ctes(rule.checks) }}

    {%- if triggers %}

everyone as (

    select
        facts.record_key as subject_key,
        periods.site_key,
        periods.site_id,
        periods.timezone,
        periods.period,
        periods.local_from,
        periods.local_to,
        periods.starts_at,
        periods.ends_at,
        periods.as_of,
        {%- for column in dues %}
        {{ column.split('_')[0] }}_days.{{ column.split('_')[1] }}_day as {{ column }},
        {%- endfor %}
        {{ material_of(kind) }} as material_key,
        {{ 'facts.lot_key' if kind in ['lot', 'event'] else 'cast(null as bigint)' }} as lot_key
    from {{ facts_of(kind) }} as facts
    inner join {{ ref('periods') }} as periods on facts.site_key = periods.site_key
    {{- due_days_joins(rule, 'periods') | indent(4) }}
    where
        periods.is_judged
        {%- if kind == 'event' %}
        and facts.event_type in ({{ literals(rule.subject.types) }})
        and not facts.is_void
        {%- endif %}
        {{- in_force_in(rule, 'periods') | indent(8) }}

),

seen as (

    select subject_key
    from {{ ref('month_subjects') }}
    where subject_kind = {{ literal(kind) }}
    {%- for trigger in triggers %}
    union
    select scope.subject_key
    from everyone as scope
    {{- trigger_joins(trigger, rule) | indent(4) }}
    {%- endfor %}

),

placed as (

    select
        everyone.*,
        {%- if kind in ['lot', 'event'] %}
        {{ absent_from('everyone', 'everyone', 'births') | indent(8) }} as absent_from
        {%- else %}
        everyone.starts_at as absent_from
        {%- endif %}
    from everyone
    inner join seen on everyone.subject_key = seen.subject_key
    {%- if kind in ['lot', 'event'] %}
    left join {{ ref('lot_births') }} as births on everyone.lot_key = births.lot_key
    {%- endif %}

),
    {%- else %}

placed as (

    select
        subjects.*
        {%- for column in dues %},
        {{ column.split('_')[0] }}_days.{{ column.split('_')[1] }}_day as {{ column }}
        {%- endfor %}
    from {{ ref('month_subjects') }} as subjects
    {{- due_days_joins(rule, 'subjects') | indent(4) }}
    where
        subjects.subject_kind = {{ literal(kind) }}
        {%- if kind == 'event' %}
        and subjects.event_type in ({{ literals(rule.subject.types) }})
        {%- endif %}
        {{- in_force_in(rule, 'subjects') | indent(8) }}

),
    {%- endif %}

{%- for group in groups %}
{{ presence_ctes(group, rule, triggers) }}
{%- endfor %}

{%- if groups %}

known as (

    select
        placed.*,
        {%- for group in groups %}
        {{ presence_columns(group, kind) | indent(8) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed
    {%- for group in groups %}
    {{- presence_joins(group, kind) | indent(4) }}
    {%- endfor %}

),
{%- endif %}

asked as (

    select
        scope.*,
        for_site.is_for_site,
        {{ condition(rule.applies) }} as is_for_subject,
        {{ unknown_reason(rule) | indent(8) }} as untold,
        {{ unmet_sentence(rule) | indent(8) }} as unmet
    from {{ 'known' if groups else 'placed' }} as scope
    inner join bound_sites as for_site on scope.site_key = for_site.site_key
    {{- subject_joins(rule) | indent(4) }}

),

final as (

    select
        cast({{ rule.position }} as integer) as requirement_no,
        subject_key,
        site_key,
        site_id,
        timezone,
        period,
        local_to,
        starts_at,
        ends_at,
        as_of,
        lot_key,
        {%- for column in dues %}
        {{ column }},
        {%- endfor %}
        absent_from,
        is_for_site and is_for_subject
        {%- for group in groups %} and {{ group.name }}{% endfor %} as applies,
        case
            when is_for_site is null then 'null_operand'
            when is_for_subject is null then untold
            {%- for group in groups %}
            when {{ group.name }} is null then {{ group.name }}_reason
            {%- endfor %}
        end as doubt,
        {{ applies_sentence(rule, groups) | indent(8) }} as sentence
    from asked

)

select * from final
{%- endmacro %}

{#- The sites that a map binds, or may: true, or null where that is not known. -#}
{% macro bound_sites(site_applies) -%}
insert into bound_sites
select
    record_key as site_key,
    is_for_site
from (
    select
        its_site.record_key,
        {{ condition(site_applies, 'its_site.site_id') | indent(8) }} as is_for_site
    from {{ ref('site_facts') }} as its_site
) as sites
where is_for_site is distinct from false
{%- endmacro %}

{#-
  Joins from `scope` to what decides whether a requirement applies to a subject. Its own facts are
  read only for what the subjects of a month do not bring with them.
-#}
{% macro subject_joins(rule) -%}
    {%- set kind = rule.subject.kind -%}
    {%- set own = subject_alias(kind) -%}
    {%- set brought = ['material', 'site'] if names_material(kind) else ['site'] -%}
    {%- set asked = aliases_of(columns_in(rule.applies), none) -%}
    {%- if asked | reject('in', brought) | list or own in asked %}
inner join {{ facts_of(kind) }} as its_{{ own }} on scope.subject_key = its_{{ own }}.record_key
    {%- endif %}
    {%- for alias in asked if alias != own %}
left join {{ facts_of(alias) }} as its_{{ alias }}
    on {{ 'scope' if alias in brought else 'its_' ~ own }}.{{ alias }}_key = its_{{ alias }}.record_key
    {%- endfor %}
{%- endmacro %}

{#- Whether a subject has (or has not) a record of some kinds in the month, and why that is not known. -#}
{% macro presence_ctes(group, rule, triggers) -%}
    {%- set subject = rule.subject.kind -%}
    {%- for what in group.kinds %}

{{ group.name }}_{{ loop.index }}_seen as (

    select
        scope.subject_key,
        count(*) filter (where its_{{ what.kind }}.t_from is not null) as n_sure,
        count(*) as n_all
    from placed as scope
    {{- record_joins(what, subject) | indent(4) }}
    where
        {{ in_window('its_' ~ what.kind) }}
        {%- for trigger in triggers if trigger.what and trigger.what.kind == what.kind %}
        or {{ is_trigger('its_' ~ what.kind, trigger.within) }}
            {%- if trigger.what.kind == 'event' %}
        and its_{{ what.kind }}.event_type in ({{ literals(trigger.what.types) }})
            {%- endif %}
        {%- endfor %}
    group by scope.subject_key

),
    {%- endfor %}
{%- endmacro %}

{#- Whether subjects in `placed` have it, as <group>, and why that is not known, as <group>_reason. -#}
{% macro presence_columns(group, subject) -%}
    {%- set sure = [] -%} {%- set maybe = [] -%} {%- set reasons = [] -%}
    {%- for what in group.kinds -%}
        {%- set each = group.name ~ '_' ~ loop.index -%}
        {%- do sure.append('coalesce(' ~ each ~ '_seen.n_sure, 0) > 0') -%}
        {%- do maybe.append('coalesce(' ~ each ~ '_seen.n_all, 0) > 0') -%}
        {%- do reasons.append(sight_reason(each, 'placed', 'placed.starts_at', subject)) -%}
    {%- endfor -%}
case
    when {{ sure | join(' or ') }} then {{ literal(group.is) }}
    when {{ maybe | join(' or ') }} then null
    when coalesce({{ reasons | join(', ') }}) is null then {{ literal(not group.is) }}
end as {{ group.name }},
case
    when {{ maybe | join(' or ') }} then 'null_operand'
    else coalesce({{ reasons | join(', ') }})
end as {{ group.name }}_reason
{%- endmacro %}

{% macro presence_joins(group, subject) -%}
    {%- for what in group.kinds %}
        {%- set each = group.name ~ '_' ~ loop.index %}
left join {{ each }}_seen on placed.subject_key = {{ each }}_seen.subject_key
        {{- sight_joins(each, 'placed', record_kinds()[what.kind].table, parts_of(what), subject) }}
    {%- endfor %}
{%- endmacro %}

{#- Joins to the days whose deadline lies in the month, for each check that counts in days. -#}
{% macro due_days_joins(rule, periods) -%}
    {%- for check in calendar_checks(rule.checks) %}
left join due{{ check.no }}_days on {{ periods }}.site_key = due{{ check.no }}_days.site_key
    {%- endfor %}
{%- endmacro %}

{#- Whether the requirement is in force in the month. -#}
{% macro in_force_in(rule, periods) -%}
    {%- if rule.in_force.from %}
and cast({{ literal(rule.in_force.from) }} as timestamp) < {{ periods }}.local_to
    {%- endif %}
    {%- if rule.in_force.to %}
and cast({{ literal(rule.in_force.to) }} as timestamp) > {{ periods }}.local_from
    {%- endif %}
{%- endmacro %}

{#-
  Anchors from before the month that may bring a subject into it, for something falls due: what
  they are and the time until it is due.
-#}
{% macro triggers_of(checks, subject) -%}
    {%- set found = [] -%}
    {%- for check in checks -%}
        {%- if check.shape in ['any_of', 'all'] -%} {%- do found.extend(triggers_of(check.checks, subject)) -%}
        {%- elif check.shape == 'if' -%}
            {%- do found.extend(triggers_of([check['if']] + check.then, subject)) -%}
        {%- elif check.shape == 'event' and trigger_of(check) -%}
            {%- set within = trigger_of(check) -%}
            {%- if check.after.kind in calendar_ends_kinds() -%}
            {%- elif check.after.take in ['first', 'each'] -%}
                {%- set what = {'kind': check.after.kind, 'types': check.after.types} -%}
                {%- do found.append({'what': what, 'within': within}) -%}
            {%- elif check.after.take == 'subject' and subject in ['event', 'quality_record', 'document'] -%}
                {%- do found.append({'what': none, 'column': none, 'within': within}) -%}
            {%- elif check.after.take == 'column' -%}
                {%- do found.append({'what': none, 'column': check.after.column, 'within': within}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro trigger_joins(trigger, rule) -%}
    {%- if trigger.what -%}
{{ record_joins(trigger.what, rule.subject.kind) }}
where {{ is_trigger('its_' ~ trigger.what.kind, trigger.within) }}
    {%- elif trigger.column %}
inner join (
    {{ dates_of(trigger.column, rule.subject.kind) | indent(4) }}
) as dates on scope.subject_key = dates.bound_key
where {{ is_trigger('dates', trigger.within) }}
    {%- else %}
inner join {{ facts_of(rule.subject.kind) }} as own on scope.subject_key = own.record_key
where {{ is_trigger('own', trigger.within) }}
    {%- endif -%}
{%- endmacro %}

{#- The first condition that is not met, in words; null when none is. -#}
{% macro unmet_sentence(rule) -%}
    {%- if not rule.applies -%} cast(null as string)
    {%- else -%}
case
        {%- for term in rule.applies %}
    when not ({{ term_sql(term, 'scope.site_id') }})
        then {{ quoted(column_words(term.column, rule) ~ ' is ') }} || {{ shown(column(term.column)) }}
            || {{ quoted(asked_words(term)) }}
        {%- endfor %}
end
    {%- endif -%}
{%- endmacro %}

{#- Why the first condition of which it is not known whether it holds is not known. -#}
{% macro unknown_reason(rule) -%}
    {%- set told = [] -%}
    {%- for term in rule.applies if term.op in ['present', 'absent'] and is_told_by_sources(term.column) -%}
        {%- do told.append(term) -%}
    {%- endfor -%}
    {%- if not told -%} 'null_operand'
    {%- else -%}
case
        {%- for term in rule.applies %}
    when ({{ term_sql(term, 'scope.site_id') }}) is null
            {%- if term in told %}
        then case
            when {{ names_column([column(term.column.split('.')[0] ~ '.untold')], term.column.split('.')[1]) }}
                then 'not_covered'
            else 'null_operand'
        end
            {%- else %}
        then 'null_operand'
            {%- endif %}
        {%- endfor %}
end
    {%- endif -%}
{%- endmacro %}

{% macro asked_words(term) -%}
    {%- set wanted = either(term['values'] | map(attribute='value') | list) if term['values'] else '' -%}
    {{ return({
        'in': ', not ' ~ wanted, 'not_in': '', 'present': '', 'absent': '',
        'has_any': ', without ' ~ wanted, 'has_none': '', 'matches': ', not formed like ' ~ wanted,
        'at_least': ', below ' ~ (term.value.value if term.value else ''),
        'at_most': ', above ' ~ (term.value.value if term.value else ''),
        'above': ', not above ' ~ (term.value.value if term.value else ''),
        'below': ', not below ' ~ (term.value.value if term.value else ''),
    }[term.op]) }}
{%- endmacro %}

{#- Why a requirement does not apply, or why that is not known. -#}
{% macro applies_sentence(rule, groups) -%}
case
    when not is_for_subject then 'Does not apply: ' || unmet || '.'
    {%- for group in groups %}
    when not {{ group.name }}
        then {{ quoted('Does not apply: ' ~ ('no ' if group.is else 'there is ') ~ group_words(group)) }}
            || ' in ' || period || '.'
    {%- endfor %}
    when is_for_subject is null and untold = 'not_covered'
        then 'Not known whether it applies: no source tells a field that decides it.'
    when is_for_site is null or is_for_subject is null
        then 'Not known whether it applies: a field that decides it is not given.'
    {%- for group in groups %}
    when {{ group.name }} is null
        then {{ quoted('Not known whether it applies: ') }}
        || {{ reason_words(group.name ~ '_reason', group_words(group)) }} || '.'
    {%- endfor %}
end
{%- endmacro %}

{% macro group_words(group) -%}
    {%- set said = [] -%}
    {%- for what in group.kinds -%} {%- do said.append(kind_words(what)) -%} {%- endfor -%}
    {{ return(said | join(' or ')) }}
{%- endmacro %}

{#-
  The records or instants a check hangs on, one CTE `<name>` with the columns

      subject_key, a_table, a_key, a_from, a_to, reason

  A row with a `reason` is an anchor that cannot be placed: its item is unknown. A subject that
  surely has no such record has no row; one whose records may have stayed unseen has a row without
  a_key. `trigger` is the time after the anchor in which something is due: anchors from before the
  month whose due time lies in it count as of the month. `is_timed`: an anchor without a time is
  unknown, for its time is what matters.
-#}
{% macro anchor_ctes(name, anchor, rule, trigger=none, is_timed=false) -%}
    {%- if anchor.take in ['first', 'last', 'each'] -%}
        {{ record_anchor_ctes(name, anchor, rule, trigger) }}
    {%- else -%}
{{ name }} as (

    {{ plain_anchor(anchor, rule, is_timed) | indent(4) }}

),
    {%- endif -%}
{%- endmacro %}

{#- An anchor on the subject's own row: itself, one of its dates, the end of the month. -#}
{% macro plain_anchor(anchor, rule, is_timed) -%}
    {%- set own = subject_alias(rule.subject.kind) -%}
    {%- set known, until = own_times(anchor, rule) -%}
select
    scope.subject_key,
    {{ literal(subject_tables()[rule.subject.kind]) }} as a_table,
    scope.subject_key as a_key,
    {{ known }} as a_from,
    {{ until }} as a_to,
    {%- if is_timed %}
    case when {{ known }} is null then 'null_operand' end as reason
    {%- else %}
    cast(null as string) as reason
    {%- endif %}
from judged as scope
inner join {{ facts_of(rule.subject.kind) }} as its_{{ own }}
    on scope.subject_key = its_{{ own }}.record_key
    {%- if anchor.column %}{{ context_joins([anchor.column], own) }}{% endif %}
{%- endmacro %}

{#- First and last instant of such an anchor. -#}
{% macro own_times(anchor, rule) -%}
    {%- set own = 'its_' ~ subject_alias(rule.subject.kind) -%}
    {{ return(('scope.ends_at', 'scope.ends_at') if anchor.take == 'period_end'
        else date_bounds(anchor.column) if anchor.column
        else (own ~ '.t_from', own ~ '.t_to')) }}
{%- endmacro %}

{#- Anchors that are records: those seen, and one unknown row where some may be unseen. -#}
{% macro record_anchor_ctes(name, anchor, rule, trigger) -%}
    {%- set kind = anchor.kind -%}
    {%- set its = 'its_' ~ kind -%}
    {%- set what = {'kind': kind, 'types': anchor.types} -%}
    {%- set subject = rule.subject.kind -%}
    {%- set table = record_kinds()[kind].table -%}
    {%- if anchor.bound -%}
        {%- set bound_alias = anchor.bound.column.split('.')[0] -%}
        {%- set holder = subject if bound_alias in subject_context(subject) else kind -%}
{{ name }}_bounds as (

    {{ dates_of(anchor.bound.column, holder) | indent(4) }}

),
    {%- endif %}

{{ name }}_seen as (

    select {{ 'distinct' if may_repeat(what, subject) }}
        scope.subject_key,
        {{ its }}.record_key as a_key,
        {{ its }}.t_from as a_from,
        {{ its }}.t_to as a_to,
        {{ its }}.{{ record_kinds()[kind].time }} as a_time,
        case
            when {{ its }}.t_from is null then 'null_operand'
            {%- if anchor.bound %}
            when {{ bound(anchor, its) }} is null
                then {{ order_reason('bounds.t_from', its ~ '.t_from') }}
            {%- endif %}
        end as reason
    from judged as scope
    {{- record_joins(what, subject, in_period=(subject == 'site_period' and anchor.take != 'each')) | indent(4) }}
    {%- if anchor.bound %}
    inner join {{ name }}_bounds as bounds
        on {{ 'scope.subject_key' if bound_alias in subject_context(subject) else its ~ '.record_key' }} = bounds.bound_key
    {%- endif %}
    where
        {%- if anchor.take == 'each' %}
        ({{ end_in_window(its, trigger) if kind in calendar_ends_kinds() else in_window(its, trigger) }})
        {%- else %}
        true
        {%- endif %}
        {%- if anchor.bound %}
        and {{ bound(anchor, its) }} is distinct from false
        {%- endif %}

),

{%- if anchor.take == 'each' %}

{{ name }}_found as (

    select
        subject_key,
        a_key,
        a_from,
        a_to,
        reason
    from {{ name }}_seen

),
{%- else %}

{{ name }}_ranked as (

    select
        *,
        {%- set direction = 'asc' if anchor.take == 'first' else 'desc' %}
        row_number() over (
            partition by subject_key
            order by a_time {{ direction }} nulls last, a_key {{ direction }}
        ) as place,
        min(reason) over (partition by subject_key) as any_reason
    from {{ name }}_seen

),

{{ name }}_found as (

    select
        subject_key,
        case when any_reason is null then a_key end as a_key,
        case when any_reason is null then a_from end as a_from,
        case when any_reason is null then a_to end as a_to,
        any_reason as reason
    from {{ name }}_ranked
    where place = 1

),
{%- endif %}

    {%- if kind not in calendar_ends_kinds() %}

{{ name }}_without as (

    select
        scope.subject_key,
        scope.site_key,
        scope.lot_key,
        {{ 'scope.starts_at' if anchor.take == 'each' else 'scope.absent_from' }} as w_from,
        scope.ends_at as w_to
    from judged as scope
    left join {{ name }}_found as found on scope.subject_key = found.subject_key
    where found.subject_key is null

),

{{ name }}_unseen as (

    {{ absence_in_month(name ~ '_without', table, parts_of(what), subject) | indent(4) }}

),
    {%- endif %}

{{ name }} as (

    select
        subject_key,
        {{ literal(table) }} as a_table,
        a_key,
        a_from,
        a_to,
        reason
    from {{ name }}_found
    {%- if kind not in calendar_ends_kinds() %}
    union all
    select
        subject_key,
        {{ literal(table) }} as a_table,
        cast(null as bigint) as a_key,
        cast(null as timestamp) as a_from,
        cast(null as timestamp) as a_to,
        reason
    from {{ name }}_unseen
    where reason is not null
    {%- endif %}

),
{%- endmacro %}

{#- Whether a record lies after (before) the date that bounds an anchor. -#}
{% macro bound(anchor, its) -%}
    {%- if anchor.bound.is == 'after' -%}
        {{ not_after('bounds.t_from', 'bounds.t_to', its ~ '.t_from', its ~ '.t_to') }}
    {%- else -%}
        {{ not_after(its ~ '.t_from', its ~ '.t_to', 'bounds.t_from', 'bounds.t_to') }}
    {%- endif -%}
{%- endmacro %}

{#- A date column of the context of every subject (or record) of a kind: bound_key, t_from, t_to. -#}
{% macro dates_of(dotted, kind) -%}
    {%- set own = subject_alias(kind) -%}
    {%- set known, until = date_bounds(dotted) -%}
select
    its_{{ own }}.record_key as bound_key,
    {{ known }} as t_from,
    {{ until }} as t_to
from {{ facts_of(kind) }} as its_{{ own }}
{{- context_joins([dotted], own) }}
{%- endmacro %}

{#- First and last instant of a date column; what happens is known to its precision. -#}
{% macro date_bounds(dotted) -%}
    {%- if dotted.endswith('.occurred_at') -%}
        {%- set alias = dotted.split('.')[0] -%}
        {{ return((column(alias ~ '.t_from'), column(alias ~ '.t_to'))) }}
    {%- endif -%}
    {{ return((column(dotted), column(dotted))) }}
{%- endmacro %}

{#- Whether a record counts as of the judged month; one without a time may. -#}
{% macro in_window(its, trigger=none) -%}
    {{ its }}.is_in_period or {{ its }}.t_from is null
    {%- if trigger %}
            or {{ is_trigger(its, trigger) }}
    {%- endif -%}
{%- endmacro %}

{#- Whether something falls due in the month after a record from before it. -#}
{% macro is_trigger(its, trigger) -%}
{%- if trigger.days_of -%}
(
                {{ its }}.t_from < scope.starts_at
                and {{ due_in_month(to_local(its ~ '.t_from', 'scope.timezone'), trigger) }}
            )
    {%- else -%}
(
                {{ its }}.t_from < scope.starts_at
                and {{ its }}.t_from + {{ interval_of(trigger, 'scope.site_id') }} >= scope.starts_at
                and {{ its }}.t_from + {{ interval_of(trigger, 'scope.site_id') }} < scope.ends_at
            )
    {%- endif -%}
{%- endmacro %}

{#- Whether a deadline counted in days, from a local time on, ends in the month. -#}
{% macro due_in_month(local_at, trigger) -%}
cast({{ local_at }} as date) between scope.due{{ trigger.days_of }}_first
                and scope.due{{ trigger.days_of }}_last
{%- endmacro %}

{#- Which ends of months, quarters and years count: those something falls due after in the month. -#}
{% macro end_in_window(its, trigger) -%}
    {%- if not trigger -%} {{ its }}.is_in_period
    {%- elif trigger.days_of -%} {{ due_in_month(its ~ '.local_at', trigger) }}
    {%- else -%}
{{ its }}.t_from + {{ interval_of(trigger, 'scope.site_id') }} >= scope.starts_at
        and {{ its }}.t_from + {{ interval_of(trigger, 'scope.site_id') }} < scope.ends_at
    {%- endif -%}
{%- endmacro %}

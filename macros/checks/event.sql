{#-
  Records exist, or do not: in order, in time, in number. Each item looks at the records of the
  kind that belong to the subject (or to the thing in `of`) and asks of each whether it matches.
-#}
{% macro check_event(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set anchors = anchors_of(check, ['after', 'before', 'during']) -%}
    {%- set keys = item_keys(anchors) -%}
    {%- set trigger = trigger_of(check) -%}
    {%- set items = name ~ ('_dated' if is_calendar(check) else '_items') -%}
    {%- set since = 'least(items.starts_at, items.after_from)' if check.at_least and check.after
        else 'items.absent_from' if check.at_least else 'items.starts_at' -%}
    {%- set unseen = 'unseen.reason' if trigger else sight_reason('unseen', 'items', since, rule.subject.kind) -%}
    {%- set ours = check.same | map(attribute='ours') | list -%}
    {{ item_ctes(check, rule, anchors, ours, trigger) }}
    {%- if is_calendar(check) %}{{ dated_ctes(check) }}{% endif %}
    {{ event_matches(check, rule, keys) }}

{{ name }}_counts as (

    select
        {%- for key in keys %}
        items.{{ key }},
        {%- endfor %}
        count(*) filter (where matches.is_match) as n_true,
        count(matches.b_key) filter (where matches.is_match is null) as n_maybe,
        min(matches.doubt) filter (where matches.is_match is null) as doubt,
        min_by(matches.b_key, {{ in_turn('matches.b_from', 'matches.b_key') }}) filter (where matches.is_match) as match_key,
        min_by(matches.b_key, {{ in_turn('matches.b_from', 'matches.b_key') }}) filter (where matches.is_match is null) as doubt_key,
        {{ first_match('matches.is_late' if check.within or check.by else none, 'late') }},
        {{ first_match('matches.is_kind' if anchors else none, 'other') }}
    from {{ items }} as items
    left join {{ name }}_matches as matches
        on {{ same_item('items', 'matches', keys) }}
    where items.reason is null
    group by {% for key in keys %}items.{{ key }}{{ ', ' if not loop.last }}{% endfor %}

),

    {%- if trigger %}

{{ name }}_needs as (

    select
        items.*,
        least(items.starts_at, items.after_from) as w_from,
        {{ due_end(check, 'items') }} as w_to
    from {{ items }} as items
    where items.reason is null

),

{{ name }}_unseen as (

    {{ absence(name ~ '_needs', record_kinds()[check.what.kind].table, parts_of(check.what),
        rule.subject.kind, keys) | indent(4) }}

),
    {%- endif %}

{{ name }}_told as (

    select
        items.*,
        counts.n_true,
        counts.n_maybe,
        counts.doubt,
        counts.match_key,
        counts.doubt_key,
        counts.late_key,
        counts.late_from,
        counts.other_key,
        counts.other_from,
        {{ unseen }} as unseen,
        {{ due_of(check) }} as due_at
    from {{ items }} as items
    left join {{ name }}_counts as counts
        on {{ same_item('items', 'counts', keys) }}
    {%- if trigger %}
    left join {{ name }}_unseen as unseen
        on {{ same_item('items', 'unseen', keys) }}
    {%- else %}
    {{- sight_joins('unseen', 'items', record_kinds()[check.what.kind].table, parts_of(check.what),
        rule.subject.kind) | indent(4) }}
    {%- endif %}

),

{{ name }}_coded as (

    select
        *,
        {{ event_code(check) | indent(8) }} as outcome
    from {{ name }}_told

),

{{ name }}_raw as (

    select
        subject_key,
        case
            when outcome = 'holds' then 1
            when outcome = 'pending' then 2
            when outcome in ('missing', 'late', 'wrong_order', 'mismatch') then 0
            else -1
        end as truth,
        outcome as code,
        {{ event_sentence(check, rule) | indent(8) }} as sentence,
        a_from as at_ts,
        due_at,
        a_table,
        a_key,
        {{ literal(record_kinds()[check.what.kind].table) }} as b_table,
        case outcome
            when 'holds' then match_key
            when 'mismatch' then match_key
            when 'late' then late_key
            when 'wrong_order' then other_key
            when 'precision' then doubt_key
            when 'null_operand' then doubt_key
        end as b_key,
        is_asked,
        is_excused
    from {{ name }}_coded

),
    {%- for part in check.nested -%}
        {{ matched_ctes(part, name, check.what.kind) }}
        {{ check_ctes(part, rule) }}
    {%- endfor -%}
{%- endmacro %}

{#- Key and time of the first record of which something holds; nothing where it never can. -#}
{% macro first_match(holds, name) -%}
    {%- if holds -%}
min_by(matches.b_key, {{ in_turn('matches.b_from', 'matches.b_key') }}) filter (where {{ holds }}) as {{ name }}_key,
        min(matches.b_from) filter (where {{ holds }}) as {{ name }}_from
    {%- else -%}
cast(null as bigint) as {{ name }}_key,
        cast(null as timestamp) as {{ name }}_from
    {%- endif -%}
{%- endmacro %}

{#- Every record looked at beside every item, and whether it matches. -#}
{% macro event_matches(check, rule, keys) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.what.kind -%}
    {%- set its = 'its_' ~ kind -%}
    {%- set theirs = check.same | map(attribute='theirs') | list -%}
    {%- if check.of %}
targets as (

    {{ targets('judged', rule.subject.kind, check.of) | indent(4) }}

),
    {%- endif %}

{{ name }}_asked as (

    select {{ 'distinct' if may_repeat(check.what, rule.subject.kind, check.of) }}
        {%- for key in keys %}
        scope.{{ key }},
        {%- endfor %}
        {{ its }}.record_key as b_key,
        {{ its }}.t_from as b_from,
        {{ its }}.t_to as b_to,
        scope.is_asked,
        scope.is_excused,
        {{ condition(check.where) }}
        {%- if rule.subject.kind == 'site_period' and not check.of %}
        and case when {{ its }}.t_from is not null then true end
        {%- endif %} as is_wanted,
        {%- for pair in check.same %}
        cast({{ column(pair.theirs) }} as string) = cast(scope.{{ pair.ours | replace('.', '_') }} as string)
            as is_same_{{ loop.index }},
        {%- endfor %}
        {%- if check.after %}
        {{ not_after('scope.after_from', 'scope.after_to', its ~ '.t_from', its ~ '.t_to') }} as is_after,
        {%- endif %}
        {%- if check.before %}
        {{ not_after(its ~ '.t_from', its ~ '.t_to', 'scope.before_from', 'scope.before_to') }} as is_before,
        {%- endif %}
        {%- if check.during %}
        {{ is_during(check, its) }} as is_during,
        {%- endif %}
        {{ is_in_time(check, its) }} as is_in_time,
        {{ (['%s.t_from is null' % its] + ['scope.%s_from is null' % 'after'] * (1 if check.after else 0)
            + ['scope.before_from is null'] * (1 if check.before else 0)) | join(' or ') }} as is_untimed
    from {{ name }}{{ '_dated' if is_calendar(check) else '_items' }} as scope
    {{- record_joins(check.what, rule.subject.kind, check.of,
        in_period=(rule.subject.kind == 'site_period' and not check.of)) | indent(4) }}
    {{- context_joins(columns_in(check.where) + theirs, kind) | indent(4) }}
    {%- if check.during %}
    left join {{ facts_of(check.during.kind or subject_alias(rule.subject.kind)) }} as while_it
        on scope.during_key = while_it.record_key
    {%- endif %}
    where scope.reason is null

),

{{ name }}_matches as (

    select
        *,
        {%- set kinds = ['is_wanted'] %}
        {%- for pair in check.same %} {%- do kinds.append('is_same_' ~ loop.index) -%} {% endfor %}
        {%- set order = [] %}
        {%- for word in ['after', 'before', 'during'] if check[word] %} {%- do order.append('is_' ~ word) -%} {% endfor %}
        {{ kinds | join(' and ') }} as is_kind,
        {{ (kinds + order + ['is_in_time']) | join(' and ') }} as is_match,
        {{ (kinds + (['is_after'] if check.after else ['is_before'] if check.before else []))
            | join(' and ') }} and not is_in_time as is_late,
        case
            when {{ kinds | join(' is null or ') }} is null or is_untimed then 'null_operand'
            else 'precision'
        end as doubt
    from {{ name }}_asked

),
{%- endmacro %}

{#- Start counts as during, the end does not; an open end has not come. -#}
{% macro is_during(check, its) -%}
    {%- set ends = 'while_it.' ~ (record_kinds().get(check.during.kind, {}).get('ends', 'completed_at')) -%}
(
            {{ not_after('scope.during_from', 'scope.during_to', its ~ '.t_from', its ~ '.t_to') }}
            and not coalesce(
                {{ not_after(ends, ends, its ~ '.t_from', its ~ '.t_to') }},
                case when {{ ends }} is null then false end
            )
        )
{%- endmacro %}

{#- Whether a record lies within the span after (before) its anchor. -#}
{% macro is_in_time(check, its) -%}
    {%- if is_calendar(check) -%}
        {{ is_by(its ~ '.t_from', its ~ '.t_to', 'scope.due_from', 'scope.due_to') }}
    {%- elif not check.within -%} true
    {%- else -%}
        {%- set span = interval_of(check.within, 'scope.site_id') -%}
        {%- if check.after -%}
            {{ not_after(its ~ '.t_from', its ~ '.t_to',
                'scope.after_from + ' ~ span, 'scope.after_to + ' ~ span) }}
        {%- else -%}
            {{ not_after('scope.before_from - ' ~ span, 'scope.before_to - ' ~ span,
                its ~ '.t_from', its ~ '.t_to') }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The end of a deadline. -#}
{% macro due_end(check, items) -%}
    {%- if is_calendar(check) -%} {{ items }}.due_from
    {%- else -%} {{ items }}.after_from + {{ interval_of(check.within, items ~ '.site_id') }}
    {%- endif -%}
{%- endmacro %}

{#- The items with the end of a deadline that is counted in days, as early and as late as it may be. -#}
{% macro dated_ctes(check) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set early = "interval '1' second" if check.after.kind in calendar_ends_kinds() else "interval '0' second" %}

{{ name }}_started as (

    select
        *,
        cast({{ to_local('after_from - ' ~ early, 'timezone') }} as date) as from_day,
        cast({{ to_local("case when after_to > after_from then after_to - interval '1' second"
            ~ ' else after_to - ' ~ early ~ ' end', 'timezone') }} as date) as to_day
    from {{ name }}_items

),

    {{ due_cte(name ~ '_due', name ~ '_started', check, ['*'],
        [['from_day', 'first_due'], ['to_day', 'last_due']]) }}

{{ name }}_dated as (

    select
        *,
        {{ end_of_day('first_due', 'timezone') }} as due_from,
        {{ end_of_day('last_due', 'timezone') }} as due_to
    from {{ name }}_due

),
{%- endmacro %}

{% macro due_of(check) -%}
    {%- if is_calendar(check) -%} items.due_from - interval '1' second
    {%- elif check.within and check.after -%} {{ due_end(check, 'items') }}
    {%- else -%} cast(null as timestamp)
    {%- endif -%}
{%- endmacro %}

{#- What becomes of an item: holds, pending, a gap's code, or why it is not known. -#}
{% macro event_code(check) -%}
case
    when reason is not null then reason
    {%- if check.at_most is not none %}
    when n_true > {{ check.at_most }} then 'mismatch'
    {%- endif %}
    {%- if check.at_least %}
    when n_true < {{ check.at_least }} and n_true + n_maybe < {{ check.at_least }} then
        case
            {%- if trigger_of(check) %}
            when due_at is null then 'null_operand'
            when late_key is null and as_of < {{ 'due_from' if is_calendar(check) else 'due_at' }} then 'pending'
            {%- endif %}
            when unseen is not null then unseen
            {%- if check.within or check.by %}
            when late_key is not null then 'late'
            {%- endif %}
            {%- if check.before or check.after or check.during %}
            when other_key is not null then 'wrong_order'
            {%- endif %}
            else 'missing'
        end
    when n_true < {{ check.at_least }} then doubt
    {%- endif %}
    {%- if check.at_most is not none %}
    when n_true + n_maybe > {{ check.at_most }} then doubt
    when unseen is not null then unseen
    {%- endif %}
    else 'holds'
end
{%- endmacro %}

{#- Each time is written once, for its words are long; what is not said is null, and so left out. -#}
{% macro event_sentence(check, rule) -%}
    {%- set what = kind_words(check.what, check.where) -%}
    {%- set anchor = check.after or check.before or check.during -%}
    {%- set order = 'after' if check.after else 'before' if check.before else 'during' -%}
    {%- set is_due = trigger_of(check) and check.after %}
case
    when outcome <> 'holds' then
        case outcome
            when 'missing'
                then {{ "cast(n_true as string) || " ~ quoted(' of ' ~ check.at_least ~ ' ' ~ what)
                    if (check.at_least or 0) > 1 else quoted('no ' ~ what) }}
            when 'pending' then {{ quoted('no ' ~ what ~ ' yet') }}
            when 'late' then {{ quoted(what ~ ' of ') }}
            when 'wrong_order' then {{ quoted('the first ' ~ what ~ ' is of ') }}
            when 'mismatch'
                then cast(n_true as string) || {{ quoted(' ' ~ what ~ ' where ' ~
                    (('at most ' ~ check.at_most) if check.at_most else 'none') ~ ' may be') }}
            else {{ quoted('not known whether there is ' ~ what) }}
        end
        || case
            when outcome in ('late', 'wrong_order')
                then {{ instant_words("case outcome when 'late' then late_from else other_from end", 'timezone') }}
            else ''
        end
        || case outcome
            when 'late'
                then {% if check.after -%}
                    ' came ' || {{ span_words('due_at', 'late_from') }} || ' after it was due'
                    {%- else %} ' lies too far' {%- endif %}
            when 'wrong_order' then ', not'
            else ''
        end
        {%- if anchor %}
        || case
            when {{ "outcome = 'late'" if check.after else 'false' }} then ''
            else {{ quoted(' ' ~ order ~ ' ' ~ anchor_words(anchor, rule)) }} || {{ time_words('a_from', 'a_to', 'timezone') }}
        end
        {%- endif %}
        {%- if is_due %}
        || case
            when outcome in ({{ literals(['pending', 'late'] + (['missing'] if (check.at_least or 0) <= 1 else [])) }})
                then case outcome when 'late' then ', ' else ', due by ' end || {{ instant_words('due_at', 'timezone') }}
            else ''
        end
        {%- endif %}
        || case
            when outcome in ('missing', 'pending', 'late', 'wrong_order', 'mismatch') then '.'
            else ': ' || {{ reason_words('outcome', what) }} || '.'
        end
end
{%- endmacro %}

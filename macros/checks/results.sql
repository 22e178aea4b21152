{#-
  Results exist for the specification that was in force, and lie within its limits. One item for
  each limit; a specification that lacks what is asked for, or is not there, is one item.
-#}
{% macro check_results(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set anchors = anchors_of(check, ['before']) -%}
    {%- set keys = item_keys(anchors) + ['judged_lot_key'] %}
    {{ item_ctes(check, rule, anchors) }}
    {{ results_lots(check, rule, anchors) }}
    {{ results_specifications(check, rule, keys) }}
    {{ results_limits(check, rule, keys) }}
    {{ results_judged(check, rule, keys) }}

{{ name }}_raw as (

    select
        subject_key,
        case
            when outcome = 'holds' then 1
            when outcome in ('missing', 'out_of_limit') then 0
            else -1
        end as truth,
        outcome as code,
        {{ results_sentence(check) | indent(8) }} as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        case when limit_key is null then a_table else 'spec_limits' end as a_table,
        coalesce(limit_key, a_key) as a_key,
        'test_results' as b_table,
        result_key as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{#- The lots whose results are asked for, and the moment that decides which specification counts. -#}
{% macro results_lots(check, rule, anchors) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = rule.subject.kind -%}
    {%- set by_customer = check.customer and kind in ['shipment', 'event'] %}

{{ name }}_targets as (

    {{ targets('judged', kind, 'lot') | indent(4) }}

),

{{ name }}_latest as (

    select
        lot_key,
        max(t_from) as t_from,
        max_by(t_to, case when t_from is not null then {{ pair_of('t_from', 't_to') }} end) as t_to
    from {{ ref('test_result_facts') }}
    group by lot_key

),

{{ name }}_lots as (

    select
        items.*,
        targets.target_key as judged_lot_key,
        lots.lot_number as judged_lot_number,
        lots.material_id,
        {%- if by_customer %}
        buyers.customer_key,
        {%- else %}
        cast(null as bigint) as customer_key,
        {%- endif %}
        {%- if check.before %}
        items.before_from as spec_from,
        items.before_to as spec_to
        {%- else %}
        coalesce(latest.t_from, items.ends_at) as spec_from,
        case when latest.t_from is null then items.ends_at else latest.t_to end as spec_to
        {%- endif %}
    from {{ name }}_items as items
    left join {{ name }}_targets as targets on items.subject_key = targets.subject_key
    left join {{ ref('lot_facts') }} as lots on targets.target_key = lots.record_key
    left join {{ name }}_latest as latest on targets.target_key = latest.lot_key
    {%- if by_customer %}
    inner join {{ facts_of(kind) }} as buyers on items.subject_key = buyers.record_key
    {%- endif %}

),
{%- endmacro %}

{#- The one specification in force at that moment: the customer's before the house's, then the latest. -#}
{% macro results_specifications(check, rule, keys) -%}
    {%- set name = 'c' ~ check.no %}

{{ name }}_offered as (

    select
        {%- for key in keys %}
        lots.{{ key }},
        {%- endfor %}
        specifications.record_key as spec_key,
        specifications.spec_id,
        specifications.customer_key,
        specifications.valid_from,
        case
            when specifications.valid_from is null then true
            else {{ not_after('specifications.valid_from', 'specifications.valid_from', 'lots.spec_from', 'lots.spec_to') }}
        end
        and case
            when specifications.valid_to is null then true
            else not {{ not_after('specifications.valid_to', 'specifications.valid_to', 'lots.spec_from', 'lots.spec_to') }}
        end as is_in_force
    from {{ name }}_lots as lots
    inner join {{ ref('specification_facts') }} as specifications
        on
            lots.material_id = specifications.material_id
            and (
                specifications.customer_id is null
                or specifications.customer_key = lots.customer_key
            )

),

{{ name }}_ranked as (

    select
        *,
        is_in_force is null as is_undecided,
        row_number() over (
            partition by {{ keys | join(', ') }}
            order by
                case when customer_key is null then 1 else 0 end,
                valid_from desc nulls last,
                spec_key desc
        ) as place
    from {{ name }}_offered
    where is_in_force is distinct from false

),

{{ name }}_specified as (

    select
        lots.*,
        case when not ranked.is_undecided then ranked.spec_key end as spec_key,
        ranked.spec_id,
        case
            when ranked.is_undecided then 'precision'
            when lots.reason is null
                then {{ sight_reason('unseen', 'lots', 'lots.starts_at', rule.subject.kind) | indent(12) }}
        end as spec_unseen
    from {{ name }}_lots as lots
    left join {{ name }}_ranked as ranked
        on
            {{ same_item('lots', 'ranked', keys) }}
            and ranked.place = 1
    {{- sight_joins('unseen', 'lots', 'specifications', [], rule.subject.kind) | indent(4) }}

),
{%- endmacro %}

{#- The limits asked for, and what is asked for but not in the specification. -#}
{% macro results_limits(check, rule, keys) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set asked = [] -%}
    {%- for kind in check.kinds -%}
        {%- do asked.append({'text': literal(kind), 'is': 'limits.kind = ' ~ literal(kind)}) -%}
    {%- endfor -%}
    {%- for characteristic in check.characteristics -%}
        {%- set text = setting(characteristic, 'specified.site_id', 'string') -%}
        {%- do asked.append({'text': text, 'is': 'limits.characteristic_text = ' ~ match_text(text)}) -%}
    {%- endfor %}

{{ name }}_limits as (

    select
        specified.*,
        limits.record_key as limit_key,
        limits.characteristic,
        limits.characteristic_text,
        limits.lower as lower_limit,
        limits.upper as upper_limit,
        limits.expected_text,
        limits.uom as limit_uom
    from {{ name }}_specified as specified
    inner join {{ ref('spec_limit_facts') }} as limits
        on specified.spec_key = limits.specification_key
    where
        specified.reason is null
        {%- for part in ['kinds', 'characteristics'] if check[part] %}
        and {% if part == 'kinds' %}limits.kind in ({{ literals(check.kinds) }})
            {%- else %}limits.characteristic_text in ({% for entry in check.characteristics %}{{ match_text(setting(entry, 'specified.site_id', 'string')) }}{{ ', ' if not loop.last }}{% endfor %}){% endif %}
        {%- endfor %}

),

{{ name }}_lacking as (

    {%- for part in asked %}
    select
        specified.*,
        {{ part.text }} as lacking
    from {{ name }}_specified as specified
    left join {{ ref('spec_limit_facts') }} as limits
        on
            specified.spec_key = limits.specification_key
            and {{ part.is }}
    where
        specified.spec_key is not null
        and specified.reason is null
        and limits.record_key is null
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- else %}
    select
        specified.*,
        cast(null as string) as lacking
    from {{ name }}_specified as specified
    where false
    {%- endfor %}

),
{%- endmacro %}

{#- What each limit's results come to, with the items that have no limit at all. -#}
{% macro results_judged(check, rule, keys) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set lot_keys = keys + ['limit_key'] -%}
    {%- set constant = "cast(null as bigint) as limit_key, cast(null as bigint) as result_key, cast(null as string) as characteristic, cast(null as string) as found, cast(null as string) as allowed" %}

{{ name }}_tested as (

    select
        {%- for key in lot_keys %}
        limits.{{ key }},
        {%- endfor %}
        results.record_key as result_key,
        results.occurred_at,
        {{ shown_result('results') }} as found,
        {{ result_holds('results', 'limits') | indent(8) }} as answer,
        {{ result_doubt('results', 'limits') | indent(8) }} as doubt,
        {%- if check.origin != 'any' %}
        results.origin = {{ literal(check.origin) }}
        {%- else %}
        true
        {%- endif %}
        {%- if check.before %}
        and {{ not_after('results.t_from', 'results.t_to', 'limits.before_from', 'limits.before_to') }}
        {%- endif %} as is_counted,
        case
            when results.t_from is null {{ 'or results.origin is null' if check.origin != 'any' }} then 'null_operand'
            else 'precision'
        end as count_doubt
    from {{ name }}_limits as limits
    inner join {{ ref('test_result_facts') }} as results
        on
            limits.judged_lot_key = results.lot_key
            and limits.characteristic_text = {{ match_text('results.characteristic') }}

),

{{ name }}_placed as (

    select
        *,
        row_number() over (
            partition by {{ lot_keys | join(', ') }}
            order by case when is_counted then 0 else 1 end, occurred_at desc nulls last, result_key desc
        ) as place
    from {{ name }}_tested
    where is_counted is distinct from false

),

{{ name }}_summed as (

    select
        {%- for key in lot_keys %}
        {{ key }},
        {%- endfor %}
        count(*) filter (where is_counted) as n_counted,
        count(*) filter (where is_counted is null) as n_maybe,
        min(count_doubt) filter (where is_counted is null) as count_doubt,
        count(*) filter (where is_counted and occurred_at is null) as n_timeless,
        count(*) filter (where is_counted and not answer) as n_failing,
        count(*) filter (where is_counted and answer is null) as n_unclear,
        count(*) filter (where is_counted and not answer and place > 1) as n_failed_before,
        count(*) filter (where is_counted and answer is null and place > 1) as n_unclear_before,
        min(doubt) filter (where is_counted and answer is null and place > 1) as doubt_before,
        min_by(result_key, {{ in_turn('occurred_at', 'result_key') }}) filter (where is_counted and not answer) as failing_key,
        min_by(found, {{ in_turn('occurred_at', 'result_key') }}) filter (where is_counted and not answer) as failing_found,
        min(doubt) filter (where is_counted and answer is null) as any_doubt
    from {{ name }}_placed
    group by {{ lot_keys | join(', ') }}

),
    {%- if check.failing == 'explained' %}

{{ name }}_explained as (

    select
        lot_key as judged_lot_key,
        count(*) filter (where status = 'closed') as n_closed
    from {{ ref('quality_record_facts') }}
    where
        kind = 'oos'
        and about_table = 'lots'
    group by lot_key

),
    {%- endif %}

{{ name }}_judged as (

    select
        limits.*,
        {%- if check.any_fail %}
        coalesce(summed.failing_key, placed.result_key) as result_key,
        coalesce(summed.failing_found, placed.found) as found,
        {%- else %}
        placed.result_key,
        placed.found,
        {%- endif %}
        {{ shown_limits('limits') }} as allowed,
        case
            {%- if check.any_fail %}
            when summed.n_failing > 0 then 'out_of_limit'
            {%- endif %}
            when summed.n_maybe > 0 then summed.count_doubt
            when coalesce(summed.n_counted, 0) = 0 then coalesce({{ sight_reason('unseen', 'limits', 'limits.absent_from', rule.subject.kind) }}, 'missing')
            {%- if check.any_fail %}
            when summed.n_unclear > 0 then summed.any_doubt
            {%- else %}
            when summed.n_counted > 1 and summed.n_timeless > 0 then 'null_operand'
            when not placed.answer then 'out_of_limit'
            when placed.answer is null then placed.doubt
            {%- endif %}
            {%- if check.failing == 'explained' %}
            when summed.n_failed_before > 0 and coalesce(explained.n_closed, 0) = 0
                then coalesce({{ sight_reason('oos', 'limits', 'limits.absent_from', rule.subject.kind) }}, 'out_of_limit')
            when summed.n_unclear_before > 0 and coalesce(explained.n_closed, 0) = 0 then summed.doubt_before
            {%- endif %}
            else 'holds'
        end as outcome
    from {{ name }}_limits as limits
    left join {{ name }}_summed as summed
        on {{ same_item('limits', 'summed', lot_keys) }}
    left join {{ name }}_placed as placed
        on
            {{ same_item('limits', 'placed', lot_keys) }}
            and placed.place = 1
            and placed.is_counted
    {{- sight_joins('unseen', 'limits', 'test_results', [], rule.subject.kind) | indent(4) }}
    {%- if check.failing == 'explained' %}
    left join {{ name }}_explained as explained
        on limits.judged_lot_key = explained.judged_lot_key
    {{- sight_joins('oos', 'limits', 'quality_records', ['oos'], rule.subject.kind) | indent(4) }}
    {%- endif %}

),

{{ name }}_told as (

    {%- set columns = 'subject_key, a_table, a_key, a_from, timezone, is_asked, is_excused, judged_lot_number, spec_id' %}
    select {{ columns }}, limit_key, result_key, characteristic, found, allowed, outcome
    from {{ name }}_judged
    union all
    select
        {{ columns }}, {{ constant | replace('cast(null as string) as characteristic', 'lacking as characteristic') }},
        'missing' as outcome
    from {{ name }}_lacking
    union all
    select
        {{ columns }}, {{ constant }},
        case
            when reason is not null then reason
            when judged_lot_key is null or material_id is null or spec_from is null then 'null_operand'
            else coalesce(spec_unseen, 'missing')
        end as outcome
    from {{ name }}_specified
    where
        reason is not null
        or spec_key is null

),
{%- endmacro %}

{#-
  Whether a result lies within a limit: censored ones only where that is sure. The value of what was
  not detected (ND) is how little would have been.
-#}
{% macro result_holds(result, limit) -%}
    {%- set value = result ~ '.value' -%}
    {%- set sign = 'trim(' ~ result ~ '.qualifier)' -%}
    {%- set units_differ = match_text(result ~ '.uom') ~ ' is distinct from ' ~ match_text(limit ~ '.limit_uom') -%}
case
    when {{ limit }}.lower_limit is null and {{ limit }}.upper_limit is null then
        case
            when {{ limit }}.expected_text is null
                then case when {{ result }}.value is not null or not {{ is_blank(result ~ '.value_text') }} then true end
            else {{ match_text(result ~ '.value_text') }} = {{ match_text(limit ~ '.expected_text') }}
        end
    when {{ sign }} = 'ND' and {{ value }} is null then case when {{ limit }}.lower_limit is null then true end
    when {{ units_differ }} then null
    else
        case
            when {{ limit }}.lower_limit is null then true
            when {{ sign }} in ('<', 'ND') then case when {{ value }} <= {{ limit }}.lower_limit then false end
            when {{ sign }} = '<=' then case when {{ value }} < {{ limit }}.lower_limit then false end
            when {{ sign }} in ('>', '>=') then case when {{ value }} >= {{ limit }}.lower_limit then true end
            else {{ value }} >= {{ limit }}.lower_limit
        end
        and case
            when {{ limit }}.upper_limit is null then true
            when {{ sign }} = '>' then case when {{ value }} >= {{ limit }}.upper_limit then false end
            when {{ sign }} = '>=' then case when {{ value }} > {{ limit }}.upper_limit then false end
            when {{ sign }} in ('<', '<=', 'ND') then case when {{ value }} <= {{ limit }}.upper_limit then true end
            else {{ value }} <= {{ limit }}.upper_limit
        end
end
{%- endmacro %}

{% macro result_doubt(result, limit) -%}
case
    when ({{ limit }}.lower_limit is not null or {{ limit }}.upper_limit is not null)
        and {{ match_text(result ~ '.uom') }} is distinct from {{ match_text(limit ~ '.limit_uom') }}
        then 'unit'
    else 'null_operand'
end
{%- endmacro %}

{% macro shown_result(result) -%}
coalesce(
    {{ result }}.value_text,
    coalesce({{ result }}.qualifier || ' ', '') || {{ number_words(result ~ '.value') }}
) || coalesce(' ' || {{ result }}.uom, '')
{%- endmacro %}

{% macro shown_limits(limit) -%}
case
    when {{ limit }}.lower_limit is null and {{ limit }}.upper_limit is null
        then coalesce({{ limit }}.expected_text, 'any result')
    else coalesce('at least ' || {{ bare_number(limit ~ '.lower_limit') }}, '')
        || case
            when {{ limit }}.lower_limit is not null and {{ limit }}.upper_limit is not null
                then ' and ' else ''
        end
        || coalesce('at most ' || {{ bare_number(limit ~ '.upper_limit') }}, '')
        || coalesce(' ' || {{ limit }}.limit_uom, '')
end
{%- endmacro %}

{#- A number without filling zeros; null stays null. -#}
{% macro bare_number(number) -%}
rtrim(rtrim({{ decimal_text('cast(' ~ number ~ ' as decimal(28, 9))') }}, '0'), '.')
{%- endmacro %}

{% macro results_sentence(check) -%}
case
    when outcome = 'missing' and limit_key is null and characteristic is null
        then 'no specification in force for lot ' || {{ shown('judged_lot_number') }} || '.'
    when outcome = 'missing' and limit_key is null
        then 'specification ' || {{ shown('spec_id') }} || ' has no limit for ' || characteristic || '.'
    when outcome = 'missing'
        then {{ quoted('no ' ~ ('' if check.origin == 'any' else check.origin ~ ' ') ~ 'result of ') }} || characteristic
        || ' for lot ' || {{ shown('judged_lot_number') }} || ', specification ' || {{ shown('spec_id') }} || '.'
    when outcome = 'out_of_limit'
        then characteristic || ' of lot ' || {{ shown('judged_lot_number') }} || ' is '
        || coalesce(found, 'not known') || '; specification ' || {{ shown('spec_id') }} || ' asks '
        || allowed || '.'
    else 'not known whether ' || coalesce(characteristic, 'the results') || ' of lot '
        || {{ shown('judged_lot_number') }} || ' conform: '
        || {{ reason_words('outcome', 'results or specifications') }} || '.'
end
{%- endmacro %}

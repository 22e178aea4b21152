{#-
  What went in equals what came out, in base units, within a tolerance, or their ratio keeps its
  bounds. `stock` adds what was counted; `per: material` makes one item of each material.
-#}
{% macro check_balance(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = rule.subject.kind -%}
    {%- set unseen = sight_reason('unseen', 'items', 'items.starts_at', kind) -%}
    {%- set per = check.per == 'material' -%}
    {%- set keys = ['subject_key'] + (['material_key'] if per else []) %}
    {{ item_ctes(check, rule, {}) }}
    {%- if check.stock %}
    {{ balance_counts(check, rule, keys, per) }}
    {%- endif %}

{{ name }}_moved as (

    select distinct
        scope.subject_key,
        {{ 'its_event.material_key,' if per }}
        its_event.record_key,
        its_event.event_type,
        its_event.base_quantity,
        its_event.base_uom,
        {{ condition(check.where) }}
        {%- if kind == 'site_period' %}
        and case when its_event.t_from is not null then true end
        {%- endif %} as is_wanted,
        {%- if check.stock and not per %}
        case
            when closing.record_key is null then true
            else {{ not_after('its_event.t_from', 'its_event.t_to', 'closing.t_from', 'closing.t_to') }}
        end as is_counted_in
        {%- else %}
        true as is_counted_in
        {%- endif %}
    from {{ name }}_items as scope
    {{- record_joins({'kind': 'event', 'types': (check.ins + check.outs) | unique | list}, kind,
        in_period=(kind == 'site_period')) | indent(4) }}
    {{- context_joins(columns_in(check.where), 'event') | indent(4) }}
    {%- if check.stock and not per %}
    left join {{ name }}_closing as closing on scope.subject_key = closing.subject_key
    {%- endif %}
    where scope.reason is null

),

{{ name }}_sums as (

    select
        {{ keys | join(', ') }},
        sum(case when event_type in ({{ literals(check.ins) }}) then base_quantity else 0 end) as n_in,
        sum(case when event_type in ({{ literals(check.outs) }}) then base_quantity else 0 end) as n_out,
        count(*) filter (where is_wanted is null or base_quantity is null) as n_unclear,
        count(*) filter (where is_counted_in is null) as n_unplaced,
        count(distinct base_uom) as n_units,
        min(base_uom) as base_uom
    from {{ name }}_moved
    where
        is_wanted is distinct from false
        and is_counted_in is distinct from false
    group by {{ keys | join(', ') }}

),

{{ name }}_told as (

    select
        items.*,
        {%- if per %}
        materials.name as material_name,
        sums.material_key as balanced_key,
        {%- endif %}
        coalesce(sums.n_in, 0) {{ '+ coalesce(opening.base_quantity, 0)' if check.stock and per }} as n_in,
        coalesce(sums.n_out, 0) {{ '+ coalesce(closing.base_quantity, 0)' if check.stock }} as n_out,
        {{ 'coalesce(sums.base_uom, closing.base_uom)' if check.stock else 'sums.base_uom' }} as base_uom,
        coalesce(sums.n_units, 0) as n_units,
        coalesce(sums.n_unclear, 0)
        {{- ' + case when sums.subject_key is not null and sums.material_key is null then 1 else 0 end' if per }} as n_unclear,
        coalesce(sums.n_unplaced, 0) as n_unplaced,
        {%- if check.stock %}
        closing.record_key as count_key,
        closing.record_key is not null and (
            closing.base_quantity is null or closing.base_uom is distinct from coalesce(sums.base_uom, closing.base_uom)
        ) as is_count_unclear,
        {%- else %}
        cast(null as bigint) as count_key,
        false as is_count_unclear,
        {%- endif %}
        {{ unseen }} as unseen
    from {{ name }}_items as items
    left join {{ name }}_sums as sums on items.subject_key = sums.subject_key
    {%- if per %}
    left join {{ ref('material_facts') }} as materials on sums.material_key = materials.record_key
    {%- endif %}
    {%- if check.stock %}
    left join {{ name }}_closing as closing
        on {{ same_item('items' if not per else 'sums', 'closing', keys) }}
    {%- if per %}
    left join {{ name }}_opening as opening
        on {{ same_item('sums', 'opening', keys) }}
    {%- endif %}
    {%- endif %}
    {{- sight_joins('unseen', 'items', 'events', (check.ins + check.outs) | unique | list, kind) | indent(4) }}
    {%- if per %}
    where
        sums.subject_key is not null
        or {{ unseen }} is not null
    {%- endif %}

),

{{ name }}_answered as (

    select
        told.*,
        {{ balance_answer(check) | indent(8) }} as answer
    from {{ name }}_told as told
    {%- if check.tolerance.kind == 'amount' and check.tolerance.uom %}
    left join {{ ref('unit_ratios') }} as ratios
        on
            ratios.uom = {{ literal(check.tolerance.uom | upper) }}
            and ratios.base_uom = upper(trim(told.base_uom))
    {%- endif %}

),

{{ name }}_raw as (

    select
        subject_key,
        case
            when reason is not null or unseen is not null then -1
            when n_unclear > 0 or is_count_unclear or n_unplaced > 0 or n_units > 1 then -1
            when answer then 1
            {%- if check.stock and not per %}
            when not answer and count_key is null and n_in > n_out then -1
            {%- endif %}
            when not answer then 0
            else -1
        end as truth,
        case
            when reason is not null then reason
            when unseen is not null then unseen
            when n_unclear > 0 or is_count_unclear then 'null_operand'
            when n_unplaced > 0 then 'precision'
            when n_units > 1 then 'unit'
            {%- if check.stock and not per %}
            when not answer and count_key is null and n_in > n_out then 'not_covered'
            {%- endif %}
            when answer is null then {{ "'null_operand'" if check.ratio else "'unit'" }}
            when not answer then 'unbalanced'
        end as code,
        case
            when reason is null and unseen is null and not answer and n_unclear = 0 and n_units <= 1 and n_unplaced = 0
                then {{ balance_words(check, per) | indent(8) }}
            else {{ quoted('not known whether ' ~ either(check.ins, 'and') ~ ' and ' ~ either(check.outs, 'and')
                ~ ' balance: a quantity is not given, units differ, or not all of it was loaded.') }}
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        {{ "case when balanced_key is null then a_table else 'materials' end" if per else 'a_table' }} as a_table,
        {{ 'coalesce(balanced_key, a_key)' if per else 'a_key' }} as a_key,
        'counts' as b_table,
        count_key as b_key,
        is_asked,
        is_excused
    from {{ name }}_answered

),

{{ name }}_rows as (

    select
        moved.subject_key,
        raw.truth,
        'events' as record_table,
        moved.record_key
    from {{ name }}_moved as moved
    inner join {{ name }}_raw as raw
        on
            moved.subject_key = raw.subject_key
            {%- if per %}
            and moved.material_key = raw.a_key
            {%- endif %}
    where moved.is_wanted is distinct from false

),
{%- endmacro %}

{#- Latest count of each subject (and material) up to the month's end, and before its start. -#}
{% macro balance_counts(check, rule, keys, per) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- for side in ['closing', 'opening'] if per or side == 'closing' %}

{{ name }}_{{ side }} as (

    select *
    from (
        select
            scope.subject_key,
            its_count.material_key,
            its_count.record_key,
            its_count.base_quantity,
            its_count.base_uom,
            its_count.t_from,
            its_count.t_to,
            row_number() over (
                partition by scope.subject_key {{ ', its_count.material_key' if per }}
                order by its_count.occurred_at desc, its_count.record_key desc
            ) as place
        from judged as scope
        {{- record_joins({'kind': 'count', 'types': []}, rule.subject.kind) | indent(8) }}
        where its_count.t_from {{ '<=' if side == 'closing' else '<' }} scope.{{ 'ends_at' if side == 'closing' else 'starts_at' }}
    )
    where place = 1

),
    {%- endfor -%}
{%- endmacro %}

{#- Whether the sums agree; null when that cannot be said. -#}
{% macro balance_answer(check) -%}
    {%- set tolerance = check.tolerance -%}
    {%- if check.ratio -%}
case
    when n_in = 0 then null
    else true
        {%- if check.ratio.lower %}
        and n_out >= {{ setting(check.ratio.lower, 'told.site_id') }} * n_in
        {%- endif %}
        {%- if check.ratio.upper %}
        and n_out <= {{ setting(check.ratio.upper, 'told.site_id') }} * n_in
        {%- endif %}
end
    {%- elif tolerance.kind == 'percent' -%}
abs(n_in - n_out) * 100 <= {{ setting(tolerance.value, 'told.site_id') }} * abs(n_in)
    {%- elif tolerance.kind == 'amount' and tolerance.uom -%}
case
    when n_in = n_out then true
    else abs(n_in - n_out) <= {{ setting(tolerance.value, 'told.site_id') }} * ratios.ratio
end
    {%- elif tolerance.kind == 'amount' -%}
abs(n_in - n_out) <= {{ setting(tolerance.value, 'told.site_id') }}
    {%- else -%} n_in = n_out
    {%- endif -%}
{%- endmacro %}

{% macro balance_words(check, per) -%}
{{ "coalesce(material_name || ': ', '') || " if per }}{{ quoted(either(check.ins, 'and') ~ ': ') }} || {{ number_words('n_in') }}
    || {{ quoted(', ' ~ either(check.outs, 'and') ~ (' with stock counted' if check.stock else '') ~ ': ') }} || {{ number_words('n_out') }}
    || coalesce(' ' || base_uom, '') || '; difference ' || {{ number_words('n_in - n_out') }} || '.'
{%- endmacro %}

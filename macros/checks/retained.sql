{#-
  Nothing is disposed of before the latest of some dates, nor while a hold on it is open. What was
  disposed of is a record that the audit trail says is gone, or an event that is the disposal.
-#}
{% macro check_retained(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.item.kind -%}
    {%- if check.disposed -%}
        {{ item_ctes(check, rule, {'at': check.disposed}) }}

{{ name }}_gone as (

    select
        *,
        at_key as gone_key,
        at_key as of_key
    from {{ name }}_items

),
    {%- else -%}
        {{ purge_ctes(check, rule) }}
    {%- endif -%}
    {{ kept_of_ctes(check, kind) }}
    {{ kept_until_ctes(check, rule, kind) }}
    {{ kept_hold_ctes(check, kind) }}

{{ name }}_told as (

    select
        gone.*,
        untils.kept_until,
        holds.hold_key,
        case
            when gone.reason is not null then gone.reason
            when gone.gone_key is null then 'holds'
            when holds.hold_key is not null then 'mismatch'
            when gone.a_from is null then 'null_operand'
            when untils.is_early then 'missing'
            when untils.n_dates is null then 'null_operand'
            when untils.doubt is not null then untils.doubt
            when untils.is_unclear then 'precision'
            when holds.n_maybe > 0 then 'precision'
            else 'holds'
        end as outcome
    from {{ name }}_gone as gone
    left join {{ name }}_untils as untils
        on {{ same_item('gone', 'untils', ['subject_key', 'gone_key']) }}
    left join {{ name }}_holds as holds
        on {{ same_item('gone', 'holds', ['subject_key', 'gone_key']) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'missing' then 0 when 'mismatch' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'missing'
                then {{ quoted('disposed of on ') }} || {{ time_words('a_from', 'a_to', 'timezone') }}
                || ', to be kept until ' || {{ instant_words('kept_until', 'timezone') }} || '.'
            when 'mismatch'
                then {{ quoted('disposed of on ') }} || {{ time_words('a_from', 'a_to', 'timezone') }}
                || ', while a hold on it was open.'
            else {{ quoted('not known whether anything was disposed of too early: ') }}
                || {{ reason_words('outcome', 'changes' if check.what else words(kind)) }} || '.'
        end as sentence,
        a_from as at_ts,
        kept_until as due_at,
        a_table,
        a_key,
        case when hold_key is not null then 'quality_records' {{ "else 'changes'" if check.what }} end as b_table,
        {{ 'coalesce(hold_key, gone_key)' if check.what else 'hold_key' }} as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{#- What the audit trail says is gone, in the month; one item for a subject that lost nothing. -#}
{% macro purge_ctes(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = check.what.kind -%}
    {%- set table = record_kinds()[kind].table -%}
    {%- set asked = columns_in(check.when) + columns_in(check.except_when) %}

{{ name }}_purges as (

    select distinct
        scope.subject_key,
        its_change.record_key as gone_key,
        its_change.about_key as of_key,
        its_change.t_from as a_from,
        its_change.t_to as a_to
    from judged as scope
    {{- record_joins({'kind': 'change', 'types': [table]}, rule.subject.kind) | indent(4) }}
        and lower(its_change.field) = 'record'
        and lower(its_change.new_value) in ('deleted', 'purged', 'destroyed')
        and ({{ in_window('its_change') }})

),

{{ name }}_records as (

    select
        purges.*,
        {{ condition(check.when, 'scope.site_id') if check.when else 'true' }} as is_asked,
        {{ condition(check.except_when, 'scope.site_id') if check.except_when else 'false' }} as is_excused
    from {{ name }}_purges as purges
    inner join judged as scope on purges.subject_key = scope.subject_key
    left join {{ facts_of(kind) }} as its_{{ kind }} on purges.of_key = its_{{ kind }}.record_key
    {{- context_joins(asked, kind) | indent(4) }}
    where
        ({{ condition(check.when, 'scope.site_id') if check.when else 'true' }}) is distinct from false
        {%- if check.what.types %}
        and coalesce(its_event.event_type in ({{ literals(check.what.types) }}), true)
        {%- endif %}

),

{{ name }}_without as (

    select
        scope.*,
        scope.starts_at as w_from,
        scope.ends_at as w_to
    from judged as scope
    left join {{ name }}_records as records on scope.subject_key = records.subject_key
    where records.subject_key is null

),

{{ name }}_unseen as (

    {{ absence(name ~ '_without', 'changes', [], rule.subject.kind) | indent(4) }}

),

{{ name }}_gone as (

    select
        scope.*,
        case when records.of_key is null then 'changes' else {{ literal(table) }} end as a_table,
        coalesce(records.of_key, records.gone_key) as a_key,
        records.a_from,
        records.a_to,
        cast(null as string) as reason,
        records.is_asked,
        records.is_excused,
        records.gone_key,
        records.of_key
    from judged as scope
    inner join {{ name }}_records as records on scope.subject_key = records.subject_key
    union all
    select
        scope.*,
        {{ literal(subject_tables()[rule.subject.kind]) }} as a_table,
        scope.subject_key as a_key,
        cast(null as timestamp) as a_from,
        cast(null as timestamp) as a_to,
        unseen.reason,
        true as is_asked,
        false as is_excused,
        cast(null as bigint) as gone_key,
        cast(null as bigint) as of_key
    from judged as scope
    inner join {{ name }}_unseen as unseen on scope.subject_key = unseen.subject_key

),
{%- endmacro %}

{#- The lots that each thing disposed of belongs to. -#}
{% macro kept_of_ctes(check, kind) -%}
    {%- set name = 'c' ~ check.no %}

{{ name }}_lots as (

    select
        gone.subject_key,
        gone.gone_key,
        facts.lot_key
    from {{ name }}_gone as gone
    inner join {{ facts_of(kind) }} as facts on gone.of_key = facts.record_key
    where facts.lot_key is not null
    {%- if kind == 'document' %}
    union
    select
        gone.subject_key,
        gone.gone_key,
        things.lot_key
    from {{ name }}_gone as gone
    inner join {{ ref('document_abouts') }} as abouts on gone.of_key = abouts.document_key
    inner join {{ ref('things') }} as things
        on
            abouts.about_table = things.thing_table
            and abouts.about_key = things.thing_key
    where things.lot_key is not null
    {%- endif %}

),
{%- endmacro %}

{#- The dates until which each thing has to be kept, and why one of them is not known. -#}
{% macro kept_until_ctes(check, rule, kind) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- for date in check.until %}
        {%- set date_name = name ~ '_until_' ~ loop.index -%}
        {%- if date.of in ['record', 'column'] %}
            {%- set times = kept_times(date, kind) %}

{{ date_name }} as (

    select
        gone.subject_key,
        gone.gone_key,
        {{ times[0] }}{{ kept_span(date, 'gone.site_id') }} as kept_from,
        {{ times[1] }}{{ kept_span(date, 'gone.site_id') }} as kept_to,
        case when {{ times[0] }} is null then 'null_operand' end as doubt
    from {{ name }}_gone as gone
    left join {{ facts_of(kind) }} as its_{{ kind }} on gone.of_key = its_{{ kind }}.record_key
    {%- if date.of == 'column' %}{{ context_joins([date.column], kind) | indent(4) }}{% endif %}
    where gone.gone_key is not null

),
        {%- elif date.of == 'event' -%} {{ kept_event_ctes(check, kind, date, date_name) }}
        {%- else -%} {{ kept_product_ctes(check, rule, date, date_name) }}
        {%- endif -%}
    {%- endfor %}

{{ name }}_untils as (

    {%- set is_past = not_after('dates.kept_from', 'dates.kept_to', 'gone.a_from', 'gone.a_to') %}

    select
        dates.subject_key,
        dates.gone_key,
        max(dates.kept_from) as kept_until,
        coalesce(bool_or(({{ is_past }}) is false), false) as is_early,
        bool_or(dates.kept_from is not null and ({{ is_past }}) is null) as is_unclear,
        min(dates.doubt) as doubt,
        count(*) as n_dates
    from (
        {%- for date in check.until %}
        select
            subject_key,
            gone_key,
            kept_from,
            kept_to,
            doubt
        from {{ name }}_until_{{ loop.index }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as dates
    inner join {{ name }}_gone as gone
        on {{ same_item('dates', 'gone', ['subject_key', 'gone_key']) }}
    group by
        dates.subject_key,
        dates.gone_key

),
{%- endmacro %}

{#- From when to when a date of the thing's own lies: one that is known to the day is a span. -#}
{% macro kept_times(date, kind) -%}
    {%- if date.of == 'record' -%} {{ return(['its_' ~ kind ~ '.t_from', 'its_' ~ kind ~ '.t_to']) }} {%- endif -%}
    {%- set its = column(date.column) -%}
    {%- if date.column.endswith('.occurred_at') -%}
        {{ return([its | replace('.occurred_at', '.t_from'), its | replace('.occurred_at', '.t_to')]) }}
    {%- endif -%}
    {{ return([its, its]) }}
{%- endmacro %}

{% macro kept_span(date, site_id) -%}
    {%- if date.add %} + {{ interval_of(date.add, site_id) }}{% endif -%}
{%- endmacro %}

{#- The first or last event of a type of the lots: none, surely, is no date. -#}
{% macro kept_event_ctes(check, kind, date, date_name) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set types = date.anchor.types -%}
    {%- set extreme = 'min' if date.anchor.take == 'first' else 'max' %}

{{ date_name }}_seen as (

    select
        gone.subject_key,
        gone.gone_key,
        gone.site_key,
        gone.site_id,
        gone.ends_at as w_to,
        count(lots.lot_key) as n_lots,
        min(lots.lot_key) as lot_key,
        least(min(coalesce(births.born_at, timestamp '0001-01-01 00:00:00')), gone.starts_at) as w_from,
        {{ extreme }}(events.t_from) as seen_from,
        {{ extreme }}(events.t_to) as seen_to,
        count(events.record_key) filter (where events.t_from is null) as n_timeless
    from {{ name }}_gone as gone
    left join {{ name }}_lots as lots
        on {{ same_item('gone', 'lots', ['subject_key', 'gone_key']) }}
    left join {{ ref('lot_births') }} as births on lots.lot_key = births.lot_key
    left join {{ ref('event_facts') }} as events
        on
            lots.lot_key = events.lot_key
            and events.event_type in ({{ literals(types) }})
            and not events.is_void
    where gone.gone_key is not null
    group by
        gone.subject_key,
        gone.gone_key,
        gone.site_key,
        gone.site_id,
        gone.starts_at,
        gone.ends_at

),

{#- a document may be of several lots: then a row of any lot may be what is missing -#}
{{ date_name }}_unseen as (

    {{ absence(date_name ~ '_seen', 'events', types, 'site' if kind == 'document' else 'lot', ['subject_key', 'gone_key']) | indent(4) }}

),

{{ date_name }} as (

    select
        seen.subject_key,
        seen.gone_key,
        seen.seen_from{{ kept_span(date, 'seen.site_id') }} as kept_from,
        seen.seen_to{{ kept_span(date, 'seen.site_id') }} as kept_to,
        case
            when seen.n_lots = 0 or seen.n_timeless > 0 then 'null_operand'
            when seen.seen_from is null then unseen.reason
        end as doubt
    from {{ date_name }}_seen as seen
    inner join {{ date_name }}_unseen as unseen
        on {{ same_item('seen', 'unseen', ['subject_key', 'gone_key']) }}
    where
        seen.n_lots = 0
        or seen.n_timeless > 0
        or seen.seen_from is not null
        or unseen.reason is not null

),
{%- endmacro %}

{#- The latest date of the finished lots made from the lots: none, surely, is no date. -#}
{% macro kept_product_ctes(check, rule, date, date_name) -%}
    {%- set name = 'c' ~ check.no %}

{{ date_name }}_seen as (

    select
        gone.subject_key,
        gone.gone_key,
        gone.site_key,
        gone.site_id,
        gone.starts_at as w_from,
        gone.ends_at as w_to,
        count(lots.lot_key) as n_lots,
        min(lots.lot_key) as lot_key,
        count(its_lot.record_key) as n_products,
        max({{ column(date.column) }}) as seen_at,
        count(its_lot.record_key) filter (where {{ column(date.column) }} is null)
            + count(cuts.lot_key) as n_undated
    from {{ name }}_gone as gone
    left join {{ name }}_lots as lots
        on {{ same_item('gone', 'lots', ['subject_key', 'gone_key']) }}
    left join (
        select
            ancestor_key,
            descendant_key
        from {{ ref('link_pairs') }}
        union
        select
            record_key as ancestor_key,
            record_key as descendant_key
        from {{ ref('lot_facts') }}
    ) as pairs on lots.lot_key = pairs.ancestor_key
    left join (
        select facts.*
        from {{ ref('lot_facts') }} as facts
        inner join {{ ref('material_facts') }} as materials
            on facts.material_key = materials.record_key
        where materials.class = 'finished'
    ) as its_lot on pairs.descendant_key = its_lot.record_key
    left join {{ ref('link_cuts') }} as cuts
        on
            lots.lot_key = cuts.lot_key
            and cuts.direction = 'down'
    where gone.gone_key is not null
    group by
        gone.subject_key,
        gone.gone_key,
        gone.site_key,
        gone.site_id,
        gone.starts_at,
        gone.ends_at

),

{{ date_name }}_unseen as (

    {{ absence(date_name ~ '_seen', 'lot_links', [], 'site', ['subject_key', 'gone_key']) | indent(4) }}

),

{{ date_name }} as (

    select
        seen.subject_key,
        seen.gone_key,
        seen.seen_at{{ kept_span(date, 'seen.site_id') }} as kept_from,
        seen.seen_at{{ kept_span(date, 'seen.site_id') }} as kept_to,
        case
            when seen.n_lots = 0 or seen.n_undated > 0 then 'null_operand'
            else unseen.reason
        end as doubt
    from {{ date_name }}_seen as seen
    inner join {{ date_name }}_unseen as unseen
        on {{ same_item('seen', 'unseen', ['subject_key', 'gone_key']) }}
    where
        seen.n_lots = 0
        or seen.n_products > 0
        or seen.n_undated > 0
        or unseen.reason is not null

),
{%- endmacro %}

{#- Holds that were open on the thing, or on what it belongs to, when it was disposed of. -#}
{% macro kept_hold_ctes(check, kind) -%}
    {%- set name = 'c' ~ check.no %}

{{ name }}_about as (

    select
        gone.subject_key,
        gone.gone_key,
        gone.a_from,
        gone.a_to,
        gone.site_id,
        gone.a_table as about_table,
        gone.a_key as about_key
    from {{ name }}_gone as gone
    where gone.gone_key is not null
    union
    select
        gone.subject_key,
        gone.gone_key,
        gone.a_from,
        gone.a_to,
        gone.site_id,
        'lots' as about_table,
        lots.lot_key as about_key
    from {{ name }}_gone as gone
    inner join {{ name }}_lots as lots
        on {{ same_item('gone', 'lots', ['subject_key', 'gone_key']) }}
    {%- for thing, table in [('order', 'orders'), ('shipment', 'shipments'), ('material', 'materials')] %}
    union
    select
        gone.subject_key,
        gone.gone_key,
        gone.a_from,
        gone.a_to,
        gone.site_id,
        '{{ table }}' as about_table,
        facts.{{ thing }}_key as about_key
    from {{ name }}_gone as gone
    inner join {{ facts_of(kind) }} as facts on gone.of_key = facts.record_key
    where facts.{{ thing }}_key is not null
    {%- endfor %}
    {%- if kind == 'document' %}
    union
    select
        gone.subject_key,
        gone.gone_key,
        gone.a_from,
        gone.a_to,
        gone.site_id,
        abouts.about_table,
        abouts.about_key
    from {{ name }}_gone as gone
    inner join {{ ref('document_abouts') }} as abouts on gone.of_key = abouts.document_key
    union
    select
        gone.subject_key,
        gone.gone_key,
        gone.a_from,
        gone.a_to,
        gone.site_id,
        'materials' as about_table,
        facts.material_key as about_key
    from {{ name }}_gone as gone
    inner join {{ name }}_lots as lots
        on {{ same_item('gone', 'lots', ['subject_key', 'gone_key']) }}
    inner join {{ ref('lot_facts') }} as facts on lots.lot_key = facts.record_key
    where facts.material_key is not null
    {%- endif %}

),

{{ name }}_open as (

    select
        about.subject_key,
        about.gone_key,
        its_quality_record.record_key as hold_key,
        {{ not_after('its_quality_record.opened_at', 'its_quality_record.opened_at', 'about.a_from', 'about.a_to') }}
        and not coalesce(
            {{ not_after('its_quality_record.closed_at', 'its_quality_record.closed_at', 'about.a_from', 'about.a_to') }},
            case when its_quality_record.closed_at is null then false end
        )
        and ({{ condition(check.holds, 'about.site_id') }}) as is_open
    from {{ name }}_about as about
    inner join {{ facts_of('quality_record') }} as its_quality_record
        on
            about.about_table = its_quality_record.about_table
            and about.about_key = its_quality_record.about_key
    {{- context_joins(columns_in(check.holds), 'quality_record') | indent(4) }}

),

{{ name }}_holds as (

    select
        subject_key,
        gone_key,
        min(hold_key) filter (where is_open) as hold_key,
        count(*) filter (where is_open is null) as n_maybe
    from {{ name }}_open
    group by
        subject_key,
        gone_key

),
{%- endmacro %}

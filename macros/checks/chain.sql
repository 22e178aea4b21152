{#-
  Every end of the lot's genealogy is accounted for: lots without parents upwards, without children
  downwards, each have an event that begins (ends) them. A walk that runs in a circle and reaches
  no end is broken.
-#}
{% macro check_chain(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set near, far = ('descendant_key', 'ancestor_key') if check.direction == 'up' else ('ancestor_key', 'descendant_key') -%}
    {%- set inner_end = 'child_key' if check.direction == 'up' else 'parent_key' -%}
    {%- set types = check.ends | reject('equalto', 'stock') | list -%}
    {%- set with_stock = 'stock' in check.ends %}
    {{ item_ctes(check, rule, {}) }}

{{ name }}_targets as (

    {{ targets('judged', rule.subject.kind, 'lot') | indent(4) }}

),

{{ name }}_walk as (

    select
        subject_key,
        target_key as walked_key
    from {{ name }}_targets
    where target_key is not null
    union
    select
        targets.subject_key,
        pairs.{{ far }} as walked_key
    from {{ name }}_targets as targets
    inner join {{ ref('link_pairs') }} as pairs on targets.target_key = pairs.{{ near }}

),

{{ name }}_cut as (

    select distinct targets.subject_key
    from {{ name }}_targets as targets
    inner join {{ ref('link_cuts') }} as cuts
        on
            targets.target_key = cuts.lot_key
            and cuts.direction = '{{ check.direction }}'

),

{{ name }}_ends as (

    select
        walk.subject_key,
        walk.walked_key as end_key
    from {{ name }}_walk as walk
    left join (
        select distinct {{ inner_end }} as lot_key
        from {{ ref('link_edges') }}
        where parent_key <> child_key
    ) as inner_lots on walk.walked_key = inner_lots.lot_key
    where inner_lots.lot_key is null

),

{{ name }}_placed as (

    select
        ends.subject_key,
        ends.end_key,
        ends.end_key as lot_key,
        lots.lot_id,
        lots.is_implied,
        lots.site_key,
        coalesce(births.born_at, periods.starts_at) as w_from,
        periods.starts_at,
        periods.ends_at as w_to
    from {{ name }}_ends as ends
    inner join {{ ref('lot_facts') }} as lots on ends.end_key = lots.record_key
    left join {{ ref('periods') }} as periods on lots.site_key = periods.site_key
    left join {{ ref('lot_births') }} as births on ends.end_key = births.lot_key

),

{{ name }}_windows as (

    select
        subject_key,
        end_key,
        lot_key,
        site_key,
        least(w_from, starts_at) as w_from,
        w_to
    from {{ name }}_placed

),

{{ name }}_events_unseen as (

    {{ absence(name ~ '_windows', 'events', types, 'lot', ['subject_key', 'end_key']) | indent(4) }}

),

{{ name }}_month as (

    select
        subject_key,
        end_key,
        lot_key,
        site_key,
        starts_at as w_from,
        w_to
    from {{ name }}_placed

),

{{ name }}_links_unseen as (

    {{ absence(name ~ '_month', 'lot_links', [], 'lot', ['subject_key', 'end_key']) | indent(4) }}

),

{{ name }}_lots_unseen as (

    {{ absence(name ~ '_month', 'lots', [], 'lot', ['subject_key', 'end_key']) | indent(4) }}

),
    {%- if with_stock %}

{{ name }}_counts_unseen as (

    {{ absence(name ~ '_month', 'counts', [], 'lot', ['subject_key', 'end_key']) | indent(4) }}

),
    {%- endif %}

{{ name }}_reached as (

    select
        ends.subject_key,
        ends.end_key,
        min_by(events.record_key, {{ first_told('events') }}) as event_key
        {%- if with_stock %},
        min_by(stock.record_key, {{ first_told('stock') }}) as stock_key
        {%- endif %}
    from {{ name }}_ends as ends
    left join {{ ref('event_facts') }} as events
        on
            ends.end_key = events.lot_key
            and events.event_type in ({{ literals(types) if types else "''" }})
            and not events.is_void
    {%- if with_stock %}
    left join {{ ref('count_facts') }} as stock
        on
            ends.end_key = stock.lot_key
            and stock.quantity > 0
    {%- endif %}
    group by
        ends.subject_key,
        ends.end_key

),

{{ name }}_told as (

    select
        items.*,
        placed.lot_id,
        placed.end_key,
        placed.is_implied,
        reached.event_key,
        {{ 'reached.stock_key' if with_stock else 'cast(null as bigint)' }} as stock_key,
        case
            when items.reason is not null then items.reason
            when placed.end_key is null and walked.subject_key is null then 'null_operand'
            when placed.end_key is null and cut.subject_key is not null then 'cut_off'
            when placed.end_key is null then 'broken_chain'
            when placed.is_implied then coalesce(lots_unseen.reason, 'broken_chain')
            when reached.event_key is not null then 'holds'
            {%- if with_stock %}
            when reached.stock_key is not null then 'holds'
            {%- endif %}
            else coalesce(events_unseen.reason, links_unseen.reason,
                {{ 'counts_unseen.reason,' if with_stock }} 'broken_chain')
        end as outcome
    from {{ name }}_items as items
    left join (select distinct subject_key from {{ name }}_walk) as walked
        on items.subject_key = walked.subject_key
    left join {{ name }}_cut as cut on items.subject_key = cut.subject_key
    left join {{ name }}_placed as placed on items.subject_key = placed.subject_key
    left join {{ name }}_reached as reached
        on
            placed.subject_key = reached.subject_key
            and placed.end_key = reached.end_key
    {%- for unseen in ['events_unseen', 'links_unseen', 'lots_unseen'] + (['counts_unseen'] if with_stock else []) %}
    left join {{ name }}_{{ unseen }} as {{ unseen }}
        on
            placed.subject_key = {{ unseen }}.subject_key
            and placed.end_key = {{ unseen }}.end_key
    {%- endfor %}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'broken_chain' then 0 else -1 end as truth,
        outcome as code,
        case
            when outcome = 'broken_chain' and end_key is null
                then {{ quoted('the genealogy runs in a circle and reaches no ' ~ ('origin' if check.direction == 'up' else 'destination')) }} || '.'
            when outcome = 'broken_chain' and is_implied
                then 'lot ' || lot_id || ' is only named by other records; no source sent it.'
            when outcome = 'broken_chain'
                then 'the chain ends at lot ' || lot_id || {{ quoted(', which has no ' ~ either(check.ends)) }} || '.'
            else {{ quoted('not known whether the genealogy closes: ') }}
                || {{ reason_words('outcome', 'events, links or counts of the lot at its end') }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        case when end_key is null then a_table else 'lots' end as a_table,
        coalesce(end_key, a_key) as a_key,
        case when event_key is not null then 'events' when stock_key is not null then 'counts' end as b_table,
        coalesce(event_key, stock_key) as b_key,
        is_asked,
        is_excused
    from {{ name }}_told
    union all
    select
        items.subject_key,
        -1 as truth,
        'cut_off' as code,
        'not known whether the genealogy closes: ' || {{ reason_words("'cut_off'", '') }}
            || '.' as sentence,
        items.a_from as at_ts,
        cast(null as timestamp) as due_at,
        items.a_table,
        items.a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        items.is_asked,
        items.is_excused
    from {{ name }}_items as items
    inner join {{ name }}_cut as cut on items.subject_key = cut.subject_key
    where items.reason is null
    {%- if check.quantities %}
    union all
    select
        items.subject_key,
        0 as truth,
        'broken_chain' as code,
        'a link of the genealogy has no quantity.' as sentence,
        items.a_from as at_ts,
        cast(null as timestamp) as due_at,
        'lot_links' as a_table,
        edges.record_key as a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key,
        items.is_asked,
        items.is_excused
    from {{ name }}_items as items
    inner join {{ name }}_walk as walk on items.subject_key = walk.subject_key
    inner join {{ ref('link_edges') }} as edges
        on
            walk.walked_key = edges.{{ inner_end }}
            and edges.parent_key <> edges.child_key
            and edges.quantity is null
    where items.reason is null
    {%- endif %}

),
{%- endmacro %}

{#- The earliest record counts, whichever source was ingested first: a key says nothing of that. -#}
{% macro first_told(its) -%}
    {{ pair_of('coalesce(' ~ its ~ ".t_from, timestamp '9999-12-31 00:00:00')", its ~ '.record_id') }}
{%- endmacro %}

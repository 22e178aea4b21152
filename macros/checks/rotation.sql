{#-
  What is older and can be used is drawn first: when an event draws from a lot, no other lot of the
  material at the site that is older was released, unexpired and in stock.
-#}
{% macro check_rotation(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set keys = ['subject_key', 'at_key', 'lot_key_b'] -%}
    {{ item_ctes(check, rule, {'at': check.at},
        ['event.lot_key', 'event.material_key', 'event.site_key', 'event.record_key']) }}
    {{ rotation_lots(check, rule) }}
    {{ rotation_pairs(check, rule) }}
    {{ rotation_stock(check) }}

{{ name }}_terms as (

    select
        pairs.*,
        case
            when pairs.b_rank_from is null and ranks_unseen.reason is null then false
            when pairs.rank_from is null or pairs.b_rank_from is null then null
            when pairs.b_rank_to <= pairs.rank_from and pairs.b_rank_from < pairs.rank_from then true
            when pairs.rank_to <= pairs.b_rank_from then false
        end as is_older,
        case
            when states.n_maybe > 0 then null
            when states.to_status is not null then states.to_status = 'released'
        end as is_released,
        case
            when not pairs.is_born or stock.n_unclear > 0 then null
            else coalesce(stock.on_hand, 0) > 0
        end as is_in_stock,
        case
            when pairs.expires_at is null then true
            else not {{ not_after('pairs.expires_at', 'pairs.expires_at', 'pairs.at_from', 'pairs.at_to') }}
        end as is_fresh,
        case
            when pairs.rank_from is null or pairs.b_rank_from is null
                then coalesce(ranks_unseen.reason, 'null_operand')
            else 'precision'
        end as older_doubt,
        case when states.n_maybe > 0 then 'precision' else 'no_history' end as released_doubt,
        case when not pairs.is_born then 'not_covered' else 'null_operand' end as stock_doubt,
        stock.on_hand
    from {{ name }}_pairs as pairs
    left join {{ name }}_ranks_unseen as ranks_unseen
        on {{ same_item('pairs', 'ranks_unseen', keys) }}
    left join {{ name }}_states as states on {{ same_item('pairs', 'states', keys) }}
    left join {{ name }}_stock as stock on {{ same_item('pairs', 'stock', keys) }}

),

{{ name }}_judged as (

    select
        *,
        is_older and is_released and is_in_stock and is_fresh as is_passed_over,
        case
            when is_older is null then older_doubt
            when is_released is null then released_doubt
            when is_in_stock is null then stock_doubt
            else 'precision'
        end as doubt
    from {{ name }}_terms

),

{{ name }}_found as (

    select
        subject_key,
        at_key,
        min_by(lot_key_b, {{ in_turn('b_rank_from', 'lot_key_b') }}) filter (where is_passed_over) as other_key,
        min_by(lot_label, {{ in_turn('b_rank_from', 'lot_key_b') }}) filter (where is_passed_over) as other_label,
        min_by(on_hand, {{ in_turn('b_rank_from', 'lot_key_b') }}) filter (where is_passed_over) as other_on_hand,
        min(b_rank_from) filter (where is_passed_over) as other_from,
        min(doubt) filter (where is_passed_over is null) as doubt
    from {{ name }}_judged
    group by
        subject_key,
        at_key

),

{{ name }}_needs as (

    select
        items.*,
        items.starts_at as w_from,
        items.ends_at as w_to
    from {{ name }}_items as items
    where items.reason is null

),

{{ name }}_unseen as (

    {{ absence(name ~ '_needs', 'events', check.ins, rule.subject.kind, ['subject_key', 'at_key'])
        | indent(4) }}

),

{{ name }}_told as (

    select
        items.*,
        found.other_key,
        found.other_label,
        found.other_from,
        found.other_on_hand,
        case
            when items.reason is not null then items.reason
            when items.event_lot_key is null or items.at_from is null then 'null_operand'
            when found.other_key is not null then 'wrong_order'
            when found.doubt is not null then found.doubt
            when unseen.reason is not null then unseen.reason
            else 'holds'
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_found as found on {{ same_item('items', 'found', ['subject_key', 'at_key']) }}
    left join {{ name }}_unseen as unseen on {{ same_item('items', 'unseen', ['subject_key', 'at_key']) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'wrong_order' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'wrong_order'
                then 'lot ' || other_label || {{ quoted(rotation_words(check, rule)) }}
                || {{ instant_words('other_from', 'timezone') }} || ', was in stock ('
                || {{ number_words('other_on_hand') }} || ') and could have been used.'
            else 'not known whether an older lot was in stock: '
                || {{ reason_words('outcome', 'events') }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        'lots' as b_table,
        other_key as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{% macro rotation_words(check, rule) -%}
    {%- if check.by.column -%} {{ return(', ' ~ column_words(check.by.column, rule) ~ ' ') }} {%- endif -%}
    {{ return({'release': ', released ', 'receipt': ', received '}[check.by.types[0]]) }}
{%- endmacro %}

{#- Lots with something in stock at some time of the month, and what makes them older or younger. -#}
{% macro rotation_lots(check, rule) -%}
    {%- set name = 'c' ~ check.no %}

{{ name }}_moves as (

    select
        events.lot_key,
        events.t_from,
        events.t_to,
        case
            when events.event_type in ({{ literals(check.ins) }}) then events.base_quantity
            else -events.base_quantity
        end as moved
    from {{ ref('event_facts') }} as events
    where
        not events.is_void
        and events.lot_key is not null
        and events.event_type in ({{ literals((check.ins + check.outs) | unique | list) }})
        and events.material_key in (select event_material_key from {{ name }}_items)

),

{{ name }}_alive as (

    select moves.lot_key
    from {{ name }}_moves as moves
    inner join {{ ref('lot_facts') }} as lots on moves.lot_key = lots.record_key
    inner join {{ ref('periods') }} as periods on lots.site_key = periods.site_key
    left join {{ ref('lot_births') }} as births on moves.lot_key = births.lot_key
    group by moves.lot_key
    having
        bool_or(births.born_at is null)
        or sum(case when moves.t_from < periods.starts_at then moves.moved else 0 end) > 0
        or bool_or(moves.moved is null or moves.t_from is null or moves.t_to > periods.starts_at)

),
    {%- if check.by.types %}

{{ name }}_ranked as (

    select
        lot_key,
        t_from,
        t_to,
        row_number() over (
            partition by lot_key
            order by occurred_at nulls first, record_key
        ) as place
    from {{ ref('event_facts') }}
    where
        not is_void
        and lot_key is not null
        and event_type in ({{ literals(check.by.types) }})
        and material_key in (select event_material_key from {{ name }}_items)

),
    {%- endif %}

{{ name }}_ranks as (

    {%- if check.by.types %}
    select
        lot_key,
        t_from as rank_from,
        t_to as rank_to,
        true as is_ranked
    from {{ name }}_ranked
    where place = 1
    {%- else %}
    select
        its_lot.record_key as lot_key,
        {{ column(check.by.column) }} as rank_from,
        {{ column(check.by.column) }} as rank_to,
        true as is_ranked
    from {{ ref('lot_facts') }} as its_lot
    where its_lot.material_key in (select event_material_key from {{ name }}_items)
    {%- endif %}

),
{%- endmacro %}

{#- Every event beside every other lot of the material that may be older. -#}
{% macro rotation_pairs(check, rule) -%}
    {%- set name = 'c' ~ check.no %}

{{ name }}_pairs as (

    select
        items.subject_key,
        items.site_key,
        items.at_key,
        items.at_from,
        items.at_to,
        lots.record_key as lot_key_b,
        lots.record_key as lot_key,
        coalesce(nullif(trim(lots.lot_number), ''), lots.lot_id) as lot_label,
        lots.expires_at,
        ranks.rank_from,
        ranks.rank_to,
        others.rank_from as b_rank_from,
        others.rank_to as b_rank_to,
        coalesce(others.is_ranked, false) as is_ranked,
        births.born_at is not null as is_born,
        least(coalesce(births.born_at, timestamp '0001-01-01 00:00:00'), items.starts_at) as w_from,
        items.ends_at as w_to
    from {{ name }}_items as items
    inner join {{ ref('lot_facts') }} as lots
        on
            items.event_material_key = lots.material_key
            and items.event_site_key = lots.site_key
            and items.event_lot_key <> lots.record_key
    inner join {{ name }}_alive as alive on lots.record_key = alive.lot_key
    left join {{ name }}_ranks as ranks on items.event_lot_key = ranks.lot_key
    left join {{ name }}_ranks as others on lots.record_key = others.lot_key
    left join {{ ref('lot_births') }} as births on lots.record_key = births.lot_key
    where
        items.reason is null
        and items.at_from is not null
        and (
            ranks.rank_from is null
            or others.rank_from is null
            or ranks.rank_to > others.rank_from
        )

),

{{ name }}_rankless as (

    select * from {{ name }}_pairs
    where not is_ranked

),

{{ name }}_ranks_absent as (

    {{ absence(name ~ '_rankless', 'events', check.by.types, 'lot', ['subject_key', 'at_key', 'lot_key_b'])
        | indent(4) }}

),

{#- a lot that has a rank without a time, or a date that is not given, may be older -#}
{{ name }}_ranks_unseen as (

    select
        subject_key,
        at_key,
        lot_key_b,
        {{ 'reason' if check.by.types else "'null_operand' as reason" }}
    from {{ name }}_ranks_absent
    union all
    select
        subject_key,
        at_key,
        lot_key_b,
        'null_operand' as reason
    from {{ name }}_pairs
    where
        is_ranked
        and b_rank_from is null

),
{%- endmacro %}

{#- The status and the stock of each such lot as of the event. -#}
{% macro rotation_stock(check) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set keys = ['subject_key', 'at_key', 'lot_key_b'] -%}
    {%- set is_earlier = not_after('states.t_from', 'states.t_to', 'pairs.at_from', 'pairs.at_to') -%}
    {%- set is_before = 'case when moves.t_to <= pairs.at_from and moves.t_from < pairs.at_from then true'
        ~ ' when pairs.at_to <= moves.t_from then false end' %}

{{ name }}_states as (

    select
        pairs.subject_key,
        pairs.at_key,
        pairs.lot_key_b,
        {#- max_by passes over a status that is null, and would name the one before it #}
        nullif(
            max_by(coalesce(states.to_status, ''), {{ in_turn('states.occurred_at', 'states.record_key') }})
                filter (where {{ is_earlier }}),
            ''
        ) as to_status,
        count(*) filter (where ({{ is_earlier }}) is null) as n_maybe
    from {{ name }}_pairs as pairs
    inner join {{ ref('lot_status_facts') }} as states on pairs.lot_key_b = states.lot_key
    group by {% for key in keys %}pairs.{{ key }}{{ ', ' if not loop.last }}{% endfor %}

),

{{ name }}_stock as (

    select
        pairs.subject_key,
        pairs.at_key,
        pairs.lot_key_b,
        sum(case when {{ is_before }} then moves.moved else 0 end) as on_hand,
        count(*) filter (
            where ({{ is_before }}) is null or (({{ is_before }}) and moves.moved is null)
        ) as n_unclear
    from {{ name }}_pairs as pairs
    inner join {{ name }}_moves as moves on pairs.lot_key_b = moves.lot_key
    group by {% for key in keys %}pairs.{{ key }}{{ ', ' if not loop.last }}{% endfor %}

),
{%- endmacro %}

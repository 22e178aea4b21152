{#- Two parts were not played by the same person: no person of one side is one of the other. -#}
{% macro check_not_by(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set keys = ['subject_key', 'on_key'] -%}
    {%- if check.on.take == 'subject' and check.actor.of.take in ['first', 'last', 'each'] -%}
        {#- `performer of each X` looks at each X in turn -#}
        {%- do check.update({'on': check.actor.of, 'item': check.actor.of}) -%}
        {%- do check.actor.update({'of': dict(check.actor.of, take='match')}) -%}
    {%- endif -%}
    {%- set own = item_kind(check, rule) %}
    {{ item_ctes(check, rule, {'on': check.on}) }}
    {{ person_ctes(name, 'actor', check.actor, rule, own) }}
    {{ person_ctes(name, 'not_by', check.not_by, rule, own) }}

{{ name }}_pairs as (

    select
        actors.subject_key,
        actors.on_key,
        max(case when actors.person_id = others.person_id then others.person_id end) as person_id,
        min(case when actors.person_id = others.person_id then others.b_key end) as b_key
    from {{ name }}_actor as actors
    inner join {{ name }}_not_by as others
        on
            actors.subject_key = others.subject_key
            and actors.on_key = others.on_key
    group by
        actors.subject_key,
        actors.on_key

),

{{ name }}_told as (

    select
        items.*,
        pairs.person_id,
        pairs.b_key,
        case
            when items.reason is not null then items.reason
            when pairs.b_key is not null then 'wrong_person'
            when coalesce(actors.n_nameless, 0) + coalesce(others.n_nameless, 0) > 0 then 'null_operand'
            {%- for side in ['actor', 'not_by'] if check[side].of.take in ['first', 'last', 'each'] %}
            when coalesce({{ {'actor': 'actors', 'not_by': 'others'}[side] }}.n_rows, 0) = 0
                and {{ sight_reason(side, 'items', 'items.absent_from', rule.subject.kind) }} is not null
                then {{ sight_reason(side, 'items', 'items.absent_from', rule.subject.kind) }}
            {%- endfor %}
            else 'holds'
        end as outcome
    from {{ name }}_items as items
    left join {{ name }}_pairs as pairs
        on {{ same_item('items', 'pairs', keys) }}
    {%- for side, alias in [('actor', 'actors'), ('not_by', 'others')] %}
    left join (
        select
            subject_key,
            on_key,
            count(*) as n_rows,
            count(*) filter (where person_id is null) as n_nameless
        from {{ name }}_{{ side }}
        group by
            subject_key,
            on_key
    ) as {{ alias }}
        on {{ same_item('items', alias, keys) }}
    {%- if check[side].of.take in ['first', 'last', 'each'] %}
    {{- sight_joins(side, 'items', record_kinds()[check[side].of.kind].table, parts_of(check[side].of),
        rule.subject.kind) | indent(4) }}
    {%- endif %}
    {%- endfor %}

),

{{ name }}_raw as (

    select
        subject_key,
        case outcome when 'holds' then 1 when 'wrong_person' then 0 else -1 end as truth,
        outcome as code,
        case outcome
            when 'wrong_person'
                then coalesce(person_id, 'one person')
                || {{ quoted(' is ' ~ person_words(check.actor) ~ ' and ' ~ person_words(check.not_by)) }} || '.'
            else {{ quoted('not known whether ' ~ person_words(check.actor) ~ ' and '
                ~ person_words(check.not_by) ~ ' differ: ') }}
                || {{ reason_words('outcome', 'the records of both') }} || '.'
        end as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        {{ literal(person_table(check.not_by, check, rule)) }} as b_table,
        b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
{%- endmacro %}

{% macro person_words(person) -%}
    {%- set of = '' -%}
    {%- if person.of.kind -%} {%- set of = ' of the ' ~ kind_words(person.of) -%} {%- endif -%}
    {{ return(person.who ~ of) }}
{%- endmacro %}

{#- Table of the record that names a person: the signature, or the record itself. -#}
{% macro person_table(person, check, rule) -%}
    {%- if person.who == 'signer' -%} {{ return('signatures') }} {%- endif -%}
    {%- set kind = person.of.kind or check.item.kind -%}
    {{ return(record_kinds()[kind].table if kind else subject_tables()[rule.subject.kind]) }}
{%- endmacro %}

{#-
  Persons who played a part, one row for each record that names one (or should): subject_key,
  on_key, person_id, b_key. Of a kind of record: over all of the subject's, at any time.
-#}
{% macro person_ctes(name, side, person, rule, own) -%}
    {%- set of = person.of -%}
    {%- set kind = of.kind or (subject_alias(rule.subject.kind) if of.take == 'subject' else own) -%}
    {%- set is_kind = of.take in ['first', 'last', 'each'] %}

{{ name }}_{{ side }}_records as (

    select distinct
        scope.subject_key,
        scope.on_key,
        {%- if is_kind %}
        its_{{ kind }}.record_key as b_key,
        its_{{ kind }}.{{ record_kinds()[kind].time }} as b_time
        {%- elif of.take == 'subject' %}
        scope.subject_key as b_key,
        cast(null as timestamp) as b_time
        {%- else %}
        scope.a_key as b_key,
        cast(null as timestamp) as b_time
        {%- endif %}
    from {{ name }}_items as scope
    {%- if is_kind %}
    {{- record_joins({'kind': kind, 'types': of.types}, rule.subject.kind,
        in_period=(rule.subject.kind == 'site_period')) | indent(4) }}
    {%- endif %}
    where scope.reason is null

),
    {%- if of.take in ['first', 'last'] %}

{{ name }}_{{ side }}_one as (

    select
        subject_key,
        on_key,
        {{ 'min_by' if of.take == 'first' else 'max_by' }}(
            b_key, {{ in_turn('b_time', 'b_key') }}
        ) as b_key
    from {{ name }}_{{ side }}_records
    group by
        subject_key,
        on_key

),
    {%- endif %}

{{ name }}_{{ side }} as (

    select
        records.subject_key,
        records.on_key,
        {%- if person.who == 'signer' %}
        marks.signer_id as person_id,
        coalesce(marks.record_key, records.b_key) as b_key
        {%- else %}
        nullif(trim(facts.{{ person_column(person.who, kind, rule) }}), '') as person_id,
        records.b_key
        {%- endif %}
    from {{ name }}_{{ side }}_{{ 'one' if of.take in ['first', 'last'] else 'records' }} as records
    {%- if person.who == 'signer' %}
    left join {{ ref('signature_facts') }} as marks
        on
            marks.about_table = {{ literal(kind_table(kind)) }}
            and records.b_key = marks.about_key
            {%- if person.meaning %}
            and marks.meaning in ({{ literals(person.meaning) }})
            {%- endif %}
    {%- else %}
    inner join {{ facts_of(kind) }} as facts on records.b_key = facts.record_key
    {%- endif %}

),
{%- endmacro %}

{% macro kind_table(kind) -%}
    {%- if kind in record_kinds() -%} {{ return(record_kinds()[kind].table) }} {%- endif -%}
    {{ return(subject_tables().get(kind, 'sites')) }}
{%- endmacro %}

{% macro person_column(who, kind, rule) -%}
    {%- set column = record_kinds().get(kind, {}).get(who) -%}
    {%- if not column -%}
        {{ exceptions.raise_compiler_error('no ' ~ who ~ ' of ' ~ kind ~ ' in ' ~ rule.clause) }}
    {%- endif -%}
    {{ return(column) }}
{%- endmacro %}

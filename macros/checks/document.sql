{#-
  A document of a kind exists for each thing asked about, valid at a moment, issued in time. As it
  was then: one that has been superseded since counts inside its validity.
-#}
{% macro check_document(check, rule) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set unseen = sight_reason('unseen', 'items', 'items.absent_from', rule.subject.kind) -%}
    {%- set anchors = anchors_of(check, ['at', 'before']) -%}
    {%- set own = item_kind(check, rule) -%}
    {%- set by_item = check.of and check.item.kind and check.of in own_targets(check.item.kind) -%}
    {%- set ours = check.same | map(attribute='ours') | list -%}
    {%- set extra = ours + ([own ~ '.' ~ check.of ~ '_key'] if by_item else []) -%}
    {%- set keys = item_keys(anchors) %}
    {{ item_ctes(check, rule, anchors, extra) }}
    {{ document_targets(check, rule, own, by_item) }}
    {{ document_matches(check, rule, keys) }}

{{ name }}_counts as (

    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        count(*) filter (where is_match) as n_true,
        count(*) filter (where is_match is null) as n_maybe,
        min(doubt) filter (where is_match is null) as doubt,
        min_by(b_key, {{ in_turn('b_from', 'b_key') }}) filter (where is_match) as match_key,
        max_by(b_key, {{ in_turn("coalesce(valid_to, b_from, timestamp '0001-01-01 00:00:00')", 'b_key') }}) filter (where fault = 'expired') as expired_key,
        max(valid_to) filter (where fault = 'expired') as expired_at,
        min_by(b_key, {{ in_turn('b_from', 'b_key') }}) filter (where fault = 'late') as late_key,
        min_by(b_key, {{ in_turn('b_from', 'b_key') }}) filter (where fault = 'wrong_order') as after_key,
        min(b_from) filter (where fault = 'wrong_order') as after_at,
        min(b_key) filter (where fault = 'mismatch') as unfit_key,
        min(status) filter (where fault = 'mismatch') as unfit_status
    from {{ name }}_matches
    group by {{ keys | join(', ') }}

),

{{ name }}_told as (

    select
        items.*,
        counts.expired_at,
        counts.after_at,
        counts.unfit_status,
        counts.match_key,
        coalesce(counts.expired_key, counts.late_key, counts.after_key, counts.unfit_key) as fault_key,
        case
            when items.reason is not null then items.reason
            when things.n_targets is null then 'null_operand'
            when counts.n_true > 0 then 'holds'
            when counts.n_maybe > 0 then counts.doubt
            when {{ unseen }} is not null then {{ unseen }}
            when counts.expired_key is not null then 'expired'
            when counts.late_key is not null then 'late'
            when counts.after_key is not null then 'wrong_order'
            when counts.unfit_key is not null then 'mismatch'
            else 'missing'
        end as outcome
    from {{ name }}_items as items
    left join (
        select
            {{ keys | join(', ') }},
            count(*) as n_targets
        from {{ name }}_things
        where target_key is not null
        group by {{ keys | join(', ') }}
    ) as things
        on {{ same_item('items', 'things', keys) }}
    left join {{ name }}_counts as counts
        on {{ same_item('items', 'counts', keys) }}
    {{- sight_joins('unseen', 'items', document_table(check), [] if document_table(check) != 'documents' else check.kinds, rule.subject.kind) | indent(4) }}

),

{{ name }}_raw as (

    select
        subject_key,
        case
            when outcome = 'holds' then 1
            when outcome in ('expired', 'late', 'wrong_order', 'mismatch', 'missing') then 0
            else -1
        end as truth,
        outcome as code,
        {{ document_sentence(check, rule) | indent(8) }} as sentence,
        a_from as at_ts,
        cast(null as timestamp) as due_at,
        a_table,
        a_key,
        {{ literal(document_table(check)) }} as b_table,
        case when outcome = 'holds' then match_key when outcome <> 'missing' then fault_key end as b_key,
        is_asked,
        is_excused
    from {{ name }}_told

),
    {%- for part in check.nested -%}
        {{ matched_ctes(part, name, 'document', document_table(check)) }}
        {{ check_ctes(part, rule) }}
    {%- endfor -%}
{%- endmacro %}

{% macro document_table(check) -%}
    {{ return('specifications' if 'specification' in check.kinds else 'documents') }}
{%- endmacro %}

{#- The things each item asks a document of; one of them having it will do. -#}
{% macro document_targets(check, rule, own, by_item) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set kind = rule.subject.kind %}

{{ name }}_targets as (

    {%- if check.of and not (by_item and not reaches(kind, check.of)) %}
    {{ targets('judged', kind, check.of) | indent(4) }}
    {%- elif by_item %}
    select
        subject_key,
        cast(null as bigint) as target_key
    from judged
    where false
    {%- elif document_table(check) == 'specifications' %}
    {{ targets('judged', kind, 'material') | indent(4) }}
    {%- elif kind == 'event' %}
    {{ targets('judged', kind, 'lot') | indent(4) }}
    {%- elif kind in pair_subjects() %}
    {{ targets('judged', kind, pair_subjects()[kind][0]) | indent(4) }}
    {%- elif kind == 'quality_record' %}
    select
        scope.subject_key,
        own.about_key as target_key
    from judged as scope
    inner join {{ facts_of(kind) }} as own on scope.subject_key = own.record_key
    {%- else %}
    select
        subject_key,
        subject_key as target_key
    from judged
    {%- endif %}

),

{{ name }}_things as (

    select
        items.*,
        {%- if by_item %}
        coalesce(items.{{ own }}_{{ check.of }}_key, targets.target_key) as target_key
        {%- else %}
        targets.target_key
        {%- endif %}
    from {{ name }}_items as items
    left join {{ name }}_targets as targets
        on
            items.subject_key = targets.subject_key
            {%- if by_item %}
            and items.{{ own }}_{{ check.of }}_key is null
            {%- endif %}

),
{%- endmacro %}

{#- The table a document has to speak of. -#}
{% macro document_about(check, rule) -%}
    {%- set tables = {'lot': 'lots', 'order': 'orders', 'shipment': 'shipments',
        'material': 'materials', 'supplier': 'parties', 'customer': 'parties', 'party': 'parties',
        'site': 'sites', 'site_period': 'sites', 'person': 'people', 'document': 'documents',
        'event': 'lots', 'site_customer': 'parties', 'supplier_material': 'parties',
        'site_material': 'materials'} -%}
    {{ return(tables.get(check.of or rule.subject.kind)) }}
{%- endmacro %}

{#- Every document of the kind beside every item, whether it fits, and if not, why. -#}
{% macro document_matches(check, rule, keys) -%}
    {%- set name = 'c' ~ check.no -%}
    {%- set is_specification = document_table(check) == 'specifications' -%}
    {%- set its = 'its_document' -%}
    {%- set issued = its ~ '.issued_at' -%}
    {%- set status = its ~ '.status' -%}
    {%- set theirs = check.same | map(attribute='theirs') | list -%}
    {%- set about = document_about(check, rule) %}

{{ name }}_asked as (

    select distinct
        {%- for key in keys %}
        scope.{{ key }},
        {%- endfor %}
        scope.is_asked,
        scope.is_excused,
        {{ its }}.record_key as b_key,
        {{ issued }} as b_from,
        {{ issued }} as b_to,
        {{ its }}.valid_to,
        {{ status }} as status,
        {{ condition(check.where) }}
        {%- for pair in check.same %}
        and cast({{ column(pair.theirs) }} as string) = cast(scope.{{ pair.ours | replace('.', '_') }} as string)
        {%- endfor %} as is_kind,
        {%- if check.at %}
        case
            when {{ its }}.valid_from is null then true
            else {{ not_after(its ~ '.valid_from', its ~ '.valid_from', 'scope.at_from', 'scope.at_to') }}
        end
        and case
            when {{ its }}.valid_to is null then true
            else not {{ not_after(its ~ '.valid_to', its ~ '.valid_to', 'scope.at_from', 'scope.at_to') }}
        end as is_valid,
        {{ status }} in ('effective', 'superseded') as is_in_force,
        {%- else %}
        {{ status }} <> 'superseded' as is_valid,
        {{ status }} in ('effective', 'superseded') as is_in_force,
        {%- endif %}
        {%- if check.before %}
        {{ not_after(issued, issued, 'scope.before_from', 'scope.before_to') }} as is_before,
        {%- else %}
        true as is_before,
        {%- endif %}
        {%- if check.within %}
            {%- set span = interval_of(check.within, 'scope.site_id') %}
        {{ not_after('scope.before_from - ' ~ span, 'scope.before_to - ' ~ span, issued, issued) }} as is_in_time
        {%- else %}
        true as is_in_time
        {%- endif %}
    from {{ name }}_things as scope
    {%- if is_specification %}
    inner join {{ ref('specification_documents') }} as {{ its }}
        on scope.target_key = {{ its }}.material_key
    {%- else %}
    inner join {{ ref('document_abouts') }} as abouts
        on
            {%- if about %}
            abouts.about_table = {{ literal(about) }}
            and {% endif %} scope.target_key = abouts.about_key
    inner join {{ ref('document_facts') }} as {{ its }}
        on
            abouts.document_key = {{ its }}.record_key
            and {{ its }}.kind in ({{ literals(check.kinds) }})
    {%- endif %}
    {{- context_joins(columns_in(check.where) + theirs, 'document') | indent(4) }}
    where scope.reason is null

),

{{ name }}_matches as (

    select
        *,
        is_kind and is_valid and is_in_force and is_before and is_in_time as is_match,
        case
            when not is_kind or (is_kind and is_valid and is_in_force and is_before and is_in_time) then null
            when not is_valid then 'expired'
            when is_before and not is_in_time then 'late'
            when not is_before then 'wrong_order'
            when not is_in_force then 'mismatch'
        end as fault,
        case
            when is_kind is null or status is null {{ 'or b_from is null' if check.before }} then 'null_operand'
            else 'precision'
        end as doubt
    from {{ name }}_asked

),
{%- endmacro %}

{% macro document_sentence(check, rule) -%}
    {%- set what = either(check.kinds) -%}
    {%- set anchor = check.at or check.before -%}
    {%- set hinge = quoted((' valid at ' if check.at else ' before ') ~ anchor_words(anchor, rule)) ~ ' || '
        ~ time_words('a_from', 'a_to', 'timezone') if anchor and anchor.take != 'subject' else "''" -%}
    {%- set of = quoted(' of the ' ~ check.of) if check.of else "''" -%}
case outcome
    when 'missing' then {{ quoted('no ' ~ what) }} || {{ of }} || {{ hinge }} || '.'
    when 'expired'
        then {{ quoted('no ' ~ what) }} || {{ of }} || {{ hinge }} || ' was in force'
        || case
            when expired_at is null then ''
            else '; the last one ended on ' || {{ instant_words('expired_at', 'timezone') }}
        end || '.'
    when 'late' then {{ quoted('the ' ~ what) }} || {{ of }} || ' lies too far' || {{ hinge }} || '.'
    when 'wrong_order'
        then {{ quoted('the ' ~ what) }} || {{ of }} || ' was issued on '
        || {{ instant_words('after_at', 'timezone') }} || ', not' || {{ hinge }} || '.'
    when 'mismatch'
        then {{ quoted('the ' ~ what) }} || {{ of }} || ' is ' || coalesce(unfit_status, 'of no status') || '.'
    else {{ quoted('not known whether there is a ' ~ what) }} || {{ of }} || {{ hinge }} || ': '
        || {{ reason_words('outcome', 'documents of that kind') }} || '.'
end
{%- endmacro %}

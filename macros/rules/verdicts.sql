{#- The state of a verdict; the one place that says what wins over what. -#}
{% macro verdict_state(rule) -%}
case
    when scope.applies is null then 'undetermined'
    when not scope.applies then 'not_applicable'
    when counted.subject_key is null then 'not_applicable'
    when counted.n_false > 0 and risks.risk_key is not null then 'accepted_risk'
    when counted.n_false > 0 then 'gap'
    when counted.n_unknown > 0 then 'undetermined'
    when counted.n_pending > 0 then 'pending'
    when counted.n_stated > 0 then 'attested'
    else 'met'
end
{%- endmacro %}

{#- One verdict for each subject in scope. -#}
{% macro verdict_insert(map, rule) -%}
insert into {{ ref('verdicts') }}
with

counted as (

    select
        subject_key,
        count(*) filter (where is_counted and truth = 1) as n_true,
        count(*) filter (where is_counted and truth = 0) as n_false,
        count(*) filter (where is_counted and truth = -1) as n_unknown,
        count(*) filter (where is_counted and truth = 2) as n_pending,
        count(*) filter (
            where is_counted and truth = 1 and b_table = 'attestations'
        ) as n_stated
    from findings
    group by subject_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by subject_key
            order by
                case truth when 0 then 1 when -1 then 2 when 2 then 3 else 4 end,
                check_no,
                at_ts nulls last,
                code nulls last,
                a_key nulls last,
                b_key nulls last
        ) as place,
        count(*) over (partition by subject_key, truth) as n_alike
    from findings
    where is_counted

),

deciding as (

    select * from ranked
    where place = 1

),

{%- set labelled = labelled_numbers(rule.checks, rule.subject.kind) if rule.state == 'judged' else [] %}
{%- set kinds = item_kinds(rule.checks, rule.subject.kind) if labelled else [] %}
{%- if kinds %}

labels as (

    {{ label_rows(kinds) | indent(4) }}

),
{%- endif %}

said as (

    select
        deciding.subject_key,
        {%- if kinds %}
        case
            when labels.label is not null and deciding.check_no in ({{ labelled | join(', ') }})
                then {{ capital('labels.label') }} || ': ' || deciding.sentence
            else {{ capital('deciding.sentence') }}
        end as sentence
        {%- else %}
        {{ capital('deciding.sentence') }} as sentence
        {%- endif %}
    from deciding
    {%- if kinds %}
    left join labels on deciding.subject_key = labels.subject_key
    {%- endif %}
    where deciding.truth <> 1

),

risks as (

    select
        scope.subject_key,
        min(risks.record_key) as risk_key
    from scope
    inner join {{ ref('risks_in_force') }} as risks
        on
            risks.requirement in ({{ literals([rule.clause, rule.id]) }})
            and (risks.site_key is null or scope.site_key = risks.site_key)
            and (
                risks.subject_id is null
                or (
                    risks.subject_type = {{ literal(subject_tables()[rule.subject.kind]) }}
                    and risks.subject_key = scope.subject_key
                )
            )
    group by scope.subject_key

),

adopted as (

    select distinct sites.record_key as site_key
    from {{ ref('site_facts') }} as sites
    inner join {{ ref('adoptions') }} as adoptions
        on adoptions.site_id is null or sites.site_id = adoptions.site_id
    cross join {{ ref('pin') }} as pin
    where
        adoptions.is_current
        and adoptions.map_id = {{ literal(map.map) }}
        and (adoptions.map_digest is null or adoptions.map_digest = {{ literal(map.map_digest) }})
        and (adoptions.valid_from is null or adoptions.valid_from <= pin.as_of)
        and (adoptions.valid_to is null or adoptions.valid_to > pin.as_of)

),

final as (

    select
        {{ literal(rule.map) }} as map_id,
        {{ literal(rule.id) }} as requirement_id,
        {{ literal(rule.subject.text) }} as subject_type,
        scope.subject_key,
        scope.site_id,
        scope.period,
        {{ verdict_state(rule) | indent(8) }} as state,
        case
            when scope.applies is null then scope.doubt
            when scope.applies and deciding.truth in (0, -1) then deciding.code
        end as code,
        case
            when scope.applies is distinct from true then scope.sentence
            when counted.subject_key is null
                then 'Does not apply: there is nothing to judge in ' || scope.period || '.'
            when deciding.truth is null or deciding.truth = 1
                then {{ met_sentence(rule) }}
            when deciding.n_alike = 1 then said.sentence
            else rtrim(said.sentence, '.')
                || '; and ' || cast(deciding.n_alike - 1 as string) || ' more.'
        end as sentence,
        deciding.at_ts,
        deciding.due_at,
        coalesce(counted.n_true, 0) as n_true,
        coalesce(counted.n_false, 0) as n_false,
        coalesce(counted.n_unknown, 0) as n_unknown,
        coalesce(counted.n_pending, 0) as n_pending,
        adopted.site_key is null as is_indicative,
        {%- if rule.compliance_from %}
        cast({{ literal(rule.compliance_from) }} as timestamp) >= scope.local_to as is_readiness
        {%- else %}
        false as is_readiness
        {%- endif %}
    from scope
    left join counted on scope.subject_key = counted.subject_key
    left join deciding on scope.subject_key = deciding.subject_key
    left join said on scope.subject_key = said.subject_key
    left join risks on scope.subject_key = risks.subject_key
    left join adopted on scope.site_key = adopted.site_key

)

select * from final
{%- endmacro %}

{% macro met_sentence(rule) -%}
    {%- if rule.state == 'attest' -%} 'A statement in force says so.'
    {%- else -%}
case
    when coalesce(counted.n_true, 0) = 1 then 'Holds for the one item looked at.'
    else 'Holds for all ' || cast(coalesce(counted.n_true, 0) as string) || ' items looked at.'
end
    {%- endif -%}
{%- endmacro %}

{#- The rows behind the verdicts, and the part each played. -#}
{% macro evidence_insert(map, rule) -%}
insert into {{ ref('evidence') }}
with

final as (

    select
        subject_key,
        check_no,
        case
            when truth = 1 then 'for'
            when truth = -1 then 'unknown'
            when truth = 2 or code = 'missing' then 'missing_for'
            else 'against'
        end as part,
        {{ shown_record(rule, 'a_key') | indent(8) }}
    from findings
    {%- if rule.subject.kind in pair_subjects() %}
    left join {{ facts_of(rule.subject.kind) }} as pairs
        on
            findings.a_table = {{ literal(subject_tables()[rule.subject.kind]) }}
            and findings.a_key = pairs.record_key
    {%- endif %}
    where
        is_counted
        and a_key is not null
        and a_table not in ('month_ends', 'quarter_ends', 'year_ends')
    union
    select
        subject_key,
        check_no,
        case truth when 1 then 'for' when 0 then 'against' else 'unknown' end as part,
        b_table as record_table,
        b_key as record_key
    from findings
    where
        (is_counted or a_table is null)
        and b_key is not null
    {{- reversed_rows(rule) | indent(4) }}

)

select distinct
    {{ literal(rule.map) }} as map_id,
    {{ literal(rule.id) }} as requirement_id,
    {{ literal(rule.subject.text) }} as subject_type,
    subject_key,
    check_no,
    part,
    record_table,
    record_key
from final
{%- endmacro %}

{#- The record that stands for a finding; a pair is no record, so the first of its things does. -#}
{% macro shown_record(rule, key) -%}
    {%- if rule.subject.kind in pair_subjects() -%}
        {%- set thing = pair_subjects()[rule.subject.kind][0] -%}
case
    when pairs.record_key is null then findings.a_table
    else {{ literal('materials' if thing == 'material' else 'parties') }}
end as record_table,
coalesce(pairs.{{ thing }}_key, findings.{{ key }}) as record_key
    {%- else -%}
a_table as record_table,
a_key as record_key
    {%- endif -%}
{%- endmacro %}

{#- Cancelled events of the types a check looks at are left out of judging, and shown. -#}
{% macro reversed_rows(rule) -%}
    {%- set keys = {'lot': 'lot_key', 'order': 'order_key', 'shipment': 'shipment_key'} -%}
    {%- for check in rule.checks if check.shape == 'event' and check.what.kind == 'event' and not check.of and rule.subject.kind in keys %}
union
select
    scope.subject_key,
    cast({{ check.no }} as integer) as check_no,
    'reversed' as part,
    'events' as record_table,
    events.record_key
from scope
inner join {{ ref('event_facts') }} as events
    on
        scope.subject_key = events.{{ keys[rule.subject.kind] }}
        and events.event_type in ({{ literals(check.what.types) }})
where
    scope.applies
    and events.is_void
    {%- endfor -%}
{%- endmacro %}

{#- The requirement itself, as maps say it. -#}
{% macro requirement_insert(map, rule) -%}
insert into {{ ref('requirements') }}
select
    {{ literal(rule.map) }} as map_id,
    {{ literal(rule.id) }} as requirement_id,
    {{ literal(rule.clause) }} as clause,
    {{ literal(rule.title) }} as title,
    {{ literal(rule.cites | join('; ') if rule.cites is not string else rule.cites) }} as cites,
    {{ literal(rule.requires) }} as requires,
    {{ literal(rule.control) }} as control,
    {{ literal(map.regime) }} as regime,
    {{ literal(map.authority) }} as authority,
    {{ literal(map.title) }} as map_title,
    {{ literal(rule.severity) }} as severity,
    {{ literal(rule.sureness) }} as sureness,
    {{ literal(rule.subject.text) }} as subject,
    {{ literal(rule.remedy) }} as remedy,
    {{ literal(rule.rule_text) }} as rule_text,
    {{ literal(rule.rule_digest) }} as rule_digest,
    {{ literal(map.map_digest) }} as map_digest,
    case
        when true
        {%- if rule.in_force.from %}
            and cast({{ literal(rule.in_force.from) }} as timestamp) < pin.local_to
        {%- endif %}
        {%- if rule.in_force.to %}
            and cast({{ literal(rule.in_force.to) }} as timestamp) > pin.local_from
        {%- endif %}
            then {{ literal(rule.state) }}
        else 'not_in_force'
    end as state,
    {{ literal(rule.waits_for | join(', ') or none) }} as waits_for,
    {{ literal(rule.owner or map.owner) }} as owner,
    {{ literal(map.edition) }} as edition,
    cast({{ literal(map.checked_on) }} as date) as checked_on,
    cast({{ literal(rule.in_force.from) }} as date) as in_force_from,
    cast({{ literal(rule.compliance_from) }} as date) as compliance_from,
    cast({{ rule.position | int }} as integer) as position,
    case
        when exists (
            select 1 from {{ ref('adoptions') }} as adoptions
            where
                adoptions.is_current
                and adoptions.map_id = {{ literal(map.map) }}
                and (adoptions.map_digest is null or adoptions.map_digest = {{ literal(map.map_digest) }})
                and (adoptions.valid_from is null or adoptions.valid_from <= pin.as_of)
                and (adoptions.valid_to is null or adoptions.valid_to > pin.as_of)
        ) then 'adopted'
        else 'draft'
    end as status
from ({{ pinned() }}) as pin
{%- endmacro %}

{#- The state of a verdict on what a requirement applies to; the one place that says what wins. -#}
{% macro verdict_state() -%}
case
    when counted.subject_key is null then 'not_applicable'
    when counted.n_false > 0 and risks.subject_key is not null then 'accepted_risk'
    when counted.n_false > 0 then 'gap'
    when counted.n_unknown > 0 then 'undetermined'
    when counted.n_pending > 0 then 'pending'
    when counted.n_stated > 0 then 'attested'
    else 'met'
end
{%- endmacro %}

{#-
  One verdict for each subject in scope of some requirements. Their subjects and findings lie in
  `scopes` and `findings`, told apart by requirement_no, the requirement's place in its map.
-#}
{% macro verdict_insert(map, rules) -%}
    {%- set labelled = labelled_rules(rules) %}
insert into {{ ref('verdicts') }}
with

rules as (

    {{ rule_rows(rules) | indent(4) }}

),

{#- where there is one finding, the least of each column is that finding's -#}
counted as (

    select
        requirement_no,
        subject_key,
        count(*) filter (where is_counted) as n_counted,
        count(*) filter (where is_counted and truth = 1) as n_true,
        count(*) filter (where is_counted and truth = 0) as n_false,
        count(*) filter (where is_counted and truth = -1) as n_unknown,
        count(*) filter (where is_counted and truth = 2) as n_pending,
        count(*) filter (
            where is_counted and truth = 1 and b_table = 'attestations'
        ) as n_stated,
        {%- for column in deciding_columns() %}
        min({{ column }}) filter (where is_counted) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from findings
    group by requirement_no, subject_key

),

several as (

    select
        findings.*,
        row_number() over (
            partition by findings.requirement_no, findings.subject_key
            order by
                case findings.truth when 0 then 1 when -1 then 2 when 2 then 3 else 4 end,
                findings.check_no,
                findings.at_ts nulls last,
                findings.code nulls last,
                -- keys follow the order of arrival, which whoever judges a pack again does not know
                findings.sentence nulls last,
                findings.a_key nulls last,
                findings.b_key nulls last
        ) as place
    from findings
    inner join counted
        on
            findings.requirement_no = counted.requirement_no
            and findings.subject_key = counted.subject_key
            and counted.n_counted > 1
    where findings.is_counted

),

deciding as (

    select
        requirement_no,
        subject_key,
        {{ deciding_columns() | join(', ') }}
    from counted
    where n_counted = 1
    union all
    select
        requirement_no,
        subject_key,
        {{ deciding_columns() | join(', ') }}
    from several
    where place = 1

),

{%- if labelled %}

labels as (

    {{ label_rows(labelled) | indent(4) }}

),
{%- endif %}

risks as (

    select distinct
        scope.requirement_no,
        scope.subject_key
    from scopes as scope
    inner join counted
        on
            scope.requirement_no = counted.requirement_no
            and scope.subject_key = counted.subject_key
            and counted.n_false > 0
    inner join rules on scope.requirement_no = rules.requirement_no
    inner join {{ ref('risks_in_force') }} as risks
        on
            risks.requirement in (rules.requirement_id, {{ literal(map.map ~ ':') }} || rules.requirement_id)
            and (risks.site_key is null or scope.site_key = risks.site_key)
            and (
                risks.subject_id is null
                or (
                    rules.subject_table = risks.subject_type
                    and scope.subject_key = risks.subject_key
                )
            )

),

adopted as (

    select distinct sites.record_key as site_key
    from {{ ref('site_facts') }} as sites
    inner join {{ ref('adoptions') }} as adoptions
        on adoptions.site_id is null or sites.site_id = adoptions.site_id
    cross join {{ ref('pin') }} as pin
    where
        {{ is_adoption_of(map) | indent(8) }}

),

final as (

    select
        {{ verdict_head(map) | indent(8) }},
        case when scope.applies is null then 'undetermined' else 'not_applicable' end as state,
        case when scope.applies is null then scope.doubt end as code,
        scope.sentence,
        cast(null as timestamp) as at_ts,
        cast(null as timestamp) as due_at,
        cast(0 as bigint) as n_true,
        cast(0 as bigint) as n_false,
        cast(0 as bigint) as n_unknown,
        cast(0 as bigint) as n_pending,
        {{ verdict_standing() | indent(8) }}
    from scopes as scope
    inner join rules on scope.requirement_no = rules.requirement_no
    left join adopted on scope.site_key = adopted.site_key
    where scope.applies is distinct from true
    union all
    select
        {{ verdict_head(map) | indent(8) }},
        {{ verdict_state() | indent(8) }} as state,
        case when deciding.truth in (0, -1) then deciding.code end as code,
        case
            when counted.subject_key is null
                then 'Does not apply: there is nothing to judge in ' || scope.period || '.'
            when deciding.truth is null or deciding.truth = 1
                then {{ met_sentence() }}
            else {{ unmet_words(labelled) | indent(12) }}
        end as sentence,
        deciding.at_ts,
        deciding.due_at,
        coalesce(counted.n_true, 0) as n_true,
        coalesce(counted.n_false, 0) as n_false,
        coalesce(counted.n_unknown, 0) as n_unknown,
        coalesce(counted.n_pending, 0) as n_pending,
        {{ verdict_standing() | indent(8) }}
    from scopes as scope
    inner join rules on scope.requirement_no = rules.requirement_no
    left join counted
        on
            scope.requirement_no = counted.requirement_no
            and scope.subject_key = counted.subject_key
    left join deciding
        on
            scope.requirement_no = deciding.requirement_no
            and scope.subject_key = deciding.subject_key
    {%- if labelled %}
    left join labels
        on
            scope.requirement_no = labels.requirement_no
            and scope.subject_key = labels.subject_key
    {%- endif %}
    left join risks
        on
            scope.requirement_no = risks.requirement_no
            and scope.subject_key = risks.subject_key
    left join adopted on scope.site_key = adopted.site_key
    where scope.applies

)

select * from final
{%- endmacro %}

{#- What a verdict is about. -#}
{% macro verdict_head(map) -%}
{{ literal(map.map) }} as map_id,
rules.requirement_id,
rules.subject_type,
scope.subject_key,
scope.site_id,
scope.period
{%- endmacro %}

{#- Whether it counts: of a map that the site has adopted, of a duty that has begun. -#}
{% macro verdict_standing() -%}
adopted.site_key is null as is_indicative,
coalesce(rules.compliance_from >= scope.local_to, false) as is_readiness
{%- endmacro %}

{#- What of the deciding finding goes into a verdict. -#}
{% macro deciding_columns() -%}
    {{ return(['check_no', 'truth', 'code', 'sentence', 'at_ts', 'due_at', 'a_table', 'a_key']) }}
{%- endmacro %}

{#- What tells the requirements apart that are judged together. -#}
{% macro rule_rows(rules) -%}
select *
from (
    values
    {%- for rule in rules %}
    (
        {{ rule.position }},
        {{ literal(rule.id) }},
        {{ literal(rule.subject.text) }},
        {{ literal(subject_tables()[rule.subject.kind]) }},
        cast({{ literal(rule.compliance_from) }} as timestamp),
        {{ literal(rule.state == 'attest') }}
    ){{ ',' if not loop.last }}
    {%- endfor %}
) as named(
    requirement_no, requirement_id, subject_type, subject_table, compliance_from, is_attested
)
{%- endmacro %}

{#- Whether `adoptions` holds one of the map that is in force. -#}
{% macro is_adoption_of(map) -%}
adoptions.is_current
and adoptions.map_id = {{ literal(map.map) }}
and (adoptions.map_digest is null or adoptions.map_digest = {{ literal(map.map_digest) }})
and (adoptions.valid_from is null or adoptions.valid_from <= pin.as_of)
and (adoptions.valid_to is null or adoptions.valid_to > pin.as_of)
{%- endmacro %}

{% macro met_sentence() -%}
case
    when rules.is_attested then 'A statement in force says so.'
    when coalesce(counted.n_true, 0) = 1 then 'Holds for the one item looked at.'
    else 'Holds for all ' || cast(coalesce(counted.n_true, 0) as string) || ' items looked at.'
end
{%- endmacro %}

{#- What the deciding finding says, of which record, and how many more are like it. -#}
{% macro unmet_words(labelled) -%}
    {%- set said = capital('deciding.sentence') -%}
    {%- set alike = 'case deciding.truth when 0 then counted.n_false when -1 then counted.n_unknown else counted.n_pending end' -%}
    {%- if labelled -%}
        {%- set said = 'case when labels.label is not null then ' ~ capital('labels.label')
            ~ " || ': ' || deciding.sentence else " ~ said ~ ' end' -%}
    {%- endif -%}
case
    when {{ alike }} = 1 then {{ said }}
    else rtrim({{ said }}, '.') || '; and ' || cast({{ alike }} - 1 as string) || ' more.'
end
{%- endmacro %}

{#- The rows behind the verdicts of some requirements, and the part each played. -#}
{% macro evidence_insert(map, rules) -%}
    {%- set pairs = [] -%}
    {%- for rule in rules if rule.subject.kind in pair_subjects() -%} {%- do pairs.append(rule.subject.kind) -%} {%- endfor -%}
    {%- set pairs = pairs | unique | list %}
insert into {{ ref('evidence') }}
with

rules as (

    {{ rule_rows(rules) | indent(4) }}

),

final as (

    select
        findings.requirement_no,
        findings.subject_key,
        findings.check_no,
        case
            when findings.truth = 1 then 'for'
            when findings.truth = -1 then 'unknown'
            when findings.truth = 2 or findings.code = 'missing' then 'missing_for'
            else 'against'
        end as part,
        {{ shown_record(pairs) | indent(8) }}
    from findings
    {%- for kind in pairs %}
    left join {{ facts_of(kind) }} as {{ kind }}_pairs
        on
            findings.a_table = {{ literal(subject_tables()[kind]) }}
            and findings.a_key = {{ kind }}_pairs.record_key
    {%- endfor %}
    where
        findings.is_counted
        and findings.a_key is not null
        and findings.a_table not in ('month_ends', 'quarter_ends', 'year_ends')
    union all
    select
        requirement_no,
        subject_key,
        check_no,
        case truth when 1 then 'for' when 0 then 'against' else 'unknown' end as part,
        b_table as record_table,
        b_key as record_key
    from findings
    where
        (is_counted or a_table is null)
        and b_key is not null
    {{- reversed_rows(rules) | indent(4) }}

)

select distinct
    {{ literal(map.map) }} as map_id,
    rules.requirement_id,
    rules.subject_type,
    final.subject_key,
    final.check_no,
    final.part,
    final.record_table,
    final.record_key
from final
inner join rules on final.requirement_no = rules.requirement_no
{%- endmacro %}

{#- The record that stands for a finding; a pair is no record, so the first of its things does. -#}
{% macro shown_record(pairs) -%}
    {%- if pairs -%}
case
        {%- for kind in pairs %}
    when {{ kind }}_pairs.record_key is not null
        then {{ literal('materials' if pair_subjects()[kind][0] == 'material' else 'parties') }}
        {%- endfor %}
    else findings.a_table
end as record_table,
coalesce(
        {%- for kind in pairs %}
    {{ kind }}_pairs.{{ pair_subjects()[kind][0] }}_key,
        {%- endfor %}
    findings.a_key
) as record_key
    {%- else -%}
findings.a_table as record_table,
findings.a_key as record_key
    {%- endif -%}
{%- endmacro %}

{#- Cancelled events of the types a check looks at are left out of judging, and shown. -#}
{% macro reversed_rows(rules) -%}
    {%- for kind in ['lot', 'order', 'shipment'] -%}
        {%- set looked_at = [] -%}
        {%- for rule in rules if rule.subject.kind == kind -%}
            {%- for check in rule.checks if check.shape == 'event' and check.what.kind == 'event' and not check.of -%}
                {%- for type in check.what.types -%} {%- do looked_at.append([rule.position, check.no, type]) -%} {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if looked_at %}
union all
select
    scope.requirement_no,
    scope.subject_key,
    looked_at.check_no,
    'reversed' as part,
    'events' as record_table,
    events.record_key
from (
    values
            {%- for no, check_no, type in looked_at %}
    ({{ no }}, {{ check_no }}, {{ literal(type) }}){{ ',' if not loop.last }}
            {%- endfor %}
) as looked_at(requirement_no, check_no, event_type)
inner join {{ ref('event_facts') }} as events
    on
        looked_at.event_type = events.event_type
        and events.is_void
inner join scopes as scope
    on
        looked_at.requirement_no = scope.requirement_no
        and events.{{ kind }}_key = scope.subject_key
        and scope.applies
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- The requirements themselves, as the map says them. -#}
{% macro requirement_insert(map, rules) -%}
insert into {{ ref('requirements') }}
with

rules as (

    select *
    from (
        values
        {%- for rule in rules %}
        (
            {{ literal(rule.id) }},
            {{ literal(rule.clause) }},
            {{ literal(rule.title) }},
            {{ literal(rule.cites | join('; ') if rule.cites is not string else rule.cites) }},
            {{ literal(rule.requires) }},
            {{ literal(rule.control) }},
            {{ literal(rule.severity) }},
            {{ literal(rule.sureness) }},
            {{ literal(rule.subject.text) }},
            {{ literal(rule.remedy) }},
            {{ literal(rule.rule_text) }},
            {{ literal(rule.rule_digest) }},
            {{ literal(rule.state) }},
            {{ literal(rule.waits_for | join(', ') or none) }},
            {{ literal(rule.owner or map.owner) }},
            cast({{ literal(rule.in_force.from) }} as date),
            cast({{ literal(rule.in_force.to) }} as date),
            cast({{ literal(rule.compliance_from) }} as date),
            {{ rule.position | int }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as named(
        requirement_id, clause, title, cites, requires, control, severity, sureness, subject, remedy,
        rule_text, rule_digest, state, waits_for, owner, in_force_from, in_force_to,
        compliance_from, position
    )

),

pin as (

    {{ pinned() | indent(4) }}

),

adopted as (

    select count(*) > 0 as is_adopted
    from {{ ref('adoptions') }} as adoptions
    cross join pin
    where
        {{ is_adoption_of(map) | indent(8) }}

),

final as (

    select
        {{ literal(map.map) }} as map_id,
        rules.requirement_id,
        rules.clause,
        rules.title,
        rules.cites,
        rules.requires,
        rules.control,
        {{ literal(map.regime) }} as regime,
        {{ literal(map.authority) }} as authority,
        {{ literal(map.title) }} as map_title,
        rules.severity,
        rules.sureness,
        rules.subject,
        rules.remedy,
        rules.rule_text,
        rules.rule_digest,
        {{ literal(map.map_digest) }} as map_digest,
        case
            when rules.in_force_from >= pin.local_to or rules.in_force_to <= pin.local_from
                then 'not_in_force'
            else rules.state
        end as state,
        rules.waits_for,
        rules.owner,
        {{ literal(map.edition) }} as edition,
        cast({{ literal(map.checked_on) }} as date) as checked_on,
        rules.in_force_from,
        rules.compliance_from,
        cast(rules.position as integer) as position,
        case when adopted.is_adopted then 'adopted' else 'draft' end as status
    from rules
    cross join pin
    cross join adopted

)

select * from final
{%- endmacro %}

{#-
  Judges one map. For each requirement: who is in scope, the findings of its checks, the verdicts
  they come to, and the rows behind them. The compiled file is the SQL that travels in packs.
-#}
{% macro obligation_map(map) -%}
    {%- for model in rule_inputs() + models_asked(map.requirements) %}
-- depends_on: {{ ref(model) }}
    {%- endfor %}
    {%- if execute -%}
        {%- for rule in map.requirements -%} {%- do rule.update({'words': map.words}) -%} {%- endfor %}
        {%- for rules in map.requirements | batch(judged_together()) %}
            {{ requirement_statements(map, rules) }}
        {%- endfor %}
    {%- endif %}
select
    requirement_id,
    count(*) as n_verdicts
from {{ ref('verdicts') }}
where map_id = {{ literal(map.map) }}
group by requirement_id
{%- endmacro %}

{#- The models that checks of some requirements read. -#}
{% macro models_asked(requirements) -%}
    {%- set found = [] -%}
    {%- for rule in requirements -%} {%- do found.extend(models_of(rule.checks)) -%} {%- endfor -%}
    {{ return(found | unique | list) }}
{%- endmacro %}

{% macro models_of(checks) -%}
    {%- set found = [] -%}
    {%- for check in checks -%}
        {%- if check.shape in ['any_of', 'all'] -%} {%- do found.extend(models_of(check.checks)) -%}
        {%- elif check.shape == 'if' -%} {%- do found.extend(models_of([check['if']] + check.then)) -%}
        {%- elif check.shape == 'check' -%} {%- do found.append(check.model) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#-
  How many requirements share the statements that come after their findings: more save time, for
  planning a statement costs more than running it over a month; fewer save memory.
-#}
{% macro judged_together() -%} {{ return(8) }} {%- endmacro %}

{% macro requirement_statements(map, rules) %}
    {%- set judged = rules | rejectattr('state', 'equalto', 'waits_for') | list %}

{{ headed(rules, 'requirements') }}
{{ requirement_insert(map, rules) }}
    {%- if judged %}
{{ statement_mark() }}
{{ headed(judged, 'place of sites') }}
{{ empty_temporary_table('bound_sites', {'site_key': 'bigint', 'is_for_site': 'boolean'}) }}
{{ statement_mark() }}
{{ headed(judged, 'sites that are bound') }}
{{ bound_sites(judged[0].site_applies) }}
{{ statement_mark() }}
{{ headed(judged, 'place of subjects') }}
{{ empty_temporary_table('scopes', scope_types(judged)) }}
{{ statement_mark() }}
{{ headed(judged, 'place of findings') }}
{{ empty_temporary_table('findings', finding_types()) }}
        {%- for rule in judged %}
{{ statement_mark() }}
-- {{ plain_comment(rule.clause) }}: who is in scope
insert into scopes by name
{{ scope_query(rule) }}
{{ statement_mark() }}
-- {{ plain_comment(rule.clause) }}: findings
insert into findings by name
{{ findings_query(rule) }}
        {%- endfor %}
{{ statement_mark() }}
{{ headed(judged, 'verdicts') }}
{{ verdict_insert(map, judged) }}
{{ statement_mark() }}
{{ headed(judged, 'rows behind them') }}
{{ evidence_insert(map, judged) }}
    {%- endif %}
{{ requirement_mark() }}
{%- endmacro %}

{#- A line of comment for each requirement that a statement is about. -#}
{% macro headed(rules, what) -%}
    {%- for rule in rules -%}
-- {{ plain_comment(rule.clause) }}: {{ what }}{{ '\n' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The columns of the subjects of some requirements, and of their findings. -#}
{% macro scope_types(rules) -%}
    {%- set dues = [] -%}
    {%- for rule in rules if rule.state == 'judged' -%} {%- do dues.extend(due_columns(rule.checks)) -%} {%- endfor -%}
    {%- set types = {
        'requirement_no': 'integer', 'subject_key': 'bigint', 'site_key': 'bigint', 'site_id': 'string',
        'timezone': 'string', 'period': 'string', 'local_to': 'timestamp', 'starts_at': 'timestamp',
        'ends_at': 'timestamp', 'as_of': 'timestamp', 'lot_key': 'bigint',
        'absent_from': 'timestamp', 'applies': 'boolean', 'doubt': 'string', 'sentence': 'string',
    } -%}
    {%- for due in dues -%} {%- do types.update({due: 'date'}) -%} {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}

{% macro finding_types() -%}
    {{ return({
        'requirement_no': 'integer', 'subject_key': 'bigint', 'check_no': 'integer',
        'truth': 'integer', 'code': 'string', 'sentence': 'string', 'at_ts': 'timestamp',
        'due_at': 'timestamp', 'a_table': 'string', 'a_key': 'bigint', 'b_table': 'string',
        'b_key': 'bigint', 'is_counted': 'boolean',
    }) }}
{%- endmacro %}

{% macro plain_comment(text) -%}
    {{ return(modules.re.sub('[^A-Za-z0-9 .:()_-]', '?', text)) }}
{%- endmacro %}

{#-
  All findings of a requirement. `is_counted` is false for those of branches that did not decide,
  which only tell that there was something to look at, and for the rows that make up a sum.
-#}
{% macro findings_query(rule) -%}
    {%- if rule.state == 'attest' -%} {{ return(statement_findings(rule)) }} {%- endif -%}
    {%- set leaves = leaf_numbers(rule.checks) -%}
    {%- set decided = rule.checks | map(attribute='no') | list %}
with

judged as (

    select
        subject_key,
        site_key,
        site_id,
        timezone,
        starts_at,
        ends_at,
        as_of,
        lot_key,
        {%- for column in due_columns(rule.checks) %}
        {{ column }},
        {%- endfor %}
        absent_from
    from scopes
    where
        requirement_no = {{ rule.position }}
        and applies

),

    {%- for check in rule.checks -%}
        {{ check_ctes(check, rule) }}
    {%- endfor %}

final as (

    {%- for no in decided %}
    select
        {{ rule.position }} as requirement_no,
        {{ finding_columns() | join(', ') }},
        true as is_counted
    from c{{ no }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- for no in leaves if no not in decided %}
    union all
    select
        {{ rule.position }} as requirement_no,
        {{ finding_columns() | join(', ') }},
        false as is_counted
    from c{{ no }}
    {%- endfor %}
    {%- for no in summing_numbers(rule.checks) %}
    union all
    select
        {{ rule.position }} as requirement_no,
        subject_key,
        {{ no }} as check_no,
        truth,
        cast(null as string) as code,
        cast(null as string) as sentence,
        cast(null as timestamp) as at_ts,
        cast(null as timestamp) as due_at,
        cast(null as string) as a_table,
        cast(null as bigint) as a_key,
        record_table as b_table,
        record_key as b_key,
        false as is_counted
    from c{{ no }}_rows
    {%- endfor %}

)

select * from final
{%- endmacro %}

{#- What an attested requirement rests on: the statements in force at the end of the month. -#}
{% macro statement_findings(rule) %}
with

judged as (

    select
        subject_key,
        site_key,
        site_id,
        timezone,
        starts_at,
        ends_at,
        as_of,
        lot_key,
        absent_from
    from scopes
    where
        requirement_no = {{ rule.position }}
        and applies

),

statements as (

    select
        judged.subject_key,
        min_by(statements.record_key, {{ in_turn('statements.valid_from', 'statements.record_key') }}) as statement_key,
        min(statements.valid_from) as valid_from
    from judged
    inner join {{ ref('statements') }} as statements
        on
            (statements.site_key is null or judged.site_key = statements.site_key)
            and statements.requirement in ({{ literals([rule.clause, rule.id]) }})
            {%- if rule.attest.role %}
            and statements.role = {{ literal(rule.attest.role) }}
            {%- endif %}
            and (statements.valid_from is null or statements.valid_from < judged.ends_at)
            and (statements.valid_to is null or statements.valid_to >= judged.ends_at)
            {%- if rule.attest.renew %}
            and statements.valid_from + {{ interval_of(rule.attest.renew, 'judged.site_id') }} >= judged.ends_at
            {%- endif %}
    group by judged.subject_key

),

final as (

    select
        {{ rule.position }} as requirement_no,
        judged.subject_key,
        cast(1 as integer) as check_no,
        cast(case when statements.statement_key is null then 0 else 1 end as integer) as truth,
        case when statements.statement_key is null then 'missing' end as code,
        case
            when statements.statement_key is null
                then {{ quoted('no statement in force: ' ~ rule.attest.statement) }}
        end as sentence,
        statements.valid_from as at_ts,
        cast(null as timestamp) as due_at,
        {{ literal(subject_tables()[rule.subject.kind]) }} as a_table,
        judged.subject_key as a_key,
        case when statements.statement_key is not null then 'attestations' end as b_table,
        statements.statement_key as b_key,
        true as is_counted
    from judged
    left join statements on judged.subject_key = statements.subject_key

)

select * from final
{%- endmacro %}

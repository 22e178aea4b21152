{#- How a record is named at the head of a sentence, and which findings need it. -#}

{#- Numbers of the checks whose sentences do not say themselves which record they are about. -#}
{% macro labelled_numbers(checks, subject_kind) -%}
    {%- set found = [] -%}
    {%- for check in checks -%}
        {%- if check.shape in ['any_of', 'all'] -%}
            {%- do found.extend(labelled_numbers(check.checks, subject_kind)) -%}
        {%- elif check.shape == 'if' -%}
            {%- do found.extend(labelled_numbers([check['if']] + check.then, subject_kind)) -%}
        {%- elif subject_kind not in ['lot', 'order', 'shipment']
            or check.shape in ['fields', 'signed', 'not_by', 'match', 'authorised'] -%}
            {%- do found.append(check.no) -%}
        {%- endif -%}
        {%- for part in check.nested or [] -%} {%- do found.append(part.no) -%} {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Kinds of the records that are items of these checks. -#}
{% macro item_kinds(checks, subject_kind) -%}
    {%- set found = [subject_kind] if subject_kind in ['event', 'quality_record', 'document'] else [] -%}
    {%- for check in checks -%}
        {%- if check.shape in ['any_of', 'all'] -%}
            {%- do found.extend(item_kinds(check.checks, subject_kind)) -%}
        {%- elif check.shape == 'if' -%}
            {%- do found.extend(item_kinds([check['if']] + check.then, subject_kind)) -%}
        {%- elif check.item.kind -%} {%- do found.append(check.item.kind) -%}
        {%- endif -%}
        {%- for part in check.nested or [] if part.item.kind -%}
            {%- do found.append(part.item.kind) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | unique | sort) }}
{%- endmacro %}

{#- Of some requirements those whose sentences need a label, each with the checks and the kinds. -#}
{% macro labelled_rules(rules) -%}
    {%- set found = [] -%}
    {%- for rule in rules if rule.state == 'judged' -%}
        {%- set checks = labelled_numbers(rule.checks, rule.subject.kind) -%}
        {%- set kinds = item_kinds(rule.checks, rule.subject.kind) if checks else [] -%}
        {%- if kinds -%}
            {%- do found.append({'no': rule.position, 'checks': checks, 'kinds': kinds}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- Labels of what the deciding findings are about: requirement_no, subject_key, label. -#}
{% macro label_rows(labelled) -%}
    {%- for kind in labelled | map(attribute='kinds') | sum(start=[]) | unique | sort %}
select
    deciding.requirement_no,
    deciding.subject_key,
    {{ label_of(kind) }} as label
from deciding
inner join scopes as scope
    on
        deciding.requirement_no = scope.requirement_no
        and deciding.subject_key = scope.subject_key
inner join {{ facts_of(kind) }} as facts on deciding.a_key = facts.record_key
        {%- if kind in ['event', 'lot_status', 'test_result', 'count', 'quality_record'] %}
left join {{ ref('lot_facts') }} as lots on facts.lot_key = lots.record_key
left join {{ ref('material_facts') }} as materials on facts.material_key = materials.record_key
        {%- endif %}
where
    deciding.truth <> 1
    and deciding.a_table = {{ literal(record_kinds()[kind].table) }}
    and (
        {%- for rule in labelled if kind in rule.kinds %}
        {{ 'or ' if not loop.first }}deciding.requirement_no = {{ rule.no }} and deciding.check_no in ({{ rule.checks | join(', ') }})
        {%- endfor %}
    )
        {%- if not loop.last %}
union all
        {%- endif %}
    {%- endfor -%}
{%- endmacro %}

{% macro label_of(kind) -%}
    {%- set when = "coalesce(' on ' || case when facts.t_from is not null then "
        ~ time_words('facts.t_from', 'facts.t_to', 'scope.timezone') ~ " end, '')" -%}
    {%- set of_lot = "coalesce(' of lot ' || coalesce(nullif(trim(lots.lot_number), ''), lots.lot_id) || coalesce(' ('"
        ~ " || materials.name || ')', '')" -%}
    {%- if kind == 'event' -%}
replace(facts.event_type, '_', ' ')
|| {{ of_lot }}, ' of order ' || facts.order_id, ' of shipment ' || facts.shipment_id, '')
|| {{ when }}
    {%- elif kind == 'lot_status' -%}
'change of status' || {{ of_lot }}, '') || coalesce(' to ' || facts.to_status, '') || {{ when }}
    {%- elif kind == 'test_result' -%}
'result of ' || coalesce(facts.characteristic, 'a test') || {{ of_lot }}, '') || {{ when }}
    {%- elif kind == 'count' -%}
'count' || {{ of_lot }}, coalesce(' of ' || materials.name, '')) || {{ when }}
    {%- elif kind == 'quality_record' -%}
replace(coalesce(facts.kind, 'quality record'), '_', ' ') || ' ' || facts.quality_record_id
    {%- elif kind == 'document' -%}
replace(coalesce(facts.kind, 'document'), '_', ' ') || ' '
|| coalesce(facts.number, facts.document_id)
    {%- elif kind == 'submission' -%}
'report ' || replace(coalesce(facts.kind, ''), '_', ' ') || coalesce(' for ' || facts.period, '')
    {%- elif kind == 'change' -%}
'change of ' || replace(facts.field, '_', ' ') || ' of ' || facts.changed_record_id || {{ when }}
    {%- elif kind in calendar_ends_kinds() -%} {{ literal(kind.split('_')[0]) }} || ' ' || facts.period
    {%- elif kind == 'specification' -%} 'specification ' || facts.spec_id
    {%- elif kind == 'signature' -%} 'signature of ' || coalesce(facts.signer_id, 'nobody named') || {{ when }}
    {%- else -%} 'record ' || facts.record_id
    {%- endif -%}
{%- endmacro %}

{#- The first letter of a sentence as a capital. -#}
{% macro capital(text) -%} upper(substr({{ text }}, 1, 1)) || substr({{ text }}, 2) {%- endmacro %}

{#- Kinds of record a rule can look for, and where their facts lie. -#}
{% macro record_kinds() -%}
    {{ return({
        'event': {'table': 'events', 'time': 'occurred_at',
            'performer': 'performed_by', 'checker': 'checked_by'},
        'lot_status': {'table': 'lot_status', 'time': 'occurred_at', 'performer': 'changed_by'},
        'test_result': {'table': 'test_results', 'time': 'occurred_at',
            'performer': 'tested_by', 'checker': 'reviewed_by'},
        'quality_record': {'table': 'quality_records', 'time': 'opened_at', 'ends': 'closed_at',
            'performer': 'owner'},
        'count': {'table': 'counts', 'time': 'occurred_at',
            'performer': 'counted_by', 'checker': 'witnessed_by'},
        'document': {'table': 'documents', 'time': 'issued_at', 'performer': 'issued_by'},
        'submission': {'table': 'submissions', 'time': 'submitted_at'},
        'specification': {'table': 'specifications', 'time': 'valid_from', 'ends': 'valid_to',
            'performer': 'approved_by'},
        'signature': {'table': 'signatures', 'time': 'signed_at', 'performer': 'signer_id'},
        'authorisation': {'table': 'authorisations', 'time': 'valid_from', 'ends': 'valid_to'},
        'change': {'table': 'changes', 'time': 'occurred_at',
            'performer': 'changed_by', 'checker': 'reviewed_by'},
        'month_end': {'table': 'month_ends', 'time': 'ended_at'},
        'quarter_end': {'table': 'quarter_ends', 'time': 'ended_at'},
        'year_end': {'table': 'year_ends', 'time': 'ended_at'},
    }) }}
{%- endmacro %}

{#- Kinds of record that are no records: the ends of months, quarters and years of a site. -#}
{% macro calendar_ends_kinds() -%} {{ return(['month_end', 'quarter_end', 'year_end']) }} {%- endmacro %}

{#- Tables of the subjects of requirements. -#}
{% macro subject_tables() -%}
    {{ return({
        'lot': 'lots', 'order': 'orders', 'shipment': 'shipments', 'site_period': 'sites',
        'document': 'documents', 'person': 'people', 'material': 'materials',
        'quality_record': 'quality_records', 'event': 'events',
        'site_customer': 'customer', 'supplier_material': 'supplier_material',
        'site_material': 'site_material',
    }) }}
{%- endmacro %}

{#- The facts behind the first half of a dotted column. -#}
{% macro facts_of(alias) -%}
    {%- set shared = {
        'party': 'party_facts', 'customer': 'party_facts', 'supplier': 'party_facts',
        'site_period': 'site_facts', 'person': 'person_facts',
    } -%}
    {{ return(ref(shared.get(alias, alias ~ '_facts'))) }}
{%- endmacro %}

{#- The alias a subject has in SQL; the subject of a month of a site is the site. -#}
{% macro subject_alias(kind) -%}
    {{ return('site' if kind == 'site_period' else kind) }}
{%- endmacro %}

{#-
  Subjects that are a pair seen from a site: the things they are made of, the first of which stands
  for them among the rows of evidence.
-#}
{% macro pair_subjects() -%}
    {{ return({
        'site_customer': ['customer'],
        'supplier_material': ['supplier', 'material'],
        'site_material': ['material'],
    }) }}
{%- endmacro %}

{#- Every model a rule may read, for dbt cannot see what a rule will need. -#}
{% macro rule_inputs() -%}
    {{ return([
        'pin', 'periods', 'active_subjects', 'month_subjects', 'month_coverage',
        'tainted_subjects', 'site_facts', 'site_customer_facts',
        'supplier_material_facts', 'site_material_facts', 'site_calendars', 'calendar_days',
        'change_facts', 'record_keys', 'month_end_facts', 'quarter_end_facts', 'year_end_facts',
        'party_facts', 'person_facts',
        'material_facts', 'lot_facts', 'order_facts', 'shipment_facts', 'event_facts',
        'lot_status_facts', 'test_result_facts', 'quality_record_facts', 'count_facts',
        'document_facts', 'document_abouts', 'document_threads', 'submission_facts', 'specification_facts',
        'specification_documents',
        'spec_limit_facts', 'signature_facts', 'authorisation_facts', 'lot_births',
        'event_threads', 'subject_lots', 'coverage_spans', 'quarantine_taints', 'link_edges',
        'link_pairs', 'link_cuts', 'unit_ratios', 'risks_in_force', 'statements', 'adoptions',
        'requirements', 'verdicts', 'evidence', 'things',
    ] + lot_model_tables()) }}
{%- endmacro %}

{#- The aliases whose columns a subject has. -#}
{% macro subject_context(kind) -%}
    {{ return({
        'lot': ['lot', 'material', 'supplier', 'site'],
        'order': ['order', 'material', 'lot', 'site'],
        'shipment': ['shipment', 'customer', 'site'],
        'site_period': ['site'],
        'document': ['document', 'site'],
        'person': ['person', 'site'],
        'material': ['material', 'site'],
        'site_customer': ['customer', 'site'],
        'supplier_material': ['supplier', 'material', 'site'],
        'site_material': ['material', 'site'],
        'quality_record': ['quality_record', 'lot', 'material', 'site'],
        'event': ['event', 'lot', 'material', 'party', 'order', 'shipment', 'customer',
            'supplier', 'site'],
    }[kind]) }}
{%- endmacro %}

{#- The tables of the lot model. -#}
{% macro lot_model_tables() -%}
    {{ return([
        'sites', 'materials', 'parties', 'authorisations', 'people', 'lots', 'identifiers',
        'lot_status', 'events', 'lot_links', 'containment', 'orders', 'specifications',
        'spec_limits', 'test_results', 'documents', 'document_links', 'signatures',
        'quality_records', 'shipments', 'changes', 'attestations', 'valuations', 'postings',
        'counts', 'submissions', 'coverage', 'accepted_risks', 'adoptions',
    ]) }}
{%- endmacro %}

{#- What a record of each table says, in a few words, and the column of its time where it has one. -#}
{% macro record_words() -%}
    {%- set quantity = "coalesce(' ' || " ~ number_words('quantity') ~ " || ' ' || uom, '')" -%}
    {{ return({
        'sites': {'what': "'site ' || site_id"},
        'materials': {'what': "'material ' || coalesce(name, material_id)"},
        'parties': {'what': "coalesce(role, 'party') || ' ' || coalesce(name, party_id)"},
        'authorisations': {'time': 'valid_from', 'what':
            "replace(kind, '_', ' ') || coalesce(' ' || scope, '') || ' of ' || holder_id"},
        'people': {'what': "'person ' || coalesce(printed_name, person_id)"},
        'lots': {'time': 'manufactured_at', 'what': "'lot ' || coalesce(lot_number, lot_id)"},
        'identifiers': {'what': "replace(kind, '_', ' ') || ' ' || value"},
        'lot_status': {'happens': true, 'what':
            "'status ' || coalesce(from_status || ' to ', '') || to_status"
            ~ " || coalesce(' by ' || changed_by, '')"},
        'events': {'happens': true, 'what':
            "replace(event_type, '_', ' ') || case when quantity is null then '' else "
            ~ quantity ~ " end || coalesce(' by ' || performed_by, '')"},
        'lot_links': {'happens': true, 'what':
            "replace(kind, '_', ' ') || ': ' || parent_lot_id || ' into ' || child_lot_id"},
        'containment': {'time': 'packed_at', 'what': "content_id || ' in ' || container_id"},
        'orders': {'time': 'started_at', 'what': "kind || ' order ' || order_id"},
        'specifications': {'time': 'valid_from', 'what': "'specification ' || spec_id"},
        'spec_limits': {'what': "'limit of ' || characteristic || ' in ' || spec_id"},
        'test_results': {'happens': true, 'what':
            "characteristic || ' ' || coalesce(value_text, " ~ number_words('value')
            ~ ", '') || coalesce(' ' || uom, '')"},
        'documents': {'time': 'issued_at', 'what':
            "replace(kind, '_', ' ') || coalesce(' ' || number, '')"},
        'document_links': {'what': "document_id || ' about ' || subject_id"},
        'signatures': {'time': 'signed_at', 'what':
            "'signature (' || meaning || ') of ' || signer_id"},
        'quality_records': {'time': 'opened_at', 'what': "kind || ' ' || quality_record_id"},
        'shipments': {'time': 'shipped_at', 'what': "'shipment ' || shipment_id"},
        'changes': {'happens': true, 'what':
            "'change of ' || field || ' by ' || coalesce(changed_by, 'nobody named')"},
        'attestations': {'time': 'valid_from', 'what': "'statement: ' || statement"},
        'valuations': {'time': 'valid_from', 'what': "'value of ' || material_id"},
        'postings': {'time': 'posted_at', 'what': "'posting ' || coalesce(document_number, '')"},
        'counts': {'happens': true, 'what':
            "coalesce(kind || ' ', '') || 'count' || case when quantity is null then '' else "
            ~ quantity ~ " end"},
        'submissions': {'time': 'submitted_at', 'what':
            "replace(kind, '_', ' ') || coalesce(' for ' || period, '')"},
        'coverage': {'time': 'covers_from', 'what': "'coverage of ' || table_name"},
        'accepted_risks': {'time': 'valid_from', 'what': "'accepted risk: ' || reason"},
        'adoptions': {'time': 'valid_from', 'what': "'adoption of ' || map_id"},
    }) }}
{%- endmacro %}

{#- Records of the tables whose changes are judged, with the keys of what they belong to. -#}
{{ config(materialized='view') }}
{% set tables = [
    ('events', 'event_facts'),
    ('lots', 'lot_facts'),
    ('orders', 'order_facts'),
    ('shipments', 'shipment_facts'),
    ('materials', 'material_facts'),
    ('lot_status', 'lot_status_facts'),
    ('test_results', 'test_result_facts'),
    ('counts', 'count_facts'),
    ('specifications', 'specification_facts'),
    ('quality_records', 'quality_record_facts'),
    ('documents', 'document_facts'),
    ('submissions', 'submission_facts'),
    ('signatures', 'signature_facts'),
    ('authorisations', 'authorisation_facts'),
    ('people', 'person_facts'),
    ('parties', 'party_facts'),
] %}
with

final as (

    {%- for table, facts in tables %}
    select
        {{ literal(table) }} as record_table,
        record_id,
        record_key,
        {{ literal(table) }} as about_table,
        record_key as about_key,
        site_key,
        {{ {'lots': 'record_key'}.get(table, 'lot_key') }} as lot_key,
        {{ {'orders': 'record_key'}.get(table, 'order_key') }} as order_key,
        {{ {'shipments': 'record_key'}.get(table, 'shipment_key') }} as shipment_key,
        {{ {'materials': 'record_key'}.get(table, 'material_key') }} as material_key
    from {{ ref(facts) }}
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}

)

select * from final

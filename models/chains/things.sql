{{ config(materialized='view') }}
{% set things = [
    ('lots', 'lot_facts', 'lot_id'),
    ('orders', 'order_facts', 'order_id'),
    ('shipments', 'shipment_facts', 'shipment_id'),
    ('materials', 'material_facts', 'material_id'),
    ('parties', 'party_facts', 'party_id'),
    ('sites', 'site_facts', 'site_id'),
    ('people', 'person_facts', 'person_id'),
] %}
with

final as (

    {%- for table, facts, id in things %}
    select
        {{ literal(table) }} as thing_table,
        {{ id }} as thing_id,
        record_key as thing_key,
        {%- for key in ['lot', 'order', 'shipment', 'material'] %}
        {{ key }}_key{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(facts) }}
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}

)

select * from final

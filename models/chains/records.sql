{{ config(materialized='view') }}
{% set tables = lot_model_tables() %}
{% for table in tables %}
-- depends_on: {{ ref(table) }}
{%- endfor %}
with

final as (

    {%- for table in tables %}
    select
        {{ literal(table) }} as record_table,
        record_key,
        record_id,
        site_id,
        source,
        source_ref,
        source_file,
        source_row,
        record_hash
    from {{ ref(table) }}
    where is_current
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}

)

select * from final

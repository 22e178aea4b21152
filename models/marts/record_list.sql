{{ config(materialized='view') }}
{% set told = record_words() %}
with

zones as (

    select * from {{ ref('site_zones') }}

),

final as (

    {%- for table in lot_model_tables() %}
        {%- set words = told[table] %}
    select
        {{ literal(table) }} as record_table,
        rows_now.record_key,
        rows_now.record_id,
        rows_now.site_id,
        rows_now.source,
        rows_now.source_file,
        rows_now.source_row,
        rows_now.source_ref,
        rows_now.record_hash,
        {%- if words.happens %}
        rows_now.occurred_local,
        rows_now.utc_offset,
        rows_now.precision,
        {%- elif words.time %}
        {{ to_local('rows_now.' ~ words.time, 'zones.timezone') }} as occurred_local,
        {{ utc_offset_text(
            'rows_now.' ~ words.time, to_local('rows_now.' ~ words.time, 'zones.timezone')
        ) }} as utc_offset,
        cast(null as string) as precision,
        {%- else %}
        cast(null as timestamp) as occurred_local,
        cast(null as string) as utc_offset,
        cast(null as string) as precision,
        {%- endif %}
        coalesce(
            {{ words.what }}, {{ literal(table | replace('_', ' ')) }} || ' ' || rows_now.record_id
        ) as what
    from {{ ref(table) }} as rows_now
        {%- if words.time %}
    left join zones on rows_now.site_id = zones.site_id
        {%- endif %}
    where rows_now.is_current
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}

)

select * from final

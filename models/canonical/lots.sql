{#- Where a lot can be named: table, column, and its place among the columns of one row. -#}
{% set namings = [
    ('events', 'lot_id', 0),
    ('lot_links', 'parent_lot_id', 0),
    ('lot_links', 'child_lot_id', 1),
    ('orders', 'lot_id', 0),
    ('lot_status', 'lot_id', 0),
    ('test_results', 'lot_id', 0),
] %}
{% set columns = lot_model_columns('lots') | map(attribute='name') | list %}
{% set from_naming = ['site_id', 'source', 'source_ref', 'source_file', 'source_row', 'recorded_at',
    'load_id', 'ingested_at', 'ingest_seq'] %}
with

sent as (

    select * from {{ ref('sent_lots') }}

),

namings as (

    {%- for table, column, place in namings %}
    select
        {{ column }} as lot_id,
        {{ place }} as place,
        {{ from_naming | join(', ') }}
    from {{ ref(table) }}
    where
        is_current
        and {{ column }} is not null
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}

),

unsent as (

    select
        namings.*,
        row_number() over (
            partition by namings.lot_id order by namings.ingest_seq, namings.place
        ) as naming_no
    from namings
    left join (select distinct lot_id from sent) as known on namings.lot_id = known.lot_id
    where known.lot_id is null

),

{#- below zero, so that no key of a sent record can be met; two lots of one row stay apart -#}
implied as (

    select
        {%- for name in columns %}
            {%- if name in ['record_id', 'lot_id', 'lot_number'] %}
        lot_id as {{ name }}
            {%- elif name == 'version' %}
        1 as version
            {%- elif name in ['is_current', 'is_implied'] %}
        true as {{ name }}
            {%- elif name == 'record_key' %}
        -(2 * ingest_seq + place) as record_key
            {%- elif name == 'record_hash' %}
        {{ sha256_hex("cast(length(lot_id) as string) || ':' || lot_id") }} as record_hash
            {%- elif name in from_naming %}
        {{ name }}
            {%- else %}
        null as {{ name }}
            {%- endif %}{{ ',' if not loop.last }}
        {%- else %}
        null as nothing
        {%- endfor %}
    from unsent
    where naming_no = 1

),

final as (

    select
        {%- for name in columns %}
        {{ 'false as is_implied' if name == 'is_implied' else name }}{{ ',' if not loop.last }}
        {%- else %}
        null as nothing
        {%- endfor %}
    from sent
    union all
    select * from implied

)

select * from final

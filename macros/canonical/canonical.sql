{#-
  A table of the lot model: every version of its records that had been recorded and ingested by
  the build's as_of. A version that repeats the one before it says nothing new and is left out.
  `happens`: it has the columns of something that happens; `unit_of`: the column that leads to the
  unit of its base quantities; `delivered`: links that deliveries between sites show are added;
  `supplied`: the column with a lot, of rows that suppliers send about lots by their own numbers.
-#}
{% macro canonical(table, happens=false, unit_of=none, delivered=false, supplied=none) -%}
    {%- set columns = lot_model_columns(table) -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set stated = stated_columns(table, names) -%}
    {%- set stored = columns | rejectattr('name', 'in', unstored_columns(names, stated)) | list -%}
with

pin as (

    select * from {{ ref('pin') }}

),

loads as (

    -- a load has a row for each of its files
    select distinct load_id from {{ ref('loads') }}

),

{% if delivered or supplied -%}
sent as (

    {{ landed(table, stored) | indent(4) }}

),

landed as (

    select * from sent
    union all
    {{ (delivered_links(stored) if delivered else supplied_rows(stored, supplied)) | indent(4) }}

),
{%- else -%}
landed as (

    {{ landed(table, stored) | indent(4) }}

),
{%- endif %}

known as (

    select
        {{ canonical_values(stored) | indent(8) }}
    from landed
    inner join loads on landed.load_id = loads.load_id
    {%- if happens %}
    left join {{ ref('site_zones') }} as zones on landed.site_id = zones.site_id
    {%- endif %}
    cross join pin
    where
        landed.ingested_at <= pin.as_of_ingested
        and (landed.recorded_at is null or landed.recorded_at <= pin.as_of)

),

hashed as (

    select
        known.*,
        {{ record_hash(columns) | indent(8) }} as record_hash
    from known

),

followed as (

    select
        hashed.*,
        lag(record_hash) over (partition by record_id order by ingest_seq) as hash_before
    from hashed

),

versions as (

    select
        followed.*,
        cast(row_number() over (partition by record_id order by ingest_seq) as integer) as version,
        lead(ingest_seq) over (partition by record_id order by ingest_seq) is null as is_current,
        min(ingest_seq) over (partition by record_id) as record_key
    from followed
    where hash_before is distinct from record_hash

),

final as (

    select
        {%- for name in names %}
            {%- if name == 'base_quantity' and name not in stated %}
        cast(
            try_cast(versions.quantity as decimal(22, 9)) * coalesce(ratios.ratio, own.ratio) as decimal(28, 9)
        ) as base_quantity
            {%- elif name == 'base_uom' and unit_of and name not in stated %}
        units.base_uom
            {%- else %}
        versions.{{ name }}
            {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from versions
    {%- if unit_of %}
    left join {{ ref('material_units' if unit_of == 'material_id' else 'lot_units') }} as units
        on versions.{{ unit_of }} = units.{{ 'material_id' if unit_of == 'material_id' else 'lot_id' }}
    left join {{ ref('unit_ratios') }} as ratios
        on upper(trim(versions.uom)) = ratios.uom and upper(trim(units.base_uom)) = ratios.base_uom
    left join {{ ref('material_ratios') }} as own
        on
            units.material_id = own.material_id
            and upper(trim(versions.uom)) = own.uom
            and {{ held_then('own', names) }}
    {%- endif %}

)

select * from final
{%- endmacro %}

{#-
  Whether a factor held on the local day of a row; where the row has no day, only one that always
  held did.
-#}
{% macro held_then(factor, names) -%}
    {%- set moments = ['occurred_local', 'occurred_at', 'packed_at'] | select('in', names) | list -%}
    {%- set moment = 'versions.' ~ moments[0] if moments else 'null' -%}
({{ factor }}.valid_from is null or {{ factor }}.valid_from <= cast({{ moment }} as date))
            and ({{ factor }}.valid_to is null or {{ factor }}.valid_to >= cast({{ moment }} as date))
{%- endmacro %}

{#- The stored columns, with the times of an event completed from each other. -#}
{% macro canonical_values(columns) -%}
    {%- set local = to_local('landed.occurred_at', 'zones.timezone') -%}
    {%- for column in columns -%}
        {%- if column.name == 'occurred_at' -%}
coalesce(landed.occurred_at, {{ to_utc('landed.occurred_local', 'zones.timezone') }}) as occurred_at
        {%- elif column.name == 'occurred_local' -%}
coalesce(landed.occurred_local, {{ local }}) as occurred_local
        {%- elif column.name == 'utc_offset' -%}
coalesce(
    landed.utc_offset,
    {{ utc_offset_text('landed.occurred_at', 'coalesce(landed.occurred_local, ' ~ local ~ ')') }}
) as utc_offset
        {%- elif column.name == 'precision' -%}
coalesce(landed.precision, 'second') as precision
        {%- else -%}
landed.{{ column.name }}
        {%- endif -%}
        {{ ',\n' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

-- of a file read again, the last reading counts, for the rows of all its readings
with

landed as (

    {{ landed('untold', lot_model_columns('untold')) | indent(4) }}

),

readings as (

    select
        load_id,
        source_file,
        last_value(load_id) over (
            partition by source, sha256
            order by ingested_at, load_id
            rows between unbounded preceding and unbounded following
        ) as last_load_id,
        last_value(source_file) over (
            partition by source, sha256
            order by ingested_at, load_id
            rows between unbounded preceding and unbounded following
        ) as last_source_file
    from {{ ref('loads') }}

),

final as (

    select
        readings.load_id,
        landed.source,
        readings.source_file,
        landed.table_name,
        landed.column_name,
        landed.record_id,
        landed.reason,
        landed.value,
        landed.ingested_at
    from landed
    inner join readings
        on
            landed.load_id = readings.last_load_id
            and landed.source_file = readings.last_source_file
    where
        landed.record_id is null
        or landed.load_id = readings.load_id

)

select * from final

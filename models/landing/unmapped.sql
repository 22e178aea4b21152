with

landed as (

    {{ landed('unmapped', lot_model_columns('unmapped')) | indent(4) }}

),

readings as (

    select
        load_id,
        source_file,
        row_number() over (
            partition by source, sha256
            order by ingested_at desc, load_id desc
        ) as place
    from {{ ref('loads') }}

),

last_readings as (

    select distinct
        load_id,
        source_file
    from readings
    where place = 1

),

final as (

    select landed.*
    from landed
    inner join last_readings
        on
            landed.load_id = last_readings.load_id
            and landed.example_file = last_readings.source_file

)

select * from final

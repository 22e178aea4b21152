-- a file read again, with mended words, speaks for itself alone; a row whose record has landed
-- since is settled; so is one of a file that came again, corrected, with all that was read of it
with

loads as (

    select * from {{ ref('loads') }}

),

landed as (

    {{ landed('quarantine', lot_model_columns('quarantine') + [
        {'name': 'sha256', 'data_type': 'string'},
    ]) | indent(4) }}

),

repeats as (

    {{ landed('loads', [
        {'name': 'load_id', 'data_type': 'string'},
        {'name': 'sha256', 'data_type': 'string'},
        {'name': 'rows_repeated', 'data_type': 'bigint'},
    ]) | indent(4) }}

),

readings as (

    select
        loads.load_id,
        loads.source,
        loads.source_file,
        loads.sha256,
        loads.rows_read,
        loads.rows_landed + loads.exact_duplicates as rows_said,
        coalesce(repeats.rows_repeated, loads.exact_duplicates) as rows_repeated,
        min(loads.ingested_at) over (partition by loads.source, loads.sha256) as came_at,
        row_number() over (
            partition by loads.source, loads.sha256
            order by loads.ingested_at desc, loads.load_id desc
        ) as place
    from loads
    left join repeats on loads.load_id = repeats.load_id and loads.sha256 = repeats.sha256

),

last_readings as (

    select * from readings
    where place = 1

),

settled as (

    {{ landed('settled', [
        {'name': 'load_id', 'data_type': 'string'},
        {'name': 'held_by', 'data_type': 'string'},
        {'name': 'source_file', 'data_type': 'string'},
        {'name': 'source_row', 'data_type': 'bigint'},
        {'name': 'table_name', 'data_type': 'string'},
    ]) | indent(4) }}

),

settled_by_now as (

    select distinct
        settled.held_by,
        settled.source_file,
        settled.source_row,
        settled.table_name
    from settled
    inner join (select distinct load_id from loads) as seen on settled.load_id = seen.load_id

),

came_again as (

    select distinct
        earlier.source,
        earlier.sha256
    from last_readings as earlier
    inner join last_readings as later
        on
            earlier.source = later.source
            and earlier.source_file = later.source_file
            and earlier.sha256 <> later.sha256
            and earlier.came_at < later.came_at
            and earlier.rows_said <= later.rows_repeated
            and earlier.rows_read <= later.rows_read
            and later.rows_repeated > 0

),

open_rows as (

    select landed.*
    from landed
    inner join last_readings
        on
            landed.load_id = last_readings.load_id
            and landed.source_file = last_readings.source_file
            and coalesce(landed.sha256 = last_readings.sha256, true)
    left join settled_by_now
        on
            landed.load_id = settled_by_now.held_by
            and landed.source_file = settled_by_now.source_file
            and landed.source_row = settled_by_now.source_row
            and landed.table_name = settled_by_now.table_name
    left join came_again
        on
            last_readings.source = came_again.source
            and last_readings.sha256 = came_again.sha256
    where
        settled_by_now.held_by is null
        and came_again.source is null

),

final as (

    select * exclude (sha256) from open_rows

)

select * from final

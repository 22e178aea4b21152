with

landed as (

    {{ landed('loads', lot_model_columns('loads')) | indent(4) }}

),

final as (

    select landed.*
    from landed
    cross join {{ ref('pin') }} as pin
    where landed.ingested_at <= pin.as_of_ingested

)

select * from final

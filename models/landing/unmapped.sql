with

landed as (

    {{ landed('unmapped', lot_model_columns('unmapped')) | indent(4) }}

),

final as (

    select landed.*
    from landed
    inner join (select distinct load_id from {{ ref('loads') }}) as loads
        on landed.load_id = loads.load_id

)

select * from final

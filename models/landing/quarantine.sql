with

landed as (

    {{ landed('quarantine', lot_model_columns('quarantine')) | indent(4) }}

),

final as (

    select landed.*
    from landed
    inner join (select distinct load_id from {{ ref('loads') }}) as loads
        on landed.load_id = loads.load_id

)

select * from final

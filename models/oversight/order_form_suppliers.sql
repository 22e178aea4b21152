with

forms as (

    select *
    from {{ ref('document_facts') }}
    where kind = 'dea_222'

),

suppliers as (

    select
        forms.record_key,
        forms.issued_at,
        count(distinct lots.supplier_key) as n_suppliers,
        case
            when count(*) > 1 then count(*) filter (where lots.supplier_key is null)
            else 0
        end as n_unknown,
        min(lots.supplier_id) as one_supplier,
        max(lots.supplier_id) as other_supplier
    from forms
    inner join {{ ref('document_abouts') }} as abouts
        on
            forms.record_key = abouts.document_key
            and abouts.about_table = 'lots'
    inner join {{ ref('lot_facts') }} as lots on abouts.about_key = lots.record_key
    group by
        forms.record_key,
        forms.issued_at

),

final as (

    select
        record_key as subject_key,
        cast(
            case when n_suppliers > 1 then 0 when n_unknown > 0 then -1 else 1 end as integer
        ) as truth,
        case
            when n_suppliers > 1 then 'mismatch'
            when n_unknown > 0 then 'null_operand'
        end as code,
        case
            when n_suppliers > 1
                then 'the form stands for goods of ' || one_supplier || ' and of '
                || other_supplier || '.'
            when n_unknown > 0
                then 'not known whether the form names one supplier: that of a lot is not given.'
        end as sentence,
        issued_at as at_ts,
        cast(null as timestamp) as due_at,
        'documents' as a_table,
        record_key as a_key,
        cast(null as string) as b_table,
        cast(null as bigint) as b_key
    from suppliers

)

select * from final

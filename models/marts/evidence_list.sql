-- depends_on: {{ ref('judged_maps') }}
with

evidence as (

    select
        *,
        split_part(subject_type, '.', 1) as subject_kind
    from {{ ref('evidence') }}

),

requirements as (

    select
        map_id,
        requirement_id,
        clause
    from {{ ref('requirements') }}

),

final as (

    select
        evidence.map_id,
        evidence.requirement_id,
        requirements.clause,
        evidence.subject_type,
        evidence.subject_key,
        subjects.subject_id,
        evidence.check_no,
        evidence.part,
        evidence.record_table,
        evidence.record_key,
        records.record_id,
        records.source,
        records.source_file,
        records.source_row,
        records.source_ref,
        records.occurred_local,
        records.utc_offset,
        records.precision,
        records.record_hash,
        records.what
    from evidence
    inner join requirements
        on
            evidence.map_id = requirements.map_id
            and evidence.requirement_id = requirements.requirement_id
    left join {{ ref('subjects') }} as subjects
        on
            evidence.subject_kind = subjects.subject_kind
            and evidence.subject_key = subjects.subject_key
    left join {{ ref('record_list') }} as records
        on
            evidence.record_table = records.record_table
            and evidence.record_key = records.record_key

)

select * from final

-- depends_on: {{ ref('judged_maps') }}
with

verdicts as (

    select
        *,
        split_part(subject_type, '.', 1) as subject_kind
    from {{ ref('verdicts') }}

),

requirements as (

    select * from {{ ref('requirements') }}

),

subjects as (

    select * from {{ ref('subjects') }}

),

final as (

    select
        verdicts.map_id,
        verdicts.requirement_id,
        requirements.clause,
        requirements.title,
        requirements.cites,
        requirements.regime,
        requirements.severity,
        requirements.sureness,
        verdicts.subject_type,
        verdicts.subject_key,
        subjects.subject_id,
        subjects.subject_label,
        subjects.material_name,
        verdicts.site_id,
        verdicts.period,
        verdicts.state,
        verdicts.code,
        verdicts.sentence,
        verdicts.at_ts,
        verdicts.due_at,
        verdicts.n_true,
        verdicts.n_false,
        verdicts.n_unknown,
        verdicts.n_pending,
        verdicts.is_indicative,
        verdicts.is_readiness,
        requirements.rule_text,
        requirements.remedy,
        requirements.remedy as closes
    from verdicts
    inner join requirements
        on
            verdicts.map_id = requirements.map_id
            and verdicts.requirement_id = requirements.requirement_id
    left join subjects
        on
            verdicts.subject_kind = subjects.subject_kind
            and verdicts.subject_key = subjects.subject_key

)

select * from final

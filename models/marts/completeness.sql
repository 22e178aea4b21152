-- depends_on: {{ ref('judged_maps') }}
{% set populations = [
    ('lot', 'lots', 'lot_facts'),
    ('order', 'orders', 'order_facts'),
    ('shipment', 'shipments', 'shipment_facts'),
    ('document', 'documents', 'document_facts'),
    ('person', 'people', 'person_facts'),
    ('material', 'materials', 'material_facts'),
    ('quality_record', 'quality records', 'quality_record_facts'),
] %}
with

judged as (

    select distinct
        split_part(subject_type, '.', 1) as subject_kind,
        subject_key
    from {{ ref('verdicts') }}
    where state <> 'not_applicable'

),

active as (

    {%- for kind, population, facts in populations %}
    select
        facts.site_id,
        facts.site_key,
        {{ literal(kind) }} as subject_kind,
        {{ literal(population) }} as population,
        active.subject_key
    from {{ ref('active_subjects') }} as active
    inner join {{ ref(facts) }} as facts on active.subject_key = facts.record_key
    where active.subject_kind = {{ literal(kind) }}
    union all
    {%- endfor %}
    select
        site_id,
        site_key,
        'event' as subject_kind,
        'events' as population,
        record_key as subject_key
    from {{ ref('event_facts') }}
    where
        is_in_period
        and not is_void

),

counted as (

    select
        active.site_id,
        active.population,
        count(*) as in_scope,
        count(judged.subject_key) as judged,
        count(*) - count(judged.subject_key) as left_out,
        case
            when count(active.site_key) < count(*) then 'the site is not declared in lotproof.yml'
            when count(judged.subject_key) < count(*) then 'no requirement applies to them'
        end as reason
    from active
    left join judged
        on
            active.subject_kind = judged.subject_kind
            and active.subject_key = judged.subject_key
    group by
        active.site_id,
        active.population

),

source_rows as (

    select
        site_id,
        sum(rows_read) as rows_read,
        sum(rows_landed) as rows_landed,
        sum(rows_quarantined) as rows_quarantined,
        sum(coalesce(rows_ignored, 0)) as rows_ignored,
        sum(coalesce(exact_duplicates, 0)) as exact_duplicates
    from {{ ref('loads') }}
    where rows_read is not null
    group by site_id

),

left_out_rows as (

    select site_id, rows_read, rows_landed, rows_quarantined as left_out, 'in quarantine' as reason
    from source_rows
    union all
    select site_id, rows_read, rows_landed, rows_ignored as left_out,
        'left out by a condition of the mapping' as reason
    from source_rows
    where rows_ignored > 0
    union all
    select site_id, rows_read, rows_landed, exact_duplicates as left_out,
        'exact duplicates' as reason
    from source_rows
    where exact_duplicates > 0

),

waiting as (

    select
        count(*) as in_scope,
        count(*) filter (where state in ('judged', 'attest')) as judged,
        count(*) filter (where state = 'waits_for') as waits,
        count(*) filter (where state = 'not_in_force') as not_in_force
    from {{ ref('requirements') }}

),

final as (

    select * from counted
    union all
    select
        site_id,
        'source rows' as population,
        rows_read as in_scope,
        rows_landed as judged,
        left_out,
        case when left_out > 0 then reason end as reason
    from left_out_rows
    union all
    select
        cast(null as string) as site_id,
        'requirements' as population,
        in_scope,
        judged,
        waits + not_in_force as left_out,
        cast(waits as string) || ' wait for checks that come later, '
        || cast(not_in_force as string) || ' not in force in the month' as reason
    from waiting

)

select
    site_id,
    population,
    cast(in_scope as bigint) as in_scope,
    cast(judged as bigint) as judged,
    cast(left_out as bigint) as left_out,
    reason
from final

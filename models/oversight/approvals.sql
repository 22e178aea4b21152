{#-
  Who signed for what in the register: whether the person held the role then, and is not the one
  who wrote it. An entry that is void counts for nothing and is a finding (evidence/decisions.py).
-#}
with

entries as (

    {%- for table, about in [
        ('accepted_risks', 'requirement'),
        ('adoptions', 'map_id'),
        ('attestations', 'requirement'),
    ] %}
    select
        {{ literal(table) }} as record_table,
        entries.record_key,
        entries.record_id,
        entries.site_id,
        sites.record_key as site_key,
        entries.{{ about }} as about,
        entries.by as approver,
        entries.role,
        entries.prepared_by,
        entries.recorded_at
    from ({{ current(table) }}) as entries
    left join {{ ref('site_facts') }} as sites on entries.site_id = sites.site_id
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

held as (

    select distinct
        entries.record_table,
        entries.record_key
    from entries
    inner join ({{ current('authorisations') }}) as roles
        on
            roles.kind = 'role'
            and roles.holder_type = 'person'
            and entries.approver = roles.holder_id
            and (roles.scope is null or entries.role = roles.scope)
            and (roles.valid_from is null or entries.recorded_at >= roles.valid_from)
            and (roles.valid_to is null or entries.recorded_at < roles.valid_to)

),

covered as (

    select distinct
        entries.record_table,
        entries.record_key
    from entries
    inner join {{ ref('coverage_spans') }} as spans
        on
            entries.site_key = spans.site_key
            and spans.table_name = 'authorisations'
            and spans.part = '*'
            and entries.recorded_at >= spans.covers_from
            and entries.recorded_at < spans.covers_to

),

judged as (

    select
        entries.*,
        case
            when held.record_key is not null then 'held'
            when entries.approver is null or entries.role is null then 'not_known'
            when covered.record_key is not null then 'not_held'
            else 'not_known'
        end as role_state,
        coalesce(entries.approver = entries.prepared_by, false) as is_own
    from entries
    left join held
        on
            entries.record_table = held.record_table
            and entries.record_key = held.record_key
    left join covered
        on
            entries.record_table = covered.record_table
            and entries.record_key = covered.record_key

),

final as (

    select
        record_table,
        record_key,
        record_id,
        site_id,
        about,
        approver,
        role,
        prepared_by,
        recorded_at,
        role_state,
        is_own,
        is_own or role_state = 'not_held' as is_void
    from judged

)

select * from final

"""Clauses of 21 CFR 211 about release, approval and materials by hand, for ``by_hand_audited``."""

from __future__ import annotations

QUERIES: dict[str, str] = {
    "us-21cfr211:211.22-a": """
        , marks as (
            select signed_record_id, bool_or(by_quality) as is_right,
                min_by(signer_id, signed_at) as signer, coalesce(
                    min_by(record_id, signed_at) filter (by_quality),
                    min_by(record_id, signed_at)
                ) as mark_id
            from signed where record_type = 'events' and meaning = 'release'
            group by signed_record_id
        )
        select month.record_id as subject_id, month.site_id, month.occurred_at as at_ts, 1 as items,
            case
                when mark_id is null then 'missing' when not is_right then 'wrong_person'
            end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || case code
                    when 'missing' then ': no signature (release) by quality-unit.'
                    else ': signed (release) by ' || signer || ', not by quality-unit at the time.'
                end
            end as sentence,
            [proof('events', month.record_id), proof('signatures', mark_id)] as proofs
        from month left join marks on marks.signed_record_id = month.record_id
        left join batch using (lot_id)
        where event_type = 'release'
        """,
    "us-21cfr211:211.84-a": """
        , uses as (
            select lot_id, batch.site_id, used.record_id, occurred_at, occurred_local, utc_offset,
                occurred_local >= timestamp '{first}' and occurred_local < timestamp '{last}'
                    as is_now
            from mine as used join batch using (lot_id)
            where event_type in ('issue', 'consumption') and class in ('raw', 'packaging')
        ),
        first_use as (
            select lot_id, site_id, min(occurred_at) as used_at,
                min_by(record_id, occurred_at) as use_id,
                min_by(occurred_local, occurred_at) as used_local,
                min_by(utc_offset, occurred_at) as used_offset
            from uses group by lot_id, site_id having bool_or(is_now)
        ),
        looked as (
            select lot_id, list(performed_by) as inspectors,
                min(occurred_at) filter (result in ('pass', 'accept')) as passed_at,
                min_by(record_id, occurred_at) filter (result in ('pass', 'accept')) as pass_id
            from mine where event_type = 'inspection' group by lot_id
        ),
        releases as (
            select lot_id, released.record_id as release_id, marks.record_id as mark_id,
                marks.signer_id as signer, performed_by, occurred_at <= used_at as is_before,
                coalesce(by_quality, false) as is_signed,
                coalesce(list_contains(inspectors, performed_by), false) as is_own,
                stamp(occurred_local, utc_offset) as released_told
            from mine as released join first_use using (lot_id)
            left join looked using (lot_id)
            left join signed as marks on marks.signed_record_id = released.record_id
                and marks.record_type = 'events' and marks.meaning = 'release'
            where event_type = 'release'
            qualify row_number() over (
                partition by lot_id order by is_before desc, is_signed desc, is_own, occurred_at
            ) = 1
        ),
        statuses as (
            select uses.lot_id, uses.record_id, uses.occurred_at, uses.occurred_local,
                uses.utc_offset, max_by(changes.record_id, changes.occurred_at) as change_id,
                max_by(to_status, changes.occurred_at) as now,
                max_by(changes.occurred_local, changes.occurred_at) as since_local,
                max_by(changes.utc_offset, changes.occurred_at) as since_offset
            from uses left join lot_status as changes on changes.lot_id = uses.lot_id
                and changes.is_current and changes.occurred_at <= uses.occurred_at
            where is_now group by all
        ),
        states as (
            select lot_id, count(*) as n_uses,
                count(*) filter (now is distinct from 'released') as n_wrong,
                min_by(statuses, occurred_at) filter (now is distinct from 'released') as wrong,
                list(record_id) as use_ids, list(distinct change_id) as change_ids
            from statuses group by lot_id
        )
        select lot_id as subject_id, site_id, 4 + n_uses as items,
            coalesce(passed_at > used_at, true) as is_unseen,
            not coalesce(is_before and is_signed and not is_own, false) as is_unreleased,
            case
                when is_unseen then if(passed_at is null, 'missing', 'wrong_order')
                when release_id is null then 'missing'
                when not is_before then 'wrong_order'
                when not is_signed then if(mark_id is null, 'missing', 'wrong_person')
                when is_own then 'wrong_person'
                when n_wrong > 0 then 'mismatch'
            end as code,
            if(is_unseen or is_unreleased, used_at, coalesce(wrong.occurred_at, used_at)) as at_ts,
            case
                when code is null then null
                when passed_at is null
                    then 'No passed inspection before the first issue or consumption of '
                        || stamp(used_local, used_offset)
                when is_unseen
                    then 'The first passed inspection is not before the first issue or '
                        || 'consumption of ' || stamp(used_local, used_offset)
                when release_id is null
                    then 'No release before the first issue or consumption of '
                        || stamp(used_local, used_offset)
                when not is_before
                    then 'The first release is of ' || released_told
                        || ', not before the first issue or consumption of '
                        || stamp(used_local, used_offset)
                when mark_id is null
                    then 'No signature (release) by quality-unit on the release of '
                        || released_told
                when not is_signed
                    then 'The release of ' || released_told || ' is signed by ' || signer
                        || ', not by quality-unit at the time'
                when is_own
                    then performed_by || ' performed the release and the inspection'
                else 'The lot was ' || wrong.now || ' since '
                    || stamp(wrong.since_local, wrong.since_offset)
                    || ', not released, at the issue or consumption of '
                    || stamp(wrong.occurred_local, wrong.utc_offset)
            end || and_more(is_unseen::int + is_unreleased::int + n_wrong) as sentence,
            list_concat(
                [
                    proof('events', pass_id), proof('events', release_id),
                    proof('signatures', if(is_before, mark_id, null))
                ],
                list_transform(
                    list_distinct(list_append(use_ids, use_id)), lambda id: proof('events', id)
                ),
                list_transform(change_ids, lambda id: proof('lot_status', id))
            ) as proofs
        from first_use join states using (lot_id)
        left join looked using (lot_id) left join releases using (lot_id)
        """,
    "us-21cfr211:211.84-c": """
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            concat_ws(', ',
                case when month.lot_id is null then 'lot' end,
                case when coalesce(trim(material_name), '') = '' then 'name of the material' end,
                case when coalesce(trim(from_location), '') = '' then 'place it came from' end,
                case when occurred_at is null then 'time it happened' end,
                case when coalesce(trim(performed_by), '') = '' then 'person who did it' end
            ) as absent,
            case when absent <> '' then 'incomplete' end as code,
            case when absent <> '' then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': ' || absent || ' not given.'
            end as sentence,
            [proof('events', month.record_id)] as proofs
        from month join batch using (lot_id)
        where event_type = 'sample' and class in ('raw', 'packaging')
        """,
    "us-21cfr211:211.84-d-1": """
        , releases as (
            select lot_id, min(occurred_at) as released_at from mine
            where event_type = 'release' group by lot_id
        ),
        asked as (
            select batch.lot_id, batch.site_id, batch.material_id, lot_number, released_at
            from batch join releases using (lot_id)
            where class = 'raw'
                and lot_id in (select lot_id from month where event_type = 'release')
        ),
        specified as (
            select asked.lot_id, released_at,
                max_by(specs.spec_id, specs.valid_from) as spec_id
            from asked join specifications as specs using (material_id)
            where specs.is_current and specs.customer_id is null
                and specs.valid_from <= released_at
                and (specs.valid_to is null or specs.valid_to > released_at)
            group by asked.lot_id, released_at
        ),
        tested as (
            select specified.lot_id, specified.spec_id, limits.record_id as limit_id,
                limits.characteristic, list(results.record_id) as result_ids,
                count(results.record_id) as n_results,
                count(*) filter (
                    where results.value < limits.lower or results.value > limits.upper
                        or lower(results.value_text) <> lower(limits.expected_text)
                ) as n_failing
            from specified
            join spec_limits as limits on limits.spec_id = specified.spec_id
                and limits.is_current and limits.kind = 'identity'
            left join test_results as results on results.lot_id = specified.lot_id
                and results.is_current and results.characteristic = limits.characteristic
                and results.origin = 'own' and results.occurred_at <= released_at
            group by all
        ),
        summed as (
            select lot_id, count(*) as items,
                count(*) filter (n_results = 0 or n_failing > 0) as n_faults,
                min(spec_id) as spec_id, bool_or(n_results = 0) as is_untested,
                string_agg(characteristic, ', ' order by characteristic)
                    filter (n_results = 0) as untested,
                string_agg(characteristic, ', ' order by characteristic)
                    filter (n_failing > 0) as failing,
                list(proof('spec_limits', limit_id)) as limits,
                flatten(list(
                    list_transform(result_ids, lambda id: proof('test_results', id))
                )) as results
            from tested group by lot_id
        )
        select lot_id as subject_id, site_id, released_at as at_ts, items,
            case
                when items is null or is_untested then 'missing'
                when n_faults > 0 then 'out_of_limit'
            end as code,
            case
                when code is null then null
                when items is null
                    then 'No specification with a limit of identity for lot ' || lot_number || '.'
                when is_untested
                    then 'No own result of ' || untested || ' for lot ' || lot_number
                        || ', specification ' || spec_id || '.'
                else 'Out of limit: ' || failing || ' of lot ' || lot_number
                    || ', specification ' || spec_id || '.'
            end as sentence,
            list_concat(limits, results) as proofs
        from asked left join summed using (lot_id)
        """,
    "us-21cfr211:211.22-a-independence": """
        , own as (
            select month.record_id, min(marks.signer_id) as signer,
                min_by(made.record_id, made.occurred_at) as made_id
            from month join signatures as marks on marks.signed_record_id = month.record_id
                and marks.record_type = 'events' and marks.meaning = 'release'
            join mine as made on made.lot_id = month.lot_id
                and made.performed_by = marks.signer_id
            where month.event_type = 'release' and marks.is_current
                and made.event_type in ('intermediate_output', 'finished_goods')
            group by month.record_id
        )
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            case when signer is not null then 'wrong_person' end as code,
            case when signer is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': ' || signer
                || ' is signer and performer of the intermediate output or finished goods.'
            end as sentence,
            [proof('events', month.record_id), proof('events', made_id)] as proofs
        from month join batch using (lot_id) left join own on own.record_id = month.record_id
        where event_type = 'release' and month.lot_id in (
            select lot_id from orders where is_current and lot_id is not null
        )
        """,
    "us-21cfr211:211.22-c": """
        , papers as (
            select documents.*, timezone
            from documents join sites using (site_id)
            where documents.is_current and sites.is_current
                and sites.site_id in (select site_id from regulated)
                and documents.kind in ('procedure', 'master_record')
                and documents.status in ('effective', 'superseded')
                and timezone(timezone, timezone('UTC', issued_at)) >= timestamp '{first}'
                and timezone(timezone, timezone('UTC', issued_at)) < timestamp '{last}'
        ),
        marks as (
            select signed_record_id, min(signed_at) filter (by_quality) as first_at,
                min_by(record_id, signed_at) filter (by_quality) as right_id,
                min_by(record_id, signed_at) as any_id, min_by(signer_id, signed_at) as signer
            from signed where record_type = 'documents' and meaning = 'approval'
            group by signed_record_id
        )
        select document_id as subject_id, site_id, issued_at as at_ts, 1 as items,
            case
                when any_id is null then 'missing'
                when first_at is null then 'wrong_person'
                when coalesce(first_at > valid_from, true) then 'wrong_order'
            end as code,
            case when code is not null then
                upper(left(kind, 1)) || replace(substr(kind, 2), '_', ' ') || ' '
                || coalesce(number, document_id) || case code
                    when 'missing' then ': no signature (approval) by quality-unit.'
                    when 'wrong_person'
                        then ': signed (approval) by ' || signer || ', not by quality-unit.'
                    else ': signed (approval) only on ' || local_time(first_at, timezone) || '.'
                end
            end as sentence,
            [
                proof('documents', papers.record_id),
                proof('signatures', coalesce(right_id, any_id))
            ] as proofs
        from papers left join marks on marks.signed_record_id = papers.record_id
        """,
}

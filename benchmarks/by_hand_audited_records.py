"""Clauses of 21 CFR 211 about records and what left the plant by hand, for ``by_hand_audited``."""

from __future__ import annotations

QUERIES: dict[str, str] = {
    "us-21cfr211:211.125-b": """
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 2 as items,
            concat_ws(', ',
                case when coalesce(lot_id, '') = '' then 'lot' end,
                case when coalesce(order_id, '') = '' then 'order' end,
                case when quantity is null then 'quantity' end,
                case when coalesce(trim(checked_by), '') = '' then 'person who checked it' end
            ) as absent,
            case
                when absent <> '' then 'incomplete'
                when checked_by = performed_by then 'wrong_person'
            end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || case code
                    when 'incomplete' then ': ' || absent || ' not given.'
                    else ': ' || checked_by || ' is checker and performer.'
                end
            end as sentence,
            [proof('events', month.record_id)] as proofs
        from month left join batch using (lot_id)
        where event_type = 'label_issue'
        """,
    "us-21cfr211:211.137-shipment": """
        select batch.lot_id as subject_id, batch.site_id, expires_at as at_ts, 1 as items,
            count(*) filter (occurred_at > expires_at) as n_late,
            case when n_late > 0 then 'expired' end as code,
            case when n_late > 0 then
                n_late || if(n_late = 1, ' shipment', ' shipments')
                || ' where none may be after the expiry date of the lot, '
                || local_time(expires_at, timezone) || '.'
            end as sentence,
            list_concat(
                [proof('lots', batch.record_id)],
                list(proof('events', month.record_id)) filter (occurred_at > expires_at)
            ) as proofs
        from month join batch using (lot_id) join sites on sites.site_id = batch.site_id
        where event_type = 'shipment' and class = 'finished' and expires_at is not null
            and sites.is_current
        group by batch.lot_id, batch.site_id, batch.record_id, expires_at, timezone
        """,
    "us-21cfr211:211.188-b": """
        select orders.order_id as subject_id, site_id, started_at as at_ts, 1 as items,
            concat_ws(', ',
                case when coalesce(trim(lot_id), '') = '' then 'batch of the order' end,
                case when coalesce(trim(master_record), '') = ''
                    then 'master record of the order' end,
                case when coalesce(trim(master_record_version), '') = ''
                    then 'version of it that the order names' end,
                case when started_at is null then 'start of the order' end,
                case when coalesce(trim(equipment), '') = '' then 'equipment' end,
                case when actual_quantity is null then 'actual quantity' end
            ) as absent,
            case when absent <> '' then 'incomplete' end as code,
            case when absent <> '' then
                upper(left(absent, 1)) || substr(absent, 2) || ' not given.'
            end as sentence,
            [proof('orders', orders.record_id)] as proofs
        from orders join sites using (site_id)
        where orders.is_current and sites.is_current and completed_at is not null
            and sites.site_id in (select site_id from regulated)
            and (
                orders.order_id in (select order_id from month)
                or (timezone(timezone, timezone('UTC', started_at)) >= timestamp '{first}'
                    and timezone(timezone, timezone('UTC', started_at)) < timestamp '{last}')
                or (timezone(timezone, timezone('UTC', completed_at)) >= timestamp '{first}'
                    and timezone(timezone, timezone('UTC', completed_at)) < timestamp '{last}')
            )
        """,
    "us-21cfr211:211.194-a": """
        , own as (
            select lot_id, batch.site_id, results.record_id, occurred_at,
                concat_ws(', ',
                    case when coalesce(trim(sample_id), '') = '' then 'sample' end,
                    case when coalesce(trim(characteristic), '') = '' then 'characteristic' end,
                    case when coalesce(trim(method), '') = '' then 'method' end,
                    case when coalesce(trim(value_text), '') = '' then 'result' end,
                    case when coalesce(trim(verdict), '') = '' then 'verdict' end,
                    case when coalesce(trim(tested_by), '') = '' then 'analyst' end
                ) as absent,
                case when absent <> '' then concat(
                    'Result of ', characteristic, ' of lot ', lot_number,
                    ' (' || material_name || ')', ' on ' || stamp(occurred_local, utc_offset),
                    ': ', absent, ' not given'
                ) end as told
            from test_results as results join batch using (lot_id)
            where results.is_current and results.occurred_local >= timestamp '{first}'
                and results.occurred_local < timestamp '{last}' and origin = 'own'
        )
        select lot_id as subject_id, site_id, count(*) as items, count(told) as n_faults,
            coalesce(min(occurred_at) filter (told is not null), min(occurred_at)) as at_ts,
            case when n_faults > 0 then 'incomplete' end as code,
            min_by(told, occurred_at) filter (told is not null)
                || and_more(n_faults) as sentence,
            list(proof('test_results', record_id)) as proofs
        from own group by lot_id, site_id
        """,
    "us-21cfr211:211.196": """
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            concat_ws(', ',
                case when coalesce(trim(lot_number), '') = '' then 'lot number' end,
                case when coalesce(trim(material_name), '') = '' then 'name of the material' end,
                case when quantity is null then 'quantity' end,
                case when coalesce(trim(uom), '') = '' then 'unit' end,
                case when sent.shipped_at is null then 'date shipped' end,
                case when coalesce(trim(buyer.name), '') = '' then 'name of the consignee' end,
                case when coalesce(trim(buyer.address), '') = ''
                    then 'address of the consignee' end
            ) as absent,
            case when absent <> '' then 'incomplete' end as code,
            case when absent <> '' then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': ' || absent || ' not given.'
            end as sentence,
            [proof('events', month.record_id)] as proofs
        from month join batch using (lot_id)
        join shipments as sent on sent.shipment_id = month.shipment_id and sent.is_current
        left join parties as buyer on buyer.party_id = sent.customer_id and buyer.is_current
        where event_type = 'shipment' and class = 'finished'
            and coalesce(trim(sent.customer_id), '') <> ''
        """,
    "us-21cfr211:211.198-a": """
        , marks as (
            select signed_record_id, bool_or(by_quality) as is_right,
                min_by(signer_id, signed_at) as signer, coalesce(
                    min_by(record_id, signed_at) filter (by_quality),
                    min_by(record_id, signed_at)
                ) as mark_id
            from signed
            where record_type = 'quality_records' and meaning in ('review', 'approval')
            group by signed_record_id
        )
        select quality_record_id as subject_id, found.site_id, opened_at as at_ts, 1 as items,
            case
                when mark_id is null then 'missing' when not is_right then 'wrong_person'
            end as code,
            case code
                when 'missing' then 'Complaint ' || quality_record_id
                    || ': no signature (review or approval) by quality-unit.'
                when 'wrong_person' then 'Complaint ' || quality_record_id
                    || ': signed (review or approval) by ' || signer
                    || ', not by quality-unit at the time.'
            end as sentence,
            [proof('quality_records', found.record_id), proof('signatures', mark_id)] as proofs
        from quality_records as found join sites using (site_id)
        left join marks on marks.signed_record_id = found.record_id
        where found.is_current and sites.is_current and found.kind = 'complaint'
            and sites.site_id in (select site_id from regulated)
            and timezone(timezone, timezone('UTC', opened_at)) >= timestamp '{first}'
            and timezone(timezone, timezone('UTC', opened_at)) < timestamp '{last}'
        """,
    "us-21cfr211:211.204-hold": """
        , returns as (
            select month.record_id, month.site_id, event_type, lot_number, material_name,
                month.occurred_at, month.occurred_local, month.utc_offset,
                max_by(changes.record_id, changes.occurred_at) as change_id,
                max_by(to_status, changes.occurred_at) as now,
                max_by(changes.occurred_local, changes.occurred_at) as since_local,
                max_by(changes.utc_offset, changes.occurred_at) as since_offset
            from month join batch using (lot_id)
            left join lot_status as changes on changes.lot_id = month.lot_id
                and changes.is_current and changes.occurred_at <= month.occurred_at
            where event_type = 'return' and class = 'finished' group by all
        )
        select record_id as subject_id, site_id, occurred_at as at_ts, 1 as items,
            case
                when now is null then 'missing'
                when now not in ('quarantine', 'restricted', 'blocked', 'rejected', 'recalled')
                    then 'mismatch'
            end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || case code
                    when 'missing' then ': the lot had no status'
                    else ': the lot was ' || now || ' since '
                        || stamp(since_local, since_offset)
                        || ', not quarantine, restricted, blocked, rejected or recalled,'
                end || ' at it, ' || stamp(occurred_local, utc_offset)
                || '.'
            end as sentence,
            [proof('events', record_id), proof('lot_status', change_id)] as proofs
        from returns
        """,
}

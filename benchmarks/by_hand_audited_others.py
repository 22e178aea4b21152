"""Clauses of other regimes by hand with verdicts and rows, for ``by_hand_audited``."""

from __future__ import annotations

QUERIES: dict[str, str] = {
    "us-21cfr1304:1304.03-a": """
        , moved as (
            select month.*, lot_number, material_name, dea_schedule
            from month join batch using (lot_id)
            where coalesce(trim(dea_schedule), '') <> '' and event_type in (
                'receipt', 'issue', 'consumption', 'intermediate_output', 'finished_goods',
                'transfer', 'shipment', 'return', 'disposition'
            )
        ),
        covered as (
            select moved.record_id, min(held.record_id) as held_id
            from moved join authorisations as held on held.holder_id = moved.site_id
            where held.is_current and held.holder_type = 'site' and held.kind = 'registration'
                and (held.scope is null or held.scope = moved.dea_schedule)
                and (held.valid_from is null or held.valid_from <= moved.occurred_at)
                and (held.valid_to is null or held.valid_to > moved.occurred_at)
            group by moved.record_id
        )
        select moved.record_id as subject_id, site_id, occurred_at as at_ts, 1 as items,
            case when held_id is null then 'missing' end as code,
            case when held_id is null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': ' || site_id || ' held no registration for ' || dea_schedule || ' at '
                || stamp(occurred_local, utc_offset) || '.'
            end as sentence,
            [proof('events', moved.record_id), proof('authorisations', held_id)] as proofs
        from moved left join covered on covered.record_id = moved.record_id
        """,
    "us-21cfr1304:1304.21-a-current": """
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            case when month.recorded_at > occurred_at + interval '3' day then 'late' end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': time of the entry is ' || local_time(month.recorded_at, timezone)
                || ', above time it happened, '
                || stamp(occurred_local, utc_offset) || '.'
            end as sentence,
            [proof('events', month.record_id)] as proofs
        from month join batch using (lot_id) join sites on sites.site_id = month.site_id
        where coalesce(trim(dea_schedule), '') <> '' and sites.is_current and event_type in (
            'receipt', 'consumption', 'intermediate_output', 'finished_goods', 'shipment',
            'return', 'disposition'
        )
        """,
    "us-21cfr1304:1304.21-d": """
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            case
                when abs(date_diff('second', occurred_at, sent.shipped_at)) > 86400
                    then 'mismatch'
            end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': time it happened is ' || stamp(occurred_local, utc_offset)
                || ', not date shipped, ' || local_time(sent.shipped_at, timezone) || '.'
            end as sentence,
            [proof('events', month.record_id)] as proofs
        from month join batch using (lot_id) join sites on sites.site_id = month.site_id
        join shipments as sent on sent.shipment_id = month.shipment_id and sent.is_current
        where event_type = 'shipment' and coalesce(trim(dea_schedule), '') <> ''
            and sites.is_current
        """,
    "eu-178-2002:18.2-record": """
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            concat_ws(', ',
                case when coalesce(lot_id, '') = '' then 'lot' end,
                case when coalesce(trim(material_name), '') = '' then 'name of the material' end,
                case when quantity is null then 'quantity' end,
                case when coalesce(trim(uom), '') = '' then 'unit' end
            ) as absent,
            case when absent <> '' then 'incomplete' end as code,
            case when absent <> '' then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': ' || absent || ' not given.'
            end as sentence,
            [proof('events', month.record_id)] as proofs
        from month join batch using (lot_id)
        where event_type = 'receipt' and class not in ('packaging', 'label', 'waste')
        """,
    "eu-178-2002:19.1-stopped": """
        , found as (
            select found.record_id, subject_id as lot_id, opened_at, closed_at, timezone
            from quality_records as found join sites using (site_id)
            where found.is_current and sites.is_current and subject_type = 'lots'
                and kind not in ('recall', 'drill') and reason_code in ('UNSAFE', 'INJURIOUS')
                and timezone(timezone, timezone('UTC', opened_at)) >= timestamp '{first}'
                and timezone(timezone, timezone('UTC', opened_at)) < timestamp '{last}'
        ),
        sent as (
            select found.record_id, count(*) as n_sent,
                list(proof('events', sent.record_id)) as events
            from found join mine as sent on sent.lot_id = found.lot_id
            where sent.event_type = 'shipment' and sent.occurred_at >= found.opened_at
                and (found.closed_at is null or sent.occurred_at < found.closed_at)
            group by found.record_id
        )
        select batch.lot_id as subject_id, batch.site_id, count(*) as items,
            count(n_sent) as n_faults,
            case when n_faults > 0 then 'mismatch' end as code,
            coalesce(min(opened_at) filter (n_sent > 0), min(opened_at)) as at_ts,
            min_by(
                n_sent || if(n_sent = 1, ' shipment', ' shipments')
                || ' where none may be during the quality record of '
                || local_time(opened_at, timezone), opened_at
            ) filter (n_sent > 0) || and_more(n_faults) as sentence,
            list_concat(
                list(proof('quality_records', found.record_id)), flatten(list(events))
            ) as proofs
        from batch join found using (lot_id) left join sent on sent.record_id = found.record_id
        group by batch.lot_id, batch.site_id
        """,
    "us-rcra:262.11-f": """
        , sent as (
            select month.*, batch.material_id, lot_number, material_name
            from month join batch using (lot_id) join sites on sites.site_id = month.site_id
            where event_type = 'shipment' and class = 'waste' and sites.is_current
                and generator_category in ('LQG', 'SQG')
        ),
        covered as (
            select sent.record_id,
                min_by(papers.record_id, papers.issued_at) filter (
                    (papers.valid_from is null or papers.valid_from <= sent.occurred_at)
                    and (papers.valid_to is null or papers.valid_to > sent.occurred_at)
                ) as paper_id,
                max(papers.valid_to) as ended_at,
                max_by(papers.record_id, papers.valid_to) as ended_id
            from sent join documents as papers on papers.subject_id = sent.material_id
            where papers.is_current and papers.kind = 'waste_determination'
                and papers.subject_type = 'materials'
            group by sent.record_id
        )
        select sent.record_id as subject_id, sent.site_id, occurred_at as at_ts, 1 as items,
            case
                when paper_id is not null then null
                when ended_id is null then 'missing' else 'expired'
            end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || ': no waste determination of the material' || case code
                    when 'missing' then '.'
                    else ' was in force; the last one ended on '
                        || local_time(ended_at, sites.timezone) || '.'
                end
            end as sentence,
            [
                proof('events', sent.record_id),
                proof('documents', coalesce(paper_id, ended_id))
            ] as proofs
        from sent left join covered on covered.record_id = sent.record_id
        left join sites on sites.site_id = sent.site_id and sites.is_current
        """,
    "us-dscsa:582-b-1-A": """
        , papers as (
            select record_id, subject_id as shipment_id, issued_at from documents
            where is_current and kind = 'shipping_document' and subject_type = 'shipments'
            union
            select documents.record_id, links.subject_id, issued_at
            from documents join document_links as links using (document_id)
            where documents.is_current and links.is_current and kind = 'shipping_document'
                and links.subject_type = 'shipments'
        ),
        first_papers as (
            select shipment_id, min(issued_at) as issued_at,
                min_by(record_id, issued_at) as paper_id
            from papers group by shipment_id
        )
        select month.record_id as subject_id, month.site_id, occurred_at as at_ts, 1 as items,
            case
                when paper_id is null then 'missing'
                when issued_at > occurred_at then 'wrong_order'
            end as code,
            case when code is not null then
                happening(event_type, lot_number, material_name, occurred_local, utc_offset)
                || case code
                    when 'missing' then ': no shipping document of the shipment.'
                    else ': the shipping document of the shipment was issued on '
                        || local_time(issued_at, timezone) || ', not before it.'
                end
            end as sentence,
            [proof('events', month.record_id), proof('documents', paper_id)] as proofs
        from month join batch using (lot_id) join sites on sites.site_id = month.site_id
        join shipments as sent on sent.shipment_id = month.shipment_id and sent.is_current
        left join first_papers on first_papers.shipment_id = month.shipment_id
        where event_type = 'shipment' and class = 'finished' and sites.is_current
            and list_contains(string_split(batch.flags, ','), 'rx')
            and coalesce(trim(sent.customer_id), '') <> ''
        """,
}

"""Clauses of other regimes by hand, for ``by_hand``: what each asks for, and its query."""

from __future__ import annotations

CLAUSES: dict[str, tuple[str, str]] = {
    "us-21cfr1304:1304.03-a": (
        "the site is registered for the schedule of what it moves",
        """
        , moved as (
            select month.record_id, month.site_id, month.occurred_at, dea_schedule
            from month join batch using (lot_id)
            where coalesce(trim(dea_schedule), '') <> '' and event_type in (
                'receipt', 'issue', 'consumption', 'intermediate_output', 'finished_goods',
                'transfer', 'shipment', 'return', 'disposition'
            )
        )
        select record_id as subject_id,
            not exists (
                select 1 from authorisations as held
                where held.is_current and held.holder_type = 'site'
                    and held.kind = 'registration' and held.holder_id = moved.site_id
                    and (held.scope is null or held.scope = moved.dea_schedule)
                    and (held.valid_from is null or held.valid_from <= moved.occurred_at)
                    and (held.valid_to is null or held.valid_to > moved.occurred_at)
            ) as is_gap
        from moved
        """,
    ),
    "us-21cfr1304:1304.21-a-current": (
        "movements of scheduled substances are entered within three days",
        """
        select month.record_id as subject_id,
            month.recorded_at > month.occurred_at + interval '3' day as is_gap
        from month join batch using (lot_id)
        where coalesce(trim(dea_schedule), '') <> '' and event_type in (
            'receipt', 'consumption', 'intermediate_output', 'finished_goods', 'shipment',
            'return', 'disposition'
        )
        """,
    ),
    "us-21cfr1304:1304.21-d": (
        "the date of a transfer is the day it left",
        """
        select month.record_id as subject_id,
            abs(date_diff('second', month.occurred_at, sent.shipped_at)) > 86400 as is_gap
        from month join batch using (lot_id)
        join shipments as sent on sent.shipment_id = month.shipment_id and sent.is_current
        where event_type = 'shipment' and coalesce(trim(dea_schedule), '') <> ''
        """,
    ),
    "eu-178-2002:18.2-record": (
        "receipts of food name product, lot and quantity",
        """
        select month.record_id as subject_id,
            coalesce(lot_id, '') = '' or coalesce(trim(material_name), '') = ''
            or quantity is null or coalesce(trim(uom), '') = '' as is_gap
        from month join batch using (lot_id)
        where event_type = 'receipt' and class not in ('packaging', 'label', 'waste')
        """,
    ),
    "eu-178-2002:19.1-stopped": (
        "nothing leaves while a finding of unsafe food is open",
        """
        , found as (
            select subject_id as lot_id, opened_at, closed_at
            from quality_records as found join sites using (site_id)
            where found.is_current and sites.is_current and subject_type = 'lots'
                and kind not in ('recall', 'drill') and reason_code in ('UNSAFE', 'INJURIOUS')
                and timezone(timezone, timezone('UTC', opened_at)) >= timestamp '{first}'
                and timezone(timezone, timezone('UTC', opened_at)) < timestamp '{last}'
        )
        select batch.lot_id as subject_id, bool_or(sent.lot_id is not null) as is_gap
        from batch join found using (lot_id)
        left join mine as sent on sent.lot_id = found.lot_id and sent.event_type = 'shipment'
            and sent.occurred_at >= found.opened_at
            and (found.closed_at is null or sent.occurred_at < found.closed_at)
        group by batch.lot_id
        """,
    ),
    "us-rcra:262.11-f": (
        "waste that is shipped has a determination in force",
        """
        select month.record_id as subject_id,
            not exists (
                select 1 from documents as papers
                where papers.is_current and papers.kind = 'waste_determination'
                    and papers.subject_type = 'materials'
                    and papers.subject_id = batch.material_id
                    and (papers.valid_from is null or papers.valid_from <= month.occurred_at)
                    and (papers.valid_to is null or papers.valid_to > month.occurred_at)
            ) as is_gap
        from month join batch using (lot_id) join sites on sites.site_id = month.site_id
        where event_type = 'shipment' and class = 'waste' and sites.is_current
            and generator_category in ('LQG', 'SQG')
        """,
    ),
    "us-dscsa:582-b-1-A": (
        "a shipping document comes with or before the product",
        """
        , papers as (
            select document_id, subject_id as shipment_id, issued_at from documents
            where is_current and kind = 'shipping_document' and subject_type = 'shipments'
            union
            select document_id, links.subject_id, issued_at
            from documents join document_links as links using (document_id)
            where documents.is_current and links.is_current and kind = 'shipping_document'
                and links.subject_type = 'shipments'
        )
        select month.record_id as subject_id,
            not exists (
                select 1 from papers
                where papers.shipment_id = month.shipment_id
                    and papers.issued_at <= month.occurred_at
            ) as is_gap
        from month join batch using (lot_id)
        join shipments as sent on sent.shipment_id = month.shipment_id and sent.is_current
        where event_type = 'shipment' and class = 'finished'
            and list_contains(string_split(batch.flags, ','), 'rx')
            and coalesce(trim(sent.customer_id), '') <> ''
        """,
    ),
}

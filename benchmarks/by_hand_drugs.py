"""Clauses of 21 CFR 211 by hand, for ``by_hand``: what each asks for, and its query."""

from __future__ import annotations

CLAUSES: dict[str, tuple[str, str]] = {
    "us-21cfr211:211.22-a": (
        "every release is signed by the quality unit",
        """
        select record_id as subject_id,
            record_id not in (
                select signed_record_id from quality
                where record_type = 'events' and meaning = 'release'
            ) as is_gap
        from month where event_type = 'release'
        """,
    ),
    "us-21cfr211:211.84-a": (
        "nothing is used before it is inspected, released and of that status",
        """
        , first_use as (
            select batch.lot_id, min(used.occurred_at) as used_at
            from mine as used join batch using (lot_id)
            where used.event_type in ('issue', 'consumption') and class in ('raw', 'packaging')
            group by batch.lot_id
        ),
        uses as (
            select lot_id, record_id, occurred_at from month
            where event_type in ('issue', 'consumption')
        ),
        states as (
            select uses.record_id, uses.lot_id,
                max_by(changes.to_status, changes.occurred_at) as now
            from uses left join lot_status as changes on changes.lot_id = uses.lot_id
                and changes.is_current and changes.occurred_at <= uses.occurred_at
            group by uses.record_id, uses.lot_id
        )
        select lot_id as subject_id,
            not exists (
                select 1 from mine as looked
                where looked.lot_id = first_use.lot_id and looked.event_type = 'inspection'
                    and looked.result in ('pass', 'accept') and looked.occurred_at <= used_at
            )
            or not exists (
                select 1 from mine as released
                join quality on quality.signed_record_id = released.record_id
                    and quality.record_type = 'events' and quality.meaning = 'release'
                where released.lot_id = first_use.lot_id and released.event_type = 'release'
                    and released.occurred_at <= used_at
                    and not exists (
                        select 1 from mine as looked
                        where looked.lot_id = released.lot_id
                            and looked.event_type = 'inspection'
                            and looked.performed_by = released.performed_by
                    )
            )
            or exists (
                select 1 from states
                where states.lot_id = first_use.lot_id and states.now is distinct from 'released'
            ) as is_gap
        from first_use where lot_id in (select lot_id from uses)
        """,
    ),
    "us-21cfr211:211.84-c": (
        "samples name lot, material, container, time and sampler",
        """
        select month.record_id as subject_id,
            month.lot_id is null or coalesce(trim(material_name), '') = ''
            or coalesce(trim(from_location), '') = '' or occurred_at is null
            or coalesce(trim(performed_by), '') = '' as is_gap
        from month join batch using (lot_id)
        where event_type = 'sample' and class in ('raw', 'packaging')
        """,
    ),
    "us-21cfr211:211.84-d-1": (
        "an own identity test, within limits, before release",
        """
        , releases as (
            select lot_id, min(occurred_at) as released_at from mine
            where event_type = 'release' group by lot_id
        ),
        asked as (
            select batch.lot_id, batch.material_id, released_at
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
            select specified.lot_id, limits.characteristic,
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
            group by specified.lot_id, limits.characteristic
        )
        select asked.lot_id as subject_id,
            coalesce(bool_or(n_results = 0 or n_failing > 0), true) as is_gap
        from asked left join tested using (lot_id) group by asked.lot_id
        """,
    ),
    "us-21cfr211:211.125-b": (
        "issued labels are recorded in full and checked by a second person",
        """
        select record_id as subject_id,
            coalesce(lot_id, '') = '' or coalesce(order_id, '') = '' or quantity is null
            or coalesce(trim(checked_by), '') = '' or checked_by = performed_by as is_gap
        from month where event_type = 'label_issue'
        """,
    ),
    "us-21cfr211:211.137-shipment": (
        "nothing is shipped after its expiry",
        """
        select batch.lot_id as subject_id, bool_or(month.occurred_at > expires_at) as is_gap
        from month join batch using (lot_id)
        where event_type = 'shipment' and class = 'finished' and expires_at is not null
        group by batch.lot_id
        """,
    ),
    "us-21cfr211:211.22-a-independence": (
        "who releases a lot did not make it",
        """
        select month.record_id as subject_id,
            exists (
                select 1 from mine as made join signatures as marks on
                    marks.signed_record_id = month.record_id and marks.is_current
                    and marks.record_type = 'events' and marks.meaning = 'release'
                where made.lot_id = month.lot_id and made.performed_by = marks.signer_id
                    and made.event_type in ('intermediate_output', 'finished_goods')
            ) as is_gap
        from month join batch using (lot_id)
        where event_type = 'release' and month.lot_id in (
            select lot_id from orders where is_current and lot_id is not null
        )
        """,
    ),
    "us-21cfr211:211.22-c": (
        "procedures are approved by the quality unit before they take effect",
        """
        , papers as (
            select documents.document_id, documents.record_id, documents.valid_from
            from documents join sites using (site_id)
            where documents.is_current and sites.is_current
                and sites.site_id in (select site_id from regulated)
                and documents.kind in ('procedure', 'master_record')
                and documents.status in ('effective', 'superseded')
                and timezone(timezone, timezone('UTC', issued_at)) >= timestamp '{first}'
                and timezone(timezone, timezone('UTC', issued_at)) < timestamp '{last}'
        )
        select document_id as subject_id,
            not exists (
                select 1 from quality as marks
                where marks.record_type = 'documents' and marks.meaning = 'approval'
                    and marks.signed_record_id = papers.record_id
                    and marks.signed_at <= papers.valid_from
            ) as is_gap
        from papers
        """,
    ),
    "us-21cfr211:211.188-b": (
        "the record of a finished order is complete",
        """
        select orders.order_id as subject_id,
            coalesce(trim(orders.lot_id), '') = '' or coalesce(trim(master_record), '') = ''
            or coalesce(trim(master_record_version), '') = '' or started_at is null
            or coalesce(trim(equipment), '') = '' or actual_quantity is null as is_gap
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
    ),
    "us-21cfr211:211.194-a": (
        "every own result is recorded in full",
        """
        select batch.lot_id as subject_id,
            coalesce(bool_or(
                coalesce(trim(sample_id), '') = '' or coalesce(trim(characteristic), '') = ''
                or coalesce(trim(method), '') = '' or coalesce(trim(value_text), '') = ''
                or coalesce(trim(verdict), '') = '' or coalesce(trim(tested_by), '') = ''
            ) filter (where origin = 'own'), false) as is_gap
        from test_results as results join batch using (lot_id)
        where results.is_current and results.occurred_local >= timestamp '{first}'
            and results.occurred_local < timestamp '{last}'
        group by batch.lot_id having bool_or(origin = 'own')
        """,
    ),
    "us-21cfr211:211.196": (
        "the record of each distribution is complete",
        """
        select month.record_id as subject_id,
            coalesce(trim(lot_number), '') = '' or coalesce(trim(material_name), '') = ''
            or quantity is null or coalesce(trim(uom), '') = '' or sent.shipped_at is null
            or coalesce(trim(buyer.name), '') = ''
            or coalesce(trim(buyer.address), '') = '' as is_gap
        from month join batch using (lot_id)
        join shipments as sent on sent.shipment_id = month.shipment_id and sent.is_current
        left join parties as buyer on buyer.party_id = sent.customer_id and buyer.is_current
        where event_type = 'shipment' and class = 'finished'
            and coalesce(trim(sent.customer_id), '') <> ''
        """,
    ),
    "us-21cfr211:211.198-a": (
        "complaints are reviewed by the quality unit",
        """
        select found.quality_record_id as subject_id,
            not exists (
                select 1 from quality as marks
                where marks.record_type = 'quality_records'
                    and marks.meaning in ('review', 'approval')
                    and marks.signed_record_id = found.record_id
            ) as is_gap
        from quality_records as found join sites using (site_id)
        where found.is_current and sites.is_current and found.kind = 'complaint'
            and sites.site_id in (select site_id from regulated)
            and timezone(timezone, timezone('UTC', opened_at)) >= timestamp '{first}'
            and timezone(timezone, timezone('UTC', opened_at)) < timestamp '{last}'
        """,
    ),
    "us-21cfr211:211.204-hold": (
        "returned product is held",
        """
        select month.record_id as subject_id,
            max_by(changes.to_status, changes.occurred_at) not in (
                'quarantine', 'restricted', 'blocked', 'rejected', 'recalled'
            ) as is_gap
        from month join batch using (lot_id)
        left join lot_status as changes on changes.lot_id = month.lot_id
            and changes.is_current and changes.occurred_at <= month.occurred_at
        where event_type = 'return' and class = 'finished'
        group by month.record_id
        """,
    ),
}

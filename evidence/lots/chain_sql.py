"""What the build's tables say of lots and links, as the rows the chain files are written from."""

from __future__ import annotations

AMOUNT = "rtrim(rtrim(cast({0} as varchar), '0'), '.')"
"""A decimal of fixed scale without its trailing zeros."""

LOTS = f"""
with numbered as (
    select *, row_number() over (order by lot_id) - 1 as place from lots where is_current
),
history as (
    select lot_id, list({{
        'at': strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ'),
        'local': strftime(occurred_local, '%Y-%m-%d %H:%M') || coalesce(' ' || utc_offset, ''),
        'status': to_status
    }} order by occurred_at nulls first, record_key) as found
    from lot_status where is_current group by lot_id
),
tested as (
    select lot_id, list({{
        'characteristic': characteristic, 'verdict': verdict,
        'at': strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ')
    }} order by occurred_at nulls first, record_key) as found
    from test_results where is_current and lot_id is not null group by lot_id
),
papers as (
    select documents.subject_id as lot_id, documents.document_id, kind, number, issued_at
    from documents where is_current and subject_type = 'lots'
    union
    select document_links.subject_id, documents.document_id, kind, number, issued_at
    from document_links
    join documents on documents.document_id = document_links.document_id and documents.is_current
    where document_links.is_current and document_links.subject_type = 'lots'
),
documented as (
    select lot_id, list({{
        'kind': kind, 'number': coalesce(number, document_id),
        'at': strftime(issued_at, '%Y-%m-%dT%H:%M:%SZ')
    }} order by issued_at nulls first, document_id) as found
    from papers group by lot_id
),
concerns as (
    select subject_id as lot_id, quality_records.* exclude (subject_id)
    from quality_records where is_current and subject_type = 'lots'
    union all
    select orders.lot_id, quality_records.* exclude (subject_id)
    from quality_records
    join orders on orders.order_id = quality_records.subject_id and orders.is_current
    where quality_records.is_current and quality_records.subject_type = 'orders'
),
recorded as (
    select lot_id, list({{
        'id': quality_record_id, 'kind': kind, 'severity': severity,
        'at': strftime(opened_at, '%Y-%m-%dT%H:%M:%SZ'),
        'closed_at': strftime(closed_at, '%Y-%m-%dT%H:%M:%SZ'), 'disposition': disposition
    }} order by opened_at nulls first, quality_record_id) as found
    from concerns where lot_id is not null group by lot_id
),
gone as (
    select events.lot_id, list({{
        'shipment': events.shipment_id,
        'customer_id': coalesce(shipments.customer_id, events.party_id),
        'customer': parties.name, 'quantity': {AMOUNT.format("events.quantity")},
        'uom': events.uom, 'at': strftime(events.occurred_at, '%Y-%m-%dT%H:%M:%SZ')
    }} order by events.occurred_at nulls first, events.record_key) as found
    from events
    left join shipments on shipments.shipment_id = events.shipment_id and shipments.is_current
    left join parties on parties.is_current
        and parties.party_id = coalesce(shipments.customer_id, events.party_id)
    where events.is_current and events.event_type = 'shipment' and events.reverses is null
        and events.record_id not in (
            select reverses from events where is_current and reverses is not null
        )
    group by events.lot_id
),
moved as (
    select lot_id, list({{
        'what': event_type, 'from': from_location, 'to': to_location, 'by': party_id,
        'quantity': {AMOUNT.format("quantity")}, 'uom': uom,
        'at': strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ')
    }} order by occurred_at nulls first, record_key) as found
    from events
    where is_current and event_type in ('receipt', 'transfer', 'return', 'disposition')
        and reverses is null
    group by lot_id
),
packed as (
    select content_id as lot_id, list({{
        'container': container_id, 'at': strftime(packed_at, '%Y-%m-%dT%H:%M:%SZ'),
        'until': strftime(unpacked_at, '%Y-%m-%dT%H:%M:%SZ')
    }} order by packed_at nulls first, container_id) as found
    from boxes group by content_id
),
nameless as (
    select lot_key, count(*) as n from link_faults
    where fault = 'nameless_end' and lot_key is not null group by lot_key
)
select
    numbered.lot_id, numbered.lot_number, numbered.supplier_lot_number,
    numbered.traceability_lot_code,
    to_json({{
        'lot_id': numbered.lot_id, 'lot_number': numbered.lot_number, 'site': numbered.site_id,
        'material_id': numbered.material_id, 'material': materials.name,
        'class': materials.class, 'family': materials.product_family,
        'supplier_id': numbered.supplier_id, 'supplier': suppliers.name,
        'supplier_lot': numbered.supplier_lot_number, 'tlc': numbered.traceability_lot_code,
        'made_at': strftime(numbered.manufactured_at, '%Y-%m-%dT%H:%M:%SZ'),
        'expires_at': strftime(numbered.expires_at, '%Y-%m-%d'),
        'is_implied': coalesce(numbered.is_implied, false), 'nameless': coalesce(nameless.n, 0),
        'statuses': coalesce(history.found, []), 'results': coalesce(tested.found, []),
        'documents': coalesce(documented.found, []), 'quality': coalesce(recorded.found, []),
        'shipments': coalesce(gone.found, []), 'moves': coalesce(moved.found, []),
        'containers': coalesce(packed.found, [])
    }}) as told
from numbered
left join materials on materials.material_id = numbered.material_id and materials.is_current
left join parties as suppliers
    on suppliers.party_id = numbered.supplier_id and suppliers.is_current
left join history on history.lot_id = numbered.lot_id
left join tested on tested.lot_id = numbered.lot_id
left join documented on documented.lot_id = numbered.lot_id
left join recorded on recorded.lot_id = numbered.lot_id
left join gone on gone.lot_id = numbered.lot_id
left join moved on moved.lot_id = numbered.lot_id
left join packed on packed.lot_id = numbered.lot_id
left join nameless on nameless.lot_key = numbered.record_key
order by numbered.place
"""

BOXES = """
create temp table boxes as
with recursive inside(content_id, container_id, packed_at, unpacked_at, depth) as (
    select content_id, container_id, packed_at, unpacked_at, 1 from containment
    where is_current and content_type in ('lot', 'lots')
    union
    select
        inside.content_id, outer_box.container_id,
        greatest(inside.packed_at, outer_box.packed_at),
        least(inside.unpacked_at, outer_box.unpacked_at), depth + 1
    from inside
    join containment as outer_box
        on outer_box.is_current and outer_box.content_type in ('container', 'containers')
            and outer_box.content_id = inside.container_id
            and coalesce(outer_box.packed_at < inside.unpacked_at, true)
            and coalesce(inside.packed_at < outer_box.unpacked_at, true)
    where depth < 12
)
select distinct content_id, container_id, packed_at, unpacked_at from inside
"""
"""Lots in containers, and in the containers around those, while both held them."""

LINKS = f"""
with numbered as (
    select lot_id, row_number() over (order by lot_id) - 1 as place from lots where is_current
)
select
    parents.place as parent, children.place as child,
    epoch(lot_links.occurred_at)::bigint as at,
    concat_ws(chr(9),
        coalesce(kind, ''), coalesce({AMOUNT.format("quantity")}, ''), coalesce(uom, ''),
        coalesce(order_id, ''), coalesce(strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ'), ''),
        coalesce(record_id, '')) as told
from lot_links
join numbered as parents on parents.lot_id = lot_links.parent_lot_id
join numbered as children on children.lot_id = lot_links.child_lot_id
where lot_links.is_current and (quantity is null or quantity <> 0)
order by parent, child, lot_links.record_key
"""
"""Links of nothing are what is left of a consumption that was undone."""

IDENTIFIERS = """
with numbered as (
    select lot_id, row_number() over (order by lot_id) - 1 as place from lots where is_current
)
select identifiers.value, numbered.place from identifiers join numbered using (lot_id)
where identifiers.is_current and identifiers.value is not null
"""

{#-
  Links between plants that no source sends, and that deliveries show all the same: a lot received
  under a delivery is joined to the lot that left for this site under the same delivery, where the
  receiver kept the sender's lot number (as the lot's own, as the supplier's, or as another name of
  the lot). A pair that a source joins itself is left to it. The row that shows the link is the
  receipt. Rows have the columns of `lot_links` in landing; `sent` is what sources sent of it.
-#}
{% macro delivered_links(columns) -%}
    {%- set told = {
        'record_id': "'delivery/' || record_id",
        'parent_lot_id': 'parent_lot_id',
        'child_lot_id': 'lot_id',
        'kind': "'split'",
    } -%}
    {%- set kept = [
        'site_id', 'source', 'source_ref', 'source_file', 'source_row', 'recorded_at', 'load_id',
        'ingested_at', 'ingest_seq', 'occurred_at', 'occurred_local', 'utc_offset', 'precision',
        'quantity', 'uom',
    ] -%}
select
    {%- for column in columns %}
    cast({{ column.name if column.name in kept else told.get(column.name, 'null') }} as {{ column.data_type }})
        as {{ column.name }}{{ ',' if not loop.last }}
    {%- else %}
    null as nothing
    {%- endfor %}
from (
    select
        arrived.*,
        gone.lot_id as parent_lot_id,
        row_number() over (
            partition by arrived.source, arrived.record_id order by gone.lot_id
        ) as place
    from {{ ref('events') }} as arrived
    inner join {{ ref('events') }} as gone
        on arrived.shipment_id = gone.shipment_id and arrived.lot_id <> gone.lot_id
    inner join {{ ref('sites') }} as sites
        on
            arrived.site_id = sites.site_id
            and gone.to_location in (sites.site_id, sites.gln)
    inner join {{ ref('sent_lots') }} as theirs on gone.lot_id = theirs.lot_id
    inner join {{ ref('sent_lots') }} as ours on arrived.lot_id = ours.lot_id
    left join {{ ref('identifiers') }} as names
        on
            arrived.lot_id = names.lot_id
            and theirs.lot_number = names.value
            and names.is_current
    left join (
        select distinct reverses
        from {{ ref('events') }}
        where is_current and reverses is not null
    ) as not_arrived on arrived.record_id = not_arrived.reverses
    left join (
        select distinct reverses
        from {{ ref('events') }}
        where is_current and reverses is not null
    ) as not_gone on gone.record_id = not_gone.reverses
    left join (
        select distinct
            sent.parent_lot_id,
            sent.child_lot_id
        from sent
        inner join loads on sent.load_id = loads.load_id
        cross join pin
        where
            sent.ingested_at <= pin.as_of_ingested
            and (sent.recorded_at is null or sent.recorded_at <= pin.as_of)
    ) as joined
        on arrived.lot_id = joined.child_lot_id and gone.lot_id = joined.parent_lot_id
    where
        arrived.is_current
        and arrived.event_type = 'receipt'
        and arrived.reverses is null
        and gone.is_current
        and gone.event_type in ('transfer', 'shipment')
        and gone.reverses is null
        and gone.site_id <> arrived.site_id
        and sites.is_current
        and theirs.is_current
        and ours.is_current
        and theirs.lot_number is not null
        and (
            theirs.lot_number = ours.supplier_lot_number
            or theirs.lot_number = ours.lot_number
            or names.value is not null
        )
        and not_arrived.reverses is null
        and not_gone.reverses is null
        and joined.child_lot_id is null
) as deliveries
where place = 1
{%- endmacro %}

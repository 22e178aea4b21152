"""What is looked for among the rows that landed, each as one select over sets.

A check's select gives one row for each row at fault: source, table, record, file, row and what is
said of it. `examined` counts the rows that were looked at, by source: where it counts none, the
check says nothing about that source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..sources import coverage_holes
from ..sources.record_hash import content_hash_sql
from . import silent_days, spellings

LATE_HOURS = 24
"""Hours between happening and being recorded beyond which an entry counts as late, by default."""

_VALUED = (
    "receipt", "consumption", "intermediate_output", "finished_goods", "shipment", "return",
    "disposition", "adjustment",
)  # fmt: skip
_ONE_SIGNED = (
    "receipt", "issue", "consumption", "intermediate_output", "finished_goods", "transfer",
    "shipment", "return", "disposition", "sample", "label_issue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of exception.

    Attributes:
        kind: its name.
        title: what is wrong, in words.
        sql: a select of source, table_name, record_id, source_file, source_row, said.
        examined: a select of source and how many rows were looked at.
    """

    kind: str
    title: str
    sql: str
    examined: str


def checks(late_hours: int = LATE_HOURS) -> tuple[Check, ...]:
    """Return every check, in the order they are told."""
    return (*_coverage(), *_headers(), *_transfers(), _certificates(), *_signs(),
            _several_contents(), _changed(), _spellings(), *_times(late_hours))  # fmt: skip


def _coverage() -> tuple[Check, ...]:
    return (
        Check(coverage_holes.KIND, coverage_holes.TITLE, coverage_holes.HOLES, _count("coverage")),
        Check(silent_days.KIND, silent_days.TITLE, silent_days.DAYS, silent_days.EXAMINED),
    )


def _spellings() -> Check:
    return Check(spellings.KIND, spellings.TITLE, spellings.SPELLINGS, spellings.EXAMINED)


def _place(table: str, alias: str = "") -> str:
    dot = f"{alias}." if alias else ""
    return (
        f"{dot}source, '{table}' as table_name, {dot}record_id, {dot}source_file, {dot}source_row"
    )


def _count(table: str, where: str = "true") -> str:
    return f"select source, count(*) from {table} where {where} group by source"


def _without_lines(table: str, key: str, what: str) -> Check:
    served = f"site_id in (select site_id from events where {key} is not null)"
    return Check(
        f"{what}_without_lines",
        f"{what} of which no movement is told",
        f"select {_place(table)}, '{what} ' || {key} || ' has no event' as said from {table} "
        f"where {served} and {key} is not null "
        f"and {key} not in (select {key} from events where {key} is not null)",
        _count(table, served),
    )


def _without_header(table: str, key: str, headers: str, what: str) -> Check:
    """Rows that name a header nobody sent, at sites whose sources send such headers."""
    served = f"{key} is not null and site_id in (select site_id from {headers})"
    return Check(
        f"line_without_{what}",
        f"row that names a {what} nobody sent",
        f"select {_place(table)}, '{table} row names {what} ' || {key} || ', which no source sent' "
        f"as said from {table} where {served} "
        f"and {key} not in (select {key} from {headers} where {key} is not null)",
        _count(table, served),
    )


def _headers() -> tuple[Check, ...]:
    types = ", ".join(f"'{word}'" for word in _VALUED)
    posted = (
        f"event_type in ({types}) and coalesce(quantity, 0) <> 0 "
        "and (site_id, event_type) in (select valued.site_id, valued.event_type from events "
        "as valued join postings on postings.event_id = valued.record_id)"
    )
    return (
        _without_lines("orders", "order_id", "order"),
        _without_lines("shipments", "shipment_id", "shipment"),
        _without_header("events", "order_id", "orders", "order"),
        _without_header("events", "shipment_id", "shipments", "shipment"),
        _without_header("spec_limits", "spec_id", "specifications", "specification"),
        _without_header("document_links", "document_id", "documents", "document"),
        Check(
            "movement_without_posting",
            "movement without accounting document",
            f"select {_place('events')}, event_type || ' of ' || coalesce(lot_id, 'no lot') || "
            "': no posting names it' as said "
            f"from events where {posted} "
            "and record_id not in (select event_id from postings where event_id is not null)",
            _count("events", posted),
        ),
        Check(
            "posting_without_movement",
            "posting for a movement that nobody sent",
            f"select {_place('postings')}, 'document ' || coalesce(document_number, record_id) || "
            "' values event ' || event_id || ', which no source sent' as said from postings "
            "where event_id is not null and event_id not in (select record_id from events)",
            _count("postings", "event_id is not null"),
        ),
    )


_LEFT = """
    left_for as (
        select source, record_id, source_file, source_row, site_id, to_location as to_site, lot_id,
            shipment_id, quantity, upper(trim(events.uom)) as uom,
            coalesce(unit_sizes.kind, 'unit ' || upper(trim(events.uom))) as measure,
            coalesce(size, 1) as size
        from events left join unit_sizes on upper(trim(events.uom)) = unit_sizes.uom
        where event_type in ('transfer', 'shipment') and reverses is null
            and record_id not in (select reverses from events where reverses is not null)
            and to_location in (select site_id from sites) and to_location <> site_id
            and shipment_id is not null and quantity is not null
    ),
    arrived as (
        select site_id, shipment_id, lot_id, quantity, record_id,
            coalesce(unit_sizes.kind, 'unit ' || upper(trim(events.uom))) as measure,
            coalesce(size, 1) as size
        from events left join unit_sizes on upper(trim(events.uom)) = unit_sizes.uom
        where event_type = 'receipt' and reverses is null and shipment_id is not null
            and record_id not in (select reverses from events where reverses is not null)
    )
"""


# the second are joined by macros/canonical/delivered_links.sql
_JOINED = """
    exists (select 1 from lot_links where child_lot_id = arrived.lot_id)
    or exists (
        select 1 from lots as theirs, lots as ours
        where theirs.lot_id = left_for.lot_id and ours.lot_id = arrived.lot_id and (
            theirs.lot_number in (ours.lot_number, ours.supplier_lot_number)
            or exists (select 1 from identifiers as named where named.lot_id = ours.lot_id
                and named.value = theirs.lot_number)
        )
    )
"""


def _transfers() -> tuple[Check, ...]:
    between = (
        "select source, count(*) from events where event_type in ('transfer', 'shipment') "
        "and to_location in (select site_id from sites) and to_location <> site_id group by source"
    )
    return (
        Check(
            "transfer_not_netting",
            "transfer that does not net to zero: what left is not what arrived",
            f"with {_LEFT}, sums as (select to_site, shipment_id, measure, "
            "sum(quantity::double * size) as n, arg_min(uom, (size, uom)) as uom, "
            "min(size) as size from left_for group by to_site, shipment_id, measure), "
            "got as (select site_id, shipment_id, measure, sum(quantity::double * size) as n "
            "from arrived group by site_id, shipment_id, measure) "
            f"select {_place('events', 'left_for')}, 'shipment ' || left_for.shipment_id || ': ' "
            "|| round(sums.n / sums.size, 9) || coalesce(' ' || sums.uom, '') || ' left for ' "
            "|| left_for.to_site || ', ' || case when got.n is null "
            "then 'nothing in that unit' else round(got.n / sums.size, 9) || '' end || "
            "' arrived' as said from left_for join sums on sums.to_site = left_for.to_site "
            "and sums.shipment_id = left_for.shipment_id and sums.measure is not distinct from "
            "left_for.measure left join got on got.site_id = sums.to_site and got.shipment_id = "
            "sums.shipment_id and got.measure is not distinct from sums.measure "
            "where got.n is null or abs(got.n - sums.n) > 1e-12 * abs(sums.n)",
            between,
        ),
        Check(
            "transfer_one_sided",
            "transfer with one side only",
            f"select {_place('events')}, 'transfer of ' || coalesce(lot_id, 'no lot') || "
            "case when to_location is null then ' goes nowhere' else ' comes from nowhere' end "
            "as said from events as one where event_type = 'transfer' and reverses is null "
            "and (from_location is null or to_location is null) and not exists (select 1 from "
            "events as other where other.event_type = 'transfer' and other.source = one.source and "
            "other.lot_id = one.lot_id and other.record_id <> one.record_id and abs(other.quantity)"
            " = abs(one.quantity) and ((other.from_location is null) <> "
            "(one.from_location is null)) and other.occurred_at between one.occurred_at - "
            "interval 2 day and one.occurred_at + interval 2 day)",
            _count("events", "event_type = 'transfer'"),
        ),
        Check(
            "transfer_not_joined",
            "lot sent to another site that no link or number joins to the lot received there",
            f"with {_LEFT} select {_place('events', 'left_for')}, left_for.lot_id || ' was "
            "received at ' || left_for.to_site || ' as ' || arrived.lot_id || '; no link joins "
            "them' as said from left_for join arrived on arrived.site_id = left_for.to_site and "
            "arrived.shipment_id = left_for.shipment_id where arrived.lot_id <> left_for.lot_id "
            f"and not ({_JOINED})",
            between,
        ),
    )


def _certificates() -> Check:
    """Lots of suppliers that no lot of ours stands for, as the lot model's `supplier_lots` tells.

    Asked of sources at all only where some lot names a supplier and its number.
    """
    theirs = "starts_with(lot_id, 'supplier-lot:')"
    received = f"supplier_lot_number is not null and not {theirs}"
    return Check(
        "certificate_of_unknown_lot",
        "certificate of a supplier's lot that no lot was received under",
        "with numbered as (select lot_id, supplier_lot_number as number from lots where "
        f"{received} union select lot_id, value from identifiers where kind = 'supplier_lot' "
        f"and not {theirs}), suppliers as (select party_id, party_id as said from parties union "
        "select party_id, name from parties union select supplier_id, supplier_id from lots) "
        f"select {_place('lots', 'certified')}, 'no lot has supplier ' || "
        "coalesce(certified.supplier_id, '(none)') || ' and its lot number ' || "
        "coalesce(certified.supplier_lot_number, '(none)') as said from lots as certified where "
        f"{theirs.replace('lot_id', 'certified.lot_id')} and not exists (select 1 from lots as "
        "ours join numbered on numbered.lot_id = ours.lot_id join suppliers on "
        "suppliers.party_id = ours.supplier_id join identifiers as names on names.value = "
        "numbered.number where names.lot_id = certified.lot_id and suppliers.said = "
        f"certified.supplier_id) and exists (select 1 from lots where {received})",
        f"select source, count(*) from lots where {theirs} and exists "
        f"(select 1 from lots where {received}) group by source",
    )


def _signs() -> tuple[Check, ...]:
    types = ", ".join(f"'{word}'" for word in _ONE_SIGNED)
    said = "reverses is not null"
    return (
        Check(
            "sign_against_type",
            "quantity whose sign contradicts the kind of movement",
            f"select {_place('events')}, event_type || ' of ' || quantity::double || "
            "coalesce(' ' || uom, '') || ', and it reverses nothing' as said from events where "
            f"event_type in ({types}) and quantity < 0 and reverses is null",
            _count("events", f"event_type in ({types}) and quantity is not null"),
        ),
        Check(
            "reversal_of_nothing",
            "reversal of a movement that nobody sent",
            f"select {_place('events')}, 'reverses ' || reverses || ', which no source sent' as "
            f"said from events where {said} and reverses not in (select record_id from events)",
            _count("events", said),
        ),
        Check(
            "reversal_not_netting",
            "reversal of another quantity, unit, lot or kind than what it reverses",
            f"select {_place('events', 'undo')}, 'reverses ' || undo.reverses || ' of ' || "
            "done.quantity::double || coalesce(' ' || done.uom, '') || ' by ' || "
            "undo.quantity::double || coalesce(' ' || undo.uom, '') as said from events as undo "
            "join events as done on undo.reverses = done.record_id and undo.source = done.source "
            "where abs(undo.quantity) is distinct from abs(done.quantity) or undo.uom is distinct "
            "from done.uom or undo.lot_id is distinct from done.lot_id "
            "or undo.event_type <> done.event_type",
            _count("events", said),
        ),
        Check(
            "reversed_twice",
            "movement that several others reverse",
            f"select {_place('events')}, 'reverses ' || reverses || ', as ' || others || ' does' "
            "as said from (select *, lag(record_id) over (partition by source, reverses order by "
            f"ingest_seq) as others from events where {said}) where others is not null",
            _count("events", said),
        ),
    )


def again_sent(tables: Iterable[str]) -> str:
    """SQL of `again_sent`: versions of records sent more than once, beside the one before."""
    return " union all ".join(
        "select source, table_name, record_id, source_file, source_row, load_id, record_hash, "
        "lag(load_id) over w as load_before, lag(record_hash) over w as hash_before, "
        "lag(source_file || ':' || source_row) over w as place_before, "
        "lag(source_file) over w as file_before "
        f"from (select {_place(name)}, load_id, ingest_seq, "
        f"{content_hash_sql(name)} as record_hash from {name}_landed "
        f"where (source, record_id) in (select source, record_id "
        f"from {name}_landed group by all having count(*) > 1)) "
        "window w as (partition by source, record_id order by ingest_seq)"
        for name in tables
    )


def _several_contents() -> Check:
    return Check(
        "several_contents",
        "one key with several contents in one load",
        "select source, table_name, record_id, source_file, source_row, 'other content than at ' "
        "|| place_before as said from again_sent where load_id = load_before "
        "and record_hash <> hash_before",
        "select * from rows_landed",
    )


def _changed() -> Check:
    return Check(
        "changed_record",
        "record that a later load sent with new content; both are kept",
        "select source, table_name, record_id, source_file, source_row, 'changed since ' || "
        "place_before as said from again_sent where load_id <> load_before "
        f"and record_hash <> hash_before and not {_READ_AGAIN}",
        "select * from rows_landed",
    )


# one file, read with other words: not the source has changed its mind
_READ_AGAIN = """exists (
    select 1 from loads as now_read join loads as then_read on now_read.sha256 = then_read.sha256
    where now_read.load_id = again_sent.load_id and then_read.load_id = again_sent.load_before
        and now_read.source_file = again_sent.source_file
        and then_read.source_file = again_sent.file_before
)"""


def rows_landed(tables: Iterable[str]) -> str:
    """SQL of `rows_landed`: how many rows landed, by source."""
    union = " union all ".join(
        f"select source, count(*) as n from {name}_landed group by source" for name in tables
    )
    return f"select source, sum(n)::bigint from ({union}) group by source"


def _times(late_hours: int) -> tuple[Check, ...]:
    ends = (
        "occurred_at + case precision when 'month' then interval 1 month when 'day' then "
        "interval 1 day when 'hour' then interval 1 hour else interval 0 day end"
    )
    timed = "recorded_at is not null and occurred_at is not null"
    lag = f"date_diff('minute', {ends}, recorded_at)"
    hours = f"round({lag} / 60.0, 1)"
    return (
        Check(
            "late_entry",
            f"entry recorded more than {late_hours} hours after it happened",
            f"select {_place('events')}, event_type || ' recorded ' || {hours} || ' h after it "
            f"happened' as said from events where {timed} and {lag} > {late_hours} * 60",
            _count("events", timed),
        ),
        Check(
            "entry_into_past_month",
            "entry back-dated into a month that was over",
            f"select {_place('events')}, event_type || ' of ' || strftime(occurred_at, '%Y-%m-%d') "
            "|| ' recorded on ' || strftime(recorded_at, '%Y-%m-%d') as said from events where "
            f"{timed} and {lag} > {late_hours} * 60 "
            f"and date_trunc('month', recorded_at) > date_trunc('month', {ends})",
            _count("events", timed),
        ),
        Check(
            "recorded_before_it_happened",
            "entry recorded before it happened",
            f"select {_place('events')}, event_type || ' recorded at ' || recorded_at || ', to "
            f"happen at ' || occurred_at as said from events where {timed} "
            "and recorded_at < occurred_at",
            _count("events", timed),
        ),
    )

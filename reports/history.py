"""What happened to a lot: its events and status, quality records, documents and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 60
"""Events printed; beyond, they are counted and stand in the data file."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event or change of status, as printed."""

    when: str
    what: str
    amount: str
    by: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class QualityRecord:
    """A deviation, complaint, hold and the like, and how it stands."""

    number: str
    kind: str
    told: str
    severity: str
    opened: str
    closed: str
    state: str
    status: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document and who signed it."""

    number: str
    kind: str
    version: str
    issued: str
    status: str
    signatures: tuple[str, ...]


def happenings(con: DuckDBPyConnection, lot_id: str) -> tuple[tuple[Happening, ...], str]:
    """Events and status of a lot in order of time, and a line that counts those left out."""
    found = reading.rows(
        con,
        """
        select
            occurred_at, occurred_local, utc_offset, precision,
            replace(event_type, '_', ' ') as what, quantity, uom, performed_by, checked_by,
            source_file, source_row, order_id, shipment_id,
            record_id in (select reverses from events where reverses is not null)
                or reverses is not null as is_reversed, record_id
        from events where is_current and lot_id = $lot
        union all
        select
            occurred_at, occurred_local, utc_offset, precision,
            'status ' || coalesce(from_status || ' to ', '') || to_status, null, null, changed_by,
            null, source_file, source_row, null, null, false, record_id
        from lot_status where is_current and lot_id = $lot
        order by occurred_at nulls last, what, record_id
        """.replace("$lot", "?"),
        lot_id, lot_id,
    )  # fmt: skip
    more = len(found) - SHOWN
    note = f"{words.number(more)} further in data/evidence/events.csv." if more > 0 else ""
    return tuple(_happening(row) for row in found[:SHOWN]), note


def _happening(row: Row) -> Happening:
    people = [row["performed_by"], f"checked {row['checked_by']}" if row["checked_by"] else None]
    notes = [
        f"order {row['order_id']}" if row["order_id"] else None,
        f"shipment {row['shipment_id']}" if row["shipment_id"] else None,
        "reversed" if row["is_reversed"] else None,
    ]
    return Happening(
        when=words.happened(row["occurred_local"], row["utc_offset"], row["precision"]),
        what=row["what"],
        amount=words.quantity(row["quantity"], row["uom"]) if row["quantity"] is not None else "",
        by=", ".join(part for part in people if part),
        source=f"{row['source_file']}, {words.number(row['source_row'])}",
        note=", ".join(part for part in notes if part),
    )


def quality_records(
    con: DuckDBPyConnection, subjects: list[str], timezone: str
) -> tuple[QualityRecord, ...]:
    """Quality records about any of the subjects, by the day they were opened."""
    found = reading.rows(
        con,
        "select * from quality_records where is_current and subject_id in (select unnest(?)) "
        "order by opened_at nulls last, quality_record_id",
        subjects,
    )
    return tuple(
        QualityRecord(
            number=row["quality_record_id"],
            kind=row["kind"],
            told=row["description"] or "",
            severity=row["severity"] or words.NOTHING,
            opened=words.local_time(row["opened_at"], timezone),
            closed=words.local_time(row["closed_at"], timezone),
            state="met" if row["status"] in ("closed", "cancelled") else "pending",
            status=row["status"] or "status not stated",
        )
        for row in found
    )


def papers(con: DuckDBPyConnection, subjects: list[str], timezone: str) -> tuple[Paper, ...]:
    """Documents that speak of any of the subjects, with their signatures."""
    found = reading.rows(
        con,
        "select * from documents where is_current and (subject_id in (select unnest(?)) or "
        "document_id in (select document_id from document_links where is_current and subject_id "
        "in (select unnest(?)))) order by kind, issued_at nulls last, document_id",
        subjects, subjects,
    )  # fmt: skip
    return tuple(
        Paper(
            number=row["number"] or row["document_id"],
            kind=(row["kind"] or "").replace("_", " "),
            version=row["doc_version"] or words.NOTHING,
            issued=words.local_day(row["issued_at"], timezone),
            status=row["status"] or words.NOTHING,
            signatures=signatures_on(con, [row["record_id"], row["document_id"]], timezone),
        )
        for row in found
    )


def signatures_on(
    con: DuckDBPyConnection, records: list[str], timezone: str
) -> tuple[str, ...]:  # fmt: skip
    """Signatures on any of the records, each in one line with name, role, meaning and time."""
    found = reading.rows(
        con,
        "select distinct printed_name, signer_id, role, meaning, signed_at from signatures "
        "where is_current and signed_record_id in (select unnest(?)) "
        "order by signed_at nulls last, signer_id, meaning",
        records,
    )
    return tuple(_signature(row, timezone) for row in found)


def _signature(row: Row, timezone: str) -> str:
    who = row["printed_name"] or row["signer_id"]
    known = f"{who} ({row['signer_id']})" if row["signer_id"] not in who else who
    parts = (row["meaning"], known, row["role"], words.local_time(row["signed_at"], timezone))
    return ", ".join(part for part in parts if part)

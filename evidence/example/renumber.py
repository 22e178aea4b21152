"""Numbers of goods movements and accounting documents as the SAP plants' systems give them.

Runs last, over the finished world: movements are numbered in the order in which they happened,
and whatever names one of them (signatures, postings, the answer key) follows.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from .faults.planting import Planted
from .tables import Row, Tables

MOVEMENTS = ("receipt", "sample", "shipment", "return", "transfer")
"""Event types that the plants' SAP system sends; the others come from the shop floor's system."""

CRITICAL = ("receipt", "shipment")
"""Event types that the food plants exchange with their partners as EPCIS."""

NAMES = (("signatures", "signed_record_id"), ("postings", "event_id"), ("events", "reverses"))
"""Columns that name events."""


def number_movements(tables: Tables, planted: list[Planted], site_id: str, prefix: int) -> None:
    """Give a site's movements and postings the numbers of SAP documents, in place."""
    posted = {row["event_id"] for row in tables.rows("postings", site_id=site_id)}
    moved = [
        row
        for row in tables.rows("events", site_id=site_id)
        if row["record_id"] in posted or row["event_type"] in MOVEMENTS
    ]
    moved.sort(key=lambda row: (str(row["occurred_at"]), str(row["record_id"])))
    rename_events(
        tables,
        planted,
        site_id,
        {
            str(row["record_id"]): f"49{prefix}{number:07d}/2026/0001"
            for number, row in enumerate(moved, 1)
        },
    )
    number_receipts(tables, site_id)
    number_postings(tables, site_id)


def name_critical_events(tables: Tables, planted: list[Planted], site_id: str) -> None:
    """Give what a food plant received and shipped the identifiers of EPCIS events, in place."""
    rows = [row for row in tables.rows("events", site_id=site_id) if row["event_type"] in CRITICAL]
    names = {str(row["record_id"]): event_name(site_id, row) for row in rows}
    rename_events(tables, planted, site_id, names)


def event_name(site_id: str, row: Row) -> str:
    """The record of an EPCIS event's only item."""
    key = f"{site_id}/{row['record_id']}"
    return f"urn:uuid:{uuid5(NAMESPACE_URL, key)}/1"


def rename_events(
    tables: Tables, planted: list[Planted], site_id: str, new: dict[str, str]
) -> None:
    """Give events of a site other identifiers, and whatever names them."""
    for old, document in new.items():
        tables.rename("events", old, document)
    for table, column in NAMES:
        for row in tables.rows(table, site_id=site_id):
            row[column] = new.get(str(row.get(column)), row.get(column))
    for number, each in enumerate(planted):
        if each.site_id == site_id and each.subject_type.startswith("event"):
            planted[number] = replace(each, subject_id=new.get(each.subject_id, each.subject_id))


def number_receipts(tables: Tables, site_id: str) -> None:
    """The status that a receipt brings is part of its document."""
    first = {
        (row["lot_id"], row["occurred_at"]): row
        for row in tables.rows("lot_status", site_id=site_id, to_status="quarantine")
        if row.get("from_status") is None
    }
    for receipt in tables.rows("events", site_id=site_id, event_type="receipt"):
        status = first.get((receipt["lot_id"], receipt["occurred_at"]))
        if status is not None and is_entered_at_once(receipt):
            tables.rename("lot_status", str(status["record_id"]), str(receipt["record_id"]))
            status.update(
                recorded_at=receipt["recorded_at"],
                reason_code=None,
                changed_by=receipt["performed_by"],
            )


def is_entered_at_once(row: Row) -> bool:
    """Whether SAP can say all there is of a movement."""
    needed = ("lot_id", "quantity", "uom", "performed_by", "recorded_at")
    return all(row.get(column) is not None for column in needed) and row["precision"] == "second"


def number_postings(tables: Tables, site_id: str) -> None:
    """Accounting documents bear the company code; their lines are entered together."""
    entered: dict[object, object] = {}
    for row in tables.rows("postings", site_id=site_id):
        tables.rename("postings", str(row["record_id"]), f"{site_id}/{row['record_id']}")
        row["recorded_at"] = entered.setdefault(  # type: ignore[assignment]
            row["document_number"], row["recorded_at"]
        )

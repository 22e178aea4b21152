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
    posted = {row.get("event_id") for row in tables.rows("postings", site_id=site_id)}
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
    number_positions(tables, site_id)
    number_results(tables, site_id)
    number_decisions(tables, planted, site_id)


def inspection_lot_of(row: Row) -> str | None:
    """The inspection lot that a result or decision is of, by its record; ``None`` when of none."""
    lot = str(row["record_id"]).partition("/")[0]
    return lot if lot.isdigit() else None


def number_results(tables: Tables, site_id: str) -> None:
    """A result's record in SAP is inspection lot, operation and characteristic."""
    for row in tables.rows("test_results", site_id=site_id, origin="own"):
        lot, _, number = str(row["record_id"]).partition("/")
        if lot.isdigit():
            new = f"{lot}/00000010/{10 * int(number[1:]):04d}"
            for change in tables.rows("changes", changed_record_id=str(row["record_id"])):
                change["changed_record_id"] = new
            tables.rename("test_results", str(row["record_id"]), new)


def number_decisions(tables: Tables, planted: list[Planted], site_id: str) -> None:
    """The first release of what was bought is the usage decision on its inspection lot."""
    names: dict[str, str] = {}
    for row in tables.rows("events", site_id=site_id, event_type="release"):
        if row.get("order_id") is not None:
            continue
        tested = tables.rows("test_results", lot_id=row["lot_id"], origin="own")
        for lot in sorted({inspection_lot_of(result) or "" for result in tested} - {""}):
            if f"{lot}/01" not in names.values():
                names[str(row["record_id"])] = f"{lot}/01"
                break
    rename_events(tables, planted, site_id, names)


def number_positions(tables: Tables, site_id: str) -> None:
    """An order's record in SAP is its only position; signatures on it follow."""
    for row in tables.rows("orders", site_id=site_id):
        order_id = str(row["order_id"])
        tables.rename("orders", order_id, f"{order_id}/0001")
        for signature in tables.rows("signatures", signed_record_id=order_id):
            if signature["record_type"] == "orders":
                signature["signed_record_id"] = f"{order_id}/0001"


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

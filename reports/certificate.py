"""The certificate of analysis of a lot, for a customer: results, limits, and who released it.

It says what the results show and nothing of the maker's inner life: no verdict, no deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from . import reading, words
from .conformity import Conformity, compare_results, tested_lot
from .definitions import ReportDefinition
from .document import Frame, frame
from .history import signatures_on
from .lot import amount_made, find_lot, made_on, status_now
from .reading import Row
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STATEMENTS = {
    "met": "Every characteristic of the specification was tested and conforms.",
    "gap": "The lot does not conform to the specification.",
    "undetermined": "Conformity is not shown for every characteristic of the specification.",
}
"""What the certificate states, by the state of all its rows."""

_WITHOUT = "The data hold no specification of this material, so conformity is not shown."


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything a certificate says."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    issuer: tuple[str, ...]
    customer: tuple[tuple[str, str], ...]
    specification: str
    conformity: Conformity
    state: str
    sign: str
    statement: str
    release: tuple[str, ...]
    notes: tuple[str, ...]


def compose_certificate(
    con: DuckDBPyConnection,
    request: ReportRequest,
    definition: ReportDefinition,
    evidence_digest: str,
) -> Certificate:
    """Put a certificate together.

    Args:
        con: the warehouse.
        request: names the lot, and the customer or delivery where there is one.
        definition: the report's definition.
        evidence_digest: SHA-256 of the evidence manifest, in hex.

    Raises:
        LotproofError: the site or the lot is unknown.
    """
    site = reading.site(con, request.site_id)
    zone = site["timezone"]
    lot = find_lot(con, request.lot_id or "", request.site_id)
    delivery = _delivery(con, lot["lot_id"], request)
    customer_id = request.customer_id or (delivery["customer_id"] if delivery else None)
    at = (delivery["shipped_at"] if delivery else None) or request.as_of.replace(tzinfo=None)
    tested = tested_lot(con, lot["lot_id"])
    conformity = compare_results(con, lot, tested, at, customer_id)
    state = conformity.state
    return Certificate(
        request=request,
        definition=definition,
        frame=frame(
            request, definition, site, evidence_digest,
            title=lot["material_name"] or "Material not known",
            subtitle=f"Lot {lot['lot_number'] or lot['lot_id']}",
            running=lot["lot_number"] or lot["lot_id"],
            facts=_facts(con, lot, zone),
        ),
        issuer=tuple(part for part in (site["entity"], site["name"], site["country"]) if part),
        customer=_customer(con, customer_id, delivery, zone),
        specification=_specification(conformity, customer_id),
        conformity=conformity,
        state=state,
        sign={"met": "●", "gap": "▲"}.get(state, "?"),
        statement=STATEMENTS[state] if conformity.spec else _WITHOUT,
        release=_release(con, lot, zone),
        notes=_notes(con, lot, tested, conformity),
    )  # fmt: skip


def _facts(con: DuckDBPyConnection, lot: Row, zone: str) -> tuple[tuple[str, str], ...]:
    found = (
        ("Material number", lot["material_id"]),
        ("Amount of the lot", amount_made(con, lot["lot_id"])),
        ("Manufactured", made_on(con, lot, zone, words.long_day)),
        ("Expires", _day(lot["expires_at"], zone)),
        ("Re-test", _day(lot["retest_at"], zone)),
        ("Traceability lot code", lot["traceability_lot_code"]),
    )
    return tuple((name, text) for name, text in found if text)


def _day(moment: datetime | None, zone: str) -> str:
    return words.long_day(moment, zone) if moment else ""


def _delivery(con: DuckDBPyConnection, lot_id: str, request: ReportRequest) -> Row | None:
    if request.customer_id is None and request.shipment_id is None:
        return None
    found = reading.rows(
        con,
        """
        select shipments.*, sum(events.quantity) as quantity, min(events.uom) as uom
        from events
        join shipments on shipments.shipment_id = events.shipment_id and shipments.is_current
        where events.is_current and events.event_type = 'shipment' and events.lot_id = ?
            and (shipments.customer_id = ? or ? is null)
            and (shipments.shipment_id = ? or ? is null)
        group by all
        order by shipments.shipped_at desc nulls last, shipments.shipment_id
        limit 1
        """,
        lot_id, request.customer_id, request.customer_id, request.shipment_id,
        request.shipment_id,
    )  # fmt: skip
    return found[0] if found else None


def _customer(
    con: DuckDBPyConnection, customer_id: str | None, delivery: Row | None, zone: str
) -> tuple[tuple[str, str], ...]:
    if customer_id is None:
        return ()
    found = reading.rows(
        con, "select * from parties where is_current and party_id = ?", customer_id
    )  # fmt: skip
    name = found[0]["name"] if found else customer_id
    address = found[0]["address"] if found else None
    lines = [("Customer", name), ("Address", address)]
    if delivery:
        lines += [
            ("Delivery", delivery["shipment_id"]),
            ("Shipped", words.long_day(delivery["shipped_at"], zone)),
            ("Amount shipped", words.quantity(delivery["quantity"], delivery["uom"])),
            ("Reference", delivery["reference_document"]),
        ]
    return tuple((label, text) for label, text in lines if text)


def _specification(conformity: Conformity, customer_id: str | None) -> str:
    if not conformity.spec:
        return ""
    agreed = bool(conformity.agreed_with) and conformity.agreed_with == customer_id
    return f"{conformity.spec}, {'agreed with the customer' if agreed else 'house specification'}"


def _release(con: DuckDBPyConnection, lot: Row, zone: str) -> tuple[str, ...]:
    status = status_now(con, lot["lot_id"])
    released = reading.rows(
        con,
        "select * from events where is_current and lot_id = ? and event_type = 'release' "
        "and reverses is null and record_id not in (select reverses from events where reverses "
        "is not null) order by occurred_at desc nulls last, record_id limit 1",
        lot["lot_id"],
    )
    lines = []
    if released:
        row = released[0]
        when = words.happened(row["occurred_local"], row["utc_offset"], row["precision"])
        who = f" by {row['performed_by']}" if row["performed_by"] else ""
        lines.append(f"Released {when}{who}")
        lines += signatures_on(con, [row["record_id"]], zone)
    if status and (not released or status["to_status"] != "released"):
        lines.append(f"Status of the lot: {status['to_status']}")
    return tuple(lines) or ("No release of this lot is recorded.",)


def _notes(
    con: DuckDBPyConnection, lot: Row, tested: str, conformity: Conformity
) -> tuple[str, ...]:
    notes = []
    if tested != lot["lot_id"]:
        number = reading.one(
            con, "select lot_number from lots where is_current and lot_id = ?", tested
        )  # fmt: skip
        notes.append(f"Tested as lot {number or tested}, from which this lot was packed.")
    rows = (*conformity.comparisons, *conformity.extra)
    if any(row.origin for row in rows):
        notes.append("Results marked “supplier” are taken from the supplier's certificate.")
    if any(row.result[:1] in "<>" for row in rows if row.result):
        notes.append("< and > give a result outside the range in which the method measures.")
    return tuple(notes)

"""Faults in complaints and recalls as the European guide asks for them (chapter 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..world.controlled import submit
from ..world.happenings import complain
from ..world.quality import deviation
from ..world.things import Lot
from .planting import GMP, Planter, fault, row_id, time_of
from .products import product
from .same import PART1

EUROPE = ("LEU", "EIN", "LEU")
ONCE_EACH = ("LEU", "EIN")


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall that was done as the guide asks.

    Attributes:
        record: number of its quality record.
        lot: the lot that was recalled.
        opened_at: when it began, UTC.
        report: its final report.
    """

    record: str
    lot: Lot
    opened_at: datetime
    report: str


def recalled(p: Planter) -> Recall:
    """A delivered lot of its own is called back, blocked, decided on and reported."""
    lot = product(p)
    shipped_at = time_of(p.event("shipment", shipment_id=p.delivered(lot)))
    opened_at = shipped_at + timedelta(days=1)
    closed_at = opened_at + timedelta(days=3)
    record = deviation(
        p.plant,
        ("lots", lot.lot_id),
        opened_at,
        closed_at,
        kind="recall",
        severity="critical",
        reason="DEFECT",
        disposition="destroy",
    )
    notice = submit(p.plant, "authority_notice", record, opened_at + timedelta(hours=24), 60)
    p.tables.get("submissions", notice)["reference"] = record
    by = p.plant.who("quality-unit")
    p.plant.status(lot, "recalled", opened_at + timedelta(minutes=20), by, "RECALL")
    number = f"RR-{record}"
    subject = ("lots", lot.lot_id)
    issued_at = closed_at - timedelta(hours=1)
    report = p.plant.document("recall_report", subject, number, issued_at, by)
    return Recall(record, lot, opened_at, report)


@fault(*EUROPE)
def serious_complaint_without_action(p: Planter) -> None:
    """A serious complaint was closed without any action."""
    number = complain(p.plant, product(p), p.plant.later(p.day(), 9), "FOREIGN")
    p.tables.get("quality_records", number)["severity"] = "major"
    p.found("quality_record", number, "missing", PART1 + "8.16")


@fault(*EUROPE)
def recall_told_to_nobody(p: Planter) -> None:
    """No authority was told of a recall, and its end was never reported."""
    recall = recalled(p)
    p.tables.remove("submissions", row_id(p.tables.one("submissions", reference=recall.record)))
    p.drop("documents", p.tables.get("documents", recall.report))
    p.found("quality_record", recall.record, "missing", PART1 + "8.26", PART1 + "8.29")


@fault(*EUROPE)
def recalled_stock_left_free(p: Planter) -> None:
    """The stock of a recalled lot stayed free, and nobody decided on it."""
    recall = recalled(p)
    status = p.tables.one("lot_status", lot_id=recall.lot.lot_id, to_status="recalled")
    p.drop("lot_status", status)
    p.tables.get("quality_records", recall.record)["disposition"] = None
    p.found("quality_record", recall.record, "mismatch", PART1 + "8.28")
    p.found("quality_record", recall.record, "incomplete", PART1 + "8.28-disposition")


@fault(*EUROPE)
def shipped_after_recall(p: Planter) -> None:
    """More of a lot was delivered two days after it had been recalled."""
    recall = recalled(p)
    day = p.plant.later(p.plant.clock.day(recall.opened_at), 2)
    p.delivered(recall.lot, day=day)
    clauses = (GMP + "211.142-a-shipment", PART1 + "8.28-shipment")
    p.found("lot", recall.lot.lot_id, "mismatch", *clauses)


@fault(*ONCE_EACH)
def no_mock_recall(p: Planter) -> None:
    """Nobody tried in two years whether a recall would work."""
    drill = p.tables.rows("quality_records", kind="drill", site_id=p.site_id)[0]
    p.drop("quality_records", drill)
    p.found("site_period", p.site_id, "missing", PART1 + "8.30")

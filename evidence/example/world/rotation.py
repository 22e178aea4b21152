"""First in, first out: draws that pass over older stock are given the reason a planner writes.

Stock is drawn as the plants' own stories need it; where an older lot could have been used, the
booking says why it was not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from ..tables import Row, Tables

WAIVED = "FEFO"
"""Reason code of a deviation from first in, first out."""

DRAWS = {
    "raw": ("issue", "consumption"),
    "packaging": ("issue", "consumption"),
    "finished": ("shipment",),
}
"""By class of material: the events that have to take the oldest lot."""

SITES = ("LEU", "DUR", "EIN")
"""Plants whose rules ask for it."""

CLAUSES = ("us-21cfr211:211.86", "us-21cfr211:211.150-a")
"""The clauses that do."""

INTO = ("receipt", "intermediate_output", "finished_goods", "return", "adjustment")
OUT_OF = ("consumption", "shipment", "disposition", "sample")


def explain_draws(tables: Tables, site_id: str, spared: set[str]) -> None:
    """Give every draw that passed over older stock its reason, but for those ``spared``."""
    events = standing(tables.rows("events", site_id=site_id))
    classes = {str(row["material_id"]): str(row["class"]) for row in tables.rows("materials")}
    lots = {str(row["lot_id"]): str(row["material_id"]) for row in tables.rows("lots")}
    mates: dict[str, set[str]] = defaultdict(set)
    for row in tables.rows("lots", site_id=site_id):
        mates[str(row["material_id"])].add(str(row["lot_id"]))
    by_lot: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        by_lot[str(event["lot_id"])].append(event)
    for event in events:
        lot_id = str(event["lot_id"])
        kinds = DRAWS.get(classes.get(lots.get(lot_id, ""), ""), ())
        if event["event_type"] not in kinds or event.get("reason_code") or lot_id in spared:
            continue
        others = sorted(mates[lots[lot_id]] - {lot_id})
        if any(is_passed_over(by_lot[other], by_lot[lot_id], event) for other in others):
            event["reason_code"] = WAIVED


def standing(events: list[Row]) -> list[Row]:
    """Events of lots that were not undone and undo nothing."""
    undone = {event.get("reverses") for event in events}
    return [
        event
        for event in events
        if event.get("lot_id") and not event.get("reverses") and event["record_id"] not in undone
    ]


def is_passed_over(older: list[Row], own: list[Row], draw: Row) -> bool:
    """Whether a lot may have been released before the drawn one and in stock at the draw."""
    theirs, ours = min(releases(older), default=None), min(releases(own), default=None)
    when = draw["occurred_at"]
    if theirs is None or not isinstance(when, datetime):
        return False
    return (ours is None or theirs <= ours) and left_at(older, when) != 0


def releases(events: list[Row]) -> Iterator[datetime]:
    """The days of the releases of a lot; a day alone is how finely some are known."""
    for event in events:
        when = event["occurred_at"]
        if event["event_type"] == "release" and isinstance(when, datetime):
            yield when.replace(hour=0, minute=0, second=0) if event["precision"] == "day" else when


def left_at(events: list[Row], when: datetime) -> Decimal | None:
    """What was left of a lot at an instant, never below nothing; ``None`` when it is not known."""
    left = Decimal(0)
    for event in events:
        sign = (event["event_type"] in INTO) - (event["event_type"] in OUT_OF)
        at = event["occurred_at"]
        if not sign or (isinstance(at, datetime) and at >= when):
            continue
        if not isinstance(at, datetime) or event.get("quantity") is None or not event.get("uom"):
            return None
        left += sign * Decimal(str(event["quantity"]))
    return max(left, Decimal(0))

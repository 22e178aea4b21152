"""What the shipped models of checks find, said again in plain Python.

Each function stands for one model of ``models/oversight/`` and is written from its description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from .items import per_anchor
from .kinds import BIRTHS
from .subjects import Anchor, Case, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item
from .world import NOT_COVERED, NULL, Row, World

Finding = tuple[int, str | None]
INS = ("receipt", "intermediate_output", "finished_goods", "return", "adjustment")
OUTS = ("consumption", "shipment", "disposition", "sample")
INVENTORIES = ("initial", "biennial", "annual")
MET: Finding = (HOLDS, None)
NOT_KNOWN: Finding = (UNKNOWN, NULL)


def check(asked: Mapping[str, Any], case: Case) -> list[Item]:
    """The items a model yields for the subject; what none means is said by ``absent``."""
    anchor = subject_anchor(case)
    found = list(MODELS[asked["check"]](case))
    if not found:
        none: dict[str, list[Finding]] = {"holds": [MET], "unknown": [(UNKNOWN, NOT_COVERED)]}
        found = none.get(asked.get("absent", "nothing"), [])

    def item(finding: Finding) -> Callable[[Anchor], Item]:
        return lambda of: Item(*finding, of.moment, of.record)

    return [each for one in found for each in per_anchor(asked, [anchor], item(one))]


def customer_specifications(case: Case) -> Iterator[Finding]:
    """A version of what was agreed with the customer was in force at the delivery."""
    world, event = case.world, case.subject.row
    lot, shipment = (
        world.one(table, event.get(key))
        for table, key in (("lots", "lot_id"), ("shipments", "shipment_id"))
    )
    customer = shipment.get("customer_id") if shipment else None
    material = lot.get("material_id") if lot else None
    agreed = [
        row
        for row in world.rows("specifications")
        if None not in (customer, material)
        and (row.get("customer_id"), row.get("material_id")) == (customer, material)
    ]
    if not agreed:
        return
    answers = {_in_force(row, event.get("occurred_at")) for row in agreed}
    if True in answers:
        yield MET
    else:
        yield NOT_KNOWN if None in answers else (FAILS, "expired")


def _in_force(row: Row, moment: datetime | None) -> bool | None:
    start, end = row.get("valid_from"), row.get("valid_to")
    if moment is None:
        return None
    if end is not None and end <= moment:
        return False
    return None if start is None else start <= moment


def kept_traceability_codes(case: Case) -> Iterator[Finding]:
    """A lot taken from another by a split or a return keeps its traceability lot code."""
    world, own = case.world, case.subject.row
    for link in world.rows("lot_links"):
        is_part = link.get("kind") in ("split", "returned") and link.get("quantity") != 0
        parent = world.one("lots", link.get("parent_lot_id"))
        if not is_part or parent is None or link.get("child_lot_id") != own["lot_id"]:
            continue
        codes = (parent.get("traceability_lot_code"), own.get("traceability_lot_code"))
        if None in codes:
            yield NOT_KNOWN
        else:
            yield MET if codes[0] == codes[1] else (FAILS, "mismatch")


def order_form_suppliers(case: Case) -> Iterator[Finding]:
    """A DEA 222 form about lots names one supplier."""
    world, form = case.world, case.subject.row
    if form.get("kind") != "dea_222":
        return
    links = [r for r in world.rows("document_links") if r["document_id"] == form["document_id"]]
    about = {str(row["subject_id"]) for row in (form, *links) if row.get("subject_type") == "lots"}
    lots = [lot for name in sorted(about) if (lot := world.one("lots", name)) is not None]
    if not lots:
        return
    found = [world.one("parties", lot.get("supplier_id")) for lot in lots]
    suppliers = {str(party["party_id"]) for party in found if party is not None}
    if len(suppliers) > 1:
        yield FAILS, "mismatch"
    else:
        yield NOT_KNOWN if None in found and len(lots) > 1 else MET


def inventory_lines(case: Case) -> Iterator[Finding]:
    """Every lot of a scheduled material that was on hand on an inventory's day was counted."""
    world, site = case.world, case.subject.site["site_id"]
    counts = [
        row
        for row in world.rows("counts")
        if row.get("site_id") == site
        and row.get("kind") in INVENTORIES
        and case.in_period("count", row)
        and _is_scheduled(world, _material_of(world, row))
    ]
    for day in sorted({row["occurred_local"].date() for row in counts}):
        counted = [row for row in counts if row["occurred_local"].date() == day]
        midnight = datetime.combine(day, datetime.min.time())
        for lot in world.rows("lots"):
            if _is_scheduled(world, lot.get("material_id")):
                yield from _line(world, site, lot, midnight, counted)


def _line(
    world: World, site: str, lot: Row, midnight: datetime, counted: Sequence[Row]
) -> Iterator[Finding]:
    evening = midnight + timedelta(days=1)
    moves = [
        event
        for event in world.events
        if event.get("lot_id") == lot["lot_id"]
        and event.get("site_id") == site
        and event["event_type"] in (*INS, *OUTS)
        and (event.get("occurred_local") is None or event["occurred_local"] < evening)
    ]
    if not moves:
        return
    lots, materials = lot["lot_id"], lot.get("material_id")
    if any(
        row.get("lot_id") == lots
        or (row.get("lot_id") is None and row.get("material_id") == materials)
        for row in counted
    ):
        yield MET
    elif not _is_born(world, lot):
        yield UNKNOWN, NOT_COVERED
    elif any(e.get("base_quantity") is None or e.get("occurred_local") is None for e in moves):
        yield NOT_KNOWN
    else:
        before = [event for event in moves if event["occurred_local"] < midnight]
        is_left_out = _stock(before) > 0 and _stock(moves) > 0
        yield (FAILS, "incomplete") if is_left_out else MET


def _stock(moves: list[Row]) -> Any:
    return sum(
        event["base_quantity"] if event["event_type"] in INS else -event["base_quantity"]
        for event in moves
    )


def _is_born(world: World, lot: Row) -> bool:
    return any(
        event.get("lot_id") == lot["lot_id"]
        and event["event_type"] in BIRTHS
        and event.get("occurred_at") is not None
        for event in world.events
    )


def _material_of(world: World, row: Row) -> Any:
    lot = world.one("lots", row.get("lot_id"))
    return row.get("material_id") or (lot.get("material_id") if lot else None)


def _is_scheduled(world: World, material_id: Any) -> bool:
    material = world.one("materials", material_id)
    return material is not None and material.get("dea_schedule") is not None


MODELS: Mapping[str, Callable[[Case], Iterator[Finding]]] = {
    "customer_specifications": customer_specifications,
    "inventory_lines": inventory_lines,
    "kept_traceability_codes": kept_traceability_codes,
    "order_form_suppliers": order_form_suppliers,
}

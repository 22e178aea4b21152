"""Random lots, materials, orders and shipments, and what happened to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from .drawing import (
    EVENT_TYPES,
    FACTORS,
    LOTS,
    MOMENTS,
    PEOPLE,
    Row,
    World,
    happenings,
    mostly,
    sometimes,
)
from .instants import plus_months


def one_site(draw: st.DrawFn, zone: str) -> Row:
    regulated_as = draw(mostly("drug", "drug,food", "food", None))
    country = draw(mostly("US", "BE", None, "XX", share=4))
    return {"timezone": zone, "regulated_as": regulated_as, "name": "Site", "country": country}


@st.composite
def some_site_days(draw: st.DrawFn) -> list[Row]:
    """Days on which the site works otherwise than its country."""
    days = draw(mostly((), ("2026-10-06", "2026-10-14"), ("2026-10-10", "2026-10-12"), share=6))
    return [{"day": day, "is_working": draw(st.booleans())} for day in days]


def some_materials(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "material_id": name,
            "name": draw(sometimes(["Starch"], null=1)),
            "base_uom": draw(mostly("g", "EA", None, share=9)),
            "class": draw(sometimes(["raw", "raw", "finished", "packaging"])),
            "flags": draw(sometimes(["component", "component,micro", "none"], null=2)),
            "dea_schedule": draw(sometimes(["II", "IV"], null=3)),
            "shelf_life_days": draw(sometimes([10, 30], null=3)),
            "food_traceability_list": draw(sometimes([True, False], null=2)),
        }
        for name in ("M1", "M2")
    ]


@st.composite
def some_lots(draw: st.DrawFn) -> list[Row]:
    """Lots as sources send them; one that is named elsewhere and not sent is implied."""
    return [
        {
            "lot_id": lot,
            "material_id": draw(mostly("M1", "M2", "M2", None)),
            "supplier_id": draw(sometimes(["SUP"], null=2)),
            "lot_number": draw(sometimes(["123", " "], null=1)),
            "traceability_lot_code": draw(sometimes(["T1", "T2"], null=3)),
            "manufactured_at": draw(sometimes(MOMENTS, null=3)),
            "expires_at": draw(sometimes(MOMENTS, null=4)),
            "retest_at": draw(sometimes(MOMENTS, null=4)),
        }
        for lot in LOTS
        if draw(st.integers(0, 9)) < (9 if lot in {"L1", "L2"} else 6)
    ]


@st.composite
def some_orders(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "order_id": order,
            "lot_id": draw(sometimes(["L1", "L2"], null=1)),
            "material_id": draw(sometimes(["M1", "M2"], null=1)),
            "master_record": draw(sometimes(["D1", "D2"], null=1)),
            "planned_quantity": draw(sometimes([100, 200], null=1)),
            "actual_quantity": draw(sometimes([95, 100, 200], null=1)),
            "started_at": draw(sometimes(MOMENTS, null=1)),
            "completed_at": draw(sometimes(MOMENTS, null=3)),
            "automated": draw(sometimes([True, False, False], null=2)),
        }
        for order in ("O1", "O2")[: draw(st.integers(1, 2))]
    ]


@st.composite
def some_shipments(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "shipment_id": "V1",
            "customer_id": draw(sometimes(["CUS"], null=2)),
            "reference_document": draw(sometimes(["BOL"], null=3)),
            "shipped_at": draw(sometimes(MOMENTS, null=2)),
        }
    ]


@st.composite
def some_events(draw: st.DrawFn, zone: str) -> list[Row]:
    return [
        {
            **draw(happenings(zone)),
            "event_type": draw(st.sampled_from(EVENT_TYPES)),
            "lot_id": draw(mostly("L1", "L2", "L2", "L3", None, share=6)),
            "order_id": draw(sometimes(["O1", "O1", "O2"], null=5)),
            "shipment_id": draw(sometimes(["V1"], null=6)),
            "party_id": draw(sometimes(["SUP", "CUS"], null=4)),
            "performed_by": draw(sometimes(PEOPLE, null=1)),
            "checked_by": draw(sometimes(PEOPLE, null=2)),
            "result": draw(sometimes(["pass", "pass", "fail", " "], null=2)),
            "reason_code": draw(sometimes(["R1"], null=6)),
            "quantity": draw(sometimes([1, 97, 99, 100, 100, 101], null=1)),
            "uom": draw(mostly("g", "KG", "EA", None, share=9)),
        }
        for _ in range(draw(st.integers(4, 10)))
    ]


def put_in_stock(draw: st.DrawFn, world: World) -> None:
    """Two lots of one material, received and released early: what was drawn first can be told."""
    for lot in world["lots"]:
        if lot["lot_id"] not in {"L1", "L2"}:
            continue
        lot["material_id"] = "M1"
        received, released = sorted(draw(st.sampled_from(MOMENTS[:5])) for _ in range(2))
        of_lot = {"lot_id": lot["lot_id"], "precision": "second"}
        event = dict.fromkeys(world["events"][0]) | of_lot
        happened = _at(world, received)
        amount = {"quantity": 1000, "uom": "g"}
        world["events"].append({**event, **happened, **amount, "event_type": "receipt"})
        happened = _at(world, released)
        world["events"].append({**event, **happened, "event_type": "release"})
        world["lot_status"].append({**of_lot, **happened, "to_status": "released"})


def _at(world: World, moment: datetime) -> Row:
    offset = ZoneInfo(world["sites"][0]["timezone"]).utcoffset(moment)
    return {"occurred_at": moment, "occurred_local": moment + (offset or timedelta())}


def convert(world: World) -> None:
    """Quantities in the base unit of the lot's material, as the canonical tables have them."""
    units = {row["material_id"]: row["base_uom"] for row in world["materials"]}
    lots = {row["lot_id"]: units.get(row["material_id"]) for row in world["lots"]}
    for row in world["events"]:
        _in_base_unit(row, lots.get(row["lot_id"]))
    for row in world["counts"]:
        _in_base_unit(row, units.get(row["material_id"]))


def _in_base_unit(row: Row, unit: str | None) -> None:
    factor = FACTORS.get(f"{row['uom']} {unit}")
    amount = row["quantity"]
    row["base_uom"] = unit
    row["base_quantity"] = None if factor is None or amount is None else amount * factor


def reverse_one(draw: st.DrawFn, events: list[Row]) -> None:
    if draw(st.integers(0, 5)) == 0:
        events[-1]["reverses"] = events[0]["record_id"]


@st.composite
def some_statuses(draw: st.DrawFn, zone: str) -> list[Row]:
    states = ["quarantine", "released", "released", "blocked", "rejected"]
    return [
        {
            **draw(happenings(zone)),
            "lot_id": draw(mostly("L1", "L2", "L3", share=7)),
            "to_status": draw(sometimes(states, of=15)),
            "changed_by": draw(sometimes(PEOPLE)),
        }
        for _ in range(draw(st.integers(0, 5)))
    ]


@st.composite
def some_links(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "parent_lot_id": draw(st.sampled_from(LOTS)),
            "child_lot_id": draw(mostly("L1", "L2", "L3", "L4", share=5)),
            "quantity": draw(sometimes([5], null=1)),
            "kind": "consumed",
            **draw(happenings("UTC")),
        }
        for _ in range(draw(st.integers(0, 4)))
    ]


@st.composite
def some_counts(draw: st.DrawFn, zone: str) -> list[Row]:
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        happened = draw(happenings(zone))
        back = draw(st.sampled_from([0, 0, 1, 6, 12, 13]))
        for column in ("occurred_at", "occurred_local"):
            if happened[column] is not None:
                happened[column] = plus_months(happened[column], -back)
        rows.append({
            **happened,
            "kind": draw(sometimes(["annual", "cycle"])),
            "material_id": draw(sometimes(["M1"], null=3)),
            "lot_id": draw(sometimes(["L1", "L2"], null=3)),
            "quantity": draw(sometimes([0, 1, 100])),
            "uom": "g",
            "counted_by": draw(sometimes(PEOPLE)),
            "witnessed_by": draw(sometimes(PEOPLE)),
        })  # fmt: skip
    return rows

"""Small random worlds for hypothesis: few lots, and everything that makes a verdict hard.

Times lie on a coarse grid around October 2026, so that equal instants, month ends and coarse
precisions meet often; persons, values and coverage go missing on purpose. A world is a dictionary
of canonical rows by table, as ``judge`` and the warehouse take it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from .instants import plus_months
from .world import KEYS

PERIOD = "2026-10"
AS_OF = datetime.fromisoformat("2026-11-04T17:00:00")
ZONES = ("UTC", "Europe/Brussels", "America/New_York")
LOTS = ("L1", "L2", "L3", "L4")
PEOPLE = ("P1", "P2", "P3")
EVENT_TYPES = (
    "receipt",
    "consumption",
    "consumption",
    "receipt",
    "inspection",
    "issue",
    "consumption",
    "release",
    "finished_goods",
    "shipment",
    "sample",
    "disposition",
)
COVERED = (
    "events",
    "lots",
    "lot_status",
    "lot_links",
    "test_results",
    "documents",
    "signatures",
    "authorisations",
    "specifications",
    "quality_records",
    "counts",
    "submissions",
    "materials",
    "parties",
    "orders",
    "shipments",
)
MOMENTS = tuple(
    datetime.fromisoformat(f"2026-{text}")
    for text in (
        "08-20T10:00:00", "09-28T09:00:00", "09-30T22:30:00", "10-01T03:00:00", "10-05T08:00:00",
        "10-05T08:00:01", "10-05T16:00:00", "10-10T12:00:00", "10-12T08:00:00", "10-12T20:00:00",
        "10-20T08:00:00", "10-31T21:30:00", "10-31T23:30:00", "11-02T08:00:00",
    )
)  # fmt: skip
FACTORS = {"g g": 1, "KG g": 1000, "EA EA": 1}
Row = dict[str, Any]
World = dict[str, list[Row]]


def sometimes(values: Sequence[Any], *, null: int = 1, of: int = 10) -> st.SearchStrategy[Any]:
    """One of the values, and null in about ``null`` of ``of`` cases."""
    rare = st.integers(0, of - 1)
    return rare.flatmap(lambda n: st.none() if n < null else st.sampled_from(values))


def mostly(value: Any, *others: Any, share: int = 7) -> st.SearchStrategy[Any]:
    """The first value in ``share`` of ten cases, else one of the others."""
    return st.integers(0, 9).flatmap(
        lambda n: st.just(value) if n < share else st.sampled_from(others)
    )


@st.composite
def happenings(draw: st.DrawFn, zone: str) -> Row:
    """When something happened: in UTC and local, to the second, more coarsely or not at all."""
    moment = draw(st.sampled_from(MOMENTS))
    precision = draw(mostly("second", "second", "minute", "hour", "day", "day", "month", "null"))
    if precision == "null":
        return {"occurred_at": None, "occurred_local": None, "precision": "second"}
    offset = ZoneInfo(zone).utcoffset(moment)
    local = moment + offset if offset else moment
    cut: dict[str, Any] = {"second": 0} if precision != "second" else {}
    cut |= {"minute": 0} if precision in {"hour", "day", "month"} else {}
    cut |= {"hour": 0} if precision in {"day", "month"} else {}
    cut |= {"day": 1} if precision == "month" else {}
    beyond = local - local.replace(**cut)
    return {
        "occurred_at": moment - beyond,
        "occurred_local": local - beyond,
        "precision": precision,
    }


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One small world."""
    zone = draw(st.sampled_from(ZONES))
    lots = draw(_lots())
    events = draw(_events(zone))
    world: World = {
        "sites": [_site(draw, zone)],
        "people": [{"person_id": person} for person in PEOPLE],
        "parties": [
            {"party_id": "SUP", "name": "Supplier", "address": draw(sometimes(["Street 1", " "]))},
            {"party_id": "CUS", "name": draw(sometimes(["Customer"], null=2)), "address": "Road"},
        ],
        "materials": _materials(draw),
        "lots": lots,
        "orders": draw(_orders()),
        "shipments": draw(_shipments()),
        "events": events,
        "lot_status": draw(_statuses(zone)),
        "lot_links": draw(_links()),
        "authorisations": draw(_authorisations()),
        **draw(_laboratory(zone)),
        **draw(_documents()),
        "quality_records": draw(_quality_records()),
        "counts": draw(_counts(zone)),
        "submissions": draw(_submissions()),
        "accepted_risks": draw(_accepted_risks()),
        "quarantine": draw(_quarantine()),
        "coverage": draw(_coverage()),
    }
    for table, rows in world.items():
        for number, row in enumerate(rows, start=1):
            name = row.get(KEYS.get(table, ""), "S1" if table == "sites" else f"{table}-{number}")
            row.update({"record_id": name, "site_id": "S1"})
    _convert(world)
    world["signatures"] = draw(_signatures(len(events), len(world["documents"])))
    _reverse(draw, events)
    return world


def _site(draw: st.DrawFn, zone: str) -> Row:
    regulated_as = draw(mostly("drug", "drug,food", "food", None))
    return {"timezone": zone, "regulated_as": regulated_as, "name": "Site"}


def _materials(draw: st.DrawFn) -> list[Row]:
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
def _lots(draw: st.DrawFn) -> list[Row]:
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
def _orders(draw: st.DrawFn) -> list[Row]:
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
def _shipments(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "shipment_id": "V1",
            "customer_id": draw(sometimes(["CUS"], null=2)),
            "reference_document": draw(sometimes(["BOL"], null=3)),
            "shipped_at": draw(sometimes(MOMENTS, null=2)),
        }
    ]


@st.composite
def _events(draw: st.DrawFn, zone: str) -> list[Row]:
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


def _convert(world: World) -> None:
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


def _reverse(draw: st.DrawFn, events: list[Row]) -> None:
    if draw(st.integers(0, 5)) == 0:
        events[-1]["reverses"] = events[0]["record_id"]


@st.composite
def _statuses(draw: st.DrawFn, zone: str) -> list[Row]:
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
def _links(draw: st.DrawFn) -> list[Row]:
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
def _span(draw: st.DrawFn) -> Row:
    start = draw(mostly(datetime.fromisoformat("2025-01-01"), None, *MOMENTS[3:8], share=6))
    end = draw(mostly(None, *MOMENTS[4:], share=6))
    return {"valid_from": start, "valid_to": end}


@st.composite
def _authorisations(draw: st.DrawFn) -> list[Row]:
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["role", "role", "supplier_approval", "registration"]))
        holder = {
            "role": ("person", st.sampled_from(PEOPLE), ["quality-unit", "quality-unit", "clerk"]),
            "supplier_approval": ("party", st.just("SUP"), ["M1", "M2"]),
            "registration": ("site", st.just("S1"), ["II", "IV"]),
        }[kind]
        rows.append({
            "kind": kind,
            "holder_type": holder[0],
            "holder_id": draw(holder[1]),
            "scope": draw(sometimes(holder[2], null=1)),
            **draw(_span()),
        })  # fmt: skip
    return rows


@st.composite
def _signatures(draw: st.DrawFn, events: int, documents: int) -> list[Row]:
    on = [("events", f"events-{number}") for number in range(1, events + 1)] * 2
    on += [("documents", f"D{number}") for number in range(1, documents + 1)]
    on += [("lots", "L1"), ("orders", "O1")]
    rows = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        table, record = draw(st.sampled_from(on))
        rows.append({
            "record_id": f"signatures-{number}",
            "site_id": "S1",
            "record_type": table,
            "signed_record_id": record,
            "signer_id": draw(sometimes(PEOPLE)),
            "meaning": draw(sometimes(["release", "release", "review"], of=12)),
            "signed_at": draw(sometimes(MOMENTS, of=12)),
        })  # fmt: skip
    return rows


@st.composite
def _laboratory(draw: st.DrawFn, zone: str) -> World:
    specifications = [
        {"spec_id": "SP1", "material_id": "M1", "approved_by": "P1", **draw(_span())},
        {"spec_id": "SP2", "material_id": draw(st.sampled_from(["M1", "M2"])),
         "customer_id": draw(sometimes(["CUS"], null=5)), **draw(_span())},
    ][: draw(st.integers(1, 2))]  # fmt: skip
    limits = [
        {
            "spec_id": draw(st.sampled_from(["SP1", "SP1", "SP2"])),
            "characteristic": name,
            "kind": draw(st.sampled_from(["identity", "purity", "assay"])),
            "lower": draw(sometimes([90], null=6)),
            "upper": draw(sometimes([100], null=4)),
            "expected_text": draw(sometimes(["complies"], null=6)),
            "uom": "%",
        }
        for name in ("water", "Assay")[: draw(st.integers(1, 2))]
    ]
    results = [
        {
            **draw(happenings(zone)),
            "lot_id": draw(mostly("L1", "L2", share=8)),
            "characteristic": draw(st.sampled_from(["water", " Water", "assay"])),
            "value": draw(sometimes([89, 90, 95, 100, 101], null=2)),
            "value_text": draw(sometimes(["complies", "Complies ", "fails"], null=3)),
            "qualifier": draw(sometimes(["<", ">", "<=", ">=", "ND"], null=7)),
            "uom": draw(mostly("%", "ppm", None, share=8)),
            "origin": draw(sometimes(["own", "supplier"])),
            "tested_by": draw(sometimes(PEOPLE)),
            "reviewed_by": draw(sometimes(PEOPLE)),
        }
        for _ in range(draw(st.integers(0, 4)))
    ]
    return {"specifications": specifications, "spec_limits": limits, "test_results": results}


ABOUT = (
    ("lots", "L1"), ("lots", "L1"), ("lots", "L2"), ("orders", "O1"), ("materials", "M1"),
    ("sites", "S1"), ("shipments", "V1"),
)  # fmt: skip


@st.composite
def _documents(draw: st.DrawFn) -> World:
    rows = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        table, key = draw(st.sampled_from(ABOUT))
        rows.append({
            "document_id": f"D{number}",
            "kind": draw(st.sampled_from(["certificate_of_analysis", "procedure"])),
            "subject_type": table,
            "subject_id": key,
            "number": draw(sometimes(["D1", "D2"], null=2)),
            "status": draw(mostly("effective", "superseded", "draft", "rejected", None)),
            "issued_at": draw(sometimes(MOMENTS, null=1)),
            "issued_by": draw(sometimes(PEOPLE)),
            **draw(_span()),
        })  # fmt: skip
    links = [
        {"document_id": draw(st.sampled_from(["D1", "D2"])), "subject_type": table,
         "subject_id": key}
        for table, key in draw(st.lists(st.sampled_from(ABOUT), max_size=2))
    ]  # fmt: skip
    return {"documents": rows, "document_links": links}


@st.composite
def _quality_records(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(1, draw(st.integers(0, 2)) + 1):
        table, key = draw(st.sampled_from(ABOUT[:4]))
        rows.append({
            "quality_record_id": f"Q{number}",
            "kind": draw(st.sampled_from(["oos", "deviation"])),
            "subject_type": table,
            "subject_id": key,
            "status": draw(sometimes(["open", "closed"])),
            "opened_at": draw(sometimes(MOMENTS, of=12)),
            "closed_at": draw(sometimes(MOMENTS, null=4)),
            "owner": draw(sometimes(PEOPLE)),
        })  # fmt: skip
    return rows


@st.composite
def _counts(draw: st.DrawFn, zone: str) -> list[Row]:
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


@st.composite
def _submissions(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "kind": draw(sometimes(["arcos", "form_41"])),
            "submitted_at": draw(sometimes(MOMENTS, of=12)),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]


@st.composite
def _accepted_risks(draw: st.DrawFn) -> list[Row]:
    of: list[Row] = [{"subject_type": "lots", "subject_id": "L1"}, {}]
    return [
        {
            "requirement": f"random:r{draw(st.integers(0, 40))}",
            **draw(st.sampled_from(of)),
            "valid_from": datetime.fromisoformat("2026-01-01"),
            "valid_to": draw(st.sampled_from(
                [None, datetime.fromisoformat("2026-10-15"), datetime.fromisoformat("2027-01-01")]
            )),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip


@st.composite
def _quarantine(draw: st.DrawFn) -> list[Row]:
    if draw(st.integers(0, 4)):
        return []
    return [{
        "table_name": draw(st.sampled_from(COVERED)),
        "lot_id": draw(sometimes(["L1", "L2"], null=4)),
    }]  # fmt: skip


@st.composite
def _coverage(draw: st.DrawFn) -> list[Row]:
    far = datetime.fromisoformat("2027-01-01")
    early = datetime.fromisoformat("2024-01-01")
    rows: list[Row] = []
    for table in COVERED:
        shape = draw(mostly("ever", "long", "long", "month", "gap", "joined", "none", share=6))
        kinds_of_spans: dict[str, list[tuple[datetime | None, datetime]]] = {
            "ever": [(None, far)],
            "long": [(early, far)],
            "month": [(datetime.fromisoformat("2026-09-30T21:00:00"), far)],
            "gap": [(early, MOMENTS[6]), (MOMENTS[8], far)],
            "joined": [(MOMENTS[6], far), (early, MOMENTS[8])],
            "none": [],
        }
        spans = kinds_of_spans[shape]
        scope = None
        if table == "events":
            some = "receipt,release,consumption,issue"
            scope = draw(mostly(None, some, share=8))
        rows += [
            {"table_name": table, "scope": scope, "covers_from": start, "covers_to": stop}
            for start, stop in spans
        ]
    return rows


IDENTIFIERS = {
    "record_id", "site_id", "lot_id", "material_id", "party_id", "person_id", "order_id",
    "shipment_id", "supplier_id", "customer_id", "holder_id", "performed_by", "checked_by",
    "signer_id", "signed_record_id", "parent_lot_id", "child_lot_id", "spec_id", "document_id",
    "quality_record_id", "subject_id", "reverses", "changed_by", "tested_by", "reviewed_by",
    "counted_by", "witnessed_by", "owner", "by", "issued_by", "approved_by",
}  # fmt: skip


def prefixed(world: World, prefix: str) -> World:
    """The same world with identifiers of its own, so that many can lie side by side."""
    materials = {row["material_id"] for row in world.get("materials", [])}

    def renamed(column: str, value: Any) -> Any:
        is_name = column in IDENTIFIERS or (column == "scope" and value in materials)
        return f"{prefix}{value}" if is_name and isinstance(value, str) else value

    return {
        table: [{column: renamed(column, value) for column, value in row.items()} for row in rows]
        for table, rows in world.items()
    }


def side_by_side(many: Sequence[World]) -> World:
    """All worlds in one set of tables: ``w0-``, ``w1-``… before every identifier."""
    tables: World = {}
    for number, world in enumerate(many):
        for table, rows in prefixed(world, f"w{number}-").items():
            tables.setdefault(table, []).extend(rows)
    return tables

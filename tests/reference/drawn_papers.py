"""Random permissions, signatures, specifications, results, documents and reports."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from .drawing import (
    COVERED,
    MOMENTS,
    PEOPLE,
    Row,
    World,
    happenings,
    mostly,
    sometimes,
    spans,
)


@st.composite
def some_authorisations(draw: st.DrawFn) -> list[Row]:
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
            **draw(spans()),
        })  # fmt: skip
    return rows


@st.composite
def some_signatures(draw: st.DrawFn, events: int, documents: int) -> list[Row]:
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
def some_laboratory(draw: st.DrawFn, zone: str) -> World:
    specifications = [
        {"spec_id": "SP1", "material_id": "M1", "approved_by": "P1", **draw(spans())},
        {"spec_id": "SP2", "material_id": draw(st.sampled_from(["M1", "M2"])),
         "customer_id": draw(sometimes(["CUS"], null=5)), **draw(spans())},
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
    ("sites", "S1"), ("shipments", "V1"), ("parties", "SUP"), ("parties", "CUS"),
)  # fmt: skip


@st.composite
def some_documents(draw: st.DrawFn) -> World:
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
            **draw(spans()),
        })  # fmt: skip
    links = [
        {"document_id": draw(st.sampled_from(["D1", "D2"])), "subject_type": table,
         "subject_id": key}
        for table, key in draw(st.lists(st.sampled_from(ABOUT), max_size=2))
    ]  # fmt: skip
    return {"documents": rows, "document_links": links}


@st.composite
def some_quality_records(draw: st.DrawFn) -> list[Row]:
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
def some_submissions(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "kind": draw(sometimes(["arcos", "form_41"])),
            "submitted_at": draw(sometimes(MOMENTS, of=12)),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]


@st.composite
def some_accepted_risks(draw: st.DrawFn) -> list[Row]:
    of: list[Row] = [{"subject_type": "lots", "subject_id": "L1"}, {}]
    return [
        {
            "requirement": f"random:r{draw(st.integers(0, 60))}",
            **draw(st.sampled_from(of)),
            "valid_from": datetime.fromisoformat("2026-01-01"),
            "valid_to": draw(st.sampled_from(
                [None, datetime.fromisoformat("2026-10-15"), datetime.fromisoformat("2027-01-01")]
            )),
        }
        for _ in range(draw(st.integers(0, 9)))
    ]  # fmt: skip


CHANGED = (
    ("test_results", "test_results-1"), ("test_results", "test_results-2"), ("lots", "L1"),
    ("lots", "L2"), ("documents", "D1"), ("documents", "D2"), ("events", "events-1"),
    ("events", "events-2"), ("specifications", "specifications-1"),
)  # fmt: skip


@st.composite
def some_changes(draw: st.DrawFn, zone: str) -> list[Row]:
    """What the sources' audit trails tell, now and then of a record that is gone."""
    rows = []
    for number in draw(st.lists(st.sampled_from([7, 8, 9, 11, 12, ""]), max_size=4, unique=True)):
        table, record = draw(st.sampled_from(CHANGED))
        field = draw(st.sampled_from(["value", "lot_number", "number", "record", "record"]))
        new = ["deleted", "Purged", "deleted"] if field == "record" else ["100", " "]
        rows.append({
            **draw(happenings(zone)),
            "record_type": table,
            "changed_record_id": record,
            "field": draw(mostly(field, "valid_to", None, share=8)),
            "old_value": draw(sometimes(["95"], null=2)),
            "new_value": draw(sometimes(new)),
            "changed_by": draw(sometimes(PEOPLE)),
            "reviewed_by": draw(sometimes(PEOPLE, null=3)),
            "reason": draw(sometimes(["typing", " "], null=2)),
            "source_ref": f"CD-{number}",
        })  # fmt: skip
    return rows


@st.composite
def some_attestations(draw: st.DrawFn) -> list[Row]:
    """Statements about random rules."""
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        number = draw(st.integers(0, 130))
        name = draw(st.sampled_from(["random:r{}", "random:r{}#part", "r{}#other", "r{}"]))
        rows.append({
            "requirement": name.format(number),
            "statement": "So it is.",
            "role": draw(sometimes(["quality-unit", "quality-unit", "clerk"])),
            **draw(spans()),
        })  # fmt: skip
    return rows


@st.composite
def some_quarantine(draw: st.DrawFn) -> list[Row]:
    if draw(st.integers(0, 4)):
        return []
    return [{
        "table_name": draw(st.sampled_from(COVERED)),
        "lot_id": draw(sometimes(["L1", "L2"], null=4)),
    }]  # fmt: skip


@st.composite
def some_coverage(draw: st.DrawFn) -> list[Row]:
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

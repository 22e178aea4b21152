"""The reference judges status, columns, documents and results as the wording says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from .small_worlds import (
    RECEIVED,
    at,
    consumption,
    coverage,
    event,
    happening,
    row,
    state,
    world,
)
from .world import Row


def status(when: str, to_status: str | None, precision: str = "second") -> Row:
    return happening(when, precision, lot_id="L1", to_status=to_status)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([status("02", "quarantine"), status("05", "released")], "met"),
        ([status("02", "quarantine"), status("13", "released")], "gap:mismatch"),
        ([status("02", "quarantine"), status("12 08:00:00", "released")], "met"),
        ([status("02", "released"), status("12", "blocked", "day")], "undetermined:precision"),
        ([status("13", "released")], "undetermined:no_history"),
        ([status("02", None)], "undetermined:null_operand"),
        ([], "undetermined:no_history"),
    ],
)
def test_the_status_is_read_as_it_was(history: list[Row], expected: str) -> None:
    tables = world(events=[RECEIVED, consumption("12 08:00:00")], lot_status=history)

    assert state(tables, {"status_at": "each consumption", "is": ["released"]}) == expected


def test_empty_fields_are_incomplete_and_those_if_known_are_asked_for() -> None:
    tables = world(events=[event("receipt", "02", quantity=5, uom=" ")])

    assert state(tables, {"fields": ["quantity"], "on": "each receipt"}) == "met"
    assert state(tables, {"fields": ["quantity", "uom"], "on": "each receipt"}) == "gap:incomplete"
    assert state(tables, {"fields": ["lot.supplier_id"], "on": "each receipt"}) == "gap:incomplete"
    assert state(tables, {"if_known": ["lot.supplier_id"], "on": "each receipt"}) == (
        "undetermined:null_operand"
    )
    assert state(tables, {"fields": ["supplier.name"]}) == "gap:incomplete"
    without = [each for each in coverage() if each["table_name"] != "parties"]
    assert state({**tables, "coverage": without}, {"fields": ["supplier.name"]}) == (
        "undetermined:not_covered"
    )


def test_two_columns_agree_within_the_tolerance() -> None:
    tables = world(events=[event("receipt", "02", quantity=5, result="5", base_quantity=6)])
    check = {"match": "quantity", "equals": "base_quantity", "on": "each receipt"}

    assert state(tables, check) == "gap:mismatch"
    assert state(tables, {**check, "tolerance": "1"}) == "met"
    assert state(tables, {**check, "tolerance": "16 %"}) == "gap:mismatch"
    assert state(tables, {**check, "tolerance": "17 %"}) == "met"
    assert state(tables, {**check, "equals": "reason_code"}) == "undetermined:null_operand"
    ordered = {"match": "quantity", "at_most": "base_quantity", "on": "each receipt"}
    assert state(tables, ordered) == "met"


def certificate(**columns: Any) -> Row:
    about = {"subject_type": "lots", "subject_id": "L1", "document_id": "D1"}
    return row(
        kind="certificate_of_analysis",
        **{**about, "status": "effective", "valid_from": at("02"), **columns},
    )


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([certificate()], "met"),
        ([certificate(subject_id="L2")], "gap:missing"),
        ([], "gap:missing"),
        ([certificate(status="draft")], "gap:mismatch"),
        ([certificate(status=None)], "undetermined:null_operand"),
        ([certificate(status="superseded")], "met"),
        ([certificate(valid_to=at("12"))], "gap:expired"),
        ([certificate(valid_to=at("13"))], "met"),
        ([certificate(valid_from=at("13"))], "gap:expired"),
        ([certificate(valid_to=at("12")), certificate(document_id="D2")], "met"),
    ],
)
def test_a_document_has_to_be_in_force_at_the_anchor(documents: list[Row], expected: str) -> None:
    tables = world(events=[RECEIVED, consumption("12")], documents=documents)

    check = {"document": "certificate_of_analysis", "at": "first consumption"}
    assert state(tables, check) == expected


def test_a_document_may_speak_of_the_lot_by_a_link_and_must_be_issued_before() -> None:
    link = row(document_id="D1", subject_type="lots", subject_id="L1")
    tables = world(
        events=[RECEIVED, consumption("12")],
        documents=[certificate(subject_id="L9", issued_at=at("12 01:00:00"))],
        document_links=[link],
    )
    check = {"document": "certificate_of_analysis"}

    assert state(tables, check) == "met"
    assert state(tables, {**check, "before": "first consumption"}) == "gap:wrong_order"


def specified(*limits: Row, **columns: Any) -> dict[str, Sequence[Row]]:
    spec = row(spec_id="SP1", material_id="M1", valid_from=at("2025-01-01"), **columns)
    return {"specifications": [spec], "spec_limits": list(limits)}


def limit(characteristic: str = "water", **columns: Any) -> Row:
    base = {"spec_id": "SP1", "kind": "purity", "uom": "%", "upper": "1.0"}
    return row(characteristic=characteristic, **{**base, **columns})


def result(value: str | None, when: str | None = "05", **columns: Any) -> Row:
    base = {"lot_id": "L1", "characteristic": "Water ", "uom": "%", "origin": "own"}
    return happening(when, value=value, **{**base, **columns})


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([result("0.6")], "met"),
        ([result("1.0")], "met"),
        ([result("1.2")], "gap:out_of_limit"),
        ([result("0.6", characteristic="assay")], "gap:missing"),
        ([], "gap:missing"),
        ([result("0.6", uom="ppm")], "undetermined:unit"),
        ([result(None, value_text="dry")], "undetermined:null_operand"),
        ([result("1.0", qualifier="<")], "met"),
        ([result("1.5", qualifier="<")], "undetermined:null_operand"),
        ([result("1.0", qualifier=">")], "gap:out_of_limit"),
        ([result("0.9", qualifier=">")], "undetermined:null_operand"),
        ([result("1.0", qualifier=">=")], "undetermined:null_operand"),
        ([result(None, qualifier="ND")], "met"),
        ([result("1.2", "03"), result("0.6", "05")], "met"),
        ([result("0.6", "03"), result("1.2", "05")], "gap:out_of_limit"),
        ([result("0.6", None), result("1.2", "05")], "undetermined:null_operand"),
    ],
)
def test_results_are_held_against_the_specification(results: list[Row], expected: str) -> None:
    tables = world(events=[RECEIVED], test_results=results, **specified(limit()))

    assert state(tables, {"results": "specification"}) == expected


def test_a_lower_limit_a_text_and_the_explanation_of_a_failure() -> None:
    lower = world(
        events=[RECEIVED],
        test_results=[result("9", qualifier="<")],
        **specified(limit(lower="9", upper=None)),
    )
    text = world(
        events=[RECEIVED],
        test_results=[result(None, value_text="complies ")],
        **specified(limit(upper=None, expected_text="Complies")),
    )
    twice = world(
        events=[RECEIVED],
        test_results=[result("1.2", "03"), result("0.6", "05")],
        **specified(limit()),
    )
    closed = row(kind="oos", subject_type="lots", subject_id="L1", status="closed")
    strict = {"results": "specification", "failing": "explained"}

    assert state(lower, {"results": "specification"}) == "gap:out_of_limit"
    assert state(text, {"results": "specification"}) == "met"
    assert state(twice, strict) == "gap:out_of_limit"
    assert state({**twice, "quality_records": [closed]}, strict) == "met"
    assert state(twice, {"results": "specification", "any_fail": True}) == "gap:out_of_limit"


def test_only_the_asked_kinds_and_origins_count_and_a_specification_has_to_be_in_force() -> None:
    tables = world(
        events=[RECEIVED], test_results=[result("0.6", origin="supplier")], **specified(limit())
    )
    obsolete = {**tables, **specified(limit(), valid_to=at("04"))}

    assert state(tables, {"results": ["purity"], "origin": "supplier"}) == "met"
    assert state(tables, {"results": ["purity"], "origin": "own"}) == "gap:missing"
    assert state(tables, {"results": ["identity"]}) == "gap:missing"
    assert state(tables, {"results": "specification", "characteristics": ["WATER"]}) == "met"
    assert state(obsolete, {"results": "specification"}) == "gap:missing"

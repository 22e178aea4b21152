"""The reference judge says what the wording of the obligation language demands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from .small_worlds import at, coverage, event, happening, judged, row, state, world
from .world import Row

RECEIVED = event("receipt", "02")
RELEASED = {"event": "release", "before": "first consumption"}


def release(when: str | None, **columns: Any) -> Row:
    return event("release", when, **columns)


def consumption(when: str | None, **columns: Any) -> Row:
    return event("consumption", when, **columns)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([release("05"), consumption("12")], "met"),
        ([release("12"), consumption("12")], "met"),
        ([release("13"), consumption("12")], "gap:wrong_order"),
        ([consumption("12")], "gap:missing"),
        ([release("12", precision="day"), consumption("12 08:00:00")], "undetermined:precision"),
        ([release("11", precision="day"), consumption("12 08:00:00")], "met"),
        ([release("01", precision="month"), consumption("12")], "undetermined:precision"),
        ([release(None), consumption("12")], "undetermined:null_operand"),
        ([release("05"), consumption(None)], "undetermined:null_operand"),
        ([release("05"), consumption("12"), consumption(None)], "undetermined:null_operand"),
        ([release("05")], "not_applicable"),
    ],
)
def test_an_event_has_to_come_before_the_first_of_another(events: list[Row], expected: str) -> None:
    assert state(world(events=[RECEIVED, *events]), RELEASED) == expected


def test_a_reversed_event_and_the_one_that_reverses_it_count_for_nothing() -> None:
    undone = release("05")
    back = release("06", reverses=undone["record_id"])
    tables = world(events=[RECEIVED, undone, back, consumption("12")])

    assert state(tables, RELEASED) == "gap:missing"


@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        ({"covers_from": at("01")}, "gap:missing"),
        ({"covers_from": at("03")}, "undetermined:not_covered"),
        ({"covers_to": at("20")}, "undetermined:not_covered"),
        ({"scope": "receipt,consumption"}, "undetermined:not_covered"),
        ({"scope": "receipt, release"}, "gap:missing"),
        ({"site_id": "S2"}, "undetermined:not_covered"),
    ],
)
def test_absence_is_a_gap_only_where_the_sources_cover_it(
    covered: dict[str, Any], expected: str
) -> None:
    tables = world(events=[RECEIVED, consumption("12")], coverage=coverage(**covered))

    assert state(tables, RELEASED) == expected


def test_a_lot_older_than_what_was_loaded_cannot_lack_a_release() -> None:
    loaded = coverage(covers_from=at("01"))

    assert state(world(events=[consumption("12")], coverage=loaded), RELEASED) == (
        "undetermined:not_covered"
    )
    assert state(world(events=[consumption("12")]), RELEASED) == "gap:missing"


@pytest.mark.parametrize(
    ("lot_id", "expected"),
    [("L1", "undetermined:quarantined"), (None, "undetermined:quarantined"), ("L2", "gap:missing")],
)
def test_a_row_in_quarantine_that_might_be_the_one_leaves_it_undetermined(
    lot_id: str | None, expected: str
) -> None:
    kept = [row(table_name="events", lot_id=lot_id)]
    tables = world(events=[RECEIVED, consumption("12")], quarantine=kept)

    assert state(tables, RELEASED) == expected


@pytest.mark.parametrize(
    ("inspected", "as_of_deadline", "expected"),
    [
        ("05", "10 days", "met"),
        ("12", "10 days", "met"),
        ("13", "10 days", "gap:late"),
        (None, "10 days", "gap:missing"),
        (None, "30 days", "gap:missing"),
        (None, "2 months", "pending"),
    ],
)
def test_a_deadline_runs_from_its_anchor(
    inspected: str | None, as_of_deadline: str, expected: str
) -> None:
    events = [RECEIVED] + ([event("inspection", inspected)] if inspected else [])
    check = {"event": "inspection", "after": "first receipt", "within": as_of_deadline}

    assert state(world(events=events), check) == expected


def test_a_trigger_before_the_period_is_judged_when_its_deadline_falls_into_it() -> None:
    tables = world(events=[event("receipt", "09-20")])
    check = {"event": "inspection", "after": "each receipt", "within": "20 days"}

    assert state(tables, check, applies={"has": "receipt"}) == "gap:missing"
    assert judged(tables, {**check, "within": "60 days"}) == []


def test_a_deadline_from_the_subject_itself_is_judged_in_the_month_it_falls_due() -> None:
    tables = world(events=[event("return", "08-20")])
    check = {"event": "disposition", "after": "subject", "within": "60 days"}

    assert state(tables, check, subject="event.return") == "gap:missing"
    assert judged(tables, {**check, "within": "30 days"}, subject="event.return") == []


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"event": "sample"}, "met"),
        ({"event": "sample", "at_least": 2}, "met"),
        ({"event": "sample", "at_least": 3}, "gap:missing"),
        ({"event": "sample", "at_most": 1}, "gap:mismatch"),
        ({"event": "sample", "at_most": 2}, "met"),
        ({"event": "sample", "exactly": 2}, "met"),
        ({"event": "sample", "exactly": 1}, "gap:mismatch"),
        ({"never": "sample"}, "gap:mismatch"),
        ({"never": "sample", "code": "expired"}, "gap:expired"),
        ({"never": "disposition"}, "met"),
        ({"never": "sample", "after": "lot.expires_at"}, "undetermined:null_operand"),
        ({"event": ["sample", "disposition"], "exactly": 2}, "met"),
        ({"event": "sample", "where": {"event.result": "pass"}}, "met"),
        ({"event": "sample", "where": {"event.result": "fail"}}, "undetermined:null_operand"),
        (
            {"event": "sample", "where": {"event.result": {"not": "pass"}}, "at_least": 2},
            "gap:missing",
        ),
        ({"event": "disposition", "except_when": {"material.class": "raw"}}, "met"),
        (
            {"event": "disposition", "except_when": {"material.flags": {"has": "x"}}},
            "undetermined:null_operand",
        ),
        ({"event": "disposition", "when": {"material.class": "finished"}}, "not_applicable"),
    ],
)
def test_events_are_counted(check: dict[str, Any], expected: str) -> None:
    events = [RECEIVED, event("sample", "03", result="pass"), event("sample", "04")]

    assert state(world(events=events), check) == expected


@pytest.mark.parametrize(
    ("released", "expected"),
    [
        ("09", "met"),
        ("07", "gap:late"),
        ("11", "gap:wrong_order"),
        (None, "gap:missing"),
    ],
)
def test_an_event_may_have_to_come_shortly_before_another(
    released: str | None, expected: str
) -> None:
    events = [RECEIVED, consumption("10")] + ([release(released)] if released else [])
    check = {"event": "release", "before": "first consumption", "within": "2 days"}

    assert state(world(events=events), check) == expected


@pytest.mark.parametrize(
    ("closed", "used", "expected"),
    [
        ("10", "09", "gap:mismatch"),
        ("10", "10", "met"),
        ("10", "05", "gap:mismatch"),
        (None, "28", "gap:mismatch"),
        ("10", "04", "met"),
    ],
)
def test_nothing_may_happen_during_a_deviation(
    closed: str | None, used: str, expected: str
) -> None:
    about = {"subject_type": "lots", "subject_id": "L1"}
    record = row(
        kind="deviation", opened_at=at("05"), closed_at=at(closed) if closed else None, **about
    )
    tables = world(events=[RECEIVED, consumption(used)], quality_records=[record])

    assert state(tables, {"never": "consumption", "during": "each quality_record"}) == expected


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


def signature(of: Row, signer: str | None, when: str | None = "05", **columns: Any) -> Row:
    signed_at = at(when) if when else None
    return row(
        record_type="events",
        signed_record_id=of["record_id"],
        signer_id=signer,
        signed_at=signed_at,
        **{"meaning": "release", **columns},
    )


def role(person: str, start: str = "2025-01-01", stop: str | None = None, **columns: Any) -> Row:
    ends = at(stop) if stop else None
    return row(
        holder_type="person",
        holder_id=person,
        kind="role",
        valid_from=at(start),
        valid_to=ends,
        **{"scope": "quality-unit", **columns},
    )


@pytest.mark.parametrize(
    ("signers", "roles", "distinct", "expected"),
    [
        (["P1"], [role("P1")], 1, "met"),
        (["P1"], [role("P1", scope=None)], 1, "met"),
        (["P1"], [role("P1", stop="04")], 1, "gap:wrong_person"),
        (["P1"], [role("P1", stop="05")], 1, "gap:wrong_person"),
        (["P1"], [role("P1", scope="warehouse")], 1, "gap:wrong_person"),
        (["P1"], [], 1, "gap:wrong_person"),
        ([], [role("P1")], 1, "gap:missing"),
        ([None], [role("P1")], 1, "undetermined:null_operand"),
        (["P1", "P2"], [role("P1"), role("P2")], 2, "met"),
        (["P1", "P1"], [role("P1")], 2, "gap:wrong_person"),
        (["P1"], [role("P1")], 2, "gap:missing"),
        (["P1", None], [role("P1")], 2, "undetermined:null_operand"),
    ],
)
def test_a_signature_counts_only_from_one_who_held_the_role_then(
    signers: list[str | None], roles: list[Row], distinct: int, expected: str
) -> None:
    done = release("05")
    tables = world(
        events=[RECEIVED, done],
        signatures=[signature(done, signer) for signer in signers],
        authorisations=roles,
    )
    wanted = {"role": "quality-unit", "meaning": "release", "distinct": distinct}

    assert state(tables, {"event": "release", "signed": wanted}) == expected
    assert state(tables, {"signed": wanted, "on": "each release"}) == expected


def test_a_role_that_no_source_covers_is_not_held_against_the_signer() -> None:
    done = release("05")
    covered = [each for each in coverage() if each["table_name"] != "authorisations"]
    tables = world(events=[RECEIVED, done], signatures=[signature(done, "P1")], coverage=covered)
    wanted = {"role": "quality-unit", "meaning": "release"}

    assert state(tables, {"event": "release", "signed": wanted}) == "undetermined:not_covered"


def test_a_signature_after_its_gate_is_in_the_wrong_order() -> None:
    done = release("05")
    tables = world(
        events=[RECEIVED, done, consumption("06")], signatures=[signature(done, "P1", "07")]
    )
    check = {"signed": {"meaning": "release"}, "on": "each release", "before": "first consumption"}

    assert state(tables, check) == "gap:wrong_order"


@pytest.mark.parametrize(
    ("performer", "inspectors", "expected"),
    [
        ("P1", ["P2"], "met"),
        ("P1", ["P2", "P1"], "gap:wrong_person"),
        (None, ["P2"], "undetermined:null_operand"),
        ("P1", [None], "undetermined:null_operand"),
        ("P1", [None, "P1"], "gap:wrong_person"),
        ("P1", [], "met"),
    ],
)
def test_two_parts_are_not_played_by_one_person(
    performer: str | None, inspectors: list[str | None], expected: str
) -> None:
    seen = [event("inspection", "03", performed_by=person) for person in inspectors]
    tables = world(events=[RECEIVED, *seen, release("05", performed_by=performer)])

    check = {"not_by": "performer of inspection", "actor": "performer of each release"}
    nested = {"event": "release", "not_by": "performer of inspection"}
    assert state(tables, check) == expected
    assert state(tables, nested) == expected


def test_the_checker_of_a_record_is_not_its_performer() -> None:
    used = [
        consumption("05", performed_by="P1", checked_by="P2"),
        consumption("06", performed_by="P1", checked_by="P1"),
    ]
    check = {"not_by": "performer of same", "actor": "checker of each consumption"}

    assert state(world(events=[RECEIVED, used[0]]), check) == "met"
    assert state(world(events=[RECEIVED, *used]), check) == "gap:wrong_person"


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


def link(parent: str, child: str, **columns: Any) -> Row:
    return row(parent_lot_id=parent, child_lot_id=child, **{"quantity": 5, **columns})


def lots(*names: str, **columns: Any) -> list[Row]:
    return [
        {"record_id": name, "site_id": "S1", "lot_id": name, "material_id": "M1", **columns}
        for name in names
    ]


MADE = event("finished_goods", "05")
OF_L2 = event("receipt", "02", lot_id="L2")


@pytest.mark.parametrize(
    ("links", "more", "expected"),
    [
        ([link("L2", "L1")], [OF_L2], "met"),
        ([link("L2", "L1")], [], "gap:broken_chain"),
        ([], [], "gap:broken_chain"),
        ([link("L3", "L1"), link("L2", "L3")], [OF_L2], "met"),
        ([link("L2", "L1"), link("L3", "L1")], [OF_L2], "gap:broken_chain"),
        ([link("L1", "L1"), link("L2", "L1")], [OF_L2], "met"),
        ([link("L2", "L1"), link("L1", "L2")], [OF_L2], "gap:broken_chain"),
        ([link("L2", "L1", quantity=None)], [OF_L2], "gap:broken_chain"),
    ],
)
def test_every_ancestor_came_in_by_a_receipt(
    links: list[Row], more: list[Row], expected: str
) -> None:
    tables = world(lots=lots("L1", "L2", "L3"), events=[MADE, *more], lot_links=links)
    check = {"chain": "up", "ends": ["receipt"], "quantities": True}

    found = {v.subject_id: v for v in judged(tables, check, applies={"has": "finished_goods"})}
    verdict = found["L1"]

    assert f"{verdict.state}:{verdict.code}".removesuffix(":None") == expected


def test_a_chain_that_ends_in_a_lot_nobody_sent_is_broken() -> None:
    implied = [*lots("L1"), *lots("L2", is_implied=True)]
    tables = world(lots=implied, events=[MADE, OF_L2], lot_links=[link("L2", "L1")])
    check = {"chain": "up", "ends": ["receipt"]}

    found = {v.subject_id: v.state for v in judged(tables, check)}

    assert found["L1"] == "gap"


def quantity(kind: str, amount: str | None, uom: str = "g") -> Row:
    return event(kind, "05", base_quantity=amount, base_uom=uom)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([quantity("receipt", "100"), quantity("consumption", "99")], "met"),
        ([quantity("receipt", "100"), quantity("consumption", "98")], "gap:unbalanced"),
        ([quantity("receipt", "100"), quantity("consumption", None)], "undetermined:null_operand"),
        ([quantity("receipt", "100"), quantity("consumption", "99", "EA")], "undetermined:unit"),
        ([quantity("receipt", "100")], "gap:unbalanced"),
    ],
)
def test_what_goes_in_comes_out(events: list[Row], expected: str) -> None:
    check = {"balance": ["receipt"], "equals": ["consumption", "disposition"], "tolerance": "1 %"}

    assert state(world(events=events), check) == expected
    uncovered = coverage(scope="receipt,consumption")
    assert state(world(events=events, coverage=uncovered), check) == "undetermined:not_covered"


def test_a_yield_lies_between_two_ratios() -> None:
    check = {
        "balance": ["consumption"],
        "equals": ["finished_goods"],
        "ratio": {"lower": "0.9", "upper": "1"},
    }

    def made(amount: str) -> dict[str, Sequence[Row]]:
        events = [quantity("consumption", "100"), quantity("finished_goods", amount)]
        return world(events=events)

    assert state(made("95"), check) == "met"
    assert state(made("85"), check) == "gap:unbalanced"


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


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (["2025-11-15"], "met"),
        (["2025-10-15"], "gap:late"),
        (["2025-10-15", "30"], "gap:late"),
        (["2025-08-15", "2025-12-30"], "met"),
        ([], "gap:missing"),
        ([None], "undetermined:null_operand"),
        (["2025-10-15", None], "undetermined:null_operand"),
    ],
)
def test_a_count_recurs_within_its_interval(counted: list[str | None], expected: str) -> None:
    tables = world(counts=[happening(when, kind="annual") for when in counted])
    check = {"every": "12 months", "of": "count", "where": {"count.kind": "annual"}}

    assert state(tables, check, subject="site_period") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}], "met"),
        ([{"scope": None}], "met"),
        ([{"scope": "M9"}], "gap:missing"),
        ([{"valid_to": at("12")}], "gap:expired"),
        ([{"valid_to": at("12 00:00:01")}], "met"),
        ([], "gap:missing"),
    ],
)
def test_a_supplier_is_approved_when_the_goods_come_in(
    rows: list[dict[str, Any]], expected: str
) -> None:
    approvals = [
        row(
            **{
                "holder_type": "party",
                "holder_id": "S-1",
                "kind": "supplier_approval",
                "scope": "M1",
                "valid_from": at("2025-01-01"),
                **each,
            }
        )
        for each in rows
    ]
    supplied = [{**lots("L1")[0], "supplier_id": "S-1"}]
    tables = world(lots=supplied, events=[event("receipt", "12")], authorisations=approvals)
    check = {
        "authorised": "supplier_approval",
        "holder": "supplier",
        "scope": "material",
        "at": "each receipt",
    }

    assert state(tables, check) == expected
    assert state({**tables, "lots": lots("L1")}, check) == "undetermined:null_operand"


def test_alternatives_and_consequences_follow_the_truth_tables() -> None:
    tables = world(events=[RECEIVED])
    met, gap = {"event": "receipt"}, {"event": "release"}
    unknown = {"event": "receipt", "where": {"event.result": "pass"}}
    pending = {"event": "inspection", "after": "first receipt", "within": "2 months"}

    assert state(tables, {"any_of": [gap, met]}) == "met"
    assert state(tables, {"any_of": [gap, pending]}) == "pending"
    assert state(tables, {"any_of": [gap, unknown]}) == "undetermined:null_operand"
    assert state(tables, {"any_of": [gap, gap]}) == "gap:missing"
    assert state(tables, {"all": [met, pending]}) == "pending"
    assert state(tables, {"if": met, "then": [gap]}) == "gap:missing"
    assert state(tables, {"if": gap, "then": [gap]}) == "met"
    assert state(tables, {"if": unknown, "then": [gap]}) == "undetermined:null_operand"
    assert state(tables, {"if": unknown, "then": [met]}) == "met"
    raw = {"condition": {"material.class": "raw"}}
    assert state(tables, {"if": raw, "then": [gap]}) == "gap:missing"
    assert state(tables, gap, unknown) == "gap:missing"


def test_who_is_asked_depends_on_conditions_and_on_what_happened() -> None:
    tables = world(events=[RECEIVED])
    gap = {"event": "release"}

    assert state(tables, gap, applies={"material.class": ["raw", "packaging"]}) == "gap:missing"
    assert state(tables, gap, applies={"material.class": "finished"}) == "not_applicable"
    assert state(tables, gap, applies={"lot.supplier_id": "S"}) == "undetermined:null_operand"
    assert state(tables, gap, applies={"lot.supplier_id": "absent"}) == "gap:missing"
    assert state(tables, gap, applies={"has": "consumption"}) == "not_applicable"
    assert state(tables, gap, applies={"has": ["consumption", "receipt"]}) == "gap:missing"
    assert state(tables, gap, applies={"has_not": "receipt"}) == "not_applicable"
    assert judged(tables, gap, applies_to={"site.regulated_as": {"has": "chemical"}}) == []
    partly = coverage(covers_to=at("20"))
    assert state({**tables, "coverage": partly}, gap, applies={"has": "consumption"}) == (
        "undetermined:not_covered"
    )


def test_parameters_stand_for_values_and_deadlines() -> None:
    tables = world(events=[RECEIVED, event("inspection", "12")])
    check = {"event": "inspection", "after": "first receipt", "within": "$limit"}

    assert state(tables, check, params={"limit": "5 days"}) == "gap:late"
    assert state(tables, check, params={"limit": {"value": 10, "unit": "days"}}) == "met"


def test_an_accepted_risk_covers_a_gap_until_it_expires_and_never_makes_it_met() -> None:
    risk = row(requirement="a-map:1", subject_type="lots", subject_id="L1", valid_to=at("12-01"))
    tables = world(events=[RECEIVED], accepted_risks=[risk])
    expired = {**tables, "accepted_risks": [{**risk, "valid_to": at("11-01")}]}
    elsewhere = {**tables, "accepted_risks": [{**risk, "subject_id": "L2"}]}

    assert state(tables, {"event": "release"}) == "accepted_risk:missing"
    assert state(expired, {"event": "release"}) == "gap:missing"
    assert state(elsewhere, {"event": "release"}) == "gap:missing"
    assert state(tables, {"event": "receipt"}) == "met"


def test_a_statement_in_force_at_the_end_of_the_period_attests() -> None:
    stated = row(requirement="a-map:1", role="head", valid_to=at("11-01"))
    asked = {"attest": {"statement": "It is so.", "role": "head"}, "subject": "site_period"}

    assert state(world(attestations=[stated]), **asked) == "attested"
    assert state(world(attestations=[{**stated, "valid_to": at("31")}]), **asked) == "gap:missing"
    assert state(world(attestations=[{**stated, "role": "clerk"}]), **asked) == "gap:missing"


def test_only_subjects_active_in_the_site_s_own_month_are_judged() -> None:
    in_brussels: dict[str, Sequence[Row]] = {
        "sites": [{"record_id": "S1", "site_id": "S1", "timezone": "Europe/Brussels"}]
    }
    late = event("receipt", "31 23:30:00")
    late["occurred_local"] = at("11-01 00:30:00")
    shipment = {"record_id": "V1", "site_id": "S1", "shipment_id": "V1"}

    def of_shipment(when: str) -> list[Row]:
        return [{**shipment, "shipped_at": at(when)}]

    check = {"fields": ["customer_id"]}
    assert judged(world(events=[late], **in_brussels), {"event": "receipt"}) == []
    inside = world(shipments=of_shipment("09-30 22:00:00"), **in_brussels)
    outside = world(shipments=of_shipment("31 23:00:00"), **in_brussels)
    assert state(inside, check, subject="shipment") == "gap:incomplete"
    assert judged(outside, check, subject="shipment") == []


def test_each_event_can_be_a_subject_of_its_own() -> None:
    events = [RECEIVED, consumption("05", performed_by="P1"), consumption("06")]
    found = judged(world(events=events), {"fields": ["performed_by"]}, subject="event.consumption")

    assert sorted(v.state for v in found) == ["gap", "met"]


def test_evidence_names_the_rows_for_and_against() -> None:
    done, used = release("13"), consumption("12")
    (verdict,) = judged(world(events=[RECEIVED, done, used]), RELEASED)

    assert ("missing_for", "events", used["record_id"]) in verdict.evidence

"""The reference judges signatures, segregation and permissions as the wording says."""

from __future__ import annotations

from typing import Any

import pytest

from .small_worlds import (
    RECEIVED,
    at,
    consumption,
    coverage,
    event,
    lots,
    release,
    role,
    row,
    signature,
    state,
    world,
)
from .world import Row


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

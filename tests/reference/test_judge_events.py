"""The reference judges events as the wording says: order, deadlines, counts, absence."""

from __future__ import annotations

from typing import Any

import pytest

from .small_worlds import (
    RECEIVED,
    RELEASED,
    at,
    consumption,
    coverage,
    event,
    judged,
    release,
    row,
    state,
    world,
)
from .world import Row


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

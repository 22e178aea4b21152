"""The reference judge says who is asked, what checks combine to, and what becomes of a gap."""

from __future__ import annotations

from collections.abc import Sequence

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

"""What looks wrong is found with its rows, its reach and its role; decisions go to the register."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.exception_rules import ExceptionRules
from lotproof.evidence.lots.exceptions import Finding, decide, find_exceptions, read_decisions
from lotproof.evidence.lots.exceptions.decisions import the_finding
from lotproof.evidence.register import verify_register
from lotproof.reports.exception_list import as_csv, as_json, as_table

from .world import SITE, at, found_world

GUILTY = f"{SITE}/M-2001/LEU-R-26-0931"


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return find_exceptions(found_world().con, ExceptionRules(), {})


def early(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.kind == "consumed_before_release"]


def test_stock_in_quarantine_that_was_consumed_is_found_with_its_status_then(
    findings: list[Finding],
) -> None:
    found = early(findings)

    assert {finding.subject_id for finding in found} == {GUILTY}
    assert all("quarantine" in finding.reason for finding in found)
    assert all(finding.records[-1].startswith("lot_status/") for finding in found)


def test_what_hangs_on_it_is_followed_to_customers(findings: list[Finding]) -> None:
    reach = early(findings)[0].exposure

    assert reach.lots > 0
    assert reach.shipments > 0
    assert reach.customers > 0


def test_the_workspace_says_who_should_look() -> None:
    rules = ExceptionRules.model_validate(
        {"routes": [{"kind": "consumed_before_release", "site": SITE, "role": "warehouse"}]}
    )
    found = find_exceptions(found_world().con, rules, {}, kind="consumed_before_release")

    assert {finding.role for finding in found} == {"warehouse"}


def test_the_same_build_gives_the_same_findings(findings: list[Finding]) -> None:
    assert find_exceptions(found_world().con, ExceptionRules(), {}) == findings


def test_a_decision_stays_in_the_register_and_the_last_one_counts(
    findings: list[Finding], tmp_path: Path
) -> None:
    found, at = early(findings)[0], datetime(2026, 11, 5, 9, tzinfo=UTC)
    decide(tmp_path, found, "accepted", by="P-017", role="quality-unit", reason="seen", at=at)
    decide(tmp_path, found, "dismissed", by="P-017", role="quality-unit", reason="moved", at=at)
    told = read_decisions(tmp_path)
    listed = find_exceptions(found_world().con, ExceptionRules(), told)

    assert verify_register(tmp_path) == {"exception_decisions": 2}
    assert the_finding(listed, found.id).decision == told[found.id]
    assert told[found.id].startswith("dismissed by P-017")


def test_an_exception_nobody_found_cannot_be_decided(findings: list[Finding]) -> None:
    with pytest.raises(LotproofError, match="EX-NONE"):
        the_finding(findings, "EX-NONE")


def test_every_format_names_every_exception(findings: list[Finding]) -> None:
    ids = [finding.id for finding in findings]

    assert [row["id"] for row in json.loads(as_json(findings))] == ids
    assert as_csv(findings).count("\nEX-") == len(ids)
    assert all(one in as_table(findings) for one in ids)


def test_repeated_measurements_found_again_in_another_lot_are_told_as_copies() -> None:
    world = found_world()
    for n in range(14):
        world.record("lots", f"x/{n}", lot_id=f"X-{n}", material_id="M-X")
        for place in range(4):
            value = (0 if n == 13 else n) * 10 + place  # the last lot has the first one's values
            world.record(
                "test_results", f"x/{n}/{place}", lot_id=f"X-{n}", value=value, tested_by="P-X",
                characteristic=("assay", "water")[place % 2],
                occurred_local=at(f"2026-10-{n + 1:02}"),
            )  # fmt: skip
    (found,) = find_exceptions(world.con, ExceptionRules(), {}, kind="copied_values")

    assert found.subject_id == "X-13"
    assert len(found.records) == 8
    assert "All 4 measured values of X-13 are also those of X-0;" in found.reason


def test_one_act_far_from_all_others_is_unusual_and_two_together_are_not() -> None:
    world = found_world()
    hours = {"alone": [9, 10, 11] * 14 + [1], "paired": [9, 10, 11] * 14 + [1, 1]}
    for what, done in hours.items():
        for n, hour in enumerate(done):
            world.record(
                "events", f"{what}/{n}", event_type=what, precision="minute", performed_by="P-X",
                occurred_local=at(f"2026-10-{n % 28 + 1:02} {hour:02}:15"), lot_id=f"X-{n}",
            )  # fmt: skip
    found = find_exceptions(world.con, ExceptionRules(), {}, kind="unusual_hour")

    assert [finding.records for finding in found] == [("events/alone/42",)]


def test_an_hour_when_the_plant_is_at_work_is_not_unusual_and_a_night_is_told_once() -> None:
    world = found_world()
    for n in range(60):
        for what, hour in (("mixing", 9), ("packing", 14)):
            world.record(
                "events", f"{what}/{n}", event_type=what, precision="minute", performed_by="P-X",
                occurred_local=at(f"2026-10-{n % 28 + 1:02} {hour:02}:15"), lot_id=f"X-{n}",
            )  # fmt: skip
    for what, when in (("mixing", "14:30"), ("mixing", "23:50"), ("packing", "02:10")):
        world.record(
            "events", f"{what}/{when}", event_type=what, precision="minute", performed_by="P-X",
            occurred_local=at(f"2026-10-{20 if when < '12' else 19} {when}"), lot_id="X-Y",
        )  # fmt: skip
    (found,) = find_exceptions(world.con, ExceptionRules(), {}, kind="unusual_hour")

    assert found.records == ("events/mixing/23:50", "events/packing/02:10")
    assert found.reason.endswith("So does one more of that night.")


def test_what_always_comes_days_later_is_not_entered_late() -> None:
    world = found_world()
    for n in range(40):
        for what, late in (("incubation", 50 + n / 10), ("weighing", 48 if n == 7 else 0.1)):
            done = at(f"2026-10-{n % 20 + 1:02} 09:15")
            world.record(
                "events", f"{what}/{n}", event_type=what, precision="minute", performed_by="P-X",
                occurred_at=done, occurred_local=done, lot_id=f"X-{n}",
                recorded_at=done + timedelta(hours=late),
            )  # fmt: skip
    found = find_exceptions(world.con, ExceptionRules(), {}, kind="back_dated")

    assert [finding.records for finding in found] == [("events/weighing/7",)]

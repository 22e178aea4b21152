"""Scenarios are lines of text that become rows, and tell plainly where a verdict differs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.maps.scenario_files import Scenario, read_scenarios
from lotproof.evidence.maps.scenarios import load_scenarios, run_scenarios
from lotproof.evidence.maps.worlds import world_of

from .small_map import small

HEAD = """\
map: small
site: {regulated_as: drug}
people: {QU1: quality-unit}
given:
  received:
    - lot L1 raw supplier=SUP1
    - party SUP1 supplier
    - 10-01 08:00 receipt L1 100.5KG party=SUP1
"""
SCENARIOS = f"""\
{HEAD}
scenarios:
  - requirement: "1.10"
    given: [received]
    rows:
      - 10-12 06:52 consumption L1 20KG by=P1
    cases:
      - shows: used without a release
        expect: gap missing
      - shows: released first
        rows:
          - 10-06 release L1 signed=QU1:release
        expect: met
"""


def scenarios(folder: Path, text: str = SCENARIOS) -> list[Scenario]:
    path = folder / "small.tests.yml"
    path.write_text(text)
    return read_scenarios(path)


def rows(folder: Path, *lines: str, **more: str) -> dict[str, list[dict[str, Any]]]:
    """The world that some lines make."""
    listed = "\n".join(f"      - {line}" for line in lines)
    extra = "\n".join(f"    {key}: {value}" for key, value in more.items())
    text = f"""{HEAD}
scenarios:
  - requirement: "1.10"
{extra}
    rows:
{listed}
    cases:
      - shows: what the lines make
        expect: met
"""
    return world_of(scenarios(folder, text)[0])


def test_a_line_makes_an_event_with_its_quantity_and_people(tmp_path: Path) -> None:
    (event,) = rows(tmp_path, "10-12 06:52 issue L1 120.5KG order=O1 by=P1 checked=P2")["events"]

    assert event["event_type"] == "issue"
    assert event["occurred_at"] == datetime.fromisoformat("2026-10-12T06:52")
    assert (event["quantity"], event["uom"]) == (Decimal("120.5"), "KG")
    assert (event["base_quantity"], event["base_uom"]) == (Decimal("120.5"), "KG")
    assert (event["performed_by"], event["checked_by"]) == ("P1", "P2")
    assert event["precision"] == "second"


def test_a_day_without_an_hour_is_known_to_the_day(tmp_path: Path) -> None:
    (event,) = rows(tmp_path, "10-12 issue L1")["events"]

    assert event["precision"] == "day"
    assert event["occurred_local"] == datetime.fromisoformat("2026-10-12T00:00")


def test_times_are_local_to_the_site(tmp_path: Path) -> None:
    zone = "{timezone: America/New_York, regulated_as: drug}"
    (event,) = rows(tmp_path, "10-12 06:52 issue L1", site=zone)["events"]

    assert event["occurred_at"] == datetime.fromisoformat("2026-10-12T10:52")
    assert event["utc_offset"] == "-04:00"


def test_a_signature_bears_the_role_of_its_signer(tmp_path: Path) -> None:
    tables = rows(tmp_path, "10-06 09:00 release L1 signed=QU1:release@10-06T10:00")
    (signature,) = tables["signatures"]

    assert (signature["signer_id"], signature["role"], signature["meaning"]) == (
        "QU1",
        "quality-unit",
        "release",
    )
    assert signature["signed_record_id"] == tables["events"][0]["record_id"]
    assert signature["signed_at"] == datetime.fromisoformat("2026-10-06T10:00")


def test_a_censored_result_keeps_its_sign(tmp_path: Path) -> None:
    (result,) = rows(tmp_path, "'10-06 result L1 water \"<0.1 %\"'")["test_results"]

    assert (result["qualifier"], result["value"], result["uom"]) == ("<", Decimal("0.1"), "%")


def test_a_document_knows_the_table_of_what_it_is_about(tmp_path: Path) -> None:
    tables = rows(tmp_path, "lot L9 raw", "10-06 document certificate_of_analysis of=L9")

    assert tables["documents"][0]["subject_type"] == "lots"


def test_everything_is_covered_unless_a_scenario_says_otherwise(tmp_path: Path) -> None:
    whole = rows(tmp_path, "lot L1 raw")["coverage"]
    less = rows(tmp_path, "lot L1 raw", covers="{events: none, documents: {from: 10-10}}")

    tables = {row["table_name"]: row for row in less["coverage"]}
    assert {row["covers_from"] for row in whole} == {None}
    assert "events" not in tables
    assert tables["documents"]["covers_from"] == datetime.fromisoformat("2026-10-10")


def test_a_prefix_keeps_worlds_apart_wherever_an_id_stands(tmp_path: Path) -> None:
    (first, _) = scenarios(tmp_path)
    tables = world_of(first, "w1/")

    assert tables["lots"][0]["supplier_id"] == "w1/SUP1"
    assert tables["events"][0]["lot_id"] == "w1/L1"
    assert tables["sites"][0]["site_id"] == "w1/S1"
    assert tables["authorisations"][0]["scope"] == "quality-unit"


@pytest.mark.parametrize(
    ("line", "found", "fix"),
    [
        ("10-12 06:52 consumtion L1", "'consumtion'", "consumption"),
        ("consumption L1", "'consumption'", "put a time before it"),
        ("10-12 lot L1 raw", "'lot'", "without a time"),
        ("10-32 06:52 issue L1", "'2026-10-32T06:52'", ""),
        ("10-12 issue L1 chekced=P1", "key 'chekced'", "checked"),
        ("10-12 status L1 free", "'free'", ""),
        ("10-12 result L1 water", "'L1 water'", ""),
        ("10-12 release L1 signed=QU1", "'QU1'", ""),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, line: str, found: str, fix: str
) -> None:
    with pytest.raises(LotproofError) as raised:
        rows(tmp_path, line)

    assert raised.value.found == found
    assert fix in raised.value.fix
    assert raised.value.where is not None
    assert raised.value.where.line == 14


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("expect: gap missing", "expect: gab missing", "'gab missing'"),
        ("expect: gap missing", "expect: gap", "'gap' without its code"),
        ("given: [received]", "given: [recieved]", "given 'recieved'"),
        ("shows: released first", "shows: used without a release", "twice"),
        (
            "        expect: met",
            "        expect: met\n        without: [nowhere]",
            "stands in no row",
        ),
    ],
)
def test_a_scenario_file_is_checked_too(tmp_path: Path, old: str, new: str, found: str) -> None:
    with pytest.raises(LotproofError) as raised:
        scenarios(tmp_path, SCENARIOS.replace(old, new))

    assert found in raised.value.found


def test_a_requirement_the_map_does_not_have_is_a_fault(tmp_path: Path) -> None:
    scenarios(tmp_path, SCENARIOS.replace('"1.10"', '"1.11"'))

    with pytest.raises(LotproofError, match=r"requirement '1\.11' of map 'small'"):
        load_scenarios([tmp_path], [small(tmp_path)])


def test_a_difference_says_what_was_expected_what_was_found_and_why(tmp_path: Path) -> None:
    found = small(tmp_path)

    def judge(*_: object) -> list[dict[str, Any]]:
        one = {"map_id": "small", "requirement_id": "1.10", "site_id": "w0000/S1"}
        met = one | {"subject_id": "w0000/L1", "state": "met", "code": None, "sentence": "Fine."}
        return [met, met | {"site_id": "w0001/S1", "subject_id": "w0001/L1"}]

    first, second = run_scenarios(scenarios(tmp_path), [found], judge)

    assert second.passed
    assert str(first).endswith(
        "small.tests.yml:16:9: small:1.10, “used without a release”\n"
        "  expected gap missing, found met: Fine."
    )

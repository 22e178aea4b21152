"""The compiled form holds everything the SQL needs, and its digest what decides a verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lotproof.evidence.maps import Override, compile_map, compiled

from .small_map import small


def rules(folder: Path, *overrides: Override, **change: str) -> list[dict[str, Any]]:
    found = small(folder, change.get("old", ""), change.get("new", ""))
    return [compiled(requirement, found, overrides) for requirement in found.requirements]


def test_the_compiled_map_is_json(tmp_path: Path) -> None:
    whole = compile_map(small(tmp_path))

    assert json.loads(json.dumps(whole)) == whole
    assert [rule["clause"] for rule in whole["requirements"]] == ["small:1.10", "small:1.20"]


def test_checks_are_numbered_depth_first(tmp_path: Path) -> None:
    event, status = rules(tmp_path)[0]["checks"]

    assert [event["no"], *(check["no"] for check in event["nested"]), status["no"]] == [1, 2, 3, 4]


def test_conditions_are_typed_and_every_value_is_a_list(tmp_path: Path) -> None:
    (term,) = rules(tmp_path)[0]["applies"]

    assert (term["column"], term["op"], term["type"]) == ("material.class", "in", "string")
    assert [value["value"] for value in term["values"]] == ["raw", "packaging"]


def test_the_actor_of_a_signed_event_is_its_signer(tmp_path: Path) -> None:
    nested = rules(tmp_path)[0]["checks"][0]["nested"][1]

    assert nested["actor"]["who"] == "signer"
    assert nested["actor"]["of"]["take"] == "match"
    assert nested["not_by"]["of"]["types"] == ["inspection"]


def test_a_parameter_can_be_set_for_all_sites_and_for_one(tmp_path: Path) -> None:
    everywhere = Override("days", 20, (), "shorter")
    at_one = Override("days", 10, ("LEU",), "shorter still")

    within = rules(tmp_path, everywhere, at_one)[1]["checks"][0]["within"]

    assert within == {
        "count": {"value": 20, "sites": {"LEU": 10}, "param": "days"},
        "unit": "day",
    }


def test_numbers_stay_exact(tmp_path: Path) -> None:
    made = rules(tmp_path, old="days: {value: 30,", new="days: {value: 0.1,")

    assert made[1]["checks"][0]["within"]["count"]["value"] == "0.1"


def test_the_digest_follows_the_rule_and_not_its_words(tmp_path: Path) -> None:
    as_it_is = rules(tmp_path)[1]["rule_digest"]
    other_words = rules(tmp_path, old="Disposed of in time", new="Gone in time")[1]["rule_digest"]
    other_days = rules(tmp_path, old="value: 30", new="value: 31")[1]["rule_digest"]

    assert other_words == as_it_is
    assert other_days != as_it_is


def test_bare_columns_belong_to_the_record_at_hand(tmp_path: Path) -> None:
    made = rules(
        tmp_path,
        old="      - status_at: each consumption\n        is: [released]",
        new="      - fields: [quantity, lot.lot_number]\n        on: each consumption",
    )

    assert made[0]["checks"][1]["fields"] == ["event.quantity", "lot.lot_number"]


def test_two_kinds_and_a_date_bound_make_one_anchor(tmp_path: Path) -> None:
    made = rules(
        tmp_path,
        old="status_at: each consumption",
        new="status_at: each issue or consumption after lot.retest_at",
    )

    assert made[0]["checks"][1]["at"] == {
        "take": "each",
        "kind": "event",
        "types": ["issue", "consumption"],
        "bound": {"is": "after", "column": "lot.retest_at"},
        "column": None,
    }

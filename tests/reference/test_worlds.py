"""The random worlds and rules are worth judging: rules can be read, and every answer occurs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from lotproof.evidence.maps import load_map

from .collecting import collect
from .drawing import AS_OF, PERIOD
from .judge import judge
from .rules import SHAPES, some_rules, whole_map
from .worlds import prefixed, worlds


@pytest.fixture(scope="module")
def states() -> Counter[tuple[str, str]]:
    """How often each state comes out of each shape."""
    rules = some_rules(8)
    shape_of = {rule["id"]: shape for shape, many in rules.items() for rule in many}
    random_map = whole_map([rule for many in rules.values() for rule in many])
    return Counter(
        (shape_of[verdict.requirement_id], verdict.state)
        for world in collect(worlds(), 100)
        for verdict in judge(world, random_map, PERIOD, AS_OF)
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("state", ["met", "gap", "undetermined", "not_applicable"])
def test_every_shape_comes_to_every_state_often(
    states: Counter[tuple[str, str]], shape: str, state: str
) -> None:
    assert states[shape, state] >= 5


def test_deadlines_are_pending_and_risks_accepted_now_and_then(
    states: Counter[tuple[str, str]],
) -> None:
    assert states["event", "pending"] >= 5
    assert sum(number for (_, state), number in states.items() if state == "accepted_risk") >= 5


def test_random_rules_are_maps_that_can_be_read(tmp_path: Path) -> None:
    rules = [rule for many in some_rules(20).values() for rule in many]
    file = tmp_path / "random.yml"
    file.write_text(yaml.safe_dump(whole_map(rules), sort_keys=False))

    found = load_map(file)

    assert [requirement.id for requirement in found.requirements] == [r["id"] for r in rules]


def test_prefixes_keep_worlds_apart_without_changing_their_verdicts() -> None:
    random_map = whole_map([rule for many in some_rules(2).values() for rule in many])
    for world in collect(worlds(), 5):
        plain = judge(world, random_map, PERIOD, AS_OF)
        renamed = judge(prefixed(world, "w-"), random_map, PERIOD, AS_OF)

        assert [(v.state, v.code) for v in renamed] == [(v.state, v.code) for v in plain]

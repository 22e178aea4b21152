"""The scenarios of the shipped maps come out as expected, by the SQL that packs rest on too."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from lotproof.evidence.maps import load_maps, shipped_maps
from lotproof.evidence.maps.scenarios import Outcome, load_scenarios, run_scenarios

SHAPES = Path(__file__).parent / "shapes"
MAPS = [*shipped_maps(), *load_maps([SHAPES])]


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """Every scenario of every map, and those of every shape, judged at once."""
    folder = Path(str(files("lotproof"))) / "obligations"
    return run_scenarios(load_scenarios([folder, SHAPES], MAPS), MAPS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [found.map for found in MAPS])
def test_the_sql_gives_the_verdicts_that_the_scenarios_expect(
    outcomes: list[Outcome], name: str
) -> None:
    mine = [outcome for outcome in outcomes if outcome.scenario.map == name]

    assert [str(outcome) for outcome in mine if not outcome.passed] == []
    assert mine

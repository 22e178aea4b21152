"""The scenarios of the shipped maps come out as their authors say, by the reference too."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import pytest

from lotproof.evidence.maps import ObligationMap, load_map
from lotproof.evidence.maps.scenarios import load_scenarios, run_scenarios

from .as_warehouse import judge_worlds


def _maps() -> list[Path]:
    with as_file(files("lotproof").joinpath("obligations")) as folder:
        shapes = Path(__file__).parent.parent / "evidence" / "maps" / "shapes"
        return sorted(
            path.with_suffix("").with_suffix(".yml")
            for each in (folder, shapes)
            for path in each.rglob("*.tests.yml")
        )


@pytest.mark.parametrize("path", _maps(), ids=lambda path: path.stem)
def test_the_reference_gives_the_verdicts_that_the_scenarios_expect(path: Path) -> None:
    found: ObligationMap = load_map(path)
    scenarios = [s for s in load_scenarios([path.parent], [found]) if s.map == found.map]

    outcomes = run_scenarios(scenarios, [found], judge_worlds)

    assert [str(outcome) for outcome in outcomes if not outcome.passed] == []

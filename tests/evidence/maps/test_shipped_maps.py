"""The maps that come with lotproof are whole, and what is made from them is current."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from lotproof.evidence.maps import ObligationMap, shipped_maps
from lotproof.evidence.maps.__main__ import generated
from lotproof.evidence.maps.scenarios import load_scenarios, untested
from lotproof.evidence.maps.schema import schema

ROOT = Path(str(files("lotproof")))
MAPS = shipped_maps()
jsonschema = pytest.importorskip("jsonschema", reason="comes with dbt")


@pytest.mark.parametrize("found", MAPS, ids=lambda found: found.map)
def test_the_schema_accepts_every_shipped_map(found: ObligationMap) -> None:
    validator = jsonschema.Draft202012Validator(schema())

    assert [error.message for error in validator.iter_errors(found.file.data)] == []


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    data = dict(MAPS[0].file.data) | {"requirement": []}

    assert list(validator.iter_errors(data))


@pytest.mark.parametrize("found", MAPS, ids=lambda found: found.map)
def test_every_requirement_has_a_scenario_that_meets_and_one_that_breaks_it(
    found: ObligationMap,
) -> None:
    scenarios = load_scenarios([ROOT / "obligations"], [found])

    assert untested([found], scenarios) == []


def test_what_is_made_from_the_maps_is_current() -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path, text in generated(ROOT).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]

    assert stale == [], "renew with: python -m lotproof.evidence.maps"


def test_a_page_stands_for_every_map_and_no_other() -> None:
    pages = {path.stem for path in (ROOT / "docs/maps").glob("*.md")}

    assert pages == {found.map for found in MAPS}


def test_ids_begin_with_the_number_of_the_clause_they_cite() -> None:
    found = next(m for m in MAPS if m.map == "us-21cfr211")
    for requirement in found.requirements:
        number = requirement.id.split("-")[0]

        assert any(number in cite for cite in requirement.cites), requirement.id

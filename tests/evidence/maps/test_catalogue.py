"""Every clause of the catalogue has its requirements, and the list of them names no other."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path

import pytest

from lotproof.evidence.maps import shipped_maps

ROOT = Path(str(files("lotproof")))
CATALOGUE = ROOT / "docs/catalogue.csv"
FACTS = ROOT.resolve().parent / "shared/facts/regulations.json"


def _rows() -> list[dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_clause_of_the_catalogue_leads_to_requirements_that_exist() -> None:
    known = {f"{m.map}:{r.id}" for m in shipped_maps() for r in m.requirements}
    unknown = [row["requirement"] for row in _rows() if row["requirement"] not in known]

    assert unknown == []


def test_no_line_of_the_catalogue_stands_twice() -> None:
    lines = [(row["clause"], row["requirement"]) for row in _rows()]

    assert len(lines) == len(set(lines))


def test_every_requirement_of_the_gmp_maps_comes_from_the_catalogue() -> None:
    listed = {row["requirement"] for row in _rows()}
    known = [f"{m.map}:{r.id}" for m in shipped_maps() if m.regime == "gmp" for r in m.requirements]

    assert [clause for clause in known if clause not in listed] == []


def test_every_clause_of_the_researched_catalogue_is_listed() -> None:
    if not FACTS.exists():
        pytest.skip("the researched catalogue is not beside the checkout")
    listed = {row["clause"]: row["cites"] for row in _rows()}
    clauses = {clause["id"]: clause["cite"] for clause in json.loads(FACTS.read_text("utf-8"))}
    parts = {name.split("-")[0] for name in listed}
    missing = [c for c in clauses if c not in listed and c.split("-")[0] in parts]

    assert missing == []
    assert {c: cites for c, cites in listed.items() if clauses.get(c) != cites} == {}

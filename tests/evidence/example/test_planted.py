from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

import pytest

from lotproof.evidence.example import write_company
from lotproof.evidence.example.timeline import AS_OF
from lotproof.evidence.sources.ingest import ingest
from lotproof.evidence.warehouse import build, open_warehouse
from lotproof.evidence.workspace import load_workspace

Found = Mapping[tuple[str, str, str], tuple[str, str]]

_NOT_MET = """
    select clause, subject_id, site_id, state, coalesce(code, '') from verdict_list
    where state not in ('met', 'not_applicable', 'attested')
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("company"))


def _built(folder: Path, *, faults: bool = True) -> Path:
    write_company(folder, faults=faults)
    workspace = load_workspace(folder)
    ingest(workspace, at=AS_OF.replace(tzinfo=UTC))
    build(workspace, "2026-10")
    return folder


def _planted(folder: Path) -> Found:
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["clause"], row["subject_id"], row["site_id"]): (row["state"], row["code"])
            for row in csv.DictReader(file)
        }


def _found(folder: Path) -> Found:
    with open_warehouse(load_workspace(folder)) as con:
        rows = con.execute(_NOT_MET).fetchall()
    return {(clause, subject, site): (state, code) for clause, subject, site, state, code in rows}


@pytest.mark.slow
def test_the_build_finds_each_planted_fault_and_nothing_else(built: Path) -> None:
    planted, found = _planted(built), _found(built)

    assert not {key: planted[key] for key in planted.keys() - found.keys()}, "not found"
    assert not {key: found[key] for key in found.keys() - planted.keys()}, "found, not planted"
    assert {key: (planted[key], found[key]) for key in found if planted[key] != found[key]} == {}


@pytest.mark.slow
def test_without_planted_faults_no_map_finds_anything(tmp_path: Path) -> None:
    assert _found(_built(tmp_path, faults=False)) == {}


@pytest.mark.slow
def test_only_what_was_spoilt_lies_in_quarantine(built: Path) -> None:
    files = (built / ".lotproof" / "landing" / "quarantine").glob("*.parquet")
    with open_warehouse(load_workspace(built)) as con:
        rows = con.execute(
            "select site_id, count(*) from read_parquet(?) group by site_id order by site_id",
            [[str(file) for file in files]],
        ).fetchall()

    assert rows == [("DUR", 1), ("EIN", 1), ("LEU", 1)]


@pytest.mark.slow
def test_three_of_every_kind_of_gap_are_planted(built: Path) -> None:
    kinds = Counter(verdict for verdict in _planted(built).values())

    assert {kind: count for kind, count in kinds.items() if count < 3} == {}

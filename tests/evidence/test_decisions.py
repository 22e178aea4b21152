"""What people sign for: who may, for how long, and what is wrong with the register by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lotproof.evidence.assignments import Assignment, assign_gap, read_assignments
from lotproof.evidence.decisions import Signature, accept_risk, adopt_map, attest, withdraw
from lotproof.evidence.errors import LotproofError
from lotproof.evidence.governance import Governance, Owner, route
from lotproof.evidence.maps import compile_map, load_map
from lotproof.evidence.register import read_entries
from lotproof.evidence.register_review import review_register, role_conflicts
from lotproof.evidence.warehouse.worlds import open_worlds

from .warehouse.small_worlds import AS_OF, PERIOD, World, small_map

HEAD = "head of quality"
AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
SIGNED = Signature(by="S/P1", role=HEAD, prepared_by="S/P2", reason="retest under way", at=AT)
GAP: dict[str, Any] = {
    "clause": "m:r", "site_id": "S", "subject_type": "lot", "subject_id": "S/L",
}  # fmt: skip
UNTIL = date(2027, 3, 31)


def world() -> World:
    """A site where P1 is head of quality and does production too, and a lot never released."""
    site = World("S").event("receipt", "12")
    for person, role in (("P1", HEAD), ("P1", "production"), ("P2", "production")):
        site.add(
            "authorisations", authorisation_id=f"{person}/{role}", holder_type="person",
            holder_id=site.id(person), kind="role", scope=role, valid_from="2026-01-01 00:00:00",
        )  # fmt: skip
    entry: dict[str, Any] = {
        "by": "S/P1", "role": HEAD, "prepared_by": "S/P2", "recorded_at": "2026-10-20 08:00:00",
        "valid_from": "2026-10-20 08:00:00", "valid_to": "2027-01-01 00:00:00",
    }  # fmt: skip
    about: dict[str, Any] = {"requirement": "m:r", "subject_type": "lots"}
    entries: dict[str, dict[str, Any]] = {
        "fits": about | {"subject_id": "S/L"},
        "covers nothing": about | {"subject_id": "S/gone"},
        "has run out": about | {"subject_id": "S/L", "valid_to": "2026-11-01 00:00:00"},
        "of no clause": about | {"requirement": "m:none"},
        "own": about | {"subject_id": "S/L", "prepared_by": "S/P1"},
        "without the role": about | {"subject_id": "S/L", "by": "S/P2", "prepared_by": None},
    }
    for name, more in entries.items():
        site.add("accepted_risks", **(entry | {"record_id": name} | more))
    site.add("adoptions", **(entry | {"record_id": "old text", "map_id": "m", "map_digest": "0"}))
    return site


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    file = tmp_path_factory.mktemp("maps") / "m.yml"
    file.write_text(yaml.safe_dump(small_map("m", {"r": {"expect": [{"event": "release"}]}})))
    compiled = compile_map(load_map(file))
    with open_worlds(world().tables, [compiled], PERIOD, AS_OF) as judged:
        yield judged.con


def test_every_fault_of_the_register_is_told(con: duckdb.DuckDBPyConnection) -> None:
    found = {(finding.entry, finding.code): finding for finding in review_register(con, "S")}
    gap = con.execute("select state from verdict_list").fetchall()

    assert gap == [("accepted_risk",)]
    assert set(found) == {
        ("covers nothing", "unmatched"),
        ("has run out", "expired"),
        ("of no clause", "unknown"),
        ("own", "own_author"),
        ("without the role", "no_author"),
        ("without the role", "role_not_held"),
        ("old text", "other_text"),
    }
    assert "it counts for nothing" in found["own", "own_author"].sentence
    assert review_register(con, "elsewhere") == []


def test_who_could_do_both_is_told(con: duckdb.DuckDBPyConnection) -> None:
    found = role_conflicts(con, [("production", HEAD), ("production", "quality-unit")], "S")

    assert [(conflict.person, conflict.roles) for conflict in found] == [
        ("S/P1", ("production", HEAD))
    ]


def test_a_risk_is_accepted_by_another_than_its_author_in_a_role_they_hold(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rules = Governance()
    accept_risk(con, tmp_path, rules, GAP, UNTIL, SIGNED)
    (entry,) = read_entries(tmp_path / "accepted_risks.jsonl")

    assert entry.record["prepared_by"] == "S/P2"
    assert (entry.record["subject_type"], entry.record["subject_id"]) == ("lots", "S/L")
    assert entry.record["valid_to"] == "2027-03-31"
    for wrong, words in {
        replace(SIGNED, prepared_by="S/P1"): "wrote it and signs for it",
        replace(SIGNED, by="S/P2", prepared_by="S/P1"): "does not hold the role",
        replace(SIGNED, role="production"): "which may not accept a risk",
        replace(SIGNED, reason=" "): "without reason",
    }.items():
        with pytest.raises(LotproofError, match=words):
            accept_risk(con, tmp_path, rules, GAP, UNTIL, wrong)
    for until, words in {
        date(2026, 11, 1): "a day from 2026-11-05 on", date(2029, 1, 1): "for a shorter time",
    }.items():  # fmt: skip
        with pytest.raises(LotproofError, match=words):
            accept_risk(con, tmp_path, rules, GAP, until, SIGNED)
    with pytest.raises(LotproofError, match="no source tells who holds which role"):
        accept_risk(con, tmp_path, rules, GAP | {"site_id": "T"}, UNTIL, replace(SIGNED, by="T/P1"))
    assert len(list(read_entries(tmp_path / "accepted_risks.jsonl"))) == 1


def test_a_statement_an_adoption_and_their_end_are_entries_about_the_same(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    asked = {"clause": "m:a", "role": HEAD}
    attest(con, tmp_path, asked, "S", "  It is\n so. ", UNTIL, SIGNED)
    attest(con, tmp_path, asked, "S", "It is so again.", UNTIL, SIGNED)
    adopt_map(con, tmp_path, Governance(), "m", "f" * 64, "S", UNTIL, SIGNED)
    withdraw(tmp_path, "attestations", "S/m:a", SIGNED)
    stated = list(read_entries(tmp_path / "attestations.jsonl"))

    assert {entry.id for entry in stated} == {"S/m:a"}
    assert stated[0].record["statement"] == "It is so."
    assert stated[-1].record["valid_to"] == "2026-11-05T09:00:00Z"
    with pytest.raises(LotproofError, match="no entry 'nothing'"):
        withdraw(tmp_path, "adoptions", "nothing", SIGNED)
    with pytest.raises(LotproofError, match="which may not attest"):
        attest(con, tmp_path, asked | {"role": "clerk"}, "S", "So.", UNTIL, SIGNED)


@pytest.mark.parametrize(
    ("site", "regime", "map_id", "role"),
    [
        ("S", "gmp", "m", "owner of the map"),
        ("S", "gmp", "n", "gmp at S"),
        ("T", "gmp", "n", "gmp"),
        ("S", "coa", "n", "all of S"),
        ("T", "coa", "n", "its own"),
    ],
)
def test_the_most_particular_owner_has_a_gap(
    site: str, regime: str, map_id: str, role: str
) -> None:
    rules = Governance(
        owners=(
            Owner(role="all of S", site="S"),
            Owner(role="gmp", regime="gmp", escalates_to="director"),
            Owner(role="gmp at S", regime="gmp", site="S"),
            Owner(role="owner of the map", map="m"),
        )
    )
    found = route(
        rules, site=site, regime=regime, map_id=map_id, severity="critical", period="2026-10",
        owner="its own",
    )  # fmt: skip

    assert found.role == role
    assert found.due_on == date(2026, 11, 10)
    assert found.escalates_on == (date(2026, 11, 12) if role == "gmp" else None)


def test_an_assignment_counts_from_when_it_was_made_and_the_last_one_stands(tmp_path: Path) -> None:
    first = Assignment("S-ABC234", "warehouse", None, date(2026, 12, 1), None)
    second = replace(first, person="P3", due_on=date(2026, 12, 24))
    words = {"by": "P1", "role": HEAD, "reason": "their lot"}
    assign_gap(tmp_path, GAP, first, **words, at=AT)
    assign_gap(tmp_path, GAP, second, **words, at=AT.replace(day=9))

    assert read_assignments(tmp_path, AT.replace(day=4)) == {}
    assert read_assignments(tmp_path, AT) == {"S-ABC234": first}
    assert read_assignments(tmp_path, AT.replace(day=10)) == {"S-ABC234": second}
    with pytest.raises(LotproofError, match="a day from"):
        assign_gap(tmp_path, GAP, first, **words, at=AT.replace(year=2027))

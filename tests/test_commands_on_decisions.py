"""The commands with which people explain, compare, keep and sign for things, on a build."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
import yaml

from .command_line import assert_refused, lotproof


def test_a_verdict_is_explained_and_its_sql_shown(built: Path) -> None:
    here = ("--workspace", built)
    clause = "us-21cfr211:211.84-a"
    gaps = lotproof("verdicts", "--state", "gap", "--clause", clause, "--format", "json", *here)
    (gap, *_) = json.loads(gaps.out)
    explained = lotproof("obligations", "explain", clause, "--subject", gap["subject_id"], *here)
    unknown = lotproof("obligations", "explain", clause, "--subject", "nothing", *here)
    shown = lotproof("obligations", "show", clause, "--sql", *here)

    assert explained.code == shown.code == 0
    assert "Rows " in explained.out
    assert "To close " in explained.out
    assert ", due 10 November 2026" in explained.out
    assert_refused(unknown, "no verdict of us-21cfr211:211.84-a on 'nothing'", "such as")
    assert shown.out.startswith(f"-- {clause}\n-- Applies to every lot")
    assert '"main"' not in shown.out


def test_a_changed_map_says_what_changed_and_which_verdicts_flip(
    built: Path, tmp_path: Path
) -> None:
    here, clause = ("--workspace", built), "us-21cfr211:211.84-a"
    shipped = files("lotproof").joinpath("obligations/gmp/us-21cfr211.yml")
    head, name, rest = shipped.read_text(encoding="utf-8").partition("  - id: 211.84-a\n")
    words, expect, rest = rest.partition("    expect:\n")
    _, severity, tail = rest.partition("    severity:")
    other = tmp_path / "us-21cfr211.yml"
    changed = head + name + words + expect + "      - event: return\n" + severity + tail
    other.write_text(changed, encoding="utf-8")
    before = lotproof("verdicts", "--clause", clause, "--format", "json", *here)
    said = lotproof("obligations", "diff", "us-21cfr211", other, "--format", "json", *here)
    none = lotproof("obligations", "diff", "nosuch", other, *here)
    answer = json.loads(said.out)
    met = {row["subject_id"] for row in json.loads(before.out) if row["state"] == "met"}

    assert [change["requirement"] for change in answer["changes"]] == ["211.84-a"]
    assert {flip["requirement"] for flip in answer["flips"]} == {"211.84-a"}
    assert {flip["subject_id"] for flip in answer["flips"] if flip["before"] == "met"} == met
    assert_refused(none, "neither a file nor a map", "us-21cfr211")
    assert lotproof("verdicts", "--clause", clause, "--format", "json", *here).out == before.out


KEEPS = """
map: keeps
title: How long records are kept
authority: nobody
regime: house
source: {edition: none, checked_on: 2026-11-01}
in_force: {from: 2000-01-01}
applies_to: {site.country: BE}
owner: quality-unit
requirements:
  - id: papers
    cites: none
    title: Certificates outlive the products, results two years
    requires: Records are kept.
    sureness: V
    subject: site_period
    severity: major
    remedy: Restore them.
    expect:
      - retained: document
        when: {document.kind: certificate_of_analysis}
        until: [products.expires_at + 1 year]
      - retained: test_result
        until: [record + 2 years]
"""


@pytest.fixture
def keeping(built: Path) -> Iterator[Path]:
    """The same workspace, judged by a map that keeps records."""
    config = built / "lotproof.yml"
    before = config.read_text(encoding="utf-8")
    content = yaml.safe_load(before)
    config.write_text(yaml.safe_dump(content | {"maps": ["keeps"]}), encoding="utf-8")
    (built / "obligations").mkdir(exist_ok=True)
    (built / "obligations" / "keeps.yml").write_text(KEEPS, encoding="utf-8")
    yield built
    config.write_text(before, encoding="utf-8")
    shutil.rmtree(built / "obligations")


def test_what_may_go_is_told_by_day_and_never_before_the_last_product_has_expired(
    keeping: Path,
) -> None:
    here = ("--workspace", keeping)
    said = lotproof("retention", "--on", "2026-11-05", "--format", "json", *here)
    later = lotproof("retention", "--on", "2099-01-01", "--format", "csv", *here)
    assert said.code == later.code == 0, (said, later)
    rows = json.loads(said.out)
    states = {row["record_id"]: row["state"] for row in csv.DictReader(io.StringIO(later.out))}
    with duckdb.connect(str(keeping / ".lotproof" / "warehouse.duckdb"), read_only=True) as con:
        results = con.execute(
            "select count(*), min(occurred_at) + interval 2 years from test_results "
            "where is_current and site_id = 'LEU'"
        ).fetchall()[0]
        (expiry,) = con.execute(
            "select min(expires_at), max(expires_at) from lots join materials using (material_id) "
            "where lots.is_current and materials.is_current and class = 'finished'"
        ).fetchall()
    found = [row for row in rows if row["table"] == "test_results"]
    papers = [row for row in rows if row["table"] == "documents"]

    assert {row["site_id"] for row in rows} == {"LEU"}  # the other plant is in another country
    assert {row["clause"] or "keeps:papers" for row in rows} == {"keeps:papers"}
    assert len(found) == results[0]
    assert min(row["earliest_disposal_on"] for row in found) >= f"{results[1]:%Y-%m-%d}"
    assert all((row["state"] == "may_go") == (row["earliest_disposal_on"] <= "2026-11-05")
               for row in found)  # fmt: skip
    assert {states[row["record_id"]] for row in found} == {"may_go"}
    dated = [row for row in papers if row["earliest_disposal_on"]]
    assert dated
    first, last = (f"{day.year + 1}-{day:%m-%d}" for day in expiry)
    assert {first <= row["earliest_disposal_on"] <= f"{last}~" for row in dated} == {True}
    assert all(row["state"] == "not_known" and row["doubt"] for row in papers if row not in dated)
    assert_refused(lotproof("retention", "--state", "gone", *here), "may_go, keep, held")


def test_a_gap_is_given_to_somebody_and_accepted_by_another_than_its_author(built: Path) -> None:
    here = ("--workspace", built)
    (gap, *_) = json.loads(lotproof("gaps", "--site", "LEU", "--format", "json", *here).out)
    signed = ("--as", "P-021", "--role", "head of quality", "--reason", "retest under way")
    given = lotproof(
        "gaps", "assign", gap["number"], "--to", "warehouse", "--due", "2099-12-15", *signed, *here
    )
    again = lotproof("gaps", "--role", "warehouse", "--format", "json", *here)
    accept = ("accept", gap["clause"], "--site", "LEU", "--gap", gap["number"], *signed)
    until = ("--until", f"{datetime.now(UTC).year}-12-31", *here)
    own = lotproof(*accept, "--prepared-by", "P-021", *until)
    other = lotproof(*accept, "--prepared-by", "P-024", *until)
    none = lotproof("accept", "9.9", "--site", "LEU", *signed, "--prepared-by", "P-024", *until)

    assert given.code == other.code == 0, (given, other)
    assert [found["number"] for found in json.loads(again.out)] == [gap["number"]]
    assert_refused(own, "two people: one writes, another signs")
    assert_refused(none, "no gap of 9.9 at LEU", "lotproof gaps")
    assert_refused(lotproof("gaps", "assign", "LEU-NONE22", "--to", "x", "--due", "2099-01-01",
                            *signed, *here), "gap LEU-NONE22")  # fmt: skip


def test_a_map_is_adopted_a_statement_made_and_withdrawn(built: Path) -> None:
    signed = ("--as", "P-021", "--role", "head of quality", "--reason", "yearly review")
    more = ("--prepared-by", "P-024", "--until", "2099-12-31", "--site", "LEU", "-w", built)
    adopted = lotproof("obligations", "adopt", "us-21cfr211", *signed, *more)
    stated = lotproof("attest", "us-21cfr211:211.142-b", *signed, *more)
    ended = lotproof(
        "register", "withdraw", "attestations", "LEU/us-21cfr211:211.142-b", *signed, "-w", built
    )
    nowhere = lotproof("obligations", "adopt", "nosuch", *signed, *more)
    judged = lotproof("attest", "us-21cfr211:211.84-a", *signed, *more)

    assert adopted.code == stated.code == ended.code == 0, (adopted, stated, ended)
    assert_refused(nowhere, "map 'nosuch'", "us-21cfr211")
    assert_refused(judged, "which is judged from data")


def test_the_register_tells_what_has_run_out(built: Path) -> None:
    said = lotproof("register", "--format", "json", "--workspace", built)
    text = lotproof("register", "--site", "LEU", "--workspace", built)
    answer = json.loads(said.out)

    assert said.code == text.code == 1
    codes = {finding["code"] for finding in answer["findings"]}
    assert "expired" in codes
    assert not codes & {"own_author", "role_not_held", "no_author"}
    assert answer["entries"]["accepted_risks"] > 0
    assert "ran out on 2026-11-01" in text.out

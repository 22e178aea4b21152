from __future__ import annotations

from typing import Any

import pytest

from lotproof.reports.clauses import clause_labels, map_name, map_sections, marks_of
from lotproof.reports.tally import Tally, tally_by_clause


def requirement(cites: str, **more: Any) -> dict[str, Any]:
    row = {
        "map_id": "m", "requirement_id": cites, "clause": f"m:{cites}", "cites": cites,
        "title": "t", "authority": "US FDA", "edition": None, "checked_on": None,
        "status": "adopted", "state": "judged", "waits_for": None, "severity": "major",
        "sureness": "V",
    }  # fmt: skip
    return row | more


def count(clause: str, state: str, n: int, **more: Any) -> dict[str, Any]:
    return {"clause": clause, "state": state, "n": n, "is_indicative": False,
            "is_readiness": False} | more  # fmt: skip


@pytest.mark.parametrize(
    ("cites", "name", "labels"),
    [
        (["21 CFR 211.84(a)", "21 CFR 211.101(c)"], "21 CFR 211", ["211.84(a)", "211.101(c)"]),
        (["21 CFR 1.1345", "21 CFR 1.1350"], "21 CFR 1", ["1.1345", "1.1350"]),
        (["EU GMP I 6.17", "EU GMP I 8.31"], "EU GMP I", ["6.17", "8.31"]),
        (["21 CFR 211.84(a)"], "21 CFR 211", ["211.84(a)"]),
        (["21 CFR 1304.21", "40 CFR 262.20"], "M", ["21 CFR 1304.21", "40 CFR 262.20"]),
    ],
)
def test_clauses_are_called_as_under_their_heading(
    cites: list[str], name: str, labels: list[str]
) -> None:
    rows = [requirement(cite) for cite in cites]

    assert map_name(rows) == name
    assert list(clause_labels(rows).values()) == labels


def test_every_state_but_met_is_shown_with_its_count() -> None:
    tally = Tally()
    for state, n in (("met", 5), ("gap", 2), ("undetermined", 3), ("not_applicable", 9)):
        tally.add(count("c", state, n))

    marks = marks_of(tally, "critical")

    assert [mark.text for mark in marks] == ["2 gaps · critical", "3 undetermined"]
    assert tally.applied == 10


def test_a_clause_that_applied_to_nothing_is_not_called_met() -> None:
    tally = Tally()
    tally.add(count("c", "not_applicable", 4))

    assert [mark.text for mark in marks_of(tally, "major")] == ["did not apply"]


def test_a_clause_without_check_is_listed_and_not_judged() -> None:
    rows = [requirement("21 CFR 211.84"), requirement("21 CFR 211.170", state="waits_for",
                                                       waits_for="retained")]  # fmt: skip

    (section,) = map_sections(rows, {})

    assert section.rows == ()
    assert section.idle == ("211.84",)
    assert [row.waits_for for row in section.waiting] == ["retained"]


def test_a_map_is_indicative_where_its_verdicts_are() -> None:
    rows = [requirement("21 CFR 211.84", status="adopted")]
    tallies = tally_by_clause([count("m:21 CFR 211.84", "met", 1, is_indicative=True)])

    (section,) = map_sections(rows, tallies)

    assert section.is_indicative
    assert "not adopted" in section.note


def test_a_heading_does_not_end_in_half_of_what_its_clauses_are_called() -> None:
    rows = [requirement("EU GMP chapter 4 (2011) 4.1"), requirement("EU GMP chapter 5 (2015) 5.5")]

    (section,) = map_sections(rows, {})

    assert section.name == "EU GMP"
    assert list(clause_labels(rows).values()) == ["4 (2011) 4.1", "5 (2015) 5.5"]

"""Combinations come out as the tables of the language's page say, by the reference and by SQL."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from lotproof.evidence.maps import load_map
from lotproof.evidence.warehouse import judge_worlds

from .judge import judge
from .rules import whole_map
from .small_worlds import AS_OF, PERIOD, coverage, event, world
from .truth import FAILS, HOLDS, PENDING, UNKNOWN, Outcome, all_of, any_of, implication

PAGE = Path(__file__).parents[2] / "docs" / "obligation-language.md"
TRUTH = {"holds": HOLDS, "fails": FAILS, "unknown": UNKNOWN, "pending": PENDING}
STATE = {"holds": "met", "fails": "gap", "unknown": "undetermined", "pending": "pending"}
CHECKS: dict[str, dict[str, Any]] = {
    "holds": {"event": "receipt"},
    "fails": {"event": "release"},
    "unknown": {"event": "sample"},
    "pending": {"event": "inspection", "after": "first receipt", "within": "2 months"},
}
"""A check of each truth in the world below, where samples are not covered."""
PAIRS = [(one, other) for one, other in product(TRUTH, repeat=2)]


def _rows_after(head: str) -> list[list[str]]:
    """The cells of the table of the page whose first line begins so, without head and rule."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(head))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip(" *") for cell in line.strip("|").split("|")])
    return table


def _of_two(head: str) -> dict[tuple[str, str], str]:
    """What two checks come to, by the truth of each."""
    return {
        (row[0], other): told
        for row in _rows_after(head)
        for other, told in zip(TRUTH, row[1:], strict=True)
    }


@cache
def _documented() -> dict[str, dict[tuple[str, str], str]]:
    """The tables of the page by combinator."""
    rows = [row[4:6] for row in _rows_after("| `all` | |")]
    then = {}
    for one, other in PAIRS:
        told = {
            "fails": rows[0][1],
            "holds": other if rows[1][1] == "as `then`" else rows[1][1],
        }.get(one, rows[2][1] if other == "holds" else rows[3][1])
        then[one, other] = told
    return {
        "all": _of_two("| `all` of two |"),
        "any_of": _of_two("| `any_of` two |"),
        "if": then,
    }


def _name(*words: str) -> str:
    return "-".join(words).replace("_", "-")


def _rules() -> list[dict[str, Any]]:
    """One requirement for each combination of two truths."""
    rules = []
    for way, (one, other) in product(("all", "any_of", "if"), PAIRS):
        first, second = CHECKS[one], CHECKS[other]
        check = {"if": first, "then": [second]} if way == "if" else {way: [first, second]}
        rules.append(
            {
                "id": _name(way, one, other),
                "cites": "truth table",
                "title": f"{way} of {one} and {other}",
                "requires": "What the table says.",
                "sureness": "V",
                "subject": "lot",
                "expect": [check],
                "severity": "minor",
                "remedy": "Nothing to be done.",
            }
        )
    return rules


def _world() -> dict[str, Any]:
    seen = "receipt,release,inspection,consumption"
    covered = [
        {**row, "scope": seen} if row["table_name"] == "events" else row for row in coverage()
    ]
    return {**world(events=[event("receipt", "05")], coverage=covered)}


@cache
def _told_by_page() -> dict[str, str]:
    return {
        _name(way, one, other): STATE[told]
        for way, table in _documented().items()
        for (one, other), told in table.items()
    }


def test_the_page_has_all_pairs_of_every_combinator() -> None:
    assert {way: sorted(table) for way, table in _documented().items()} == {
        way: sorted(PAIRS) for way in ("all", "any_of", "if")
    }


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_combinators_are_the_tables_of_the_page(one: str, other: str) -> None:
    page = _documented()
    pair = [TRUTH[one], TRUTH[other]]

    assert all_of(pair) == TRUTH[page["all"][one, other]]
    assert any_of(pair) == TRUTH[page["any_of"][one, other]]
    assert implication(*map(Outcome, pair)).truth == TRUTH[page["if"][one, other]]


def test_the_reference_judges_whole_requirements_by_the_tables() -> None:
    found = judge(_world(), whole_map(_rules()), PERIOD, AS_OF)

    assert {verdict.requirement_id: verdict.state for verdict in found} == _told_by_page()


@pytest.mark.slow
def test_sql_judges_whole_requirements_by_the_tables(tmp_path: Path) -> None:
    file = tmp_path / "random.yml"
    file.write_text(yaml.safe_dump(whole_map(_rules()), sort_keys=False), "utf-8")

    found = judge_worlds(_world(), [load_map(file)], PERIOD, AS_OF)

    assert {row["requirement_id"]: row["state"] for row in found} == _told_by_page()

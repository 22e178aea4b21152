"""A name that nobody knows brings up those it may have meant, by one measure everywhere."""

from __future__ import annotations

import pytest

from lotproof.evidence.near_names import MISSPELT, did_you_mean, near_names

SITES = ("LEU", "SAL", "EIN-2", "eindhoven")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("LUE", ["LEU"]),
        ("LEUV", ["LEU"]),
        ("leu", ["LEU"]),
        ("Eindhofen", ["eindhoven"]),
        ("X", []),
    ],
)
def test_names_alike_are_found_whatever_case_they_are_in(asked: str, near: list[str]) -> None:
    assert near_names(asked, SITES) == near


def test_the_likest_comes_first_and_no_more_than_asked() -> None:
    known = [f"M-200{n}" for n in range(9)]

    assert near_names("M-2003x", known)[0] == "M-2003"
    assert len(near_names("M-200", known)) == 5
    assert len(near_names("M-200", known, 2)) == 2


def test_what_is_taken_for_misspelt_has_to_be_more_alike() -> None:
    assert near_names("releaser", ["release"], 1, MISSPELT) == ["release"]
    assert near_names("reviewer", ["review_board"], 1, MISSPELT) == []


def test_where_nothing_is_near_something_else_is_said() -> None:
    assert did_you_mean(["LEU", "SAL"], "see a list") == "did you mean LEU, SAL?"
    assert did_you_mean([], "see a list") == "see a list"

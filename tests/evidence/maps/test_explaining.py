"""A rule reads like a sentence, made from the rule itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.maps import Override, explain, shipped_maps

from .small_map import small


def test_a_rule_of_two_checks_is_told_in_one_paragraph(tmp_path: Path) -> None:
    found = small(tmp_path)

    assert explain(found.requirements[0], found) == (
        "Applies to every lot of raw or packaging material with a consumption in the month. "
        "All of these hold: (1) there is a release before the first consumption, signed for "
        "release by someone in the role quality-unit, signed by someone other than whoever "
        "performed the inspection; (2) the status of the lot at each consumption is released."
    )


def test_a_rule_shows_the_parameters_that_hold(tmp_path: Path) -> None:
    found = small(tmp_path)
    overrides = (Override("days", 20), Override("days", 10, ("LEU",)))

    assert explain(found.requirements[1], found, overrides) == (
        "Applies to every lot. There is a disposition within 20 (10 at LEU) days after each "
        "change of the lot's status to rejected."
    )


SENTENCES = {
    "211.84-d-5": (
        "Applies to every lot of raw or packaging material with a release in the month, where the "
        "material is flagged foreign matter. The specification then in force asks for “foreign "
        "matter”, and it has a result within its limits, obtained before the first release."
    ),
    "211.111-phase": (
        "Applies to every order where the completion of the order is given. At least one of these "
        "holds: (a) the completion of the order is no more than 96 hours after the start of the "
        "order; or (b) there is a deviation where a disposition is given."
    ),
    "211.192-open": (
        "Applies to every lot with a release in the month. There is no release while any "
        "deviation, nonconformance or out-of-specification investigation where the severity is "
        "critical or major is open."
    ),
    "211.86": (
        "Applies to every lot of raw or packaging material with an issue to production or a "
        "consumption in the month. All of these hold: (1) at each issue to production or "
        "consumption where the reason is not given, no other lot of the material, released "
        "earlier, was released, unexpired and in stock at the site; (2) at each issue to "
        "production or consumption where the reason is given, no other lot of the material, "
        "released earlier, was released, unexpired and in stock at the site, unless the reason "
        "is FEFO."
    ),
}


@pytest.mark.parametrize(("clause", "sentence"), SENTENCES.items(), ids=SENTENCES)
def test_shipped_rules_read_as_sentences(clause: str, sentence: str) -> None:
    found = next(m for m in shipped_maps() if m.map == "us-21cfr211")
    requirement = found.requirement(clause)
    assert requirement is not None

    assert explain(requirement, found) == sentence


def test_no_rule_shows_the_bones_of_the_language() -> None:
    for found in shipped_maps():
        for requirement in found.requirements:
            text = explain(requirement, found)

            assert "_" not in text, text
            assert "None" not in text, text
            assert "  " not in text, text
            assert text.endswith((".", "”")), text

"""A text column can be asked to be formed by a pattern, and bad patterns are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.maps import compiled, explain

from .small_map import small

APPLIES = "applies: {material.class: [raw, packaging], has: consumption}"


def asked(column: str, pattern: str) -> str:
    """What the small map's rule applies to, with a pattern."""
    return f"applies: {{{column}: {{matches: '{pattern}'}}, has: consumption}}"


def test_a_pattern_is_compiled_and_shown_as_it_stands(tmp_path: Path) -> None:
    found = small(tmp_path, APPLIES, asked("lot.lot_number", "R_[0-9]{3}"))
    rule = compiled(found.requirements[0], found)

    assert [(term["op"], term["values"][0]["value"]) for term in rule["applies"]] == [
        ("matches", "R_[0-9]{3}")
    ]
    assert "formed like R_[0-9]{3}" in explain(found.requirements[0], found)


@pytest.mark.parametrize(
    ("column", "pattern", "told"),
    [
        ("lot.lot_number", "[0-9", "a regular expression"),
        ("lot.lot_number", "(?=R)R[0-9]+", "looks around or back"),
        ("lot.lot_number", "(R)\\1", "looks around or back"),
        ("lot.expires_at", "2026.*", "'matches' on a timestamp"),
    ],
)
def test_a_pattern_that_an_engine_would_not_take_is_a_fault(
    tmp_path: Path, column: str, pattern: str, told: str
) -> None:
    with pytest.raises(LotproofError, match=told):
        small(tmp_path, APPLIES, asked(column, pattern))

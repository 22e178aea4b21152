"""docs/obligation-language.md names every word of the language."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from lotproof.evidence.maps.conditions import OPERATORS
from lotproof.evidence.maps.model import Requirement
from lotproof.evidence.maps.scenario_files import STATES
from lotproof.evidence.maps.shapes import SHAPE_OF_CLASS, SHAPES
from lotproof.evidence.maps.vocabulary import (
    GAP_CODES,
    RECORD_KINDS,
    RELATIONS,
    SUBJECT_CONTEXTS,
)
from lotproof.evidence.maps.world_rows import HAPPENING, STANDING

PAGE = Path(str(files("lotproof"))).joinpath("docs/obligation-language.md").read_text("utf-8")
KEYS = sorted(
    {
        field.alias or name
        for kind in SHAPE_OF_CLASS
        for name, field in kind.model_fields.items()
    }
)  # fmt: skip
REQUIREMENT_KEYS = sorted(f.alias or name for name, f in Requirement.model_fields.items())


@pytest.mark.parametrize(
    "words",
    [
        SHAPES,
        KEYS,
        REQUIREMENT_KEYS,
        OPERATORS,
        RECORD_KINDS,
        RELATIONS,
        SUBJECT_CONTEXTS,
    ],
    ids=["shapes", "keys", "requirement", "operators", "kinds", "relations", "subjects"],
)
def test_the_page_names_every_word_of_the_language(words: list[str]) -> None:
    missing = [word for word in words if f"`{word}" not in PAGE and f"{word}:" not in PAGE]

    assert missing == []


@pytest.mark.parametrize(
    "words", [GAP_CODES, STATES, HAPPENING, STANDING], ids=["codes", "states", "lines", "things"]
)
def test_the_page_names_codes_states_and_lines(words: list[str]) -> None:
    missing = [word for word in words if word not in PAGE]

    assert missing == []

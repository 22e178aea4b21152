"""Units are spelt as reviewed, and as large as a well-kept library says."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from lotproof.evidence.sources.units import model_path, model_text, reviewed_units, size_of
from lotproof.evidence.sources.words import fixed_words


def test_the_model_holds_what_the_reviewed_units_and_the_library_say() -> None:
    now = model_path().read_text("utf-8")

    assert now == model_text(now), "run: python -m lotproof.evidence.sources.units"


@pytest.mark.parametrize(
    ("spelling", "size"),
    [
        ("LBR", "453.59237"),  # NIST SP 811, B.8
        ("ONZ", "28.349523125"),
        ("GLL", "3.785411784"),
        ("OZA", "0.0295735295625"),
        ("MIL", "1000"),
        ("TNE", "1000000"),
    ],
)
def test_sizes_are_exact(spelling: str, size: str) -> None:
    (unit,) = [unit for unit in reviewed_units() if spelling in unit.spellings]

    assert size_of(unit) == Decimal(size)


def test_no_spelling_stands_for_two_units() -> None:
    counted = Counter(name.upper() for unit in reviewed_units() for name in unit.spellings)

    assert [name for name, count in counted.items() if count > 1] == []


def test_what_converts_is_known_at_ingest() -> None:
    known = {name.upper() for name in fixed_words().known_units}
    spelt = {name.upper() for unit in reviewed_units() for name in unit.spellings}

    assert spelt - known == set()


@pytest.mark.parametrize("packed", ["BX", "CS", "DR", "PAL", "IU"])
def test_what_has_no_size_of_its_own_is_never_converted_by_default(packed: str) -> None:
    assert not [unit for unit in reviewed_units() if packed in unit.spellings]

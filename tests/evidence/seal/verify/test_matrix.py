"""Each of the 85 ways to tamper with a pack has a test, or a reason why it has none yet."""

from __future__ import annotations

import re
from pathlib import Path

ROWS = range(1, 86)
WITHOUT: dict[int, str] = {
    39: "nothing follows the archive timestamp here: what clears it is stored before it is made",
    53: "an answer older than the signature is taken where it still covers it: not told apart yet",
}
"""Rows that no test claims by its name, each with what stands in the way."""


def _claimed() -> set[int]:
    """Row numbers in the names of tests: ``test_row_07_…``, ``test_rows_12_to_14_…``."""
    found: set[int] = set()
    for path in Path(__file__).parents[2].rglob("test_*.py"):
        for first, joint, last in re.findall(
            r"^def test_rows?_(\d{2})(?:_(to|and)_(\d{2}))?_", path.read_text("utf-8"), re.M
        ):
            found |= {int(first)} | ({int(last)} if last else set())
            found |= set(range(int(first), int(last))) if joint == "to" else set()
    return found


def test_every_row_is_claimed_by_a_test_or_has_a_reason() -> None:
    assert set(ROWS) - _claimed() - set(WITHOUT) == set()
    assert _claimed() <= set(ROWS)

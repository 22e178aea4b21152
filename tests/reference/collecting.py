"""Draws many different examples from a strategy at once, the same ones every time."""

from __future__ import annotations

from itertools import count
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

Example = TypeVar("Example")
_PER_SEED = 4  # hypothesis likes to vary what it drew before; a new seed draws afresh


def collect(strategy: st.SearchStrategy[Example], number: int, of: int = 0) -> list[Example]:
    """So many examples, no two alike; ``of`` chooses another set of them."""
    found: dict[str, Example] = {}
    for more in count(1000 * of):
        for example in _drawn(strategy, more):
            found.setdefault(repr(example), example)
        if len(found) >= number:
            return list(found.values())[:number]
    raise AssertionError("count never ends")


def _drawn(strategy: st.SearchStrategy[Example], of: int) -> list[Example]:
    found: list[Example] = []

    @seed(of)
    @settings(
        max_examples=_PER_SEED,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.large_base_example,
        ],
    )
    @given(strategy)
    def keep(example: Example) -> None:
        found.append(example)

    keep()
    return found

"""Draws many different examples from a strategy at once, the same ones every time."""

from __future__ import annotations

import random
from itertools import count
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, PrimitiveProvider

Example = TypeVar("Example")
_AT_LEAST = 20  # hypothesis begins every drawing with the same, simplest example


class EvenDraws(PrimitiveProvider):
    """Choices of hypothesis, each as likely as any other, from a seed of their own.

    Hypothesis by itself favours numbers that it finds in whatever modules happen to be loaded, so
    that other worlds came of the same seed when other tests had run before; and it spends most
    of its time on remembering what it drew.
    """

    seed = 0

    def __init__(self, conjecturedata: Any = None, /) -> None:
        super().__init__(conjecturedata)
        self._random = random.Random(self.seed)  # noqa: S311 -- worlds, not secrets

    def draw_boolean(self, p: float = 0.5) -> bool:
        """True in a share of ``p``."""
        return self._random.random() < p

    def draw_integer(
        self, min_value: int | None = None, max_value: int | None = None, **_: object
    ) -> int:
        """A number within the bounds."""
        assert min_value is not None
        assert max_value is not None
        return self._random.randint(min_value, max_value)

    def draw_float(self, **_: object) -> float:
        """No world has any."""
        raise AssertionError("a world has neither fractions nor texts nor bytes drawn for it")

    draw_string = draw_bytes = draw_float  # type: ignore[assignment] # neither has any of these


AVAILABLE_PROVIDERS["even"] = EvenDraws


def collect(strategy: st.SearchStrategy[Example], number: int, of: int = 0) -> list[Example]:
    """So many examples, no two alike; ``of`` chooses another set of them."""
    found: dict[str, Example] = {}
    for more in count(1000 * of):
        for example in _drawn(strategy, max(number - len(found), _AT_LEAST), more):
            found.setdefault(repr(example), example)
        if len(found) >= number:
            return list(found.values())[:number]
    raise AssertionError("count never ends")


def _drawn(strategy: st.SearchStrategy[Example], number: int, of: int) -> list[Example]:
    found: list[Example] = []
    EvenDraws.seed = of

    @settings(
        backend="even",
        max_examples=number,
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

"""Four truth values, how they combine, and what one judged item is.

Part of the plain-Python judge of the obligation language; it knows no rows and no time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

HOLDS, FAILS, UNKNOWN, PENDING = 1, 0, -1, 2

Record = tuple[str, int]
"""Table and record key of a row."""


@dataclass(frozen=True)
class Item:
    """One thing a check looked at: its truth, the code that goes with it, and its rows."""

    truth: int
    code: str | None = None
    at: datetime | None = None
    judged: Record | None = None
    decided_by: Record | None = None
    place: int = 0
    """What a check asks of the records it found comes after what it asks of itself."""


@dataclass(frozen=True)
class Outcome:
    """What a check or a combination of checks came to."""

    truth: int
    code: str | None = None
    items: tuple[Item, ...] = field(default=(), compare=False)
    is_attested: bool = False
    """Whether it holds because somebody stated it."""


def all_of(truths: Iterable[int]) -> int:
    """Every one must hold; nothing to hold holds."""
    seen = set(truths)
    return next((truth for truth in (FAILS, UNKNOWN, PENDING) if truth in seen), HOLDS)


def any_of(truths: Iterable[int]) -> int:
    """One is enough."""
    seen = set(truths)
    return next((truth for truth in (HOLDS, PENDING, UNKNOWN) if truth in seen), FAILS)


def negation(truth: int) -> int:
    """True and false change places; what is not known stays so."""
    return {HOLDS: FAILS, FAILS: HOLDS}.get(truth, truth)


def of_bool(value: bool | None) -> int:
    """Python's answer as a truth value; ``None`` is unknown."""
    return UNKNOWN if value is None else HOLDS if value else FAILS


def _order(item: Item) -> tuple[int, bool, datetime, str]:
    return (
        item.place,
        item.at is None,
        item.at or datetime.min,  # noqa: DTZ901  (instants are UTC without a zone throughout)
        item.code or "",
    )


def outcome_of_items(items: Sequence[Item]) -> Outcome:
    """All items must hold; the code is that of the first item with the outcome's truth."""
    truth = all_of(item.truth for item in items)
    deciding = sorted((item for item in items if item.truth == truth), key=_order)
    code = deciding[0].code if deciding and truth in {FAILS, UNKNOWN} else None
    return Outcome(truth, code, tuple(items))


def combined(truth: int, parts: Sequence[Outcome]) -> Outcome:
    """A combination with this truth; the code is that of the first part with the same truth."""
    items = tuple(item for part in parts for item in part.items)
    deciding = [part.code for part in parts if part.truth == truth]
    code = deciding[0] if deciding and truth in {FAILS, UNKNOWN} else None
    is_attested = truth == HOLDS and any(p.is_attested for p in parts if p.truth == truth)
    return Outcome(truth, code, items, is_attested)


def implication(condition: Outcome, consequence: Outcome) -> Outcome:
    """If the one, then the other must hold."""
    items = condition.items + consequence.items
    if condition.truth == FAILS:
        return Outcome(HOLDS, None, items)
    if condition.truth == HOLDS:
        return replace(consequence, items=items)
    if consequence.truth == HOLDS:
        return replace(consequence, items=items)
    return Outcome(UNKNOWN, condition.code, items)

"""What could not be decided, grouped by the reason, and what would decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import words
from .clauses import label_for
from .gaps import told_sentence
from .reading import Row

REASONS: dict[str, tuple[str, str]] = {
    "not_covered": (
        "the source that would show it does not cover the time asked about",
        "Load the missing extract, or declare what it covers, and build again.",
    ),
    "quarantined": (
        "a row that may decide it lies in quarantine",
        "Mend the quarantined rows at the source and load them again.",
    ),
    "null_operand": (
        "a deciding field is empty or cannot be read",
        "Complete the field at the source.",
    ),
    "precision": (
        "the time is known too coarsely to say what came first",
        "Give the source's time to the minute, where it has one.",
    ),
    "unit": (
        "a unit cannot be converted",
        "Add the conversion factor, or mend the unit at the source.",
    ),
    "cut_off": (
        "a lot reaches more lots than the build follows, as in a tank that is never empty",
        "Give each filling of the tank a lot of its own, or attest where the chain begins.",
    ),
    "no_history": (
        "no status is recorded before the moment asked about",
        "Load the status history from before the month.",
    ),
}
"""For each reason code: why, and what would decide it."""

_OTHER = ("the reason stands in the sentence", "See the sentence.")


@dataclass(frozen=True, slots=True)
class UndecidedClause:
    """One clause under a reason: how often, and one example."""

    label: str
    title: str
    count: str
    example: str


@dataclass(frozen=True, slots=True)
class UndecidedGroup:
    """All that could not be decided for one reason."""

    code: str
    why: str
    remedy: str
    count: int
    clauses: tuple[UndecidedClause, ...]


def group_undecided(verdicts: Sequence[Row], labels: dict[str, str]) -> tuple[UndecidedGroup, ...]:
    """Group by reason, the most frequent first; within it by clause in the given order."""
    by_reason: dict[str, list[Row]] = {}
    for row in verdicts:
        by_reason.setdefault(row["code"] or "", []).append(row)
    ordered = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_group(code, found, labels) for code, found in ordered)


def _group(code: str, found: list[Row], labels: dict[str, str]) -> UndecidedGroup:
    why, remedy = REASONS.get(code, _OTHER)
    by_clause: dict[str, list[Row]] = {}
    for row in found:
        by_clause.setdefault(row["clause"], []).append(row)
    return UndecidedGroup(
        code=code,
        why=why,
        remedy=remedy,
        count=len(found),
        clauses=tuple(
            UndecidedClause(
                label_for(rows[0], labels),
                rows[0]["title"],
                words.number(len(rows)),
                told_sentence(rows[0]),
            )
            for rows in by_clause.values()
        ),
    )

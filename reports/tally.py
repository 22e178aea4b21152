"""Counts of verdicts by state, and the sentence that says them.

``applied`` leaves out what did not apply; nothing is rounded and no state is folded into another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import states, words
from .reading import Row

SEVERITIES = ("critical", "major", "minor", "info")
FIGURES = ("met", "gap", "undetermined", "accepted_risk", "attested", "pending")
"""The states a cover counts, in order; ``attested`` only where there is one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One large figure of a cover: state, sign, word and count as printed."""

    state: str
    sign: str
    word: str
    count: str


@dataclass(slots=True)
class Tally:
    """Verdicts by state.

    Attributes:
        states: how many of each state.
        indicative: how many of the applied come from maps the site has not adopted.
        readiness: how many are judged before the clause must be kept.
    """

    states: Counter[str] = field(default_factory=Counter)
    indicative: int = 0
    readiness: int = 0

    def add(self, row: Row) -> None:
        """Take in one line of state counts."""
        self.states[row["state"]] += row["n"]
        if row["state"] != "not_applicable":
            self.indicative += row["n"] if row["is_indicative"] else 0
            self.readiness += row["n"] if row["is_readiness"] else 0

    @property
    def applied(self) -> int:
        """Verdicts on obligations that applied."""
        return sum(self.states.values()) - self.states["not_applicable"]

    def figures(self) -> tuple[Figure, ...]:
        """The large figures of a cover; they add up to what applied."""
        shown = [s for s in FIGURES if s != "attested" or self.states["attested"]]
        return tuple(
            Figure(s, states.sign(s), states.word(s), words.number(self.states[s])) for s in shown
        )


def tally(counts: Iterable[Row]) -> Tally:
    """Add up lines of state counts."""
    total = Tally()
    for row in counts:
        total.add(row)
    return total


def tally_by_clause(counts: Iterable[Row]) -> dict[str, Tally]:
    """Add up lines of state counts for each clause."""
    by_clause: dict[str, Tally] = {}
    for row in counts:
        by_clause.setdefault(row["clause"], Tally()).add(row)
    return by_clause

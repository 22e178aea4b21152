"""One trial of a qualification: what was tried, what had to come out, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "not tried"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial.

    Attributes:
        part: ``installation`` or ``operation``.
        group: what kind of trial it is, as a heading.
        name: what was tried.
        expected: what had to come out.
        found: what came out.
        is_needed: whether a trial that could not be made counts as failed.
    """

    part: Literal["installation", "operation"]
    group: str
    name: str
    expected: str
    found: str
    is_needed: bool = True

    @property
    def outcome(self) -> Outcome:
        """Passed where both agree; what is not there and not needed was not tried."""
        if self.expected == self.found:
            return "passed"
        return "failed" if self.is_needed else "not tried"

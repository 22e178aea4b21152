"""What of a pack is not held against the evidence judged again, and why.

Clauses that only a model of the site could judge; verdicts that rest on something a profile left
out of the pack, as ``data/left-out.json`` says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..profiles import LEFT_OUT

if TYPE_CHECKING:
    from ..seal.verify.snapshot import Snapshot

Verdict = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Apart:
    """What is not compared.

    Attributes:
        clauses: clauses that were not judged again.
        verdicts: clause, subject type and subject of verdicts that rest on what was left out.
        columns: tables that lack a column, so that their records' hashes come out otherwise.
    """

    clauses: frozenset[str] = frozenset()
    verdicts: tuple[Verdict, ...] = ()
    columns: frozenset[str] = frozenset()

    def sentence(self, profile: str) -> str:
        """How much of what is not compared, in words."""
        tables = f", hashes of {', '.join(sorted(self.columns))}" if self.columns else ""
        return (
            f"{len(self.verdicts)} verdicts that rest on what profile {profile} leaves out{tables}"
        )


def told_apart(snapshot: Snapshot) -> tuple[tuple[Verdict, ...], frozenset[str]]:
    """The verdicts that rest on what was left out, and the tables that lack a column.

    A pack that says nothing of it, or nothing readable, lacks nothing: all of it is compared.
    """
    data = snapshot.data(LEFT_OUT)
    try:
        told = json.loads(data) if data else {}
        verdicts = tuple((str(c), str(t), str(s)) for c, t, s in told["verdicts_resting_on_it"])
        return verdicts, frozenset(map(str, told["columns"]))
    except (ValueError, KeyError, TypeError):
        return (), frozenset()

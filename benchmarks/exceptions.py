"""Precision and recall of the exceptions on planted anomalies: ``python -m benchmarks.exceptions``.

Run on a built example workspace. A finding counts as right when a plant of its kind is among its
rows or subjects, or when it follows from a plant (a use of a lot whose release was moved, an issue
that is missing, late or small because one was reversed), as known when the same finding, or one of
its kind on the same subject, stands in the build before planting, and as wrong otherwise.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lotproof.evidence.exception_rules import ExceptionRules
from lotproof.evidence.lots.exceptions import KINDS, Finding, find_exceptions

from .planting import Planting, plant

_OF_LOTS = (
    "consumed_before_release", "shipped_before_release", "held_stock_used", "expired_stock_used",
)  # fmt: skip
_OF_ISSUES = ("missing_step", "unusual_sequence", "unusual_quantity")
TUNED_ON = 1
REPORTED_ON = (32, 33, 34, 35, 36)


@dataclass
class Score:
    """Counts by kind: planted, found of them, right findings, wrong findings."""

    planted: Counter[str]
    found: Counter[str]
    right: Counter[str]
    wrong: Counter[str]


def score(database: Path, seed: int) -> Score:
    """Plant by a seed into a copy of the warehouse, search, and count."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(database, folder))
        with duckdb.connect(str(copy)) as con:
            before = find_exceptions(con, ExceptionRules(), {})
            avoid = {record for finding in before for record in finding.records}
            world = plant(con, seed, avoid)
            planted = world.planted
            after = find_exceptions(con, ExceptionRules(), {})
    known = {finding.id for finding in before}
    known_subjects = {(f.kind, f.subject_id) for f in before}
    result = Score(Counter(), Counter(), Counter(), Counter())
    fresh = [f for f in after if f.id not in known]
    for kind, key in planted:
        result.planted[kind] += 1
        result.found[kind] += any(f.kind == kind and _is_of(f, key) for f in after)
    for finding in fresh:
        is_planted = any(finding.kind == kind and _is_of(finding, key) for kind, key in planted)
        if is_planted or _follows(finding, world):
            result.right[finding.kind] += 1
        elif (finding.kind, finding.subject_id) not in known_subjects:
            result.wrong[finding.kind] += 1
    return result


def _follows(finding: Finding, world: Planting) -> bool:
    """Whether a finding is the consequence of a plant of another kind."""
    if finding.kind in _OF_ISSUES:
        return bool({finding.subject_id, *finding.records} & world.undone)
    return finding.kind in _OF_LOTS and bool(set(finding.lots) & world.spoilt)


def _is_of(finding: Finding, key: str) -> bool:
    table, _, rest = key.partition("/")
    if table == "order":
        return finding.subject_id == rest
    if table == "person":
        person, _, what = rest.partition("|")
        return finding.subject_id == person and what in finding.reason
    if table == "lots":
        return any(lot in finding.subject_id for lot in rest.split("|"))
    return key in finding.records


def table(scores: list[Score]) -> str:
    """A Markdown table of precision and recall by kind, and over all."""
    lines = ["| kind | planted | recall | right | wrong | precision |", "|---|--:|--:|--:|--:|--:|"]
    total: list[Counter[str]] = [sum((getattr(s, n) for s in scores), Counter()) for n in
             ("planted", "found", "right", "wrong")]  # fmt: skip
    lines += [_line(kind, *(counts[kind] for counts in total)) for kind in KINDS]
    lines.append(_line("all", *(sum(counts.values()) for counts in total)))
    return "\n".join(lines)


def _line(name: str, planted: int, found: int, right: int, wrong: int) -> str:
    recall = f"{found / planted:.2f}" if planted else "–"
    precision = f"{right / (right + wrong):.2f}" if right + wrong else "–"
    return f"| {name} | {planted} | {recall} | {right} | {wrong} | {precision} |"


if __name__ == "__main__":
    database = Path(sys.argv[1])
    seeds = [int(s) for s in sys.argv[2:]] or [*REPORTED_ON]
    sys.stdout.write(table([score(database, seed) for seed in seeds]) + "\n")

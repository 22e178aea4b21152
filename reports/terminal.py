"""What a person at a terminal sees while they wait, and what an ingest or a check of maps found.

Progress goes to standard error: a bar with an estimate on a terminal, plain lines elsewhere, at
most one every few seconds.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..evidence.sources.ingest import Finding, IngestReport

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done, and how many there are (0: unknown)."""

_PLAIN_EVERY_S = 5.0
_FINDINGS_SHOWN = 5


@contextmanager
def progress_of(task: str) -> Iterator[Progress]:
    """Show the progress of a task, and how long it took when it ends."""
    began = time.monotonic()
    if sys.stderr.isatty():
        with _bar(task) as shown:
            yield shown
    else:
        say(f"{task} …")
        yield _plain_lines(task, began)
    say(f"{task}: done in {time.monotonic() - began:.1f} s")


def say(text: str) -> None:
    """A line for people, on standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 -- this is where people are told


@contextmanager
def _bar(task: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[what]}", markup=True),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(task, total=None, what="")

        def shown(what: str, done: int, total: int) -> None:
            bars.update(bar, completed=done, total=total or None, what=what.replace("[", "\\["))

        yield shown


def _plain_lines(task: str, began: float) -> Progress:
    last = began

    def shown(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _PLAIN_EVERY_S:
            last = now
            of = f"{done} of {total}" if total else str(done)
            say(f"{task}: {of} ({what})")

    return shown


def ingest_lines(report: IngestReport) -> Iterator[str]:
    """What became of every file, what to look at, and the sum that must hold."""
    for file in report.files:
        parts = [f"{file.rows_read:,} read", f"{file.rows_landed:,} landed"]
        for count, word in (
            (file.rows_quarantined, "quarantined"),
            (file.exact_duplicates, "exact duplicates"),
            (file.rows_ignored, "left out by the mapping"),
        ):
            if count:
                parts.append(f"{count:,} {word}")
        sign = "●" if file.adds_up else "▲ does not add up:"
        yield f"{sign} {file.source}  {file.name}  {' · '.join(parts)}"
    if report.skipped:
        yield f"– {len(report.skipped):,} files had been taken in before"
    yield from _finding_lines(report.findings)
    for warning in report.warnings:
        yield f"? {warning}"
    for error in report.refused:
        yield f"▲ {error}"
    yield from _summary_lines(report.findings)
    read = sum(file.rows_read for file in report.files)
    held = sum(file.rows_quarantined for file in report.files)
    twice = sum(file.exact_duplicates for file in report.files)
    left = sum(file.rows_ignored for file in report.files)
    landed = sum(file.rows_landed for file in report.files)
    yield (
        f"{read:,} rows read = {landed:,} landed + {held:,} quarantined"
        f" + {twice:,} exact duplicates + {left:,} left out by the mapping"
        + ("" if report.is_complete else "; this ingest is not complete")
    )


def _summary_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """One line for each kind of finding, and where to see more."""
    counts = Counter(finding.kind for finding in findings)
    rows: Counter[str] = Counter()
    for finding in findings:
        rows[finding.kind] += finding.row_count
    for kind, count in sorted(counts.items()):
        yield f"? {kind}: {count:,} findings in {rows[kind]:,} rows"
    if counts:
        yield "  all of them, and what contradicts itself: lotproof sources findings"


def _finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The first findings of each kind and column, and how many more there are."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for finding in findings:
        group = (finding.source, finding.table, finding.column, finding.kind)
        seen[group] += 1
        if seen[group] > _FINDINGS_SHOWN:
            continue
        yield (
            f"? {finding.source}  {finding.table}.{finding.column} {finding.kind}:"
            f" {finding.value!r}, {finding.row_count:,} rows, first {finding.example}"
        )
        yield f"  {finding.reason}; to do: {finding.fix}"
    for (source, table, column, kind), count in seen.items():
        if count > _FINDINGS_SHOWN:
            more = count - _FINDINGS_SHOWN
            what = f"{table}.{column} {kind}"
            yield f"? {source}  {what}: {more:,} more; packs hold all in unmapped.csv"

"""The page of what is open: gaps and exceptions by regime and site, down to the rows.

One file without script, network or outside parts. What is new is told against the build before,
as the last page left it noted in the workspace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..evidence.lots.exceptions import KINDS, Finding
from . import reading, words
from .gap_list import OpenGap
from .rendering import environment
from .screen import screen_policy, screen_style

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Item:
    """One gap or exception: number, title, sentence, who, when due (or score), rows."""

    number: str
    title: str
    sentence: str
    role: str
    due: str
    rows: str
    is_new: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Open gaps of a regime at a site."""

    name: str
    open: int
    overdue: int
    new: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Open exceptions of a kind."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A large figure."""

    word: str
    count: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Monitor:
    """All that the page shows."""

    company: str
    example: bool
    period: str
    as_of: str
    today: str
    compared: str
    figures: tuple[Count, ...]
    groups: tuple[Group, ...]
    kinds: tuple[Kind, ...]


def rows_of_gaps(con: DuckDBPyConnection) -> dict[tuple[str, str, str], str]:
    """The first rows that decided each gap, by clause, subject type and subject."""
    found = reading.rows(
        con,
        "select v.clause, v.subject_type, v.subject_id, string_agg(distinct e.record_table || '/' "
        "|| e.record_id, '  ' order by e.record_table || '/' || e.record_id) as told "
        "from verdict_list v join evidence_list e using (map_id, requirement_id, subject_type, "
        "subject_key) where v.state in ('gap', 'accepted_risk') group by all",
    )
    return {(r["clause"], r["subject_type"], str(r["subject_id"])): _cut(r["told"]) for r in found}


def compose_monitor(
    con: DuckDBPyConnection, gaps: Sequence[OpenGap], findings: Sequence[Finding],
    seen: frozenset[str] | None, *, company: str, example: bool, today: date,
) -> Monitor:  # fmt: skip
    """What the page shows.

    Args:
        con: the last build.
        gaps: what is open.
        findings: the exceptions.
        seen: numbers of the build before; none where there was none to compare with.
        company: whose.
        example: whether it is made up.
        today: the day on which something is overdue.
    """
    pin = reading.rows(con, "select period, as_of from pin")[0]
    regimes = {
        r["clause"]: r["regime"]
        for r in reading.rows(con, "select clause, regime from requirements")
    }
    rows = rows_of_gaps(con)
    groups: dict[str, list[Item]] = defaultdict(list)
    for gap in gaps:
        regime = words.regime(str(regimes.get(gap.clause) or ""))
        told = rows.get((gap.clause, gap.subject_type, gap.subject_id), "")
        groups[f"{words.capital(regime)}, {gap.site}"].append(_gap(gap, told, seen, today))
    undecided = [finding for finding in findings if finding.decision is None]
    kinds: dict[str, list[Item]] = defaultdict(list)
    for finding in undecided:
        kinds[KINDS[finding.kind][0]].append(_exception(finding, seen))
    listed = tuple(_group(name, groups[name], seen) for name in sorted(groups))
    return Monitor(
        company, example, str(pin["period"]), f"{pin['as_of']:%Y-%m-%d %H:%M}", f"{today}",
        "New is against the build before." if seen is not None
        else "No build before this one to compare with.",
        _figures(listed, [item for items in kinds.values() for item in items], seen), listed,
        tuple(Kind(name, tuple(items)) for name, items in kinds.items()),
    )  # fmt: skip


def render_monitor(monitor: Monitor) -> str:
    """The page as one file; its policy allows its own style and nothing else."""
    style = screen_style("monitor/monitor.css")
    policy = screen_policy(style)
    template = environment().get_template("monitor/monitor.html.j2")
    return template.render(monitor=monitor, style=style, policy=policy)


def _gap(gap: OpenGap, rows: str, seen: frozenset[str] | None, today: date) -> Item:
    return Item(
        gap.number, f"{gap.clause}, {gap.severity}: {gap.subject_id}", gap.sentence,
        gap.person or gap.role, f"{gap.due_on}", rows,
        seen is not None and gap.number not in seen,
        gap.state == "gap" and gap.due_on < today,
    )  # fmt: skip


def _exception(finding: Finding, seen: frozenset[str] | None) -> Item:
    return Item(
        finding.id, f"{finding.site_id}: {finding.subject_id}", finding.reason, finding.role,
        f"{finding.score}", _cut("  ".join(finding.records)),
        seen is not None and finding.id not in seen, is_late=False,
    )  # fmt: skip


def _group(name: str, items: Sequence[Item], seen: frozenset[str] | None) -> Group:
    late, new = sum(i.is_late for i in items), sum(i.is_new for i in items)
    return Group(name, len(items), late, _known(new, seen), tuple(items))


def _known(new: int, seen: frozenset[str] | None) -> str:
    """How many are new; not known, which is not 0, where there is nothing to compare with."""
    return "–" if seen is None else f"{new:,}"


def _figures(
    groups: Iterable[Group], exceptions: Sequence[Item], seen: frozenset[str] | None
) -> tuple[Count, ...]:
    listed = list(groups)
    overdue = sum(group.overdue for group in listed)
    every = [*exceptions, *(item for group in listed for item in group.items)]
    new = _known(sum(item.is_new for item in every), seen)
    return (
        Count("gaps open", f"{sum(group.open for group in listed):,}"),
        Count("overdue", f"{overdue:,}", is_late=overdue > 0),
        Count("exceptions undecided", f"{len(exceptions):,}"),
        Count("new since the build before", new),
    )


def _cut(text: str, longest: int = 300) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"

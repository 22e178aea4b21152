"""Every gap as a story: what happened, the rule, what was found, what it reaches, what closes it.

Which gaps are told and which are only listed is decided here too, so that three gaps and three
thousand give a document people can read. Drawing is left to the templates.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .clauses import clause_labels, label_for
from .exposure import reach
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORIES, OF_A_CLAUSE = 40, 8
"""Gaps told in full, the gravest first: in all, and of one clause."""
LISTED = 150
"""Gaps listed one by one in an annex; beyond, they are counted and stand in the data file."""
_ROWS = 4
_PARTS = {
    "against": "against", "for": "for", "missing_for": "asked for it", "unknown": "unreadable",
    "reversed": "reversed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DecidingRow:
    """A source row that decided a verdict, as printed."""

    record: str
    source: str
    when: str
    part: str
    digest: str


@dataclass(frozen=True, slots=True)
class GapStory:
    """One gap in full."""

    number: str
    clause: str
    label: str
    severity: str
    code: str
    sentence: str
    lines: tuple[tuple[str, str], ...]
    rows: tuple[DecidingRow, ...]
    more_rows: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class GapGroup:
    """The gaps of one clause: what is said once for all of them, then each.

    ``lines`` is empty where there is one gap, which then says everything itself.
    """

    clause: str
    label: str
    title: str
    severity: str
    lines: tuple[tuple[str, str], ...]
    stories: tuple[GapStory, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap in a line of the annex."""

    number: str
    label: str
    severity: str
    sentence: str


@dataclass(frozen=True, slots=True)
class GapCount:
    """The gaps of a clause that are told nowhere one by one."""

    label: str
    title: str
    severity: str
    count: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """All open gaps of a report."""

    total: int
    by_severity: tuple[tuple[str, int], ...]
    groups: tuple[GapGroup, ...]
    lines: tuple[GapLine, ...]
    counts: tuple[GapCount, ...]
    more: str


def gap_number(verdict: Row) -> str:
    """The number of a gap: the same clause and subject have the same number in every pack.

    Thirty bits of the SHA-256 of clause and subject, in base 32, after the site.
    """
    name = "\n".join((verdict["clause"], verdict["subject_type"], str(verdict["subject_id"])))
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return f"{verdict['site_id']}-{digest[:6]}"


def compose_gaps(
    con: DuckDBPyConnection, verdicts: Sequence[Row], requirements: Sequence[Row], timezone: str
) -> Gaps:
    """Tell the gravest gaps, list the next, count the rest.

    Args:
        con: the warehouse.
        verdicts: all gaps, the gravest first.
        requirements: the requirements of the maps that bind the site.
        timezone: the site's zone.
    """
    labels = clause_labels(requirements)
    told, rest = _choose(verdicts)
    severities = Counter(row["severity"] for row in verdicts)
    return Gaps(
        total=len(verdicts),
        by_severity=tuple(severities.items()),
        groups=compose_groups(con, told, requirements, timezone),
        lines=tuple(_line(row, labels) for row in rest) if len(rest) <= LISTED else (),
        counts=_counts(rest, labels) if len(rest) > LISTED else (),
        more=_further(len(told), len(rest)),
    )


def _choose(verdicts: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Those told and the rest, each in the given order."""
    told: list[Row] = []
    rest: list[Row] = []
    of_clause: Counter[str] = Counter()
    for row in verdicts:
        is_told = len(told) < STORIES and of_clause[row["clause"]] < OF_A_CLAUSE
        of_clause[row["clause"]] += 1
        (told if is_told else rest).append(row)
    return told, rest


def compose_groups(
    con: DuckDBPyConnection, verdicts: Sequence[Row], requirements: Sequence[Row], timezone: str
) -> tuple[GapGroup, ...]:
    """Tell each of the gaps in full, by clause, in the order in which the clauses first appear."""
    labels = clause_labels(requirements)
    owners = {row["clause"]: row["owner"] for row in requirements}
    by_clause: dict[str, list[Row]] = {}
    for row in verdicts:
        by_clause.setdefault(row["clause"], []).append(row)
    return tuple(
        _group(con, rows, label_for(rows[0], labels), owners.get(clause), timezone)
        for clause, rows in by_clause.items()
    )


def _group(
    con: DuckDBPyConnection, verdicts: list[Row], label: str, owner: str | None, timezone: str
) -> GapGroup:
    first = verdicts[0]
    shared = (("Rule", first["rule_text"]), ("To close", first["closes"]), ("With", owner))
    is_single = len(verdicts) == 1
    return GapGroup(
        clause=first["clause"],
        label=label,
        title=first["title"],
        severity=first["severity"],
        lines=() if is_single else _filled(shared),
        stories=tuple(
            _story(con, row, label, dict(shared) if is_single else {}, timezone) for row in verdicts
        ),
    )


def _filled(lines: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in lines if text)


def _story(
    con: DuckDBPyConnection, verdict: Row, label: str, own: dict[str, str | None], timezone: str
) -> GapStory:
    found = reading.evidence_of(con, verdict, _ROWS)
    more = reading.evidence_count(con, verdict) - len(found)
    lines = (
        ("Rule", own.get("Rule")),
        ("Found", _found(found) if own else None),
        ("Reaches", reach(con, verdict, timezone)),
        ("To close", own.get("To close")),
        ("With", own.get("With")),
    )
    return GapStory(
        number=gap_number(verdict),
        clause=verdict["clause"],
        label=label,
        severity=verdict["severity"],
        code=(verdict["code"] or "").replace("_", " "),
        sentence=words.sentence(words.capital(verdict["sentence"] or verdict["title"])),
        lines=_filled(lines),
        rows=tuple(deciding_row(row) for row in found),
        more_rows=_more(more),
        qualifier=qualifier(verdict),
    )


def qualifier(verdict: Row) -> str:
    """What weakens a verdict, in words: an unadopted map, or a clause not yet compulsory."""
    parts = []
    if verdict["is_indicative"]:
        parts.append("indicative: the map is not adopted")
    if verdict["is_readiness"]:
        parts.append("readiness: compliance is not yet compulsory")
    return "; ".join(parts)


def _more(count: int) -> str:
    if count <= 0:
        return ""
    rows = words.counted(count, "further row")
    return f"{words.capital(rows)} in data/evidence/evidence_list.csv."


def _further(told: int, rest: int) -> str:
    if not rest:
        return ""
    how = "listed one by one" if rest <= LISTED else "counted by clause"
    verb = words.plural(rest, "is", "are")
    how = "listed one by one" if rest <= LISTED else "counted by clause"
    more = words.counted(rest, "further gap")
    return f"{words.capital(words.counted(told, 'gap'))} told; {more} {verb} {how} in annex A."


def _found(found: Sequence[Row]) -> str:
    parts = []
    for row in found[:3]:
        when = words.happened(row["occurred_local"], row["utc_offset"])
        what = row["what"] or f"{row['record_table']} {row['record_id']}"
        parts.append(what if when == words.NOTHING else f"{what} at {when}")
    return "; ".join(parts)


def deciding_row(row: Row) -> DecidingRow:
    """A row of evidence as printed: source file and row, local time, part, first of its hash."""
    return DecidingRow(
        record=row["record_id"] or words.NOTHING,
        source=f"{row['source_file']}, {words.number(row['source_row'])}"
        if row["source_file"]
        else words.NOTHING,
        when=words.happened(row["occurred_local"], row["utc_offset"]),
        part=_PARTS.get(row["part"]) or str(row["part"]),
        digest=words.short_digest(row["record_hash"]),
    )


def _line(verdict: Row, labels: dict[str, str]) -> GapLine:
    return GapLine(
        gap_number(verdict),
        label_for(verdict, labels),
        verdict["severity"],
        words.sentence(words.capital(verdict["sentence"] or verdict["title"])),
    )


def _counts(rest: Sequence[Row], labels: dict[str, str]) -> tuple[GapCount, ...]:
    counted = Counter((row["clause"], row["title"], row["severity"]) for row in rest)
    return tuple(
        GapCount(labels.get(clause) or str(clause), title, severity, words.number(count))
        for (clause, title, severity), count in counted.items()
    )

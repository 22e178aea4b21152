"""Every gap as a story: what happened, the rule, what was found, what it reaches, what closes it.

Which gaps are told and which are only listed is decided here too, so that three gaps and three
thousand give a document people can read. Drawing is left to the templates.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .clauses import clause_labels
from .exposure import reach
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORIES = 16
"""Gaps told in full; the gravest first."""
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
    stories: tuple[GapStory, ...]
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
    told, rest = verdicts[:STORIES], verdicts[STORIES:]
    severities = Counter(row["severity"] for row in verdicts)
    return Gaps(
        total=len(verdicts),
        by_severity=tuple(severities.items()),
        stories=compose_stories(con, told, requirements, timezone),
        lines=tuple(_line(row, labels) for row in rest) if len(rest) <= LISTED else (),
        counts=_counts(rest, labels) if len(rest) > LISTED else (),
        more=_further(len(told), len(rest)),
    )


def compose_stories(
    con: DuckDBPyConnection, verdicts: Sequence[Row], requirements: Sequence[Row], timezone: str
) -> tuple[GapStory, ...]:
    """Tell each of the gaps in full, in the given order."""
    labels = clause_labels(requirements)
    owners = {row["clause"]: row["owner"] for row in requirements}
    return tuple(_story(con, row, labels, owners, timezone) for row in verdicts)


def _story(
    con: DuckDBPyConnection,
    verdict: Row,
    labels: dict[str, str],
    owners: dict[str, str | None],
    timezone: str,
) -> GapStory:
    found = reading.evidence_of(con, verdict, _ROWS)
    more = reading.evidence_count(con, verdict) - len(found)
    lines = (
        ("Rule", verdict["rule_text"]),
        ("Found", _found(found)),
        ("Reaches", reach(con, verdict, timezone)),
        ("To close", verdict["closes"]),
        ("With", owners.get(verdict["clause"])),
    )
    return GapStory(
        number=gap_number(verdict),
        clause=verdict["clause"],
        label=labels.get(verdict["clause"], verdict["cites"]),
        severity=verdict["severity"],
        code=(verdict["code"] or "").replace("_", " "),
        sentence=words.sentence(words.capital(verdict["sentence"] or verdict["title"])),
        lines=tuple((name, text) for name, text in lines if text),
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
    return (
        f"The {words.count_word(told)} gravest gaps are told above; {words.counted(rest, 'further gap')} "
        f"{words.plural(rest, 'is', 'are')} {how} in annex A."
    )


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
        part=_PARTS.get(row["part"], row["part"]),
        digest=words.short_digest(row["record_hash"]),
    )


def _line(verdict: Row, labels: dict[str, str]) -> GapLine:
    return GapLine(
        gap_number(verdict),
        labels.get(verdict["clause"], verdict["cites"]),
        verdict["severity"],
        words.sentence(words.capital(verdict["sentence"] or verdict["title"])),
    )


def _counts(rest: Sequence[Row], labels: dict[str, str]) -> tuple[GapCount, ...]:
    counted = Counter((row["clause"], row["title"], row["severity"]) for row in rest)
    return tuple(
        GapCount(labels.get(clause, clause), title, severity, words.number(count))
        for (clause, title, severity), count in counted.items()
    )

"""Every gap as a story: what happened, the rule, what was found, what it reaches, what closes it.

Which gaps are told and which are only listed is decided here too, so that three gaps and three
thousand give a document people can read. Drawing is left to the templates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .clauses import clause_labels, label_for
from .exposure import NOWHERE, reach
from .gap_numbers import gap_number
from .reading import Row
from .routing import Router, router

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORIES, OF_A_CLAUSE = 36, 3
"""Gaps told in full, the gravest first: in all, and of one clause."""
LISTED = 150
"""Gaps listed one by one in an annex; beyond, they are counted and stand in the data file."""
_ROWS = 3
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
    subject: str
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
    source: str


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


def compose_gaps(
    con: DuckDBPyConnection, verdicts: Sequence[Row], requirements: Sequence[Row], timezone: str,
    routes: Router | None = None,
) -> Gaps:  # fmt: skip
    """Tell the gravest gaps, list the next, count the rest.

    Args:
        con: the warehouse.
        verdicts: all gaps, the gravest first.
        requirements: the requirements of the maps that bind the site.
        timezone: the site's zone.
        routes: where gaps go; by default to the owner of their map.
    """
    labels = clause_labels(requirements)
    told, rest = _choose(verdicts)
    severities = Counter(row["severity"] for row in verdicts)
    listed = rest if len(rest) <= LISTED else []
    evidence = reading.evidence_of(con, listed, 1)
    return Gaps(
        total=len(verdicts),
        by_severity=tuple(severities.items()),
        groups=compose_groups(con, told, requirements, timezone, routes),
        lines=tuple(
            _line(row, labels, evidence.get(reading.verdict_key(row), [])) for row in listed
        ),
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
    con: DuckDBPyConnection, verdicts: Sequence[Row], requirements: Sequence[Row], timezone: str,
    routes: Router | None = None,
) -> tuple[GapGroup, ...]:  # fmt: skip
    """Tell each of the gaps in full, by clause, in the order in which the clauses first appear."""
    labels = clause_labels(requirements)
    routes = routes or router(requirements, None)
    evidence = reading.evidence_of(con, verdicts, _ROWS)
    by_clause: dict[str, list[GapStory]] = {}
    firsts: dict[str, Row] = {}
    of_clause = Counter(row["clause"] for row in verdicts)
    for row in verdicts:
        clause = row["clause"]
        first = firsts.setdefault(clause, row)
        own = _shared(row, routes) if of_clause[clause] == 1 else _apart(row, first, routes)
        found = evidence.get(reading.verdict_key(row), [])
        story = _story(row, found, label_for(row, labels), own, reach(con, row, timezone))
        by_clause.setdefault(clause, []).append(story)
    return tuple(_group(firsts[clause], stories, routes) for clause, stories in by_clause.items())


def _shared(verdict: Row, routes: Router) -> dict[str, str | None]:
    return {
        "Rule": verdict["rule_text"],
        "To close": verdict["closes"],
        "With": routes.said(verdict),
    }


def _apart(verdict: Row, first: Row, routes: Router) -> dict[str, str | None]:
    """What one of several gaps of a clause says of its own: who has it, when somebody else does."""
    said = routes.said(verdict)
    return {"With": said} if said != routes.said(first) else {}


def _group(first: Row, stories: list[GapStory], routes: Router) -> GapGroup:
    is_single = len(stories) == 1
    return GapGroup(
        clause=first["clause"],
        label=stories[0].label,
        title=first["title"],
        severity=first["severity"],
        lines=() if is_single else _filled(_shared(first, routes).items()),
        stories=tuple(stories),
    )


def _filled(lines: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in lines if text)


def _story(
    verdict: Row, found: list[Row], label: str, own: dict[str, str | None], reaches: str
) -> GapStory:
    subject = words.capital(subject_of(verdict))
    sentence = words.sentence(words.capital(verdict["sentence"] or verdict["title"]))
    is_named, is_single = _names(sentence, subject), "Rule" in own
    lines = (
        ("Subject", None if is_named or not is_single else subject),
        ("Rule", own.get("Rule")),
        ("Found", _found(found) if is_single else None),
        ("Reaches", reaches if is_single or reaches != NOWHERE else None),
        ("To close", own.get("To close")),
        ("With", own.get("With")),
    )
    return GapStory(
        number=gap_number(verdict),
        clause=verdict["clause"],
        label=label,
        severity=verdict["severity"],
        code=(verdict["code"] or "").replace("_", " "),
        sentence=sentence,
        subject="" if is_named else subject,
        lines=_filled(lines),
        rows=tuple(deciding_row(row) for row in found),
        more_rows=_more(found[0]["n_records"] - len(found) if found else 0),
        qualifier=qualifier(verdict),
    )


def subject_of(verdict: Row) -> str:
    """What a verdict is about, in words; empty where the build knows no name for it."""
    return str(verdict["subject_label"] or verdict["subject_id"] or "")


def told_sentence(verdict: Row) -> str:
    """The sentence of a verdict, led by its subject where it does not name it itself."""
    return led_by(subject_of(verdict), verdict["sentence"] or verdict["title"] or "")


def led_by(subject: str, sentence: str) -> str:
    """A sentence with its subject in front, unless it names it: ``Order 1010082: no batch…``."""
    led = sentence if _names(sentence, subject) else f"{subject}: {sentence}"
    return words.sentence(words.capital(led))


def _names(sentence: str, subject: str) -> bool:
    """Whether a sentence names its subject: begins with it, or holds its number as a word."""
    if sentence.casefold().startswith(subject.casefold()):
        return True
    number = subject.partition(" (")[0].rpartition(" ")[2]
    as_word = rf"(?<![\w-]){re.escape(number)}(?![\w-]|[.,]\d)"
    return any(sign.isdigit() for sign in number) and bool(re.search(as_word, sentence))


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
    verb = words.plural(rest, "is", "are")
    how = "listed one by one" if rest <= LISTED else "counted by clause"
    more = words.counted(rest, "further gap")
    return f"{words.capital(words.counted(told, 'gap'))} told; {more} {verb} {how} in annex A."


def _found(found: Sequence[Row]) -> str:
    parts = []
    for row in found:
        when = words.happened(row["occurred_local"], row["utc_offset"], row["precision"])
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
        when=words.happened(row["occurred_local"], row["utc_offset"], row["precision"]),
        part=_PARTS.get(row["part"]) or str(row["part"]),
        digest=words.short_digest(row["record_hash"]),
    )


def _line(verdict: Row, labels: dict[str, str], evidence: Sequence[Row]) -> GapLine:
    first = deciding_row(evidence[0]) if evidence else None
    return GapLine(
        gap_number(verdict),
        label_for(verdict, labels),
        verdict["severity"],
        told_sentence(verdict),
        f"{first.source} · {first.digest}" if first else "",
    )


def _counts(rest: Sequence[Row], labels: dict[str, str]) -> tuple[GapCount, ...]:
    counted = Counter((row["clause"], row["title"], row["severity"]) for row in rest)
    return tuple(
        GapCount(labels.get(clause) or str(clause), title, severity, words.number(count))
        for (clause, title, severity), count in counted.items()
    )

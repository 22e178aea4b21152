"""The first page of a monthly pack: the paragraph that answers, and the facts over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from . import states, words
from .clauses import MapSection
from .gaps import Gaps, led_by
from .reading import Row
from .request import ReportRequest
from .tally import SEVERITIES, Tally
from .undecided import UndecidedGroup

_WORST_SHOWN = 3
_MAPS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a paragraph; strong pieces are what a hurried reader takes away."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """A gap grave enough for the first page: its number, where it is told, its sentence."""

    number: str
    label: str
    sentence: str
    is_told: bool


def cover_facts(
    request: ReportRequest, site: Row, sections: Sequence[MapSection]
) -> tuple[tuple[str, str], ...]:
    """The lines under the title: site, month, state of knowledge, maps."""
    names = [
        part
        for part in (
            site["site_id"],
            f"FEI {site['fei']}" if site["fei"] else None,
            f"DEA {site['dea_registration']}" if site["dea_registration"] else None,
            site["timezone"].replace("_", " "),
        )
        if part
    ]
    maps = _some(list(dict.fromkeys(section.name for section in sections))) or "none"
    return (
        ("Site", " · ".join(names)),
        ("Judged", f"{words.days_of(request.period)}, local time"),
        ("As recorded by", words.long_time(request.as_of, site["timezone"])),
        ("Maps in force", maps),
    )


def _some(names: list[str]) -> str:
    more = len(names) - _MAPS_SHOWN
    shown = " · ".join(names[:_MAPS_SHOWN])
    return f"{shown} and {words.count_word(more)} more" if more > 0 else shown


def summary(
    tally: Tally, gaps: Gaps, undecided: Sequence[UndecidedGroup], period: str
) -> tuple[Span, ...]:
    """The paragraph of the cover: how many, what is wrong, what could not be decided and why."""
    if not tally.applied:
        return (Span(f"No obligation applied to anything in {words.month(period)}."),)
    met = tally.states["met"]
    verb = "is" if met == 1 else "are"
    spans = [
        Span(f"Of {_obligations(tally.applied)} that applied, {words.number(met)} {verb} met. ")
    ]
    spans.append(Span(_gaps(gaps), is_strong=bool(gaps.total)))
    spans.append(Span(". "))
    if undecided:
        spans.append(Span(_undecided(undecided, tally.states["undetermined"])))
    spans.append(Span(_rest(tally)))
    return tuple(span for span in spans if span.text)


def _obligations(count: int) -> str:
    return f"{words.number(count)} {words.plural(count, 'obligation')}"


def _gaps(gaps: Gaps) -> str:
    if not gaps.total:
        return "No gap is open"
    counts = dict(gaps.by_severity)
    worst = next(severity for severity in SEVERITIES if counts.get(severity))
    said = words.capital(words.counted(gaps.total, "gap"))
    verb = "is" if gaps.total == 1 else "are"
    if counts[worst] == gaps.total:
        every = "it is" if gaps.total == 1 else "all of them"
        return f"{said} {verb} open, {every} {worst}"
    return f"{said} {verb} open, {words.count_word(counts[worst])} of them {worst}"


def _undecided(groups: Sequence[UndecidedGroup], total: int) -> str:
    first = groups[0]
    many = words.capital(words.count_word(total))
    if len(groups) == 1:
        return f"{many} could not be decided because {first.why}. "
    return (
        f"{many} could not be decided, {words.count_word(first.count)} of them because "
        f"{first.why}. "
    )


def _rest(tally: Tally) -> str:
    parts = []
    if tally.indicative:
        count = tally.indicative
        parts.append(
            f"{words.counted(count, 'verdict')} {words.plural(count, 'rests', 'rest')} on maps the "
            f"site has not adopted and {words.plural(count, 'is', 'are')} indicative"
        )
    if tally.readiness:
        count = tally.readiness
        parts.append(
            f"{words.counted(count, 'verdict')} {words.plural(count, 'is', 'are')} readiness for "
            "clauses not yet compulsory"
        )
    return words.sentence(words.capital("; ".join(parts)))


def headlines(gaps: Gaps) -> tuple[tuple[Headline, ...], str]:
    """The critical gaps for the first page, and the line that counts those left out."""
    critical = [
        story for group in gaps.groups for story in group.stories if story.severity == "critical"
    ]
    shown = tuple(
        Headline(story.number, story.label, led_by(story.subject, story.sentence), is_told=True)
        for story in critical[:_WORST_SHOWN]
    )
    more = Counter(dict(gaps.by_severity))["critical"] - len(shown)
    return shown, f"{words.capital(words.counted(more, 'more critical gap'))}." if more else ""


def legend() -> tuple[tuple[str, str, str, str], ...]:
    """Each state with sign, word and meaning, for the page that explains how to read."""
    meanings = {
        "met": "the rows show that the obligation was kept",
        "gap": "the rows show that it was not, or that a record which should exist does not",
        "undetermined": "the sources given do not allow a decision; this is never counted as met",
        "accepted_risk": "a gap that an authorised person signed for, for a time; still unmet",
        "attested": "data cannot show it; an authorised person states it",
        "pending": "not yet due",
        "not_applicable": "the obligation does not concern the subject",
    }
    return tuple((s, states.sign(s), states.word(s), meanings[s]) for s in states.SIGNS)

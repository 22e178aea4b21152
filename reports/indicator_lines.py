"""Indicators of traceability as the lines of a printed table, and the sentence above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..evidence.lots.indicators import Figure
from . import words
from .cover import Span
from .indicator_list import Standing, limits, said, sign, standing
from .sparks import Spark, spark

_STATES: dict[Standing, str] = {
    "usual": "met", "better": "met", "worse": "gap", "unknown": "undetermined",
    "alone": "alone",
}  # fmt: skip
_TOLD: dict[Standing, str] = {"better": "better than usual", "worse": "worse than usual",
                              "alone": "too few months to compare"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator as it is printed; ``missing`` says why it is not known, or how it stands."""

    title: str
    formula: str
    denominator: str
    state: str
    sign: str
    value: str
    missing: str
    before: str
    n: str
    limits: str
    trend: Spark | None


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """The sentence above the table, and its lines."""

    lead: tuple[Span, ...]
    lines: tuple[IndicatorLine, ...]


def table_of(figures: Sequence[Figure]) -> IndicatorTable:
    """The table of a month's figures."""
    return IndicatorTable(lead_of(figures), tuple(map(line_of, figures)))


def lead_of(figures: Sequence[Figure]) -> tuple[Span, ...]:
    """What is worse or better than the months before let expect, and how many cannot be told."""
    by: dict[Standing, list[str]] = {}
    for figure in figures:
        by.setdefault(standing(figure), []).append(figure.title.lower())
    worse, better = by.get("worse", []), by.get("better", [])
    verb = words.plural(len(worse), "is", "are") if worse else "is"
    count = words.count_word(len(worse)) if worse else "none"
    rest = [f"; better: {words.listed(better)}"] if better else []
    if "alone" in by:
        rest.append(f"; {words.count_word(len(by['alone']))} with too few months to compare")
    if "unknown" in by:
        rest.append(f"; {words.count_word(len(by['unknown']))} not known")
    return (
        Span(f"Of {words.counted(len(figures), 'indicator')}, "),
        Span(
            f"{count} {verb} worse than the months before let expect"
            f"{f': {words.listed(worse)}' if worse else ''}",
            bool(worse),
        ),
        Span(f"{''.join(rest)}."),
    )


def line_of(figure: Figure) -> IndicatorLine:
    """A figure as a line of the table."""
    before = [value for month, value in figure.months if month < figure.period]
    return IndicatorLine(
        figure.title, figure.formula, f"of {figure.denominator}", _STATES[standing(figure)],
        sign(figure), said(figure), figure.unknown or _TOLD.get(standing(figure), ""),
        f"{before[-1]:,.1f}" if before else words.NOTHING, words.number(figure.n),
        limits(figure) or words.NOTHING, spark(figure.months, figure.lower, figure.upper),
    )  # fmt: skip

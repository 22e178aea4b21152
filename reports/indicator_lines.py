"""Indicators of traceability as the lines of a printed table, and the sentence above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..evidence.lots.indicators import Figure
from . import words
from .cover import Span
from .indicator_list import limits, outside, said, sign
from .sparks import Spark, spark

_STATES = {"●": "met", "▲": "gap", "?": "undetermined"}


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator as it is printed; ``missing`` says why it is not known, or not whole."""

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
    """What lies outside its limits, and how many are not known."""
    out = [figure for figure in figures if outside(figure)]
    unknown = sum(figure.value is None for figure in figures)
    named = f": {words.listed([figure.title.lower() for figure in out])}" if out else ""
    verb = words.plural(len(out), "lies", "lie") if out else "lies"
    count = words.count_word(len(out)) if out else "none"
    return (
        Span(f"Of {words.counted(len(figures), 'indicator')}, "),
        Span(f"{count} {verb} outside the control limits of the months before{named}", bool(out)),
        Span(f"; {words.count_word(unknown)} not known." if unknown else "."),
    )


def line_of(figure: Figure) -> IndicatorLine:
    """A figure as a line of the table."""
    before = [value for month, value in figure.months if month < figure.period]
    return IndicatorLine(
        figure.title, figure.formula, f"of {figure.denominator}", _STATES[sign(figure)],
        sign(figure), said(figure), figure.unknown or "",
        f"{before[-1]:,.1f}" if before else words.NOTHING, words.number(figure.n),
        limits(figure) or words.NOTHING, spark(figure.months, figure.lower, figure.upper),
    )  # fmt: skip

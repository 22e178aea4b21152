"""The executive report of a site: its indicators of a month, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..evidence.lots.indicators import Figure, indicators
from . import reading, words
from .cover import Span
from .definitions import ReportDefinition
from .document import Frame, frame
from .indicator_list import outside, said, sign
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STATES = {"●": "met", "▲": "gap", "?": "undetermined"}


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator as it is printed."""

    title: str
    formula: str
    state: str
    sign: str
    value: str
    before: str
    n: str
    limits: str


@dataclass(frozen=True, slots=True)
class Executive:
    """Everything the report says."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    lead: tuple[Span, ...]
    lines: tuple[IndicatorLine, ...]


def compose_executive(
    con: DuckDBPyConnection, request: ReportRequest, definition: ReportDefinition,
    evidence_digest: str,
) -> Executive:  # fmt: skip
    """Put the report of a site and month together.

    Args:
        con: the warehouse, built for the period.
        request: site, period and who signs.
        definition: the report's definition.
        evidence_digest: SHA-256 of the evidence manifest, in hex.

    Raises:
        LotproofError: the site is unknown.
    """
    site = reading.site(con, request.site_id)
    figures = indicators(con, request.period, site=request.site_id)
    month = words.month(request.period)
    head = frame(
        request, definition, site, evidence_digest, title=site["name"], subtitle=month,
        running=month,
        facts=(("Site", site["site_id"]),
               ("As recorded by", words.long_time(request.as_of, site["timezone"]))),
    )  # fmt: skip
    lines = tuple(line_of(figure) for figure in figures)
    return Executive(request, definition, head, lead_of(figures), lines)


def lead_of(figures: list[Figure]) -> tuple[Span, ...]:
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
    limits = words.NOTHING
    if figure.lower is not None and figure.upper is not None:
        limits = f"{figure.lower:,.1f} to {figure.upper:,.1f}"
    return IndicatorLine(
        figure.title, figure.formula, _STATES[sign(figure)], sign(figure), said(figure),
        f"{before[-1]:,.1f}" if before else words.NOTHING, words.number(figure.n), limits,
    )  # fmt: skip

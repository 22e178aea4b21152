"""The executive report of a site: its indicators of a month, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..evidence.lots.indicators import indicators
from . import reading, words
from .cover import Span
from .definitions import ReportDefinition
from .document import Frame, frame
from .indicator_lines import IndicatorTable, table_of
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Executive:
    """Everything the report says."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    lead: tuple[Span, ...]
    table: IndicatorTable


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
    table = table_of(figures)
    return Executive(request, definition, head, table.lead, table)

"""The monthly pack of a site, put together: every number and every word, nothing of its looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..evidence.lots.indicators import indicators
from . import reading, words
from .annexes import Annex, MapDigest, SourceFile, letter_annexes, map_digests, source_files
from .assurance import PrintedAssurance, compose_assurance
from .clauses import MapSection, clause_labels, map_sections
from .completeness import Completeness, compose_completeness
from .cover import Headline, Span, cover_facts, headlines, legend, summary
from .definitions import ReportDefinition
from .document import Frame, frame
from .gaps import Gaps, compose_gaps
from .genealogy import compose_genealogy
from .indicator_lines import IndicatorTable, table_of
from .indicators import Indicator, compose_indicators
from .layout import Picture, lay_out
from .movement import Movement, compose_movement
from .reading import Row
from .registers import (
    AcceptedRisk,
    Attested,
    RegisterReview,
    accepted_risks,
    attested,
    register_review,
)
from .request import ReportRequest
from .routing import router_of
from .tally import Figure, tally, tally_by_clause
from .undecided import UndecidedGroup, group_undecided

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class DrawnLot:
    """The lot whose genealogy is drawn: name, why this one, and the picture."""

    name: str
    why: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class MonthlyPack:
    """Everything a monthly pack says, in the order of its parts."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    lead: tuple[Span, ...]
    figures: tuple[Figure, ...]
    headlines: tuple[Headline, ...]
    more_headlines: str
    movement: Movement
    completeness: Completeness
    sections: tuple[MapSection, ...]
    gaps: Gaps
    undecided: tuple[UndecidedGroup, ...]
    accepted: tuple[AcceptedRisk, ...]
    attested: tuple[Attested, ...]
    register: RegisterReview
    assurance: PrintedAssurance
    indicators: tuple[Indicator, ...]
    performance: IndicatorTable
    drawn: DrawnLot | None
    maps: tuple[MapDigest, ...]
    sources: tuple[SourceFile, ...]
    more_sources: str
    annexes: tuple[Annex, ...]
    legend: tuple[tuple[str, str, str, str], ...]


def compose_monthly(
    con: DuckDBPyConnection, request: ReportRequest, definition: ReportDefinition,
    evidence_digest: str,
) -> MonthlyPack:  # fmt: skip
    """Put the pack of a site and month together.

    Args:
        con: the warehouse, built for the period.
        request: site, period and who signs.
        definition: the report's definition.
        evidence_digest: SHA-256 of the evidence manifest, in hex.

    Raises:
        LotproofError: the site is unknown.
    """
    site = reading.site(con, request.site_id)
    zone = site["timezone"]
    requirements = reading.requirements(con, request.site_id, request.period)
    counts = reading.state_counts(con, request.site_id, request.period)
    sections = tuple(map_sections(requirements, tally_by_clause(counts)))
    labels = clause_labels(requirements)
    found = reading.verdicts(con, request.site_id, request.period, ["gap"])
    gaps = compose_gaps(con, found, requirements, zone, router_of(request, requirements))
    undecided = group_undecided(_verdicts(con, request, "undetermined"), labels)
    (shown, more), total = headlines(gaps), tally(counts)
    sources, more_sources = source_files(con, request.site_id)
    drawn = _drawn(con, request, found)
    return MonthlyPack(
        request=request,
        definition=definition,
        frame=_frame(request, definition, site, evidence_digest, sections, drawn),
        lead=summary(total, gaps, undecided, request.period),
        figures=total.figures(),
        headlines=shown,
        more_headlines=more, movement=compose_movement(con, request),
        completeness=compose_completeness(con, request, zone, _waiting(sections)),
        sections=sections,
        gaps=gaps, undecided=undecided,
        accepted=accepted_risks(con, _verdicts(con, request, "accepted_risk"), labels, zone),
        attested=_attested(con, request, requirements, labels, zone),
        register=register_review(con, request),
        assurance=compose_assurance(con, request, labels),
        indicators=compose_indicators(con, request, found),
        performance=table_of(indicators(con, request.period, site=request.site_id)),
        drawn=drawn,
        maps=map_digests(requirements, sections),
        sources=sources, more_sources=more_sources,
        annexes=letter_annexes(gaps, sources),
        legend=legend(),
    )  # fmt: skip


def _frame(
    request: ReportRequest, definition: ReportDefinition, site: Row, evidence_digest: str,
    sections: tuple[MapSection, ...], drawn: DrawnLot | None,
) -> Frame:  # fmt: skip
    month = words.month(request.period)
    return frame(
        request, definition, site, evidence_digest, title=site["name"], subtitle=month,
        running=month, facts=cover_facts(request, site, sections),
        absent=() if drawn else ("genealogy",),
    )  # fmt: skip


def _attested(
    con: DuckDBPyConnection, request: ReportRequest, requirements: list[Row],
    labels: dict[str, str], zone: str,
) -> tuple[Attested, ...]:  # fmt: skip
    as_of = request.as_of.replace(tzinfo=None)
    return attested(con, requirements, request.site_id, as_of, labels, zone)


def _waiting(sections: tuple[MapSection, ...]) -> int:
    return sum(len(section.waiting) for section in sections)


def _verdicts(con: DuckDBPyConnection, request: ReportRequest, state: str) -> list[Row]:
    return reading.verdicts(con, request.site_id, request.period, [state])


def _drawn(con: DuckDBPyConnection, request: ReportRequest, gaps: list[Row]) -> DrawnLot | None:
    lot_id, why = request.lot_id, "chosen for this pack"
    if lot_id is None:
        lot_id, why = _lot_of_gravest(con, gaps), "the lot of a grave gap that has a genealogy"
    if lot_id is None:
        lot_id, why = _most_linked(con, request), "the lot made from most lots this month"
    if lot_id is None:
        return None
    name = reading.one(
        con, "select lot_number from lots where is_current and lot_id = ?", lot_id
    )  # fmt: skip
    picture = lay_out(compose_genealogy(con, lot_id, request.period))
    return DrawnLot(name or lot_id, why, picture)


_GRAVEST_LINKED = """
with wanted as (select unnest(?) as key, unnest(?) as place),
placed as (
    select
        lots.lot_id, wanted.place,
        lots.record_key in (select ancestor_key from link_pairs) as has_after,
        lots.record_key in (select descendant_key from link_pairs) as has_before
    from lots join wanted on wanted.key = lots.record_key
    where lots.is_current
)
select lot_id from placed
where has_after or has_before
order by (has_after and has_before) desc, place
limit 1
"""


def _lot_of_gravest(con: DuckDBPyConnection, gaps: list[Row]) -> str | None:
    """The lot of the gravest gap; one that came from lots and went into lots, if there is any."""
    keys = [row["subject_key"] for row in gaps if row["subject_type"] == "lot"][:50]
    if not keys:
        return None
    found: str | None = reading.one(con, _GRAVEST_LINKED, keys, list(range(len(keys))))
    return found


def _most_linked(con: DuckDBPyConnection, request: ReportRequest) -> str | None:
    found: str | None = reading.one(
        con,
        "select child_lot_id from lot_links where is_current and site_id = ? "
        "and strftime(occurred_local, '%Y-%m') = ? group by 1 order by count(*) desc, 1 limit 1",
        request.site_id, request.period,
    )  # fmt: skip
    return found

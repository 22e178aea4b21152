"""How much was assured and how much was covered: two percentages, each with its denominator.

*Assured*: of the obligations that applied, those that are met; nothing else counts, not what was
attested, not what was accepted. *Covered*: of the clauses that bind the site, those that could be
judged wholly from the sources it has; the others are listed with what they lack.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row
from .request import ReportRequest
from .undecided import REASONS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CLAUSES = """
with bound as (
    select distinct site_id, map_id from verdict_list
    where period = ? and (cast(? as varchar) is null or site_id = ?)
),
judged as (
    select
        site_id, clause, code, count(*) as n, min(sentence) as sentence
    from verdict_list
    where state = 'undetermined' and period = ?
    group by all
)
select
    bound.site_id, r.clause, r.title, r.cites, r.state, r.waits_for, judged.code, judged.n,
    judged.sentence
from bound
join requirements as r using (map_id)
left join judged on judged.site_id = bound.site_id and judged.clause = r.clause
where r.state <> 'not_in_force'
order by bound.site_id, r.map_id, r.position, r.requirement_id, judged.n desc, judged.code
"""
_COUNTS = """
select
    site_id, count(*) filter (where state = 'met') as met,
    count(*) filter (where state <> 'not_applicable') as applied
from verdict_list
where period = ?
group by site_id
"""
_NOT_COVERED = re.compile(
    r"no source (?:covers|tells) (.+?)(?: for the whole time that matters)?\.?$"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A clause that could not be judged wholly: how often not, and for lack of what."""

    clause: str
    title: str
    cites: str
    times: int
    lack: str


@dataclass(frozen=True, slots=True)
class Assurance:
    """What a site's month came to, in two percentages.

    Attributes:
        site_id: the site.
        met: obligations met.
        applied: obligations that applied; the denominator of *assured*.
        covered: clauses that could be judged wholly.
        clauses: clauses in force that bind the site; the denominator of *covered*.
        lacking: the clauses that could not, with what they lack.
    """

    site_id: str
    met: int
    applied: int
    covered: int
    clauses: int
    lacking: tuple[Lacking, ...]

    def lines(self) -> tuple[str, str]:
        """Both percentages in words, with their denominators."""
        assured, covered = percent(self.met, self.applied), percent(self.covered, self.clauses)
        met, applied = words.number(self.met), words.number(self.applied)
        wholly, clauses = words.number(self.covered), words.number(self.clauses)
        first = f"Assured {assured}: {met} of {applied} obligations that applied are met."
        second = f"Covered {covered}: {wholly} of {clauses} clauses in force were judged wholly."
        return first, second


@dataclass(frozen=True, slots=True)
class LackingRow:
    """A line of the table of what could not be judged wholly."""

    label: str
    title: str
    times: str
    lack: str


@dataclass(frozen=True, slots=True)
class PrintedAssurance:
    """Both percentages as sentences, and the table of what was not judged wholly."""

    lines: tuple[str, str]
    lacking: tuple[LackingRow, ...]


def compose_assurance(
    con: DuckDBPyConnection, request: ReportRequest, labels: dict[str, str]
) -> PrintedAssurance:
    """What a pack prints of a site's month.

    Args:
        con: the warehouse.
        request: site and month.
        labels: what each clause is called.
    """
    found = assurances(con, request.period, request.site_id)
    month = found[0] if found else Assurance(request.site_id, 0, 0, 0, 0, ())
    rows = tuple(
        LackingRow(
            labels.get(row.clause) or row.cites, row.title,
            words.number(row.times) if row.times else words.NOTHING, words.capital(row.lack),
        )
        for row in month.lacking
    )  # fmt: skip
    return PrintedAssurance(month.lines(), rows)


def percent(part: int, whole: int) -> str:
    """A share to one tenth of a percent, never rounded up: 99.96 % is no 100 %."""
    if not whole:
        return words.NOTHING
    exact = (Decimal(100) * part / whole).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return f"{exact} %"


def assurances(con: DuckDBPyConnection, period: str, site_id: str | None = None) -> list[Assurance]:
    """Both percentages of each site in a month, by site.

    Args:
        con: the last build.
        period: the month.
        site_id: only this site.
    """
    counts = {row["site_id"]: row for row in reading.rows(con, _COUNTS, period)}
    by_site: dict[str, list[Row]] = {}
    for row in reading.rows(con, _CLAUSES, period, site_id, site_id, period):
        by_site.setdefault(row["site_id"], []).append(row)
    return [_assurance(site, rows, counts[site]) for site, rows in by_site.items()]


def assurances_of(con: DuckDBPyConnection, site_id: str | None = None) -> tuple[Assurance, ...]:
    """Both percentages of the sites of the last build, in the month it judged."""
    period = reading.one(con, "select period from pin")
    return tuple(assurances(con, period, site_id))


def _assurance(site_id: str, rows: Sequence[Row], counts: Row) -> Assurance:
    lacking: dict[str, list[Row]] = {}
    for row in rows:
        if row["state"] == "waits_for" or row["code"] or row["n"]:
            lacking.setdefault(row["clause"], []).append(row)
    clauses = len({row["clause"] for row in rows})
    return Assurance(
        site_id=site_id,
        met=counts["met"],
        applied=counts["applied"],
        covered=clauses - len(lacking),
        clauses=clauses,
        lacking=tuple(_lacking(found) for found in lacking.values()),
    )


def _lacking(rows: Sequence[Row]) -> Lacking:
    first = rows[0]
    lacks = dict.fromkeys(_lack(row) for row in rows)
    return Lacking(
        first["clause"], first["title"], first["cites"] or first["clause"],
        sum(row["n"] or 0 for row in rows), "; ".join(lacks),
    )  # fmt: skip


def _lack(row: Row) -> str:
    """What a clause lacks: the source, where one is missing, else why it could not be decided."""
    if row["state"] == "waits_for":
        return f"the check it needs ({row['waits_for'] or 'not named'}) is not in this release"
    found = _NOT_COVERED.search(row["sentence"] or "")
    if row["code"] == "not_covered" and found:
        return f"no source that covers {found[1]}"
    return REASONS.get(row["code"] or "", ("not told", ""))[0]

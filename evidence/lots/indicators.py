"""Indicators of traceability from a build, by site, product family, supplier or source.

Each comes with its denominator and the months before, with control limits of an individuals chart
(mean ± 2.66 × mean moving range; Shewhart 1931, ISO 7870-2). What no source covers is not known,
which is never 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from .indicator_sql import DEFINITIONS, Definition

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BY = {"site": 0, "family": 1, "supplier": 2, "source": 3}
"""What figures can be split by, and where observations carry it."""

FEWEST_MONTHS = 3
"""Months before that control limits need."""

BETTER_HIGH = frozenset(
    {"genealogy_completeness", "right_first_time", "certificate_completeness", "data_quality"}
)
"""Indicators of which more is better; of the others, less."""

_MOVING_RANGE = 2.66


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one group.

    Attributes:
        name: of the indicator.
        title: for people.
        group: site, family, supplier or source; ``all`` where it is not split.
        period: the month.
        value: none where it is not known.
        unit: of the value.
        n: observations in the month; the denominator.
        formula: in words.
        denominator: in words.
        unknown: why it is not known, or what is missing from it; none where it is whole.
        months: the figure of each month up to this one.
        lower: lower control limit; none under three months, or where those do not vary.
        upper: upper control limit.
    """

    name: str
    title: str
    group: str
    period: str
    value: float | None
    unit: str
    n: int
    formula: str
    denominator: str
    unknown: str | None
    months: tuple[tuple[str, float], ...]
    lower: float | None
    upper: float | None


Observation = tuple[str | None, str | None, str | None, str | None, str, float]
"""Site, product family, supplier, source, local month, value."""


def indicators(
    con: DuckDBPyConnection, period: str, *, site: str | None = None, by: str | None = None,
    more: Mapping[str, Sequence[Observation]] | None = None,
) -> list[Figure]:  # fmt: skip
    """The figures of a month, in the order of the definitions and then of the groups.

    Args:
        con: the last build.
        period: the month, ``2026-10``.
        site: only this site.
        by: one of :data:`BY`; left out, all together.
        more: observations by indicator that no source has sent yet, such as drills of the register.
    """
    covered = _covered(con)
    sites = [site] if site else sorted({name for _, name in covered})
    return [
        figure
        for definition in DEFINITIONS
        for figure in _figures(
            con, definition, period, sites, covered, site, by, (more or {}).get(definition.name, ())
        )
    ]


def _figures(
    con: DuckDBPyConnection, definition: Definition, period: str, sites: Sequence[str],
    covered: set[tuple[str, str]], site: str | None, by: str | None, more: Sequence[Observation],
) -> Iterator[Figure]:  # fmt: skip
    lacking = {
        one: [table for table in definition.tables if (table, one) not in covered] for one in sites
    }
    groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    sent = con.execute(definition.sql).fetchall()
    told = [(row, row[0] not in lacking or not lacking[row[0]]) for row in sent]
    for row, known in [*told, *((row, True) for row in more)]:
        if site in (None, row[0]) and known and row[4] and row[4] <= period and row[5] is not None:
            group = row[BY[by]] if by else "all"
            if group:
                groups[group][row[4]].append(float(row[5]))
    missing = [f"{table} of {one}" for one, tables in lacking.items() for table in tables]
    whole = by in (None, "site")
    names = set(groups) | (set(sites) if by == "site" else set() if by and groups else {"all"})
    for name in sorted(names):
        absent = lacking[name] if by == "site" and name in lacking else missing
        yield _figure(definition, name, period, groups.get(name, {}), absent, countable=whole)


def _figure(
    definition: Definition, group: str, period: str, months: dict[str, list[float]],
    lacking: Sequence[str], *, countable: bool,
) -> Figure:  # fmt: skip
    trend = tuple((month, _summed(definition, months[month])) for month in sorted(months))
    now = months.get(period, [])
    value = _summed(definition, now) if now else None
    unknown = None
    if value is None and definition.summed == "count" and countable:
        value = 0.0
    elif value is None or lacking:
        unknown = f"no source covers {', '.join(lacking)}" if lacking else "none in the month"
    lower, upper = _limits([figure for month, figure in trend if month < period])
    if upper is not None and definition.unit == "%":
        upper = min(100.0, upper)
    return Figure(
        definition.name, definition.title, group, period, value, definition.unit, len(now),
        definition.formula, definition.denominator, unknown, trend, lower, upper,
    )  # fmt: skip


def _summed(definition: Definition, values: Sequence[float]) -> float:
    if definition.summed == "share":
        return 100 * fmean(values)
    return float(len(values)) if definition.summed == "count" else float(median(values))


def _limits(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Control limits from the months before, which the month itself must not move."""
    if len(values) < FEWEST_MONTHS or len(set(values)) == 1:
        return None, None  # without variation there is nothing to tell usual from unusual by
    moves = [abs(after - before) for before, after in pairwise(values)]
    reach = _MOVING_RANGE * fmean(moves)
    return max(0.0, fmean(values) - reach), fmean(values) + reach


def _covered(con: DuckDBPyConnection) -> set[tuple[str, str]]:
    rows = con.execute(
        "select distinct coverage.table_name, coverage.site_id from coverage, pin "
        "where coverage.is_current and coverage.covers_from <= pin.as_of"
    ).fetchall()
    return {(str(table), str(site)) for table, site in rows if site}

"""Key figures of a site and month, each with a number, a sentence and a small plot.

Shown: yield of each completed batch, time from completion to release, gaps by week. Performance
indicators of traceability are left to ``lotproof.evidence.lots``.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from . import reading, words
from .plots import Plot, bar_plot, dot_plot, median
from .reading import Row
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Indicator:
    """A key figure: name, large number with unit, the sentence, the plot (none without data)."""

    name: str
    value: str
    unit: str
    sentence: str
    plot: Plot | None


_BATCHES = """
with batches as (
    select
        orders.order_id,
        coalesce(lots.lot_number, orders.order_id) as batch,
        orders.completed_at,
        100 * orders.actual_quantity / nullif(orders.planned_quantity, 0) as yield_percent,
        (
            select min(events.occurred_at) from events
            where events.is_current and events.lot_id = orders.lot_id
                and events.event_type = 'release' and events.occurred_at >= orders.completed_at
        ) as released_at,
        timezone(sites.timezone, timezone('UTC', orders.completed_at)) as completed_local
    from orders
    join sites on sites.site_id = orders.site_id and sites.is_current
    left join lots on lots.lot_id = orders.lot_id and lots.is_current
    where orders.is_current and orders.site_id = ?
)
select * from batches
where strftime(completed_local, '%Y-%m') = ?
order by completed_at, order_id
"""


def compose_indicators(
    con: DuckDBPyConnection, request: ReportRequest, gaps: Sequence[Row]
) -> tuple[Indicator, ...]:
    """The key figures of the month.

    Args:
        con: the warehouse.
        request: site and month.
        gaps: the open gaps, for the count by week.
    """
    batches = reading.rows(con, _BATCHES, request.site_id, request.period)
    return (_yield(batches), _release(batches), _by_week(gaps, request.period))


def _yield(batches: list[Row]) -> Indicator:
    points = [
        (row["batch"], float(row["yield_percent"]))
        for row in batches
        if row["yield_percent"] is not None
    ]
    if not points:
        return Indicator(
            "Yield", words.NOTHING, "", "No batch was completed with a planned quantity.", None
        )
    values = [value for _, value in points]
    lowest = min(points, key=lambda point: point[1])
    text = (
        f"{words.capital(words.counted(len(points), 'batch', 'batches'))} completed; yield from "
        f"{min(values):.1f} % ({lowest[0]}) to {max(values):.1f} % of plan."
    )
    plot = dot_plot(_short_names(points), "Yield per batch, % of planned quantity", "%", text)
    return Indicator("Yield", f"{median(values):.1f}", "% median", text, plot)


def _release(batches: list[Row]) -> Indicator:
    points = [
        (row["batch"], (row["released_at"] - row["completed_at"]).total_seconds() / 86_400)
        for row in batches
        if row["released_at"] is not None
    ]
    waiting = len(batches) - len(points)
    if not points:
        return Indicator(
            "Release time", words.NOTHING, "", "No batch completed this month is released.", None
        )
    values = [value for _, value in points]
    longest = max(points, key=lambda point: point[1])
    text = (
        f"From completion to release {min(values):.1f} to {max(values):.1f} days; longest for "
        f"{longest[0]}. {words.capital(words.counted(waiting, 'batch', 'batches'))} completed "
        "this month not yet released."
    )
    plot = dot_plot(_short_names(points), "Completion to release, days", "days", text)
    return Indicator("Release time", f"{median(values):.1f}", "days median", text, plot)


def _by_week(gaps: Sequence[Row], period: str) -> Indicator:
    dated = [row["at_ts"].date() for row in gaps if row["at_ts"] is not None]
    weeks = _weeks(period)
    counts = Counter(name for day in dated for name, first, last in weeks if first <= day <= last)
    outside = len(gaps) - sum(counts.values())
    points = [(name, counts[name]) for name, _, _ in weeks]
    said = ", ".join(f"{name}: {count}" for name, count in points)
    tail = f" {words.capital(count)} outside the month or without a day." if (
        count := words.count_word(outside)
    ) and outside else ""  # fmt: skip
    text = f"Gaps by week of the event ({said}).{tail}"
    plot = bar_plot(points, "Gaps by week of the event, count", "gaps", text)
    unit = words.plural(len(gaps), "gap open", "gaps open")
    return Indicator("Gaps", words.number(len(gaps)), unit, text, plot)


def _weeks(period: str) -> list[tuple[str, date, date]]:
    """The weeks of a month, cut at its ends: ``1–4``, ``5–11`` and so on."""
    year, month = (int(part) for part in period.split("-"))
    weeks = []
    for week in calendar.monthcalendar(year, month):
        days = [day for day in week if day]
        name = f"{days[0]}–{days[-1]}" if len(days) > 1 else str(days[0])
        weeks.append((name, date(year, month, days[0]), date(year, month, days[-1])))
    return weeks


def _short_names(points: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Batch names without what all begin with, as an axis has little room."""
    names = [name for name, _ in points]
    if len(names) < 2:
        return points
    place = 0
    while all(len(name) > place + 4 and name[place] == names[0][place] for name in names):
        place += 1
    return [(name[place:], value) for name, value in points]

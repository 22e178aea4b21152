"""The completeness statement: what was to be judged, what was, what was left out and why.

Also which source covers which table for how long, and whether custody before ingest is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_MAIN = ("Lots", "Orders", "Shipments", "Events", "Source rows")
"""Populations a first page names; all of them stand in the statement."""


@dataclass(frozen=True, slots=True)
class Population:
    """A kind of thing: how many were in scope, judged and left out, and why."""

    name: str
    in_scope: str
    judged: str
    left_out: str
    reason: str


@dataclass(frozen=True, slots=True)
class Window:
    """A source covers tables for a time; ``shortfall`` says what of the month it lacks."""

    tables: str
    source: str
    covers: str
    rows: str
    custody: str
    shortfall: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Rows in quarantine of one table for one reason."""

    table: str
    reason: str
    count: str
    example: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """The whole statement."""

    populations: tuple[Population, ...]
    main: tuple[Population, ...]
    has_left_out: bool
    windows: tuple[Window, ...]
    quarantined: tuple[Quarantined, ...]
    quarantine_note: str
    custody_note: str
    waiting_note: str


def compose_completeness(
    con: DuckDBPyConnection, request: ReportRequest, timezone: str, waiting: int
) -> Completeness:
    """Gather the statement for a site and month.

    Args:
        con: the warehouse.
        request: the report asked for.
        timezone: the site's zone.
        waiting: clauses of the bound maps that no check judges yet.
    """
    populations = _populations(con, request.site_id)
    windows = _windows(con, request, timezone)
    quarantined = _quarantined(con, request.site_id)
    return Completeness(
        populations=populations,
        main=tuple(row for row in populations if row.name in _MAIN),
        has_left_out=any(row.left_out not in ("0", words.NOTHING) for row in populations),
        windows=windows,
        quarantined=quarantined,
        quarantine_note=_quarantine_note(con, quarantined),
        custody_note=_custody(windows),
        waiting_note=_waiting(waiting),
    )


def _populations(con: DuckDBPyConnection, site_id: str) -> tuple[Population, ...]:
    found = reading.rows(
        con,
        "select population, max(in_scope) as in_scope, max(judged) as judged, "
        "sum(left_out) as left_out, string_agg(reason, '; ' order by reason) as reason "
        "from completeness where site_id = ? group by population order by "
        "array_position(['lots', 'orders', 'shipments', 'events', 'people', 'materials', "
        "'documents', 'source rows'], population) nulls last, population",
        site_id,
    )  # fmt: skip
    return tuple(
        Population(
            words.capital(row["population"].replace("_", " ")),
            words.number(row["in_scope"]),
            words.number(row["judged"]),
            words.number(row["left_out"]),
            row["reason"] or "",
        )
        for row in found
    )


def _windows(
    con: DuckDBPyConnection, request: ReportRequest, timezone: str
) -> tuple[Window, ...]:  # fmt: skip
    """One line for each window of a source, with all the tables it covers for that time."""
    found = reading.rows(
        con,
        "select source, covers_from, covers_to, custody_shown, "
        "case when count(row_count) = count(*) then sum(row_count) end as row_count, "
        "list(table_name || coalesce(' (' || scope || ')', '') order by table_name, scope) "
        "as tables from coverage where is_current and site_id = ? and covers_from < ? "
        "group by all order by source, covers_from, covers_to, custody_shown",
        request.site_id, request.as_of.replace(tzinfo=None),
    )  # fmt: skip
    return tuple(_window(row, request, timezone) for row in found)


def _window(row: Row, request: ReportRequest, timezone: str) -> Window:
    first, last = (
        words.local_time(row[column], timezone) for column in ("covers_from", "covers_to")
    )
    tables = [name.replace("_", " ").replace(",", ", ") for name in row["tables"]]
    return Window(
        tables=words.capital(", ".join(dict.fromkeys(tables))),
        source=row["source"],
        covers=f"{first[:16]} to {last[:16]}",
        rows=words.number(row["row_count"]),
        custody="shown" if row["custody_shown"] else "not shown",
        shortfall=_shortfall(row, request.period, timezone),
    )


def _shortfall(row: Row, period: str, timezone: str) -> str:
    """What of the month the window lacks, in words; empty when it lacks nothing."""
    first = words.local_day(row["covers_from"], timezone)
    last = words.local_time(row["covers_to"], timezone)
    if first > f"{period}-01":
        return f"begins {first}"
    year, month = (int(part) for part in period.split("-"))
    end = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
    return "" if last[:10] >= end else f"ends {last[:16]}"


def _quarantined(con: DuckDBPyConnection, site_id: str) -> tuple[Quarantined, ...]:
    if not reading.has_table(con, "quarantine"):
        return ()
    found = reading.rows(
        con,
        "select table_name, reason, count(*) as n, min(source_file || ', row ' || source_row) "
        "as example from quarantine where site_id = ? group by 1, 2 order by n desc, 1, 2",
        site_id,
    )  # fmt: skip
    return tuple(
        Quarantined(
            (row["table_name"] or words.NOTHING).replace("_", " "),
            row["reason"] or words.NOTHING,
            words.number(row["n"]),
            row["example"] or words.NOTHING,
        )
        for row in found
    )


def _quarantine_note(con: DuckDBPyConnection, quarantined: tuple[Quarantined, ...]) -> str:
    if quarantined:
        return (
            "Rows that could not be read are kept, counted and never guessed at. Where one of them "
            "might decide an obligation, the obligation is undetermined."
        )
    if not reading.has_table(con, "quarantine"):
        return "This build states no quarantine of its own; see the source rows above."
    return "No row lies in quarantine: every source row could be read."


def _custody(windows: tuple[Window, ...]) -> str:
    without = sorted({window.source for window in windows if window.custody == "not shown"})
    if not windows:
        return "No source declares what it covers, so absence proves nothing here."
    if not without:
        return "Every source came with its extraction manifest: who extracted what, when and how."
    return (
        f"Custody before ingest is not shown for {words.listed(without)}: those extracts came "
        "without an extraction manifest."
    )


def _waiting(count: int) -> str:
    if not count:
        return "Every clause of the maps in force was judged."
    return (
        f"{words.capital(words.counted(count, 'clause'))} of the maps in force "
        f"{words.plural(count, 'was', 'were')} not judged, because the check that "
        f"{words.plural(count, 'it needs', 'they need')} is not part of this release."
    )

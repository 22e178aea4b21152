"""What moved since the month before: which gaps stayed, which closed, which are new.

A gap that the new month did not judge again has not been closed, and is said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = ("critical", "major", "minor")
Key = tuple[str, str, str]

_COLUMNS = "clause, subject_type, subject_id, state, severity"


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A line of the table: what, and how many of each severity."""

    label: str
    counts: tuple[str, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """Movement of gaps since another month; without rows, why there is none."""

    title: str
    rows: tuple[MovementRow, ...]
    note: str


def compose_movement(con: DuckDBPyConnection, request: ReportRequest) -> Movement:
    """Compare the gaps of this month with those of the month before, if it was built or packed."""
    before = words.previous_period(request.period)
    earlier = _earlier(con, request, before)
    title = f"Movement since {words.month_name(before)}"
    if not earlier:
        note = f"{words.month(before)} was not built here, so nothing can be said of movement."
        return Movement(title, (), note)
    now = _states(
        reading.rows(
            con,
            f"select {_COLUMNS} from verdict_list where site_id = ? and period = ?",
            request.site_id,
            request.period,
        )
    )
    return Movement(title, _lines(_states(earlier), now, words.month_name(before)), "")


def _earlier(con: DuckDBPyConnection, request: ReportRequest, before: str) -> list[Row]:
    found = reading.rows(
        con,
        f"select {_COLUMNS} from verdict_list where site_id = ? and period = ?",
        request.site_id, before,
    )  # fmt: skip
    if found or request.previous_verdicts is None:
        return found
    return reading.rows(
        con,
        f"select {_COLUMNS} from read_parquet(?) where site_id = ? and period = ?",
        str(request.previous_verdicts), request.site_id, before,
    )  # fmt: skip


def _states(found: Iterable[Row]) -> dict[Key, Row]:
    return {(row["clause"], row["subject_type"], row["subject_id"]): row for row in found}


def _lines(
    earlier: dict[Key, Row], now: dict[Key, Row], month: str
) -> tuple[MovementRow, ...]:  # fmt: skip
    were = {key: row for key, row in earlier.items() if row["state"] == "gap"}
    are = {key: row for key, row in now.items() if row["state"] == "gap"}
    left = {key: row for key, row in were.items() if key not in are}
    fates = {key: _fate(now.get(key)) for key in left}
    lines = [_line(f"Open at the end of {month}", were.values())]
    for fate in ("Closed by evidence", "Accepted as a risk", "Not decided now", "Not judged now"):
        of_fate = [row for key, row in left.items() if fates[key] == fate]
        if of_fate or fate == "Closed by evidence":
            lines.append(_line(fate, of_fate))
    lines.append(_line("New", (row for key, row in are.items() if key not in were)))
    lines.append(_line("Open now", are.values(), is_total=True))
    return tuple(lines)


def _fate(now: Row | None) -> str:
    if now is None or now["state"] == "not_applicable":
        return "Not judged now"
    if now["state"] == "accepted_risk":
        return "Accepted as a risk"
    return "Closed by evidence" if now["state"] in ("met", "attested") else "Not decided now"


def _line(label: str, found: Iterable[Row], *, is_total: bool = False) -> MovementRow:
    counts = Counter(row["severity"] for row in found)
    return MovementRow(label, tuple(words.number(counts[s]) for s in SHOWN), is_total)

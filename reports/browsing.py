"""The same pack to browse offline: one HTML file with search, filters and a dark mode.

Everything is in the file: fonts, style, script. A content security policy lets nothing else run,
and every word from the data is escaped. What stands in the sections is left to the report's own
composing modules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import reading, states, words
from .browsed import browsed_verdicts
from .definitions import templates
from .dossier import Dossier, verdicts_on
from .executive import Executive
from .lot import find_lot
from .monthly import MonthlyPack
from .originals import Originals
from .reading import Row
from .recall_report import RecallReport
from .rendering import render_html_page
from .screen import screen_policy, screen_style
from .walking import compose_walk

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .composition import ReportModel

Browsed = MonthlyPack | Executive | Dossier | RecallReport
SHOWN = 100_000
"""Verdicts in the page; the open ones first, the met ones while there is room."""
_STATES = ("gap", "undetermined", "accepted_risk", "pending", "attested", "met")
_SCRIPTS = ("verdicts.js", "walk.js", "index.js")
_LEFT_OUT = {"cover", "contents", "gaps", "undecided", "verdicts", "annexes", "page"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter: its value, what it says, how many verdicts it holds."""

    value: str
    sign: str
    text: str
    count: str


@dataclass(frozen=True, slots=True)
class Browse:
    """What the page shows beyond the report: verdicts, the filters over them, lots to walk through.

    ``data`` is what the page's script unfolds, as JSON: see :mod:`.browsed` and :mod:`.walking`.
    """

    data: dict[str, Any]
    states: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    maps: tuple[Choice, ...]
    lots: int
    total: str
    note: str


def render_index(
    con: DuckDBPyConnection, model: ReportModel, originals: Originals | None = None
) -> str | None:
    """The page of a report with verdicts; none for a customer's certificate or a qualification.

    Args:
        con: the warehouse.
        model: the composed report.
        originals: the files of the pack in which rows stand.
    """
    if not isinstance(model, (MonthlyPack, Executive, Dossier, RecallReport)):
        return None
    style = screen_style("tables.css", "screen.css")
    script = "".join(
        (templates() / "index" / name).read_text(encoding="utf-8") for name in _SCRIPTS
    )
    return render_html_page(
        "index/index.html.j2",
        model,
        browse=compose_browse(con, model, originals or Originals()),
        sections=[part for part in model.frame.parts if part.key not in _LEFT_OUT],
        style=style,
        script=script,
        policy=screen_policy(style, script),
    )


def compose_browse(
    con: DuckDBPyConnection, model: Browsed, originals: Originals
) -> Browse:  # fmt: skip
    """The verdicts of a report, the open ones first, and the lots they are about."""
    request = model.request
    found, lot_id = _found(con, model)
    shown = found[:SHOWN]
    walk = compose_walk(con, request.site_id, lot_id, _gravest_lot(shown))
    requirements = reading.requirements(con, request.site_id, request.period)
    data = browsed_verdicts(con, shown, requirements, walk.lots_of(con), originals)
    data |= {"lots": walk.lots, "links": walk.links, "focus": walk.focus}
    data["states"] = {state: [states.sign(state), states.word(state)] for state in _STATES}
    return Browse(
        data=data,
        states=_state_choices(found),
        severities=_choices(found, "severity", ("critical", "major", "minor", "info")),
        maps=_choices(found, "map_id", sorted({row["map_id"] for row in found})),
        lots=len(walk.lots),
        total=words.number(len(found)),
        note=_note(len(found), len(shown)),
    )


def _found(con: DuckDBPyConnection, model: Browsed) -> tuple[list[Row], str | None]:
    """The verdicts of a report, and the lot it is about, if it is about one."""
    request = model.request
    if isinstance(model, (MonthlyPack, Executive)):
        found = reading.verdicts(con, request.site_id, request.period, _STATES)
        found.sort(key=lambda row: _STATES.index(row["state"]))
        return found, None
    lot = find_lot(con, request.lot_id or "", request.site_id)
    return verdicts_on(con, lot, request), lot["lot_id"]


def _gravest_lot(shown: Sequence[Row]) -> str:
    """The first lot with an open verdict, the list being sorted by gravity."""
    return next(
        (
            row["subject_id"]
            for row in shown
            if row["subject_type"] == "lot" and row["state"] != "met"
        ),
        "",
    )


def _note(total: int, shown: int) -> str:
    if total == shown:
        return ""
    rest = words.counted(total - shown, "further verdict")
    return f"{words.capital(rest)} stand only in ../evidence/verdict_list.csv."


def _state_choices(found: Sequence[Row]) -> tuple[Choice, ...]:
    counts = Counter(row["state"] for row in found)
    return tuple(
        Choice(state, states.sign(state), states.word(state), words.number(counts[state]))
        for state in _STATES
        if counts[state]
    )


def _choices(found: Sequence[Row], column: str, order: Sequence[str]) -> tuple[Choice, ...]:
    counts = Counter(row[column] for row in found)
    return tuple(
        Choice(value, "", value, words.number(counts[value])) for value in order if counts[value]
    )

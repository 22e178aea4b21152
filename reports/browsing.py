"""The same pack to browse offline: one HTML file with search, filters and a dark mode.

Everything is in the file: fonts, style, script. A content security policy lets nothing else run,
and every word from the data is escaped. What stands in the sections is left to the report's own
composing modules.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, states, words
from .clauses import SURENESS, clause_labels, label_for
from .definitions import templates
from .dossier import Dossier, verdicts_on
from .gap_numbers import gap_number
from .gaps import (
    DecidingRow,
    deciding_row,
    qualifier,
    subject_of,
    told_sentence,
)
from .lot import find_lot
from .monthly import MonthlyPack
from .reading import Row
from .rendering import render_html_page, stylesheet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from .composition import ReportModel

SHOWN = 4_000
"""Verdicts in the page; the open ones first, the met ones while there is room."""
_ROWS = 6
_FONTS = ("Inter-Regular", "Inter-SemiBold", "InterDisplay-SemiBold", "JetBrainsMono-Regular")
_STATES = ("gap", "undetermined", "accepted_risk", "pending", "attested", "met")
_LEFT_OUT = {"cover", "contents", "gaps", "undecided", "verdicts", "annexes", "page"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict as an entry of the page."""

    number: str
    state: str
    sign: str
    word: str
    severity: str
    map_id: str
    label: str
    title: str
    subject: str
    sentence: str
    lines: tuple[tuple[str, str], ...]
    rows: tuple[DecidingRow, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter: its value, what it says, how many verdicts it holds."""

    value: str
    sign: str
    text: str
    count: str


@dataclass(frozen=True, slots=True)
class Browse:
    """What the page shows beyond the report: findings and the filters over them."""

    findings: tuple[Finding, ...]
    states: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    maps: tuple[Choice, ...]
    total: str
    note: str


def render_index(con: DuckDBPyConnection, model: ReportModel) -> str | None:
    """The page of a report; none for a certificate, which goes to a customer as PDF.

    Args:
        con: the warehouse.
        model: the composed report.
    """
    if not isinstance(model, (MonthlyPack, Dossier)):
        return None
    style = _style()
    script = (templates() / "index" / "index.js").read_text(encoding="utf-8")
    return render_html_page(
        "index/index.html.j2",
        model,
        browse=compose_browse(con, model),
        sections=[part for part in model.frame.parts if part.key not in _LEFT_OUT],
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def compose_browse(con: DuckDBPyConnection, model: MonthlyPack | Dossier) -> Browse:
    """The verdicts of a report as findings, the open ones first."""
    request = model.request
    if isinstance(model, MonthlyPack):
        found = reading.verdicts(con, request.site_id, request.period, _STATES)
        found.sort(key=lambda row: _STATES.index(row["state"]))
    else:
        lot = find_lot(con, request.lot_id or "", request.site_id)
        found = verdicts_on(con, lot, request)
    requirements = reading.requirements(con, request.site_id, request.period)
    shown = found[:SHOWN]
    evidence = reading.evidence_of(con, [row for row in shown if row["state"] != "met"], _ROWS)
    labels = clause_labels(requirements)
    return Browse(
        findings=tuple(
            _finding(row, labels, evidence.get(reading.verdict_key(row), [])) for row in shown
        ),
        states=_state_choices(found),
        severities=_choices(found, "severity", ("critical", "major", "minor", "info")),
        maps=_choices(found, "map_id", sorted({row["map_id"] for row in found})),
        total=words.number(len(found)),
        note=_note(len(found), len(shown)),
    )


def _note(total: int, shown: int) -> str:
    if total == shown:
        return ""
    rest = words.counted(total - shown, "further verdict")
    return f"{words.capital(rest)} stand only in ../evidence/verdict_list.csv."


def _finding(row: Row, labels: dict[str, str], evidence: list[Row]) -> Finding:
    is_met = row["state"] == "met"
    lines = (
        ("Rule", row["rule_text"]),
        ("To close", row["closes"] if row["state"] in ("gap", "accepted_risk") else None),
        ("Cites", f"{row['cites']} ({SURENESS.get(row['sureness'], 'not stated')})"),
        ("Note", qualifier(row)),
    )
    return Finding(
        number=gap_number(row) if row["state"] == "gap" else "",
        state=row["state"],
        sign=states.sign(row["state"]),
        word=states.word(row["state"]),
        severity=row["severity"],
        map_id=row["map_id"],
        label=label_for(row, labels),
        title=row["title"],
        subject=subject_of(row),
        sentence="" if is_met else told_sentence(row),
        lines=() if is_met else tuple((name, text) for name, text in lines if text),
        rows=tuple(deciding_row(found) for found in evidence),
    )


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


def _style() -> str:
    faces = "".join(_face(name) for name in _FONTS)
    return faces + stylesheet("tokens.css", "tables.css", "screen.css")


def _face(name: str) -> str:
    family, _, cut = name.partition("-")
    family = {"InterDisplay": "Inter Display", "JetBrainsMono": "JetBrains Mono"}.get(
        family, family
    )
    weight = 600 if cut == "SemiBold" else 400
    data = base64.b64encode((templates() / "fonts" / f"{name}.woff2").read_bytes()).decode()
    source = f'url("data:font/woff2;base64,{data}") format("woff2")'
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {source} }}\n'


def _policy(style: str, script: str) -> str:
    """A content security policy under which only this style and this script run."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

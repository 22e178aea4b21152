"""Indicators as a table for people and as CSV or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Literal

from ..evidence.lots.indicators import BETTER_HIGH, FEWEST_MONTHS, Figure
from . import words
from .listing import safe_cell

_COLUMNS = (
    "name", "group", "period", "value", "unit", "n", "unknown", "lower", "upper", "formula",
    "denominator",
)  # fmt: skip
_BARS = "▁▂▃▄▅▆▇█"
_LEAST = 0.1
Standing = Literal["unknown", "alone", "usual", "better", "worse"]
_SIGNS: dict[Standing, str] = {
    "unknown": "?", "alone": "–", "usual": "●", "better": "●", "worse": "▲",
}  # fmt: skip
_SPANS = ("minutes", "hours", "days")


def as_json(figures: Sequence[Figure]) -> str:
    """A JSON list of objects."""
    return json.dumps([asdict(f) for f in figures], indent=2, ensure_ascii=False) + "\n"


def as_csv(figures: Sequence[Figure]) -> str:
    """RFC 4180 CSV with a header."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for figure in figures:
        cells = [getattr(figure, name) for name in _COLUMNS]
        writer.writerow(["" if c is None else safe_cell(str(c)) for c in cells])
    return written.getvalue()


def as_table(figures: Sequence[Figure]) -> str:
    """Each indicator with formula and denominator, then a line for each group."""
    lines, before = [], ""
    for figure in figures:
        if figure.name != before:
            lines += [
                f"{figure.title}, {figure.unit}", f"    = {figure.formula}",
                f"    of {figure.denominator}",
            ]  # fmt: skip
            before = figure.name
        lines.append(f"  {sign(figure)} {figure.group:<24} {said(figure):<14} {_tail(figure)}")
    return "\n".join(lines) + "\n"


def said(figure: Figure) -> str:
    """The value with its unit, or that it is not known."""
    if figure.value is None:
        return "not known"
    if figure.unit == "gaps":
        return f"{figure.value:,.0f} {words.plural(int(figure.value), 'gap')}"
    if figure.value < _LEAST and (figure.value > 0 or figure.unit in _SPANS):
        return f"under {_LEAST} {figure.unit}"
    return f"{figure.value:,.1f} {figure.unit}"


def sign(figure: Figure) -> str:
    """How it stands against the months before: see :func:`standing`."""
    return _SIGNS[standing(figure)]


def standing(figure: Figure) -> Standing:
    """Against the control limits of the months before, or their one value where they never varied.

    ``alone`` when those are too few to say anything: that is no good sign, and none is given.
    """
    if figure.value is None:
        return "unknown"
    before = [value for month, value in figure.months if month < figure.period]
    lower, upper = figure.lower, figure.upper
    if lower is None or upper is None:
        if len(before) < FEWEST_MONTHS:
            return "alone"
        lower, upper = min(before), max(before)
    if lower <= figure.value <= upper:
        return "usual"
    is_more = figure.value > upper
    return "better" if is_more == (figure.name in BETTER_HIGH) else "worse"


def trend(figure: Figure) -> str:
    """The months as a row of bars; nothing where they do not differ."""
    values = [value for _, value in figure.months]
    if len(set(values)) < 2:
        return ""
    low, high = min(values), max(values)
    top = len(_BARS) - 1
    return "".join(_BARS[round((value - low) / (high - low) * top)] for value in values)


def limits(figure: Figure) -> str:
    """The control limits, or why the months before give none; empty where those are too few."""
    if figure.lower is not None and figure.upper is not None:
        return f"{figure.lower:,.1f} to {figure.upper:,.1f}"
    before = [value for month, value in figure.months if month < figure.period]
    if len(before) >= FEWEST_MONTHS and len(set(before)) == 1:
        return f"none (always {before[0]:,.1f})"
    return ""


def _tail(figure: Figure) -> str:
    if figure.value is None:
        return figure.unknown or ""
    bounds = limits(figure)
    stands = standing(figure)
    parts = (
        f"n = {figure.n:,}", trend(figure), f"limits {bounds}" if bounds else "",
        f"{stands} than usual" if stands in {"better", "worse"} else "",
        figure.unknown or "",
    )  # fmt: skip
    return "  ".join(part for part in parts if part)


FORMATS: dict[str, Callable[[Sequence[Figure]], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
}
"""Every ``--format`` of ``lotproof kpi``."""

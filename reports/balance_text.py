"""Balances for people, and for programs as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..evidence.lots.balance import Limits, Line
from . import states, words
from .trace_formats import harmless

_SHOWN = 40


def as_text(
    lines: Sequence[Line], limits: Limits, factors: Mapping[str, Decimal], *, every: bool
) -> str:
    """The balances: those that are off or cannot be said, and how many there are of each.

    Args:
        lines: the balances.
        limits: what they were held against.
        factors: base of salt by material; empty where none is told.
        every: also those in balance.
    """
    counts = Counter(line.state for line in lines)
    shown = [line for line in lines if every or line.state != "met"]
    told = [_line(line, factors) for line in (shown if every else shown[:_SHOWN])]
    if len(shown) > len(told):
        told.append(f"  and {len(shown) - len(told)} more; --all lists every one")
    total = "  ".join(
        f"{states.sign(s)} {counts[s]:,} {states.word(s)}"
        for s in ("met", "gap", "undetermined")
        if s in counts
    )
    own = f", {len(limits.by_material)} materials their own" if limits.by_material else ""
    limit = f"tolerance {limits.tolerance} % of what came in{own}"
    return "\n".join([f"{total or 'nothing to balance'} ({limit})", *told]) + "\n"


def _line(line: Line, factors: Mapping[str, Decimal]) -> str:
    amounts = ", ".join(f"{name} {words.number(amount)}" for name, amount in line.amounts if amount)
    percent = f" · {line.percent:.2f} %" if line.percent is not None else ""
    factor, left = _as_base(line, factors)
    base = f" · left as base {words.number(left)} (factor {factor})" if left is not None else ""
    unit = f" [{line.uom}]" if line.uom else ""
    return (
        f"  {states.sign(line.state)} {line.of} · {line.about}{unit}: {amounts or 'nothing'}"
        f"{percent}{base} · {line.why}"
    )


def _as_base(
    line: Line, factors: Mapping[str, Decimal]
) -> tuple[Decimal | None, Decimal | None]:  # fmt: skip
    """The factor of a line's material and what is left of it as base; none where none is told."""
    factor = next((f for m, f in factors.items() if m in (line.about, line.of.split()[-1])), None)
    left = dict(line.amounts).get("left")
    return factor, None if factor is None or left is None else left * factor


def as_json(
    lines: Sequence[Line], limits: Limits, factors: Mapping[str, Decimal] | None = None
) -> str:  # fmt: skip
    """Every balance, amounts as texts with their full precision."""
    told = {
        "tolerance_percent": str(limits.tolerance),
        "tolerance_percent_by_material": {m: str(x) for m, x in limits.by_material.items()},
        "yield_percent": [str(limits.lowest_yield), str(limits.highest_yield)],
        "balances": [_told(line, factors or {}) for line in lines],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _told(x: Line, factors: Mapping[str, Decimal]) -> dict[str, object]:
    factor, left = _as_base(x, factors)
    return {
        "of": x.of, "about": x.about, "uom": x.uom or None, "state": x.state, "why": x.why,
        "off": _plain(x.off), "percent": _plain(x.percent), "base_factor": _plain(factor),
        "left_as_base": _plain(left),
        "amounts": {name: _plain(amount) for name, amount in x.amounts},
    }  # fmt: skip


def as_csv(lines: Sequence[Line], factors: Mapping[str, Decimal] | None = None) -> str:
    """A row for each balance."""
    names = list(dict.fromkeys(name for line in lines for name, _ in line.amounts))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["of", "about", "uom", "state", "why", "off", "percent", "base_factor",
                     "left_as_base", *names])  # fmt: skip
    for x in lines:
        amounts = dict(x.amounts)
        cells = [x.of, x.about, x.uom, x.state, x.why, _plain(x.off), _plain(x.percent)]
        cells += [_plain(amount) for amount in _as_base(x, factors or {})]
        cells += [_plain(amounts.get(name)) for name in names]
        writer.writerow([harmless(cell) for cell in cells])
    return written.getvalue()


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"

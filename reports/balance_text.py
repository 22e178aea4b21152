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
    factor = next((f for m, f in factors.items() if m in (line.about, line.of.split()[-1])), None)
    base = ""
    if factor is not None:
        left = dict(line.amounts).get("left")
        base = f" · left as base {words.number(left * factor)}" if left is not None else ""
    unit = f" [{line.uom}]" if line.uom else ""
    return (
        f"  {states.sign(line.state)} {line.of} · {line.about}{unit}: {amounts or 'nothing'}"
        f"{percent}{base} · {line.why}"
    )


def as_json(lines: Sequence[Line], limits: Limits) -> str:
    """Every balance, amounts as texts with their full precision."""
    told = {
        "tolerance_percent": str(limits.tolerance),
        "tolerance_percent_by_material": {m: str(x) for m, x in limits.by_material.items()},
        "yield_percent": [str(limits.lowest_yield), str(limits.highest_yield)],
        "balances": [
            {
                "of": x.of, "about": x.about, "uom": x.uom or None, "state": x.state,
                "why": x.why, "off": _plain(x.off), "percent": _plain(x.percent),
                "amounts": {name: _plain(amount) for name, amount in x.amounts},
            }
            for x in lines
        ],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_csv(lines: Sequence[Line]) -> str:
    """A row for each balance."""
    names = list(dict.fromkeys(name for line in lines for name, _ in line.amounts))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["of", "about", "uom", "state", "why", "off", "percent", *names])
    for x in lines:
        amounts = dict(x.amounts)
        cells = [x.of, x.about, x.uom, x.state, x.why, _plain(x.off), _plain(x.percent)]
        cells += [_plain(amounts.get(name)) for name in names]
        writer.writerow([harmless(cell) for cell in cells])
    return written.getvalue()


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"

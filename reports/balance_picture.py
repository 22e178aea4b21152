"""A balance as a Sankey picture: what came in on the left, what became of it on the right.

The width of a band is its amount; all bands of a picture share one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..evidence.errors import LotproofError
from ..evidence.lots.balance import Line
from . import words

_TALL, _GAP, _THIN = 260.0, 14.0, 1.0
_INS = ("opening", "in", "received", "made", "returned")
_OUTS = ("consumed", "shipped", "transferred", "sampled", "disposed", "left",
         "out", "lost", "closing")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """One band and its words; ``side`` is where it ends away from the middle."""

    side: str
    name: str
    amount: str
    y: float
    height: float
    middle_y: float
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Sankey:
    """A picture ready to be drawn."""

    title: str
    note: str
    height: float
    total: float
    bands: tuple[Band, ...]


def as_svg(lines: Sequence[Line], title: str) -> str:
    """Balances of one unit, added up, as one SVG file.

    Raises:
        LotproofError: they have no unit, or several, in common.
    """
    from .rendering import environment

    template = environment().get_template("trace/sankey.svg.j2")
    return template.render(g=sankey(lines, title))


def sankey(lines: Sequence[Line], title: str) -> Sankey:
    """The bands of balances added up.

    Args:
        lines: the balances; those without amounts count for nothing and are said.
        title: what stands over the picture.
    """
    units = {line.uom for line in lines if line.uom}
    if len(units) != 1:
        raise LotproofError(
            f"balances in {len(units)} units" if units else "balances without amounts",
            "amounts of one unit, which bands can share",
            "draw one material: add --material",
        )
    sums: dict[str, Decimal] = {}
    for line in lines:
        for name, amount in line.amounts:
            sums[name] = sums.get(name, Decimal(0)) + (amount or Decimal(0))
    adjusted = sums.get("adjusted", Decimal(0))
    ins = [(name, sums.get(name, Decimal(0))) for name in _INS]
    outs = [(name, sums.get(name, Decimal(0))) for name in _OUTS]
    (ins if adjusted > 0 else outs).append(("adjusted", abs(adjusted)))
    off = sum((line.off or Decimal(0) for line in lines), Decimal(0))
    unit = units.pop()
    unsaid = sum(not line.amounts for line in lines)
    note = f"Difference found by counts: {words.quantity(off, unit)}."
    if unsaid:
        note += f" {words.capital(words.counted(unsaid, 'balance'))} cannot be summed."
    return _laid(title, note, ins, outs, unit)


def _laid(
    title: str, note: str, ins: list[tuple[str, Decimal]], outs: list[tuple[str, Decimal]],
    unit: str,
) -> Sankey:  # fmt: skip
    whole = max(sum((a for _, a in ins), Decimal(0)), sum((a for _, a in outs), Decimal(0)))
    scale = _TALL / float(whole) if whole else 0.0
    bands: list[Band] = []
    for side, parts in (("in", ins), ("out", outs)):
        y, middle = 0.0, 0.0
        for name, amount in parts:
            if amount <= 0:
                continue
            height = max(float(amount) * scale, _THIN)
            said = words.quantity(amount, unit)
            bands.append(
                Band(side, name, said, y, height, middle, name in ("disposed", "adjusted"))
            )
            y += max(height, 20.0) + _GAP
            middle += height
    bottom = max((b.y + max(b.height, 24.0) for b in bands), default=40.0)
    return Sankey(title, note, bottom, max(_TALL, 1.0) if bands else 0.0, tuple(bands))

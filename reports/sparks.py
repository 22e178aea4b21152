"""The months of an indicator as a line in a table cell, with the band of its control limits.

Places are in the units of a canvas of ``WIDTH`` by ``HEIGHT``; a line says nothing that its ``alt``
text does not say. Drawing is left to ``templates/partials/indicators.html.j2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 72.0, 16.0
_EDGE, _SHOWN = 2.0, 13


@dataclass(frozen=True, slots=True)
class Spark:
    """A line over the months.

    Attributes:
        line: its points, ``x,y`` each.
        x: place of the last point.
        y: its height.
        band_top: top of the band between the control limits; none without them.
        band_height: its height.
        alt: the months in words.
    """

    line: str
    x: float
    y: float
    band_top: float | None
    band_height: float
    alt: str


def spark(
    months: Sequence[tuple[str, float]], lower: float | None = None, upper: float | None = None
) -> Spark | None:
    """The line of the last thirteen months; none under two of them.

    Args:
        months: month and figure, in order.
        lower: lower control limit.
        upper: upper control limit.
    """
    shown = months[-_SHOWN:]
    if len(shown) < 2:
        return None
    values = [value for _, value in shown]
    bounds = [bound for bound in (lower, upper) if bound is not None]
    low, high = min(values + bounds), max(values + bounds)
    step = (WIDTH - 2 * _EDGE) / (len(shown) - 1)
    places = [(round(_EDGE + step * n, 1), _height(value, low, high))
              for n, value in enumerate(values)]  # fmt: skip
    top = None if upper is None or lower is None else _height(upper, low, high)
    bottom = 0.0 if lower is None else _height(lower, low, high)
    return Spark(
        " ".join(f"{x:g},{y:g}" for x, y in places), *places[-1], top,
        0.0 if top is None else round(bottom - top, 1),
        ", ".join(f"{month}: {value:,.1f}" for month, value in shown),
    )  # fmt: skip


def _height(value: float, low: float, high: float) -> float:
    """How far down a value lies; in the middle where all are the same."""
    if high == low:
        return HEIGHT / 2
    return round(_EDGE + (HEIGHT - 2 * _EDGE) * (high - value) / (high - low), 1)

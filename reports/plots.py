"""Small plots with a stated axis and unit: where each mark lies, in the units of a fixed canvas.

A plot says nothing in colour or form that its ``alt`` text does not say. Drawing the marks as SVG
is left to ``templates/partials/plot.svg.j2``; which numbers are shown, to :mod:`.indicators`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from . import words

WIDTH, HEIGHT = 420.0, 128.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 58.0, 24.0, 22.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis and where it stands."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A value: its place, and what a reader pointing at it is told."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A count: the rectangle, its number, and what a reader pointing at it is told."""

    x: float
    y: float
    width: float
    height: float
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot on a canvas of ``WIDTH`` by ``HEIGHT``.

    Attributes:
        axis: what the vertical axis shows, with its unit.
        alt: the plot in words.
        y_ticks: labels of the vertical axis.
        x_ticks: labels of the horizontal axis.
        dots: values, for a dot plot.
        bars: counts, for a bar plot.
        middle: height of the median and its label, for a dot plot.
    """

    axis: str
    alt: str
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...] = ()
    bars: tuple[Bar, ...] = ()
    middle: Tick | None = None
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    base: float = HEIGHT - _BOTTOM


def nice_ticks(low: float, high: float, wanted: int = 3) -> list[float]:
    """Round numbers that span a range: from at most ``low`` to at least ``high``."""
    span, scale = high - low, max(abs(low), abs(high))
    if span < 1e-6 * max(scale, 1.0):
        span = scale if scale > 1e-3 else 1.0
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough - 1e-12)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [round(step * place, 10) for place in range(first, last + 1)]


def median(values: Sequence[float]) -> float:
    """The median; the mean of the two middle values when there is no middle one."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def dot_plot(points: Sequence[tuple[str, float]], axis: str, unit: str, alt: str) -> Plot:
    """Values in their order, from left to right, with the median as a line.

    Args:
        points: name and value; at least one.
        axis: what is shown, with its unit.
        unit: the unit as it follows a number, such as ``%`` or ``days``.
        alt: the plot in words.
    """
    values = [value for _, value in points]
    ticks = nice_ticks(min(values), max(values))
    low, high = ticks[0], ticks[-1]
    step = (WIDTH - _LEFT - _RIGHT) / len(points)
    dots = tuple(
        Dot(
            round(_LEFT + step * (place + 0.5), 2), _height(value, low, high),
            f"{name}: {words.number(round(value, 2))} {unit}",
        )
        for place, (name, value) in enumerate(points)
    )  # fmt: skip
    middle = median(values)
    return Plot(
        axis=axis,
        alt=alt,
        y_ticks=tuple(Tick(_height(tick, low, high), words.number(tick)) for tick in ticks),
        x_ticks=_names([name for name, _ in points], step),
        dots=dots,
        middle=Tick(_height(middle, low, high), f"median {words.number(round(middle, 1))}"),
    )


def bar_plot(points: Sequence[tuple[str, int]], axis: str, unit: str, alt: str) -> Plot:
    """Counts in their order, from left to right, from zero up.

    Args:
        points: name and count; at least one.
        axis: what is shown, with its unit.
        unit: what is counted, as it follows a number.
        alt: the plot in words.
    """
    ticks = nice_ticks(0, max(1, *(value for _, value in points), 1), 2)
    ticks = [tick for tick in ticks if tick == int(tick)]
    step = (WIDTH - _LEFT - _RIGHT) / len(points)
    width = min(26.0, step * 0.5)
    base = HEIGHT - _BOTTOM
    bars = []
    for place, (name, value) in enumerate(points):
        top = _height(value, 0, ticks[-1])
        bars.append(
            Bar(
                round(_LEFT + step * (place + 0.5) - width / 2, 2), top, round(width, 2),
                round(base - top, 2), words.number(value), f"{name}: {value} {unit}",
            )
        )  # fmt: skip
    return Plot(
        axis=axis,
        alt=alt,
        y_ticks=tuple(Tick(_height(tick, 0, ticks[-1]), words.number(tick)) for tick in ticks),
        x_ticks=_names([name for name, _ in points], step),
        bars=tuple(bars),
    )


def _height(value: float, low: float, high: float) -> float:
    room = HEIGHT - _TOP - _BOTTOM
    return round(HEIGHT - _BOTTOM - room * (value - low) / (high - low), 2)


def _names(names: Sequence[str], step: float) -> tuple[Tick, ...]:
    """Names under the axis: all while they fit, else as many as do, the first always."""
    longest = max(len(name) for name in names)
    every = max(1, math.ceil(longest * 5.2 / step))
    return tuple(
        Tick(round(_LEFT + step * (place + 0.5), 2), name)
        for place, name in enumerate(names)
        if place % every == 0
    )

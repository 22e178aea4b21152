"""Where the boxes and arrows of a genealogy lie: layers from left to right, few crossings.

Order within a layer follows the mean place of the neighbours (the barycentre rule of Sugiyama,
Tagawa and Toda, 1981), swept twice each way. What the boxes say is left to :mod:`.genealogy`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from .genealogy import Box, Graph

WIDTH = 680.0
"""Width of every picture, in its own units; the page scales it."""
BOX_HEIGHT, SHIPMENT_HEIGHT, ROW_GAP = 52.0, 22.0, 12.0
_NARROWEST_GAP, _WIDEST_BOX, _SHIPMENT = 34.0, 176.0, 78.0
_GLYPH = 5.9  # mean width of a glyph of the name, at its size in the picture


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A box and where it lies; ``name`` and ``lines`` are cut to fit, ``full`` is not."""

    kind: str
    has_gap: bool
    x: float
    y: float
    width: float
    height: float
    name: str
    lines: tuple[str, ...]
    full: str


@dataclass(frozen=True, slots=True)
class PlacedArrow:
    """An arrow as an SVG path."""

    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A genealogy ready to be drawn."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]
    alt: str
    note: str


def lay_out(graph: Graph, width: float = WIDTH) -> Picture:
    """Give every box of a graph its place.

    Args:
        graph: boxes and arrows.
        width: of the picture, in its own units.
    """
    columns = _columns(graph)
    places = _places(columns, width)
    height = max((box.y + box.height for box in places.values()), default=0.0)
    return Picture(
        width=width,
        height=height + 2,
        boxes=tuple(places[key] for key in graph.boxes),
        arrows=tuple(
            PlacedArrow(_path(places[start], places[end])) for start, end in sorted(graph.arrows)
        ),
        alt=graph.alt,
        note=graph.note,
    )


def _columns(graph: Graph) -> list[list[Box]]:
    layers = sorted({box.layer for box in graph.boxes.values()})
    columns = [[b for b in graph.boxes.values() if b.layer == layer] for layer in layers]
    near: dict[str, list[str]] = {key: [] for key in graph.boxes}
    for start, end in sorted(graph.arrows):
        near[start].append(end)
        near[end].append(start)
    for _ in range(2):
        for first, second in [*_pairs(columns[::-1]), *_pairs(columns)]:
            rank, own = _ranks(first), _ranks(second)
            order = {box.key: _mean(near[box.key], rank, own[box.key]) for box in second}
            second.sort(key=lambda box: (order[box.key], box.kind == "fold"))
    return columns


def _pairs(columns: list[list[Box]]) -> list[tuple[list[Box], list[Box]]]:
    return list(pairwise(columns))


def _ranks(column: list[Box]) -> dict[str, float]:
    return {box.key: (place + 0.5) / len(column) for place, box in enumerate(column)}


def _mean(neighbours: list[str], rank: dict[str, float], own: float) -> float:
    known = [rank[key] for key in neighbours if key in rank]
    return sum(known) / len(known) if known else own


def _places(columns: list[list[Box]], total: float) -> dict[str, PlacedBox]:
    widths = _widths(columns, total)
    gap = _NARROWEST_GAP
    if len(columns) > 1:
        gap = min(84.0, (total - 2 - sum(widths)) / (len(columns) - 1))
    heights = [sum(_height(b) + ROW_GAP for b in column) - ROW_GAP for column in columns]
    tallest = max(heights, default=0.0)
    placed: dict[str, PlacedBox] = {}
    x = 1.0
    for column, width, used in zip(columns, widths, heights, strict=True):
        y = 1.0 if _only_shipments(column) else 1 + (tallest - used) / 2
        for box in column:
            beside = placed.get(box.key.removeprefix("shipped "))
            if beside and box.kind == "shipment":
                level = beside.y + (beside.height - SHIPMENT_HEIGHT) / 2
                y = max(level, y) if _only_shipments(column) else y
            placed[box.key] = _placed(box, x, y, width)
            y += _height(box) + ROW_GAP
        x += width + gap
    return placed


def _widths(columns: list[list[Box]], total: float) -> list[float]:
    only_shipments = [_only_shipments(column) for column in columns]
    wide = only_shipments.count(False)
    room = total - 2 - _SHIPMENT * only_shipments.count(True)
    room -= _NARROWEST_GAP * (len(columns) - 1)
    width = min(_WIDEST_BOX, room / max(wide, 1))
    return [_SHIPMENT if shipment else width for shipment in only_shipments]


def _only_shipments(column: list[Box]) -> bool:
    return all(box.kind == "shipment" for box in column)


def _height(box: Box) -> float:
    return SHIPMENT_HEIGHT if box.kind == "shipment" else BOX_HEIGHT


def _placed(box: Box, x: float, y: float, width: float) -> PlacedBox:
    margin = 0 if box.kind == "shipment" else 30 if box.has_gap else 18
    room = int((width - margin) / _GLYPH)
    return PlacedBox(
        kind=box.kind,
        has_gap=box.has_gap,
        x=round(x, 2),
        y=round(y, 2),
        width=round(width, 2),
        height=_height(box),
        name=cut(box.name, room),
        lines=tuple(cut(line, int((width - 16) / 5.0)) for line in box.lines if line),
        full=", ".join(part for part in (box.name, *box.lines) if part),
    )


def cut(text: str, room: int) -> str:
    """A text no longer than ``room`` glyphs; what is cut from the middle is an ellipsis.

    The end of a lot number tells lots apart, so it is kept.
    """
    if len(text) <= room:
        return text
    tail = max((room - 1) // 2, 1)
    return f"{text[: max(room - 1 - tail, 1)].rstrip()}…{text[-tail:].lstrip()}"


def _path(start: PlacedBox, end: PlacedBox) -> str:
    x1, y1 = start.x + start.width, start.y + start.height / 2
    x2, y2 = end.x - 5, end.y + end.height / 2
    if end.x <= start.x:
        x1, x2 = start.x + start.width / 2, end.x + end.width / 2
        return f"M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}"
    middle = (x1 + x2) / 2
    return f"M{x1:.1f} {y1:.1f} C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"

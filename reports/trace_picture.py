"""A trace as a picture that stays legible: lots of one material in one layer fold into one box.

A layer shows single lots while they fit; then its materials, a box each, with how many lots, how
much came along and how they stand. Layers far away share one box. Where boxes lie is left to
:mod:`.layout`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..evidence.lots.trace import Trace, TracedLot
from . import words
from .genealogy import Box, Graph
from .layout import lay_out

SINGLE, MATERIALS, FAR = 6, 8, 4
"""Lots drawn alone in a layer, materials in a layer, and layers on each side."""
_COLUMN = 200.0
_TROUBLE = {"blocked", "rejected", "restricted", "quarantine"}


def as_svg(trace: Trace) -> str:
    """The trace as one SVG file of its own, without anything from outside."""
    from .rendering import environment

    graph = graph_of(trace)
    layers = len({box.layer for box in graph.boxes.values()})
    picture = lay_out(graph, max(680.0, _COLUMN * layers))
    template = environment().get_template("trace/picture.svg.j2")
    return template.render(g=picture, title=_title(trace), legend=_legend())


def graph_of(trace: Trace) -> Graph:
    """The boxes and arrows of a trace, folded."""
    graph, place = Graph(), dict[int, str]()
    layers: dict[int, list[TracedLot]] = defaultdict(list)
    for lot in trace.lots.values():
        layers[max(-FAR - 1, min(FAR + 1, lot.level))].append(lot)
    moved = _moved(trace)
    for layer in sorted(layers):
        for box, lots in _boxes(layer, layers[layer], moved):
            graph.boxes[box.key] = box
            place.update(dict.fromkeys((lot.place for lot in lots), box.key))
    for link in trace.links:
        start, end = place[link.parent], place[link.child]
        if start != end:
            graph.arrows.add((start, end))
    _ship(graph, trace, place)
    graph.alt = _title(trace)
    return graph


def _moved(trace: Trace) -> dict[int, dict[str, Decimal]]:
    """What came out of each lot before, or into each lot after the one in question, by unit."""
    moved: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for link in trace.links:
        place = link.parent if trace.lots[link.child].level <= 0 else link.child
        if link.quantity:
            moved[place][link.uom] += Decimal(link.quantity)
    return moved


def _boxes(
    layer: int, lots: list[TracedLot], moved: dict[int, dict[str, Decimal]]
) -> Iterator[tuple[Box, Sequence[TracedLot]]]:
    lots.sort(key=lambda lot: (lot.facts["material"] or "", lot.facts["lot_id"]))
    if abs(layer) > FAR:
        far = f"{words.number(len(lots))} {words.plural(len(lots), 'lot')} further away"
        yield _fold(layer, far, lots, moved), lots
        return
    by_material: dict[str, list[TracedLot]] = defaultdict(list)
    for lot in lots:
        by_material[lot.facts["material"] or "material not known"].append(lot)
    if len(lots) <= SINGLE:
        for lot in lots:
            yield _single(lot, moved), (lot,)
        return
    ranked = sorted(by_material.items(), key=lambda item: (-len(item[1]), item[0]))
    kept = ranked if len(ranked) <= MATERIALS else ranked[: MATERIALS - 1]
    for material, some in kept:
        if len(some) == 1:
            yield _single(some[0], moved), some
        else:
            yield _fold(layer, f"{words.number(len(some))} lots", some, moved, material), some
    rest = [lot for _, some in ranked[len(kept) :] for lot in some]
    if rest:
        yield _fold(layer, f"{words.number(len(rest))} lots", rest, moved), rest


def _single(lot: TracedLot, moved: dict[int, dict[str, Decimal]]) -> Box:
    facts = lot.facts
    second = ", ".join(p for p in (lot.status, _amounts([lot], moved)) if p)
    return Box(
        key=facts["lot_id"],
        layer=lot.level,
        name=lot.name,
        lines=(facts["material"] or "material not known", second or facts["site"] or ""),
        kind="focus" if lot.level == 0 else "lot",
        has_gap=_is_troubled(lot),
        lots=(facts["lot_id"],),
    )


def _fold(
    layer: int, name: str, lots: list[TracedLot], moved: dict[int, dict[str, Decimal]],
    material: str = "",
) -> Box:  # fmt: skip
    materials = {lot.facts["material"] for lot in lots}
    marks = Counter(lot.status or "no status" for lot in lots)
    said = ", ".join(f"{n} {status}" for status, n in marks.most_common(3))
    return Box(
        key=f"fold {layer} {material or name}",
        layer=layer,
        name=name,
        lines=(
            material or words.counted(len(materials), "material"),
            _amounts(lots, moved) or said,
        ),
        kind="fold",
        has_gap=any(_is_troubled(lot) for lot in lots),
        lots=tuple(lot.facts["lot_id"] for lot in lots),
    )


def _amounts(lots: list[TracedLot], moved: dict[int, dict[str, Decimal]]) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for lot in lots:
        for uom, amount in moved.get(lot.place, {}).items():
            sums[uom] += amount
    return ", ".join(words.quantity(amount, uom) for uom, amount in sorted(sums.items()))


def _is_troubled(lot: TracedLot) -> bool:
    failed = any(result["verdict"] == "fail" for result in lot.facts["results"])
    still = any(not record["closed_at"] for record in lot.facts["quality"])
    return failed or still or lot.status in _TROUBLE


def _ship(graph: Graph, trace: Trace, place: dict[int, str]) -> None:
    shipped: dict[str, set[str]] = defaultdict(set)
    for lot in trace.lots.values():
        if lot.level >= 0 and "down" in trace.directions:
            shipped[place[lot.place]] |= {s["shipment"] or "?" for s in lot.facts["shipments"]}
    for key, shipments in shipped.items():
        if shipments:
            count = len(shipments)
            name = f"{words.number(count)} {words.plural(count, 'shipment')}"
            layer = graph.boxes[key].layer + 1
            box = Box(key=f"shipped {key}", layer=layer, name=name, kind="shipment")
            graph.boxes[box.key] = box
            graph.arrows.add((key, box.key))


def _title(trace: Trace) -> str:
    when = f", as of {trace.as_of:%Y-%m-%d %H:%M} UTC" if trace.as_of else ""
    before, after = len(trace.before()), len(trace.after())
    return (
        f"Lot {trace.lot.name} of {trace.lot.facts['material'] or 'a material not known'}: "
        f"{words.counted(before, 'lot')} before it, {words.counted(after, 'lot')} after it{when}"
    )


def _legend() -> str:
    return (
        "▲ failed result, open quality record, or not released. Amounts are those of the records "
        "out of a lot before or into a lot after this one; nothing is pro-rated."
    )

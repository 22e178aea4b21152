"""The genealogy of a lot as a picture from left to right: who stands where, and what it says.

Lots lie in layers by their distance from the lot in question; a layer that is too long is folded
into one box that counts what it holds. Drawing is left to ``templates/partials/genealogy.svg.j2``;
full traces are left to ``lotproof.evidence.lots``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UP, DOWN, SHOWN, FAR = 2, 2, 6, 4
"""Levels drawn before and after a lot, boxes in a layer before it is folded, levels of a recall."""

_LOTS = """
with related as (
    select record_key, 0 as layer from lots where is_current and lot_id = ?
    union all
    select ancestor_key, -min(depth) from link_pairs
    where descendant_key = (select record_key from lots where is_current and lot_id = ?)
        and ancestor_key <> descendant_key
    group by ancestor_key
    union all
    select descendant_key, min(depth) from link_pairs
    where ancestor_key = (select record_key from lots where is_current and lot_id = ?)
        and ancestor_key <> descendant_key
    group by descendant_key
)
select
    lots.lot_id, lots.lot_number, materials.name as material, min(related.layer) as layer,
    coalesce(bool_or(verdict_list.state = 'gap'), false) as has_gap,
    (
        select count(distinct events.shipment_id) from events
        where events.is_current and events.lot_id = lots.lot_id
            and events.event_type = 'shipment' and events.shipment_id is not null
    ) as shipments,
    (
        select sum(events.quantity) from events
        where events.is_current and events.lot_id = lots.lot_id
            and events.event_type in ('receipt', 'finished_goods', 'intermediate_output')
    ) as made,
    (
        select min(events.uom) from events
        where events.is_current and events.lot_id = lots.lot_id
            and events.event_type in ('receipt', 'finished_goods', 'intermediate_output')
        having count(distinct events.uom) = 1
    ) as made_uom
from related
join lots on lots.record_key = related.record_key and lots.is_current
left join materials on materials.material_id = lots.material_id and materials.is_current
left join verdict_list
    on verdict_list.subject_type = 'lot' and verdict_list.subject_key = lots.record_key
        and verdict_list.period = ?
group by all
order by layer, has_gap desc, lots.lot_number, lots.lot_id
"""

_LINKS = """
select
    parent_lot_id as parent, child_lot_id as child, uom,
    case when count(quantity) = count(*) then sum(quantity) end as quantity
from lot_links
where is_current and parent_lot_id in (select unnest(?)) and child_lot_id in (select unnest(?))
    and parent_lot_id <> child_lot_id
group by all
order by all
"""


@dataclass(slots=True)
class Box:
    """A box of the picture: a lot, a fold of lots, or the deliveries of a lot."""

    key: str
    layer: int
    name: str
    lines: tuple[str, ...] = ()
    kind: str = "lot"
    has_gap: bool = False
    lots: tuple[str, ...] = ()


@dataclass(slots=True)
class Graph:
    """Boxes and arrows before they are laid out."""

    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: set[tuple[str, str]] = field(default_factory=set)
    note: str = ""
    alt: str = ""


def compose_genealogy(con: DuckDBPyConnection, lot_id: str, period: str) -> Graph:
    """The lots around one lot, folded where there are many.

    Args:
        con: the warehouse.
        lot_id: the lot in question.
        period: the month whose gaps are marked.
    """
    return _composed(con, lot_id, period, (UP, DOWN), _layer)


def compose_recalled(con: DuckDBPyConnection, lot_id: str, period: str) -> Graph:
    """The same further on, lots of one material folded: all that a recall concerns.

    Args:
        con: the warehouse.
        lot_id: the lot recalled.
        period: the month whose gaps are marked.
    """
    graph = _composed(con, lot_id, period, (1, FAR), _by_material)
    graph.alt = _told_by_level(graph)
    return graph


def _told_by_level(graph: Graph) -> str:
    """What the boxes say, level by level, with names in full."""
    layers: dict[int, list[str]] = defaultdict(list)
    for box in graph.boxes.values():
        known = ", ".join(line for line in box.lines if line)
        layers[box.layer].append(f"{box.name}{f' ({known})' if known else ''}")
    said = []
    for layer, boxes in sorted(layers.items()):
        side = "before" if layer < 0 else "after"
        where = (
            f"{words.capital(words.counted(abs(layer), 'step'))} {side} it" if layer else "The lot"
        )
        said.append(f"{where}: {'; '.join(boxes)}.")
    return " ".join(said)


def _composed(
    con: DuckDBPyConnection, lot_id: str, period: str, levels: tuple[int, int],
    fold: Callable[[list[Row], list[Row], str], list[Box]],
) -> Graph:  # fmt: skip
    found = reading.rows(con, _LOTS, lot_id, lot_id, lot_id, period)
    up, down = levels
    near = [row for row in found if -up <= row["layer"] <= down]
    ids = [row["lot_id"] for row in near]
    links = reading.rows(con, _LINKS, ids, ids)
    graph = _graph(near, links, lot_id, fold)
    graph.note = _note(found, near)
    graph.alt = _alt(near, links, lot_id)
    return graph


def _graph(
    near: list[Row], links: list[Row], lot_id: str,
    fold: Callable[[list[Row], list[Row], str], list[Box]],
) -> Graph:  # fmt: skip
    graph = Graph()
    place: dict[str, str] = {}
    for layer in sorted({row["layer"] for row in near}):
        for box in fold([row for row in near if row["layer"] == layer], links, lot_id):
            graph.boxes[box.key] = box
            place.update(dict.fromkeys(box.lots, box.key))
    for link in links:
        start, end = place[link["parent"]], place[link["child"]]
        if start != end:
            graph.arrows.add((start, end))
    _deliver(graph, near, place)
    return graph


def _layer(rows: list[Row], links: list[Row], lot_id: str) -> list[Box]:
    shown = rows if len(rows) <= SHOWN else rows[: SHOWN - 1]
    folded = rows[len(shown) :]
    boxes = [
        Box(
            key=row["lot_id"],
            layer=row["layer"],
            name=row["lot_number"] or row["lot_id"],
            lines=(row["material"] or "material not known", _amount(row, links)),
            kind="focus" if row["lot_id"] == lot_id else "lot",
            has_gap=row["has_gap"],
            lots=(row["lot_id"],),
        )
        for row in shown
    ]
    if folded:
        materials = {row["material"] for row in folded}
        boxes.append(
            Box(
                key=f"fold {folded[0]['layer']}",
                layer=folded[0]["layer"],
                name=f"{words.number(len(folded))} more {words.plural(len(folded), 'lot')}",
                lines=(
                    (materials.pop() or "material not known")
                    if len(materials) == 1
                    else f"{words.number(len(materials))} materials",
                    "",
                ),
                kind="fold",
                has_gap=any(row["has_gap"] for row in folded),
                lots=tuple(row["lot_id"] for row in folded),
            )
        )
    return boxes


def _by_material(rows: list[Row], links: list[Row], lot_id: str) -> list[Box]:
    """A layer of few lots as they are, else a box for each material, the largest first."""
    if len(rows) <= SHOWN:
        return _layer(rows, links, lot_id)
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["material"] or "material not known"].append(row)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    rest = [row for _, some in ranked[SHOWN - 1 :] for row in some] if len(ranked) > SHOWN else []
    kept = ranked[: SHOWN - 1] if rest else ranked
    boxes = []
    for material, some in kept:
        boxes += _layer(some, links, lot_id) if len(some) == 1 else [_fold(material, some, links)]
    return boxes + ([_fold(f"{len(ranked) - SHOWN + 1} materials", rest, links)] if rest else [])


def _fold(said: str, rows: list[Row], links: list[Row]) -> Box:
    sums: dict[str | None, Decimal | None] = {}
    for row in rows:
        for uom, amount in _amounts(row, links).items():
            before = sums.get(uom, Decimal(0))
            sums[uom] = None if before is None or amount is None else before + amount
    return Box(
        key=f"fold {rows[0]['layer']} {said}",
        layer=rows[0]["layer"],
        name=f"{words.number(len(rows))} lots",
        lines=(said, ", ".join(words.quantity(amount, uom) for uom, amount in sums.items())),
        kind="fold",
        has_gap=any(row["has_gap"] for row in rows),
        lots=tuple(row["lot_id"] for row in rows),
    )


def _amount(row: Row, links: list[Row]) -> str:
    """What went out of a lot before the one in question, or into a lot after it, by unit.

    For the lot itself: what was received or made of it.
    """
    if row["layer"] == 0:
        known = row["made"] is not None and row["made_uom"] is not None
        return words.quantity(row["made"], row["made_uom"]) if known else ""
    return ", ".join(words.quantity(amount, unit) for unit, amount in _amounts(row, links).items())


def _amounts(row: Row, links: list[Row]) -> dict[str | None, Decimal | None]:
    """By unit; none where a link does not say how much."""
    side = "parent" if row["layer"] < 0 else "child"
    by_unit: dict[str | None, Decimal | None] = {}
    for link in links:
        if link[side] == row["lot_id"]:
            before, more = by_unit.get(link["uom"], Decimal(0)), link["quantity"]
            by_unit[link["uom"]] = None if before is None or more is None else before + more
    return by_unit


def _deliver(graph: Graph, near: list[Row], place: dict[str, str]) -> None:
    shipped: dict[str, int] = defaultdict(int)
    for row in near:
        if row["shipments"]:
            shipped[place[row["lot_id"]]] += row["shipments"]
    for key, count in shipped.items():
        box = Box(
            key=f"shipped {key}",
            layer=graph.boxes[key].layer + 1,
            name=f"{words.number(count)} {words.plural(count, 'shipment')}",
            kind="shipment",
        )
        graph.boxes[box.key] = box
        graph.arrows.add((key, box.key))


def _note(found: list[Row], near: list[Row]) -> str:
    hidden = len(found) - len(near)
    folded = hidden and f"{words.capital(words.counted(hidden, 'lot'))} further away "
    if not folded:
        return ""
    return (
        f"{folded}{words.plural(hidden, 'is', 'are')} not drawn; see data/evidence/lot_links.csv."
    )


def _alt(near: list[Row], links: list[Row], lot_id: str) -> str:
    names = {row["lot_id"]: row["lot_number"] or row["lot_id"] for row in near}
    materials = {row["lot_id"]: row["material"] for row in near}
    into = [link for link in links if link["child"] == lot_id]
    out = [link for link in links if link["parent"] == lot_id]
    shipments = sum(row["shipments"] for row in near if row["layer"] >= 0)
    parts = [f"Lot {names.get(lot_id, lot_id)}"]
    parts.append(
        f"was made from {_some(into, 'parent', names, materials)}"
        if into
        else "has no lot before it"
    )
    onward = _some(out, "child", names, materials)
    parts.append(f"went into {onward}" if out else "went into no other lot")
    said = f"{parts[0]} {words.listed(parts[1:])}."
    count = words.capital(words.counted(shipments, "shipment"))
    return f"{said} {count} of it or of what was made from it."


def _some(
    links: list[Row], side: str, names: dict[str, str], materials: dict[str, str | None]
) -> str:
    """Lots by number, each with its material and how much of it."""
    said = [
        f"{names[link[side]]} ({', '.join(part for part in known if part)})"
        for link in links[:6]
        for known in [(materials[link[side]], words.quantity(link["quantity"], link["uom"]))]
    ]
    if len(links) > 6:
        rest = len(links) - 6
        said.append(f"{words.number(rest)} more {words.plural(rest, 'lot')}")
    return words.listed(said)

"""What is broken in a chain, as a list for whoever mends the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .chains import LinkFacts


@dataclass(frozen=True, slots=True)
class Repair:
    """One fault of a chain.

    Attributes:
        fault: cycle, self_loop, unsent_lot, nameless_end, no_quantity, no_time, no_origin.
        lot_id: the lot it is found at.
        sentence: what is wrong and what would mend it.
        records: rows it shows in.
    """

    fault: str
    lot_id: str
    sentence: str
    records: tuple[str, ...] = ()


def repairs_of(
    lots: Mapping[int, Mapping[str, Any]], levels: Mapping[int, int], links: Sequence[LinkFacts]
) -> tuple[Repair, ...]:
    """Everything broken among the lots and links of a trace.

    Args:
        lots: facts of each lot, by place.
        levels: links away from the lot in question, by place.
        links: the links between them.
    """
    found = [
        *_cycles(lots, links),
        *_lots(lots),
        *_origins(lots, levels, links),
        *_links(lots, links),
    ]
    return tuple(found)


def _cycles(
    lots: Mapping[int, Mapping[str, Any]], links: Sequence[LinkFacts]
) -> Iterator[Repair]:  # fmt: skip
    records: dict[tuple[int, int], str] = {(x.parent, x.child): x.record_id for x in links}
    for ring in rings(lots, [(link.parent, link.child) for link in links]):
        names = sorted(lots[place]["lot_id"] for place in ring)
        rows = tuple(sorted(r for (a, b), r in records.items() if a in ring and b in ring))
        if len(ring) == 1:
            said = f"{names[0]} is linked to itself; one of its ends is another lot"
            yield Repair("self_loop", names[0], said, rows)
        else:
            said = (
                f"{len(ring)} lots are made from each other ({', '.join(names[:6])}"
                f"{', …' if len(names) > 6 else ''}); one of these links is the wrong way round"
            )
            yield Repair("cycle", names[0], said, rows)


def rings(
    lots: Mapping[int, object], links: Sequence[tuple[int, int]]
) -> list[frozenset[int]]:  # fmt: skip
    """Sets of lots that reach each other, and lots linked to themselves.

    Strongly connected components: of two sweeps, one along the links for the order in which lots
    are left, one against them in the opposite order (Kosaraju; Sharir, 1981).

    Args:
        lots: by place.
        links: parent and child of each link.
    """
    after: dict[int, list[int]] = {place: [] for place in lots}
    before: dict[int, list[int]] = {place: [] for place in lots}
    for parent, child in links:
        after[parent].append(child)
        before[child].append(parent)
    selves = {parent for parent, child in links if parent == child}
    met: set[int] = set()
    left = [place for root in after for place in _left(root, after, met)]
    met = set()
    parts = [frozenset(_left(root, before, met)) for root in reversed(left)]
    return [part for part in parts if len(part) > 1 or part & selves]


def _left(root: int, near: Mapping[int, Sequence[int]], met: set[int]) -> list[int]:
    """Lots reached from one and not met before, in the order in which a deep walk leaves them."""
    if root in met:
        return []
    met.add(root)
    found, work = [], [(root, iter(near[root]))]
    while work:
        place, rest = work[-1]
        fresh = next((p for p in rest if p not in met), None)
        if fresh is None:
            found.append(place)
            work.pop()
        else:
            met.add(fresh)
            work.append((fresh, iter(near[fresh])))
    return found


def _lots(lots: Mapping[int, Mapping[str, Any]]) -> Iterator[Repair]:
    for facts in lots.values():
        name = facts["lot_id"]
        if facts["is_implied"]:
            yield Repair(
                "unsent_lot", name, f"links name {name}, but no source sends that lot: send it"
            )
        if facts["nameless"]:
            yield Repair(
                "nameless_end", name,
                f"{facts['nameless']} links of {name} do not say their other lot",
            )  # fmt: skip


def _origins(
    lots: Mapping[int, Mapping[str, Any]], levels: Mapping[int, int], links: Sequence[LinkFacts]
) -> Iterator[Repair]:
    """Ends of the chain upwards that are neither received nor from a named supplier."""
    have_parents = {link.child for link in links}
    for place, facts in lots.items():
        if levels[place] > 0 or place in have_parents or facts["is_implied"]:
            continue
        received = any(move["what"] == "receipt" for move in facts["moves"])
        if levels[place] < 0 and not received and not facts["supplier_id"]:
            name = facts["lot_id"]
            yield Repair(
                "no_origin", name,
                f"the chain ends at {name}, which was neither made from a lot nor received: "
                "record what it was made from, or its receipt",
            )  # fmt: skip


def _links(
    lots: Mapping[int, Mapping[str, Any]], links: Sequence[LinkFacts]
) -> Iterator[Repair]:  # fmt: skip
    for link in links:
        ends = f"{lots[link.parent]['lot_id']} → {lots[link.child]['lot_id']}"
        name = lots[link.child]["lot_id"]
        if not link.quantity:
            said = f"{ends} says no quantity: record it, or the balance stays open"
            yield Repair("no_quantity", name, said, (link.record_id,))
        if not link.at:
            said = f"{ends} says no time: it is followed as of any date"
            yield Repair("no_time", name, said, (link.record_id,))

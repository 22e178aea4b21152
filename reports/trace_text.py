"""A trace as a tree for people: every lot with its links, status, results, papers, deliveries.

A lot that stands in the tree already is named again without what is behind it; many lots of one
material under one lot are folded into a line that counts them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ..evidence.lots.chains import LinkFacts
from ..evidence.lots.trace import Trace, TracedLot
from . import words

FOLD = 8
"""More lots of one material than this under one lot are folded."""

_Near = Mapping[int, list[tuple[int, list[LinkFacts]]]]


def as_text(trace: Trace, *, unfolded: bool = False) -> str:
    """The trace as a tree.

    Args:
        trace: the trace.
        unfolded: every lot on its own line.
    """
    lines = [*_head(trace), ""]
    for direction, title in (("up", "Made from"), ("down", "Went into")):
        if direction not in trace.directions:
            continue
        side = trace.before() if direction == "up" else trace.after()
        lines.append(f"{title}: {_summary(side)}")
        tree = _Tree(trace, _near(trace, direction), unfolded=unfolded)
        lines += tree.below(trace.lot.place, "  ")
        lines.append("")
    lines += _deliveries(trace)
    lines += _repairs(trace)
    lines.append("Quantities are those of the records; nothing is pro-rated.")
    return "\n".join(lines) + "\n"


def _head(trace: Trace) -> Iterator[str]:
    lot = trace.lot
    f = lot.facts
    when = f", as of {trace.as_of:%Y-%m-%d %H:%M} UTC" if trace.as_of else ""
    yield f"Lot {lot.name} of {f['material'] or 'a material not known'} ({f['lot_id']}){when}"
    yield from _moment(trace)
    known = (
        ("site", f["site"]), ("supplier", f["supplier"] or f["supplier_id"]),
        ("supplier's lot", f["supplier_lot"]), ("code", f["tlc"]), ("expires", f["expires_at"]),
    )  # fmt: skip
    yield "  " + " · ".join(f"{name} {value}" for name, value in known if value)
    said = _said(lot)
    if said:
        yield f"  {said}"
    for record in f["quality"]:
        yield f"  {_quality(record)}"
    for box in f["containers"]:
        until = f" until {_day(box['until'])}" if box["until"] else ""
        yield f"  in container {box['container']} from {_day(box['at'])}{until}"


def _moment(trace: Trace) -> Iterator[str]:
    """What the moment asked for means for the answer."""
    first = trace.lot.first_at
    if trace.as_of and first > f"{trace.as_of:%Y-%m-%dT%H:%M:%SZ}":
        yield f"  Not there yet: first heard of on {_day(first)}."
    if trace.known:
        said = f"  By what sources had recorded by {trace.known.at:%Y-%m-%d %H:%M} UTC"
        left = words.counted(trace.known.untold, "row")
        yield said + (
            f"; {left} that do not say when they were recorded are left out."
            if trace.known.untold else "."
        )  # fmt: skip


def _while(lot: TracedLot, at: str | None) -> str:
    """The status of a lot when it was used, where that is worth a word."""
    if not at or not lot.facts["statuses"]:
        return ""
    then = lot.status_at(at)
    if then == "released" and lot.status in {"released", ""}:
        return ""
    mark = "" if then == "released" else "▲ "
    return f" {mark}while {then or 'without a status'}"


def _summary(side: list[TracedLot]) -> str:
    if not side:
        return "no other lot"
    levels = max(abs(lot.level) for lot in side)
    direct = sum(abs(lot.level) == 1 for lot in side)
    sites = sorted({lot.facts["site"] or "?" for lot in side})
    lots = words.counted(len(side), "lot")
    if direct == len(side):
        return f"{lots}, directly; sites {', '.join(sites)}"
    return (
        f"{lots}, {words.count_word(direct)} of them directly, "
        f"{words.counted(levels, 'level')} far; sites {', '.join(sites)}"
    )


def _near(trace: Trace, direction: str) -> _Near:
    found: dict[int, dict[int, list[LinkFacts]]] = defaultdict(lambda: defaultdict(list))
    for link in trace.links:
        here, there = (link.child, link.parent) if direction == "up" else (link.parent, link.child)
        found[here][there].append(link)
    return {
        place: sorted(others.items(), key=lambda item: _order(trace, item[0]))
        for place, others in found.items()
    }


def _order(trace: Trace, place: int) -> tuple[str, str]:
    facts = trace.lots[place].facts
    return facts["material"] or "", facts["lot_id"]


class _Tree:
    """Writes the lots behind a lot; knows which it wrote before."""

    def __init__(self, trace: Trace, near: _Near, *, unfolded: bool) -> None:
        self._trace, self._near, self._unfolded = trace, near, unfolded
        self._met = {trace.lot.place}

    def below(self, place: int, indent: str) -> Iterator[str]:
        """The lines behind a lot, each with those behind it; without recursion, however deep."""
        work = [(indent, iter(self._entries((place,))))]
        while work:
            indent, rest = work[-1]
            entry = next(rest, None)
            if entry is None:
                work.pop()
                continue
            line, behind, is_last = entry
            yield f"{indent}{'└─' if is_last else '├─'} {line}"
            if behind:
                more = f"{indent}{'   ' if is_last else '│  '}"
                work.append((more, iter(self._entries(behind))))

    def _entries(self, places: tuple[int, ...]) -> list[tuple[str, tuple[int, ...], bool]]:
        """What stands behind one lot, or behind lots that are folded into one line."""
        merged: dict[int, list[LinkFacts]] = defaultdict(list)
        for place in places:
            for other, links in self._near.get(place, []):
                merged[other] += links
        others = sorted(merged.items(), key=lambda item: _order(self._trace, item[0]))
        counts = Counter(self._trace.lots[p].facts["material"] for p, _ in others)
        folded: dict[str | None, list[tuple[int, list[LinkFacts]]]] = defaultdict(list)
        found: list[tuple[str, tuple[int, ...]]] = []
        for other, links in others:
            material = self._trace.lots[other].facts["material"]
            if counts[material] > FOLD and not self._unfolded:
                folded[material].append((other, links))
            else:
                found.append(self._entry(other, links))
        found += [self._fold(name, rows) for name, rows in folded.items()]
        return [(line, behind, n == len(found)) for n, (line, behind) in enumerate(found, 1)]

    def _entry(self, place: int, links: list[LinkFacts]) -> tuple[str, tuple[int, ...]]:
        lot = self._trace.lots[place]
        line = f"{lot.name} · {lot.facts['material'] or 'material not known'}"
        line += f" · {_how(links)}{self._then(links)}"
        if place in self._met:
            return (f"{line} (stands above)" if self._near.get(place) else line), ()
        self._met.add(place)
        said = _said(lot)
        return f"{line}{f' · {said}' if said else ''}", (place,)

    def _then(self, links: list[LinkFacts]) -> str:
        """What status the lots had that were used."""
        said = (_while(self._trace.lots[link.parent], link.at) for link in links)
        return ",".join(dict.fromkeys(word for word in said if word))

    def _fold(
        self, material: str | None, rows: list[tuple[int, list[LinkFacts]]]
    ) -> tuple[str, tuple[int, ...]]:
        links = [link for _, some in rows for link in some]
        fresh = tuple(place for place, _ in rows if place not in self._met)
        self._met.update(fresh)
        marks = Counter(self._trace.lots[place].status or "no status" for place, _ in rows)
        said = ", ".join(f"{n} {status}" for status, n in sorted(marks.items()))
        line = (
            f"{words.number(len(rows))} lots · {material or 'material not known'} · "
            f"{_how(links)} · {said} (--full lists them)"
        )
        return line, fresh


def _how(links: list[LinkFacts]) -> str:
    """How lots are linked: kinds, and quantities added up where they share a unit."""
    kinds = "+".join(sorted({link.kind for link in links if link.kind}))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for link in links:
        if link.quantity:
            sums[link.uom] += Decimal(link.quantity)
    amounts = [words.quantity(amount, uom) for uom, amount in sorted(sums.items())]
    unsaid = sum(not link.quantity for link in links)
    if unsaid:
        amounts.append("quantity not recorded" if unsaid == len(links) else f"{unsaid} without")
    days = sorted({_day(link.at) for link in links if link.at})
    when = "" if not days else f" {days[0]}" if len(days) == 1 else f" {days[0]} to {days[-1]}"
    return f"{kinds or 'linked'} {', '.join(amounts)}{when}"


def _said(lot: TracedLot) -> str:
    f = lot.facts
    parts = [lot.status] if lot.status else []
    if f["results"]:
        failed = sorted({r["characteristic"] for r in f["results"] if r["verdict"] == "fail"})
        results = words.counted(len(f["results"]), "result")
        parts.append(f"{results}, ▲ failed: {', '.join(failed)}" if failed else results)
    certificates = [d for d in f["documents"] if d["kind"] == "certificate_of_analysis"]
    if certificates:
        parts.append(f"certificate {', '.join(d['number'] for d in certificates[:3])}")
    if f["supplier"]:
        parts.append(f"from {f['supplier']}")
    parts += [_quality(record) for record in f["quality"][:3]]
    if f["shipments"]:
        parts.append(words.counted(len(f["shipments"]), "shipment"))
    parts += [f"{m['what']} {_day(m['at'])}" for m in f["moves"] if m["what"] != "receipt"][:2]
    return " · ".join(parts)


def _quality(record: Mapping[str, str | None]) -> str:
    state = "closed" if record["closed_at"] else "▲ open"
    return f"{record['kind']} {record['id']} ({state})"


def _deliveries(trace: Trace) -> Iterator[str]:
    rows = [
        (lot, shipment)
        for lot in trace.lots.values()
        if lot.level >= 0
        for shipment in lot.facts["shipments"]
    ]
    if "down" not in trace.directions:
        return
    shipments = {shipment["shipment"] for _, shipment in rows}
    customers = sorted({s["customer"] or s["customer_id"] or "not named" for _, s in rows})
    if not rows:
        yield "Shipped: nothing of it or of what was made from it"
        yield ""
        return
    yield (
        f"Shipped: {words.counted(len(shipments), 'shipment')} to "
        f"{words.counted(len(customers), 'customer')}"
    )
    for customer in customers:
        own = [
            (lot, s) for lot, s in rows
            if (s["customer"] or s["customer_id"] or "not named") == customer
        ]  # fmt: skip
        said = [
            f"{lot.name} {words.quantity(Decimal(s['quantity']) if s['quantity'] else None, s['uom'])}"  # noqa: E501
            f" {_day(s['at'])}{_while(lot, s['at'])}"
            for lot, s in own[:FOLD]
        ]
        more = f"; and {len(own) - FOLD} more" if len(own) > FOLD else ""
        yield f"  {customer}: {'; '.join(said)}{more}"
    yield ""


def _repairs(trace: Trace) -> Iterator[str]:
    if not trace.repairs:
        return
    yield f"To repair ({len(trace.repairs)}):"
    for repair in trace.repairs:
        yield f"  ▲ {repair.fault}: {repair.sentence}"
    yield ""


def _day(at: str | None) -> str:
    return at[:10] if at else "day not recorded"

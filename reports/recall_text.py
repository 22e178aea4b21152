"""A recall for people at a terminal, and for programs as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from ..evidence.lots.drills import PastDrill
from ..evidence.lots.ledger import LotBook
from ..evidence.lots.recall import Recall
from . import words
from .trace_formats import harmless

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the answer took, and how long it may take."""

    seconds: float
    target_hours: float

    @property
    def is_kept(self) -> bool:
        """Whether the target was kept."""
        return self.seconds <= self.target_hours * 3600


def accounted(books: Sequence[LotBook]) -> tuple[Decimal | None, int, int]:
    """Percent accounted for over the lots that were counted, how many those are, and of how many.

    Weighted by what came in; lots never counted are in no percentage.
    """
    sure = [b for b in books if b.accounted is not None]
    came = sum((b.came_in or Decimal(0) for b in sure), Decimal(0))
    off = sum((abs(b.difference or Decimal(0)) for b in sure), Decimal(0))
    return (100 * (1 - off / came) if came else None), len(sure), len(books)


def least_accounted(recall: Recall) -> tuple[Decimal | None, int, int]:
    """The lowest percent accounted for among the materials, lots counted, and lots concerned.

    Materials have units of their own, so no one percentage is made of all of them.
    """
    told = [accounted(some)[0] for _, _, some in recall.balance()]
    sure = [percent for percent in told if percent is not None]
    counted = sum(book.accounted is not None for book in recall.books)
    return (min(sure) if sure else None), counted, len(recall.books)


def as_text(recall: Recall, timing: Timing) -> str:
    """Everything a recall team asks first, in the order it asks."""
    lines = [
        f"Recall of {recall.question}, as recorded by {recall.at:%Y-%m-%d %H:%M} UTC",
        *_numbers(recall, timing),
        "",
        *_stock(recall),
        *_customers(recall),
        *_orders(recall),
        *_fate(recall),
        *_money(recall),
        "Proposals only: nothing was held, blocked or written in any source.",
    ]
    return "\n".join(lines) + "\n"


def _numbers(recall: Recall, timing: Timing) -> Iterator[str]:
    lots, asked = len(recall.books), words.counted(len(recall.start), "lot")
    made = lots - len(recall.start)
    sites = sorted({b.site_id or "?" for b in recall.books})
    yield (
        f"  {words.counted(lots, 'lot')} concerned ({asked} asked for, "
        f"{words.count_word(made) if made else 'none'} made from them), sites "
        f"{', '.join(sites)}"
    )
    sign = "●" if timing.is_kept else "▲"
    yield f"  {sign} answered in {timing.seconds:.1f} s; target {timing.target_hours:g} h"


def _stock(recall: Recall) -> Iterator[str]:
    left = recall.stock()
    yield f"In stock by the events: {words.counted(len(left), 'lot')}"
    groups: dict[tuple[str, str, str, str, str], list[LotBook]] = defaultdict(list)
    for book in left:
        key = (book.site_id or "?", book.status or "no status", book.location or "place not said",
               book.material or "?", book.uom or "")  # fmt: skip
        groups[key].append(book)
    for (site, status, place, material, uom), some in sorted(groups.items()):
        known = sum((b.book or Decimal(0) for b in some if b.is_known), Decimal(0))
        unsaid = sum(not b.is_known for b in some)
        more = f", {words.counted(unsaid, 'lot')} that cannot be summed" if unsaid else ""
        yield (
            f"  {site} · {status} · {place} · {material}: {words.quantity(known, uom)} in "
            f"{words.counted(len(some), 'lot')}{more}"
        )
    yield ""


def _customers(recall: Recall) -> Iterator[str]:
    shipments = {d.shipment_id for d in recall.deliveries}
    if not recall.deliveries:
        yield "Shipped: nothing"
        yield ""
        return
    people = customers(recall)
    yield (
        f"Shipped: {words.counted(len(shipments), 'shipment')} to "
        f"{words.counted(len(people), 'customer')}"
    )
    for customer in people:
        yield f"  {customer['name']} · {customer['phone'] or 'no telephone number recorded'}"
        yield f"    {customer['address'] or 'no address recorded'}"
        lines = customer["lines"]
        yield from (f"    {line}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield f"    and {len(lines) - SHOWN} more; --format csv lists them"
    yield ""


def customers(recall: Recall) -> list[dict[str, Any]]:
    """Whom to tell, with contact and what they got."""
    found: dict[str, dict[str, Any]] = {}
    numbers = {book.lot_id: book for book in recall.books}
    for d in recall.deliveries:
        key = d.customer_id or d.customer or "receiver not recorded"
        one = found.setdefault(
            key,
            {"customer_id": d.customer_id, "name": d.customer or key, "phone": d.phone,
             "address": d.address, "lines": [], "got": []},
        )  # fmt: skip
        book = numbers[d.lot_id]
        when = f"{d.shipped_at:%Y-%m-%d}" if d.shipped_at else "day not recorded"
        got = (book.lot_number or d.lot_id, book.material or "material not known",
               words.quantity(d.quantity, d.uom), d.shipment_id or "?", when)  # fmt: skip
        one["got"].append(got)
        one["lines"].append("lot {}, {}, {}, shipment {}, {}".format(*got))
    return list(found.values())


def _orders(recall: Recall) -> Iterator[str]:
    if not recall.orders:
        yield "Orders in progress: none is recorded that makes or was given these lots"
    else:
        yield f"Orders in progress, to be stopped: {len(recall.orders)}"
    for order in recall.orders:
        yield f"  {order.order_id} at {order.site_id} · makes {order.lot_id or order.material_id}"
    yield ""


def _fate(recall: Recall) -> Iterator[str]:
    yield "Mass balance, by material (base units, as recorded)"
    for material, uom, some in recall.balance():
        known = [b for b in some if b.is_known]
        sums = {
            name: sum((getattr(b, name) or Decimal(0) for b in known), Decimal(0))
            for name in ("came_in", "consumed", "shipped", "returned", "disposed", "sampled",
                         "transferred", "adjusted", "book")
        }  # fmt: skip
        said = [f"in {words.number(sums['came_in'])}"]
        said += [
            f"{name.replace('_', ' ').replace('book', 'left')} {words.number(amount)}"
            for name, amount in sums.items()
            if amount and name != "came_in"
        ]
        percent, counted, of = accounted(some)
        proof = (
            f"{percent:.2f} % accounted for by counts of {counted} of {of}"
            if percent is not None
            else "? not counted, so what is left is not proven"
        )
        yield f"  {material} ({len(some)}) [{uom or 'no unit'}]: {', '.join(said)} · {proof}"
    yield ""


def _money(recall: Recall) -> Iterator[str]:
    yield "Exposure, by currency"
    for one in recall.money:
        amount = f"{one.amount:,.2f} {one.currency}" if one.amount is not None else "–"
        yield f"  {one.kind.replace('_', ' ')}: {amount} ({one.basis})"
    yield ""


def drill_trend(past: Sequence[PastDrill], target_hours: float) -> Iterator[str]:
    """Past drills, oldest first, with how long each took against the target of today."""
    yield f"Drills so far: {len(past)}"
    longest = max((drill.hours or 0 for drill in past), default=0) or 1
    for drill in past:
        if drill.hours is None:
            yield f"  {drill.at:%Y-%m-%d} ? not closed  {drill.subject}"
            continue
        sign = "●" if drill.hours <= target_hours else "▲"
        bar = "█" * max(1, round(10 * drill.hours / longest))
        yield (
            f"  {drill.at:%Y-%m-%d} {sign} {_duration(drill.hours):>8} {bar:<10} {drill.subject}"
            f"{f' · {drill.said}' if drill.said else ''}"
        )
    hours = sorted(drill.hours for drill in past if drill.hours is not None)
    if hours:
        kept = sum(h <= target_hours for h in hours)
        yield (
            f"  median {_duration(median(hours))}, longest {_duration(hours[-1])}; "
            f"{kept} of {len(hours)} within {target_hours:g} h"
        )


def _duration(hours: float) -> str:
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{60 * hours:.1f} min" if hours >= 1 / 60 else f"{3600 * hours:.0f} s"


def as_json(recall: Recall, timing: Timing) -> str:
    """The whole recall."""
    percent, counted, of = least_accounted(recall)
    told = {
        "question": recall.question,
        "as_of": recall.at,
        "asked_for": list(recall.start),
        "answered_in_seconds": round(timing.seconds, 3),
        "target_hours": timing.target_hours,
        "target_kept": timing.is_kept,
        "accounted_percent": percent,
        "lots_counted": counted,
        "lots_concerned": of,
        "balance": [_balanced(*group) for group in recall.balance()],
        "lots": [
            {**asdict(b), "level": recall.levels[b.lot_id], "accounted_percent": b.accounted}
            for b in recall.books
        ],
        "by_status": Counter(b.status or "no status" for b in recall.books),
        "deliveries": [asdict(d) for d in recall.deliveries],
        "orders_in_progress": [asdict(o) for o in recall.orders],
        "exposure": [asdict(m) for m in recall.money],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _balanced(material: str, uom: str, some: list[LotBook]) -> dict[str, Any]:
    percent, counted, of = accounted(some)
    return {"material": material, "uom": uom, "accounted_percent": percent,
            "lots_counted": counted, "lots": of}  # fmt: skip


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    raise TypeError(type(value).__name__)


def table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> str:
    """Rows as CSV that no spreadsheet takes for formulas."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [row[name] for name in columns]
        writer.writerow(
            harmless(_plain(c) if isinstance(c, Decimal | datetime) else c) for c in cells
        )
    return written.getvalue()


def as_csv(recall: Recall) -> str:
    """A row for each lot concerned, with its book."""
    rows = [
        {**asdict(b), "level": recall.levels[b.lot_id], "accounted_percent": b.accounted}
        for b in recall.books
    ]
    return table(rows, list(rows[0]) if rows else ["lot_id"])

"""The check shapes `retained` and `attested`: nothing is disposed of too early; someone states.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .changes import GONE, changed_record, changes_of, lots_of, spoken_of
from .conditions import holds
from .instants import Instant, exactly, happened, later, not_after
from .items import per_anchor
from .kinds import Thing, context_of, records, wanted, when
from .subjects import Anchor, Case, anchors, birth_of, phrase, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, negation
from .world import NULL, PRECISION, Row, Where

Check = Mapping[str, Any]
Judged = tuple[int, str | None]
_UNTIL = re.compile(r"(?P<of>.+?)(?: \+ (?P<add>\d+ [a-z]+))?")
_OWN_TIMES = {"lots": "manufactured_at", "orders": "completed_at", "shipments": "shipped_at"}
_LEGAL_HOLD = {"quality_record.kind": "legal_hold"}


# --- retained -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Disposal:
    """What was disposed of, and when."""

    item: Anchor
    at: Instant | None


def retained(check: Check, case: Case) -> list[Item]:
    """Nothing is disposed of before the latest of some dates, nor while a hold is open."""
    disposals = list(_disposals(check, case))
    if not disposals and "retained" in check:
        doubt = case.doubt("changes")
        anchor = subject_anchor(case)
        return [Item(UNKNOWN if doubt else HOLDS, doubt, anchor.moment, anchor.record)]
    items = []
    for disposal in disposals:

        def judge(anchor: Anchor, at: Instant | None = disposal.at) -> Item:
            truth, code = _kept(check, case, anchor, at)
            return Item(truth, code, at.low if at else None, anchor.record)

        items += per_anchor(check, [disposal.item], judge)
    return items


def _disposals(check: Check, case: Case) -> Iterator[_Disposal]:
    if "disposed" in check:
        for anchor in anchors(case, check["disposed"]):
            yield _Disposal(anchor, anchor.at)
        return
    of = wanted(check["retained"])
    for change in changes_of(case.world, case.subject.table, case.subject.row, (of.spec.table,)):
        is_gone = (change.get("field") or "").lower() == "record" and (
            change.get("new_value") or ""
        ).lower() in GONE
        row = changed_record(case.world, change)
        if is_gone and row is not None and case.may_be_in_period("change", change):
            if of.types and row.get("event_type") not in of.types:
                continue
            context = context_of(case.world, of.kind, row)
            if holds(check.get("when", {}), context) != FAILS:
                at = happened(change)
                yield _Disposal(Anchor(of.spec.table, row, context, at), at)


def _kept(check: Check, case: Case, item: Anchor, at: Instant | None) -> Judged:
    if at is None:
        return UNKNOWN, NULL
    held = _held(check, case, item, at)
    if held == HOLDS:
        return FAILS, "mismatch"
    dates = [found for text in check["until"] for found in _date(case, item, text)]
    order = [not_after(date, at) for date, _ in dates if date is not None]
    if FAILS in order:
        return FAILS, "missing"
    doubts = {code for date, code in dates if date is None and code}
    if doubts or not dates:
        return UNKNOWN, min(doubts, default=NULL)
    if UNKNOWN in order or held == UNKNOWN:
        return UNKNOWN, PRECISION
    return HOLDS, None


def _date(case: Case, item: Anchor, text: str) -> Iterator[tuple[Instant | None, str | None]]:
    """The date that an expression names, or why it is not known; nothing where there is none."""
    found = _UNTIL.fullmatch(text)
    assert found is not None, text
    for start, code in _start(case, item, found["of"]):
        yield (start.shifted(found["add"]) if start and found["add"] else start), code


def _start(case: Case, item: Anchor, of: str) -> Iterator[tuple[Instant | None, str | None]]:
    if of.partition(" ")[0] in {"first", "last"}:
        yield from _event(case, item, of)
    elif of.startswith("products."):
        yield from _products(case, item, of.partition(".")[2])
    elif of == "record":
        column = _OWN_TIMES.get(item.table)
        date = exactly(item.row.get(column)) if column else _time_of(item)
        yield date, None if date else NULL
    else:
        date = exactly(item.context.value(of))
        yield date, None if date else NULL


def _time_of(item: Anchor) -> Instant | None:
    """When the record of an item was."""
    return when(item.context.own, item.row)


def _event(case: Case, item: Anchor, text: str) -> Iterator[tuple[Instant | None, str | None]]:
    asked = phrase(text)
    lots = _lots(case, item)
    things = [Thing("lots", {"lot_id": lot}) for lot in lots]
    times = [happened(row) for thing in things for row in records(case.world, thing, asked.what)]
    known = [time for time in times if time is not None]
    if not lots or None in times:
        yield None, NULL
    if known:
        choose = min if asked.take == "first" else max
        low, high = choose(time.low for time in known), choose(time.high for time in known)
        yield Instant(low, high), None
    elif lots and not times:
        doubt = _unseen(case, item, lots, asked.what.types)
        if doubt:
            yield None, doubt


def _lots(case: Case, item: Anchor) -> set[str]:
    """The lots that what was disposed of belongs to."""
    return {lot for lot in lots_of(case.world, item.row) if case.world.one("lots", lot)}


def _unseen(case: Case, item: Anchor, lots: set[str], types: tuple[str, ...]) -> str | None:
    """Why it is not sure that the lots never had such an event; of a document, of any lot."""
    site, (start, end) = case.subject.site["site_id"], case.month
    births = [birth_of(case.world, lot) for lot in lots]
    for birth in births:
        start = min(birth or datetime.min, start)  # noqa: DTZ901
    named = frozenset() if item.table == "documents" else frozenset(lots)
    return case.world.doubt("events", Where(site, (start, end), named), types)


def _products(case: Case, item: Anchor, column: str) -> Iterator[tuple[Instant | None, str | None]]:
    lots = _lots(case, item)
    if not lots:
        yield None, NULL
        return
    values = []
    for product in set().union(*(_descendants(case, lot) for lot in lots)):
        row = case.world.one("lots", product)
        context = context_of(case.world, "lot", row) if row else None
        if context and context.value("material.class") == "finished":
            values.append(context.value(f"lot.{column}"))
    where = Where(case.subject.site["site_id"], case.month, frozenset())
    doubt = case.world.doubt("lot_links", where)
    if None in values:
        yield None, NULL
    elif doubt:
        yield None, doubt
    if any(values):
        yield exactly(max(value for value in values if value is not None)), None


def _descendants(case: Case, lot: str) -> set[str]:
    reached, waiting = {lot}, [lot]
    while waiting:
        parent = waiting.pop()
        for link in case.world.rows("lot_links"):
            child = link.get("child_lot_id")
            if link.get("parent_lot_id") == parent and child is not None and child not in reached:
                reached.add(child)
                waiting.append(child)
    return reached


def _held(check: Check, case: Case, item: Anchor, at: Instant) -> int:
    """Whether a hold on the record, or on what it is about, was open then."""
    lots = {("lots", lot) for lot in lots_of(case.world, item.row)}
    targets = {
        (item.table, item.row.get("record_id")),
        ("orders", item.context.value("order.order_id")),
        ("shipments", item.context.value("shipment.shipment_id")),
        ("materials", item.context.value("material.material_id")),
        *lots,
    }
    if item.table == "documents":
        targets |= spoken_of(case.world, item.row)
        targets |= {
            ("materials", (case.world.one("lots", lot) or {}).get("material_id")) for _, lot in lots
        }
    found = FAILS
    for row in case.world.rows("quality_records"):
        about = (row.get("subject_type"), row.get("subject_id"))
        if None not in about and about in targets:
            meant = holds(
                check.get("holds", _LEGAL_HOLD), context_of(case.world, "quality_record", row)
            )
            held = all_of([meant, *_open(row, at)])
            found = held if held == HOLDS or found == FAILS else found
    return found


def _open(row: Row, at: Instant) -> Sequence[int]:
    opened = not_after(exactly(row.get("opened_at")), at)
    closed = FAILS
    if row.get("closed_at") is not None:
        closed = not_after(exactly(row["closed_at"]), at) or FAILS
    return [UNKNOWN if opened is None else opened, negation(closed)]


# --- attested -------------------------------------------------------------------------------


def attested(check: Check, case: Case) -> list[Item]:
    """Somebody in the role has stated it, in force at the end of the period."""

    def judge(anchor: Anchor) -> Item:
        rows = [row for row in case.world.rows("attestations") if _states(check, case, row)]
        if not rows:
            return Item(FAILS, "missing", anchor.moment, anchor.record)
        stated = ("attestations", rows[0]["record_key"])
        return Item(HOLDS, None, anchor.moment, anchor.record, stated)

    return per_anchor(check, [subject_anchor(case)], judge)


def _states(check: Check, case: Case, row: Row) -> bool:
    end = case.month[1]
    part = f"#{check['as']}" if "as" in check else ""
    names = {f"{case.clause}{part}", f"{case.clause.partition(':')[2]}{part}"}
    start, stop = row.get("valid_from"), row.get("valid_to")
    in_force = (start is None or start < end) and (stop is None or stop >= end)
    if "renew" in check:
        in_force = in_force and start is not None and later(start, check["renew"]) >= end
    return (
        in_force
        and row.get("requirement") in names
        and row.get("site_id") in {None, case.subject.site["site_id"]}
        and ("role" not in check or row.get("role") == check["role"])
    )

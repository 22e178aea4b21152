"""The check shape `rotation`: the oldest stock that can be used is drawn first.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .instants import Instant, exactly, happened, not_after
from .items import per_anchor
from .kinds import Thing, Wanted, context_of, records
from .subjects import Anchor, Case, anchors, birth_of
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, negation, of_bool
from .world import NO_HISTORY, NOT_COVERED, NULL, PRECISION, Row, Where

Check = Mapping[str, Any]
Judged = tuple[int, str | None]
_INS = ("receipt", "intermediate_output", "finished_goods", "return", "adjustment")
_OUTS = ("consumption", "shipment", "disposition", "sample")


def rotation(check: Check, case: Case) -> list[Item]:
    """When an event draws from a lot, no older lot of the material could have been drawn from."""

    def judge(anchor: Anchor) -> Item:
        truth, code = _drawn(check, case, anchor)
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, check["rotation"]), judge)


def _drawn(check: Check, case: Case, anchor: Anchor) -> Judged:
    own = case.world.one("lots", anchor.row.get("lot_id"))
    if own is None or anchor.at is None:
        return UNKNOWN, NULL
    others = _others(check, case, anchor, own)
    judged = [_passed_over(check, case, own, lot, anchor.at) for lot in others]
    if any(truth == HOLDS for truth, _ in judged):
        return FAILS, "wrong_order"
    doubts = [code for truth, code in judged if truth == UNKNOWN and code]
    if doubts:
        return UNKNOWN, min(doubts)
    doubt = case.doubt("events", tuple(check.get("ins", _INS)))
    return (UNKNOWN, doubt) if doubt else (HOLDS, None)


def _others(check: Check, case: Case, anchor: Anchor, own: Row) -> Iterator[Row]:
    """The other lots of the material at the site that anything was put in or taken out of."""
    for lot in case.world.rows("lots"):
        alike = lot.get("material_id") == own.get("material_id") is not None
        here = lot.get("site_id") == anchor.row.get("site_id")
        moved = alike and here and records(case.world, Thing("lots", lot), _moves(check))
        if moved and lot["lot_id"] != own["lot_id"]:
            yield lot


def _moves(check: Check) -> Wanted:
    return Wanted("event", (*check.get("ins", _INS), *check.get("outs", _OUTS)))


def _passed_over(check: Check, case: Case, own: Row, lot: Row, at: Instant) -> Judged:
    terms = [
        _is_older(check, case, own, lot),
        _was_released(case, lot, at),
        _was_in_stock(check, case, lot, at),
        _was_fresh(lot, at),
    ]
    truth = all_of(truth for truth, _ in terms)
    return truth, next((code for found, code in terms if found == truth == UNKNOWN), None)


def _is_older(check: Check, case: Case, own: Row, lot: Row) -> Judged:
    by = check.get("by", "release")
    theirs, doubt = _rank(case, lot, by)
    if theirs is None and doubt is None:
        return FAILS, None
    ours, _ = _rank(case, own, by)
    if ours is None or theirs is None:
        return UNKNOWN, doubt or NULL
    return _earlier(theirs, ours), PRECISION


def _earlier(first: Instant, second: Instant) -> int:
    """Whether one moment lies before another; at the same moment it does not."""
    if first.high <= second.low and first.low < second.low:
        return HOLDS
    return FAILS if second.high <= first.low else UNKNOWN


def _rank(case: Case, lot: Row, by: str) -> tuple[Instant | None, str | None]:
    """When a lot took its place; neither that nor a doubt when it surely never did."""
    if "." in by:
        at = exactly(context_of(case.world, "lot", lot).value(by))
        return at, None if at else NULL
    rows = records(case.world, Thing("lots", lot), Wanted("event", (by,)))
    if any(row.get("occurred_at") is None for row in rows):
        return None, NULL
    if rows:
        return happened(min(rows, key=lambda row: (row["occurred_at"], row["record_key"]))), None
    start, end = case.month
    start = min(birth_of(case.world, lot["lot_id"]) or datetime.min, start)  # noqa: DTZ901
    where = Where(case.subject.site["site_id"], (start, end), frozenset([lot["lot_id"]]))
    return None, case.world.doubt("events", where, (by,))


def _was_released(case: Case, lot: Row, at: Instant) -> Judged:
    history = [row for row in case.world.rows("lot_status") if row.get("lot_id") == lot["lot_id"]]
    orders = [(not_after(happened(row), at), row) for row in history]
    if any(order not in {HOLDS, FAILS} for order, _ in orders):
        return UNKNOWN, PRECISION
    past = [row for order, row in orders if order == HOLDS]
    if not past:
        return UNKNOWN, NO_HISTORY
    status = max(past, key=lambda row: (row["occurred_at"], row["record_key"])).get("to_status")
    return (UNKNOWN, NO_HISTORY) if status is None else (of_bool(status == "released"), None)


def _was_in_stock(check: Check, case: Case, lot: Row, at: Instant) -> Judged:
    if birth_of(case.world, lot["lot_id"]) is None:
        return UNKNOWN, NOT_COVERED
    ins = check.get("ins", _INS)
    total = Decimal(0)
    for row in records(case.world, Thing("lots", lot), _moves(check)):
        moved = happened(row)
        order = UNKNOWN if moved is None else _earlier(moved, at)
        if order == UNKNOWN or (order == HOLDS and row.get("base_quantity") is None):
            return UNKNOWN, NULL
        if order == HOLDS:
            amount = Decimal(str(row["base_quantity"]))
            total += amount if row.get("event_type") in ins else -amount
    return of_bool(total > 0), None


def _was_fresh(lot: Row, at: Instant) -> Judged:
    if lot.get("expires_at") is None:
        return HOLDS, None
    expired = not_after(exactly(lot["expires_at"]), at)
    return (UNKNOWN, NULL) if expired is None else (negation(expired), PRECISION)

"""The check shapes about single records: `status_at`, `fields`, `match`.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .conditions import is_blank
from .instants import earlier, happened, later, not_after
from .items import per_anchor
from .kinds import JOINED
from .shape_people import as_list
from .subjects import Anchor, Case, anchors
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, of_bool
from .world import DOUBTS, NO_HISTORY, NULL, PRECISION, Row

Check = Mapping[str, Any]
Judged = tuple[int, str | None]


# --- status_at ------------------------------------------------------------------------------


def status_at(check: Check, case: Case) -> list[Item]:
    """The lot's status, as it was at each anchor, is (not) one of those named."""

    def judge(anchor: Anchor) -> Item:
        truth, code, row = _status_then(check, case, anchor)
        decided_by = ("lot_status", row["record_key"]) if row else None
        return Item(truth, code, anchor.moment, anchor.record, decided_by)

    return per_anchor(check, anchors(case, check["status_at"]), judge)


def _status_then(check: Check, case: Case, anchor: Anchor) -> tuple[int, str | None, Row | None]:
    lot = anchor.context.value("lot.lot_id")
    if lot is None or anchor.at is None:
        return UNKNOWN, NULL, None
    history = [row for row in case.world.rows("lot_status") if row.get("lot_id") == lot]
    orders = [(not_after(happened(row), anchor.at), row) for row in history]
    if any(order is None for order, _ in orders):
        return UNKNOWN, NULL, None
    if any(order == UNKNOWN for order, _ in orders):
        return UNKNOWN, PRECISION, None
    past = [row for order, row in orders if order == HOLDS]
    doubt = case.doubt_since_birth("lot_status")
    if not past:
        return UNKNOWN, doubt or NO_HISTORY, None
    latest = max(past, key=lambda row: (row["occurred_at"], row["record_key"]))
    if latest.get("to_status") is None or doubt:
        return UNKNOWN, doubt if latest.get("to_status") else NULL, latest
    holds = (
        latest["to_status"] in as_list(check["is"])
        if "is" in check
        else latest["to_status"] not in as_list(check["is_not"])
    )
    return of_bool(holds), None if holds else "mismatch", latest


# --- fields ---------------------------------------------------------------------------------


def fields(check: Check, case: Case) -> list[Item]:
    """Each anchor has every one of the columns filled."""

    def judge(anchor: Anchor) -> Item:
        truth, code = _complete(check, case, anchor)
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, check.get("on", "subject")), judge)


def nested_fields(check: Check, case: Case, record: Anchor) -> Judged:
    """The columns that another check asks of the records it found."""
    return _complete({"fields": check["fields"]}, case, record)


def _complete(check: Check, case: Case, anchor: Anchor) -> Judged:
    judged = [_filled(case, anchor, column) for column in check.get("fields", [])]
    judged += [
        (UNKNOWN, NULL)
        for column in check.get("if_known", [])
        if is_blank(anchor.context.value(column))
    ]
    truth = all_of(truth for truth, _ in judged)
    codes = {code for found, code in judged if found == truth}
    return truth, next((code for code in ("incomplete", *DOUBTS) if code in codes), None)


def _filled(case: Case, anchor: Anchor, column: str) -> Judged:
    if not is_blank(anchor.context.value(column)):
        return HOLDS, None
    word = column.rpartition(".")[0]
    if word and word != anchor.context.own and anchor.context.record(word) is None:
        doubt = case.doubt(JOINED[word])
        if doubt:
            return UNKNOWN, doubt
    return FAILS, "incomplete"


# --- match ----------------------------------------------------------------------------------


def match(check: Check, case: Case) -> list[Item]:
    """Two columns of each anchor agree or keep an order, within the tolerance."""
    word = next(word for word in ("equals", "at_most", "at_least") if word in check)

    def judge(anchor: Anchor) -> Item:
        left = anchor.context.value(check["match"])
        right = anchor.context.value(check[word])
        if left is None or right is None:
            return Item(UNKNOWN, NULL, anchor.moment, anchor.record)
        fits = _agree(word, left, right, check.get("tolerance"))
        return Item(of_bool(fits), None if fits else "mismatch", anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, check.get("on", "subject")), judge)


def _agree(word: str, left: Any, right: Any, tolerance: Any) -> bool:
    if isinstance(left, datetime):
        span = str(tolerance or "0 hours")
        lower, upper = left >= earlier(right, span), left <= later(right, span)
    elif tolerance is None and isinstance(left, str):
        lower, upper = left >= right, left <= right
    else:
        allowed, one, other = _allowed(tolerance, right), Decimal(str(left)), Decimal(str(right))
        lower, upper = one >= other - allowed, one <= other + allowed
    return {"equals": lower and upper, "at_most": upper, "at_least": lower}[word]


def _allowed(tolerance: Any, of: Any) -> Decimal:
    amount, _, unit = str(tolerance or 0).partition(" ")
    return abs(Decimal(str(of))) * Decimal(amount) / 100 if unit == "%" else Decimal(amount)

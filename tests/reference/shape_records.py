"""The check shapes about single records: `status_at`, `fields`, `match`, `document`.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .conditions import holds, is_blank
from .correlation import same
from .instants import Instant, earlier, exactly, happened, later, not_after
from .items import per_anchor
from .kinds import JOINED, Thing, context_of, related, when
from .shape_people import as_list, nested_signed, valid
from .subjects import Anchor, Case, anchors
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, of_bool
from .world import KEYS, NO_HISTORY, NULL, PRECISION, Row

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
    return truth, next((code for found, code in judged if found == truth), None)


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


# --- document -------------------------------------------------------------------------------

_TARGETS = {
    "lot": ("lots", "lot.lot_id"),
    "supplier": ("parties", "lot.supplier_id"),
    "customer": ("parties", "shipment.customer_id"),
    "order": ("orders", "order.order_id"),
    "shipment": ("shipments", "shipment.shipment_id"),
    "material": ("materials", "material.material_id"),
    "site": ("sites", "site.site_id"),
}


def document(check: Check, case: Case) -> list[Item]:
    """At each anchor a document of the kind was in force for what it is about."""
    gates = anchors(case, check["before"]) if "before" in check and "at" in check else []
    hung_on = check.get("at", check.get("before", "subject"))

    def judge(anchor: Anchor) -> Item:
        gate = anchor if "at" not in check and "before" in check else next(iter(gates), None)
        truth, code = _in_force(check, case, anchor, gate)
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, hung_on), judge)


def _in_force(check: Check, case: Case, anchor: Anchor, gate: Anchor | None) -> Judged:
    targets = _targets(check, case, anchor)
    at = anchor.at if "at" in check else None
    if not targets or ("at" in check and at is None):
        return UNKNOWN, NULL
    if gate is not None and gate.unknown:
        return UNKNOWN, gate.unknown
    judged = [
        _one_document(check, case, anchor, row, at, gate) for row in _about(check, case, targets)
    ]
    if any(truth == HOLDS for truth, _ in judged):
        return HOLDS, None
    unsure = [code for truth, code in judged if truth == UNKNOWN]
    if unsure:
        return UNKNOWN, min(code for code in unsure if code)
    is_specification = check["document"] == "specification"
    doubt = (
        case.doubt("specifications") if is_specification else case.doubt_since_birth("documents")
    )
    if doubt:
        return UNKNOWN, doubt
    codes = [code for _, code in judged if code]
    return FAILS, next((code for code in _WORST_FIRST if code in codes), "missing")


_WORST_FIRST = (
    "expired",
    "wrong_order",
    "late",
    "mismatch",
    "wrong_person",
    "incomplete",
    "missing",
)


def _targets(check: Check, case: Case, anchor: Anchor) -> set[tuple[str, str]]:
    """Tables and identifiers that the document may be about; none when nobody knows."""
    of = check.get("of", "subject")
    if check["document"] == "specification" and of == "subject":
        of = "material"
    if of == "subject":
        return {_identity(case.subject.thing)}
    table, column = _TARGETS[of]
    target = anchor.context.value(column)
    if target is not None:
        return {(table, target)}
    return {_identity(thing) for thing in related(case.world, case.subject.thing, of) or []}


def _identity(thing: Thing) -> tuple[str, str]:
    return thing.table, str(thing.row.get(KEYS.get(thing.table, ""), thing.row.get("record_id")))


def _about(check: Check, case: Case, targets: set[tuple[str, str]]) -> Iterator[Row]:
    if check["document"] == "specification":
        for row in case.world.rows("specifications"):
            if ("materials", row.get("material_id")) in targets:
                yield {
                    "status": "effective",
                    "issued_at": row.get("valid_from"),
                    "issued_by": row.get("approved_by"),
                    "kind": "specification",
                    "number": row.get("spec_id"),
                    "doc_version": row.get("spec_version"),
                    **row,
                }
        return
    links = {
        link.get("document_id")
        for link in case.world.rows("document_links")
        if (link.get("subject_type"), link.get("subject_id")) in targets
    }
    for row in case.world.rows("documents"):
        chief = (row.get("subject_type"), row.get("subject_id")) in targets
        if row.get("kind") in as_list(check["document"]) and (chief or row["document_id"] in links):
            yield row


def _one_document(
    check: Check, case: Case, anchor: Anchor, row: Row, at: Instant | None, gate: Anchor | None
) -> Judged:
    table = "specifications" if check["document"] == "specification" else "documents"
    context = context_of(case.world, "document", row)
    record = Anchor(table, row, context, when("document", row))
    meant = [
        holds(check.get("where", {}), context),
        same(check.get("same", {}), context, anchor.context),
    ]
    if all_of(meant) == FAILS:
        return FAILS, None
    judged: list[Judged] = [
        (all_of(meant), NULL),
        *_document_then(row, at),
        *_issued_in_time(check, row, gate),
    ]
    if "signed" in check:
        judged.append(nested_signed(check, case, record))
    if "fields" in check:
        judged.append(nested_fields(check, case, record))
    truth = all_of(truth for truth, _ in judged)
    return truth, next((code for found, code in judged if found == truth), None)


def _document_then(row: Row, at: Instant | None) -> Iterator[Judged]:
    status = row.get("status")
    if status is None:
        yield UNKNOWN, NULL
    elif status in {"draft", "rejected"}:
        yield FAILS, "mismatch"
    elif at is None and status == "superseded":
        yield FAILS, "expired"
    if at is not None:
        in_force = valid(row, at)
        yield in_force, {FAILS: "expired", UNKNOWN: PRECISION}.get(in_force)


def _issued_in_time(check: Check, row: Row, gate: Anchor | None) -> Iterator[Judged]:
    if gate is None:
        return
    issued = exactly(row.get("issued_at"))
    order = not_after(issued, gate.at)
    yield _unknown_or(order, "wrong_order")
    if "within" in check and gate.at is not None:
        start = exactly(earlier(gate.at.low, check["within"]))
        yield _unknown_or(not_after(start, issued), "late")


def _unknown_or(order: int | None, code: str) -> Judged:
    if order is None:
        return UNKNOWN, NULL
    return order, {FAILS: code, UNKNOWN: PRECISION}.get(order)

"""The check shape `results`: every limit of the specification then in force has a fitting result.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from .instants import Instant, exactly, happened, not_after
from .items import per_anchor
from .kinds import Wanted, records
from .shape_people import valid
from .subjects import Anchor, Case, anchors, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, of_bool
from .world import NULL, PRECISION, UNIT, Row

Check = Mapping[str, Any]
Judged = tuple[int, str | None]


def results(check: Check, case: Case) -> list[Item]:
    """One item per lot and limit (or one per lot when there is no specification)."""
    items: list[Item] = []
    for anchor in anchors(case, check["before"]) if "before" in check else [subject_anchor(case)]:
        for lot_id in _lots(case, anchor):
            for item in _of_lot(check, case, anchor, lot_id):
                items += per_anchor(check, [anchor], partial(_same_item, item))
    return items


def _same_item(item: Item, _: Anchor) -> Item:
    return item


def _lots(case: Case, anchor: Anchor) -> list[str | None]:
    subject = case.subject
    if anchor.stands_for_none:
        return [None]
    if subject.kind == "shipment":
        shipped = {
            event.get("lot_id")
            for event in records(case.world, subject.thing, Wanted("event", ("shipment",)))
        }
        named = sorted(lot for lot in shipped if lot is not None)
        return [*named, *([None] if None in shipped or not named else [])]
    return [subject.context.value("lot.lot_id")]


def _of_lot(check: Check, case: Case, anchor: Anchor, lot_id: str | None) -> list[Item]:
    lot = case.world.one("lots", lot_id)
    if lot is None or lot.get("material_id") is None or (anchor.unknown and "before" in check):
        return [Item(UNKNOWN, anchor.unknown or NULL, anchor.moment, anchor.record)]
    rows: list[Row] = [
        row for row in case.world.rows("test_results") if row.get("lot_id") == lot_id
    ]
    at = anchor.at if "before" in check else _latest_time(rows, case)
    spec, code = _specification(check, case, anchor, lot["material_id"], at)
    if spec is None:
        truth = FAILS if code == "missing" else UNKNOWN
        return [Item(truth, code, anchor.moment, anchor.record)]
    limits: list[Row] = [
        row for row in case.world.rows("spec_limits") if row["spec_id"] == spec["spec_id"]
    ]
    asked, absent = _asked(check, limits)
    judge = _Limits(check, case, rows, lot_id or "", anchor.at if "before" in check else None)
    items = [judge.item(limit, anchor) for limit in asked]
    spec_record = ("specifications", spec["record_key"])
    return items + [Item(FAILS, "missing", anchor.moment, spec_record) for _ in absent]


def _asked(check: Check, limits: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """The limits that are asked for, and the kinds or characteristics that have none."""
    names = [_normal(name) for name in check.get("characteristics", [])]
    kinds = [] if check["results"] == "specification" else list(check["results"])
    asked = [
        limit
        for limit in limits
        if (not kinds or limit.get("kind") in kinds)
        and (not names or _normal(limit.get("characteristic")) in names)
    ]
    absent = [kind for kind in kinds if kind not in {limit.get("kind") for limit in limits}]
    known = {_normal(limit.get("characteristic")) for limit in limits}
    return asked, absent + [name for name in names if name and name not in known]


def _latest_time(rows: Sequence[Row], case: Case) -> Instant | None:
    timed = [row for row in rows if row.get("occurred_at") is not None]
    if not timed:
        return exactly(case.month[1])
    return happened(max(timed, key=lambda row: (row["occurred_at"], row["record_key"])))


def _specification(
    check: Check, case: Case, anchor: Anchor, material: str, at: Instant | None
) -> tuple[Row | None, str | None]:
    if at is None:
        return None, NULL
    customers: list[str | None] = [None]
    if check.get("customer"):
        named = anchor.context.value("shipment.customer_id")
        customers = [named, None] if named is not None else [None]
    for customer in customers:
        rows = [
            row
            for row in case.world.rows("specifications")
            if row.get("material_id") == material and row.get("customer_id") == customer
        ]
        possible = [row for row in rows if valid(row, at) in {HOLDS, UNKNOWN}]
        if possible:
            newest = max(possible, key=_newest)
            is_sure = valid(newest, at) == HOLDS
            return (newest, None) if is_sure else (None, PRECISION)
    return None, case.doubt("specifications") or "missing"


def _newest(row: Row) -> tuple[bool, Any, int]:
    start = row.get("valid_from")
    return start is not None, start, row["record_key"]


class _Limits:
    """Results of one lot held against one limit after the other."""

    def __init__(
        self, check: Check, case: Case, rows: Sequence[Row], lot_id: str, gate: Instant | None
    ) -> None:
        self._check, self._case, self._lot_id, self._gate = check, case, lot_id, gate
        self._rows = rows

    def item(self, limit: Row, anchor: Anchor) -> Item:
        """The judgement on one limit."""
        truth, code = self._judged(limit)
        return Item(truth, code, anchor.moment, ("spec_limits", limit["record_key"]))

    def _judged(self, limit: Row) -> Judged:
        rows, doubtful = self._candidates(limit)
        if self._check.get("any_fail") and any(conforms(row, limit)[0] == FAILS for row in rows):
            return FAILS, "out_of_limit"
        if doubtful:
            return UNKNOWN, min(doubtful)
        if not rows:
            doubt = self._case.doubt_since_birth("test_results")
            return (UNKNOWN, doubt) if doubt else (FAILS, "missing")
        if self._check.get("any_fail"):
            return _all_conform([conforms(row, limit) for row in rows])
        if any(row.get("occurred_at") is None for row in rows) and len(rows) > 1:
            return UNKNOWN, NULL
        rows = sorted(
            rows,
            key=lambda row: (row["occurred_at"] or 0, row["record_key"]) if len(rows) > 1 else 0,
        )
        judged = [conforms(row, limit) for row in rows]
        if self._check.get("failing") == "explained" and judged[-1][0] == HOLDS:
            return self._explained(judged[:-1])
        return judged[-1]

    def _candidates(self, limit: Row) -> tuple[list[Row], list[str]]:
        """The results that count, and the doubts about those that may."""
        wanted = _normal(limit.get("characteristic"))
        origin = self._check.get("origin", "any")
        rows, doubtful = [], []
        for row in self._rows:
            if _normal(row.get("characteristic")) != wanted:
                continue
            order = HOLDS if self._gate is None else not_after(happened(row), self._gate)
            own = (
                HOLDS
                if origin == "any"
                else of_bool(None if row.get("origin") is None else row["origin"] == origin)
            )
            counts = all_of([UNKNOWN if order is None else order, own])
            if counts == HOLDS:
                rows.append(row)
            elif counts == UNKNOWN:
                doubtful.append(NULL if order is None or own == UNKNOWN else PRECISION)
        return rows, doubtful

    def _explained(self, earlier: list[Judged]) -> Judged:
        whole = _all_conform(earlier)
        closed = any(
            (row.get("kind"), row.get("subject_type"), row.get("subject_id"), row.get("status"))
            == ("oos", "lots", self._lot_id, "closed")
            for row in self._case.world.rows("quality_records")
        )
        if whole[0] == HOLDS or closed:
            return HOLDS, None
        doubt = self._case.doubt_since_birth("quality_records")
        return (UNKNOWN, doubt) if doubt and whole[0] == FAILS else whole


def _all_conform(judged: list[Judged]) -> Judged:
    """All have to conform; of several doubts the alphabetically first is named."""
    whole = all_of(truth for truth, _ in judged)
    return whole, min((code for truth, code in judged if truth == whole and code), default=None)


def _normal(text: str | None) -> str | None:
    return None if text is None else text.strip().casefold()


def conforms(result: Row, limit: Row) -> Judged:
    """Whether one result lies within one limit."""
    lower, upper, expected = limit.get("lower"), limit.get("upper"), limit.get("expected_text")
    text = result.get("value_text")
    if lower is None and upper is None:
        if expected is None:
            return (HOLDS, None) if result.get("value") is not None or text else (UNKNOWN, NULL)
        if text is None:
            return UNKNOWN, NULL
        return _fits(of_bool(_normal(text) == _normal(expected)))
    if result.get("value") is None and result.get("qualifier") != "ND":
        return UNKNOWN, _doubt(result, limit)
    if result.get("value") is None:
        truths = [HOLDS if upper is not None else UNKNOWN, HOLDS if lower is None else UNKNOWN]
    elif _normal(result.get("uom")) != _normal(limit.get("uom")):
        return UNKNOWN, UNIT
    else:
        value = Decimal(str(result["value"]))
        truths = [
            _under(result.get("qualifier"), value, None if upper is None else Decimal(str(upper))),
            _over(result.get("qualifier"), value, None if lower is None else Decimal(str(lower))),
        ]
    truth, code = _fits(all_of(truths))
    return truth, _doubt(result, limit) if truth == UNKNOWN else code


def _doubt(result: Row, limit: Row) -> str:
    """A unit that differs from that of a limit is told before what is not given."""
    return NULL if _normal(result.get("uom")) == _normal(limit.get("uom")) else UNIT


def _fits(truth: int) -> Judged:
    return truth, {FAILS: "out_of_limit", UNKNOWN: NULL}.get(truth)


def _under(qualifier: str | None, value: Decimal, upper: Decimal | None) -> int:
    if upper is None:
        return HOLDS
    if qualifier in {"<", "<=", "ND"}:
        return HOLDS if value <= upper else UNKNOWN
    if qualifier == ">":
        return FAILS if value >= upper else UNKNOWN
    if qualifier == ">=":
        return FAILS if value > upper else UNKNOWN
    return of_bool(value <= upper)


def _over(qualifier: str | None, value: Decimal, lower: Decimal | None) -> int:
    if lower is None:
        return HOLDS
    if qualifier in {">", ">="}:
        return HOLDS if value >= lower else UNKNOWN
    if qualifier in {"<", "ND"}:
        return FAILS if value <= lower else UNKNOWN
    if qualifier == "<=":
        return FAILS if value < lower else UNKNOWN
    return of_bool(value >= lower)

"""The check shape `threshold`: a sum, count, mean or greatest value keeps a limit.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from .conditions import holds
from .instants import earlier, local_time, month_of_site
from .items import per_anchor
from .kinds import Context, Thing, context_of, records, wanted, when
from .shape_people import as_list
from .subjects import Anchor, Case, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item
from .world import NO_HISTORY, NULL, UNIT, Row, Window

Check = Mapping[str, Any]
Judged = tuple[int, str | None]
_WORDS = ("at_most", "below", "at_least", "above")
_TIMELESS = {"lot", "order", "shipment", "event", "quality_record", "document"}
"""Subjects all of whose records count, whenever they were."""


@dataclass(frozen=True)
class _Counted:
    """A record that counts or may, with those around it."""

    row: Row
    context: Context
    truth: int
    at: datetime | None


@dataclass(frozen=True)
class _Total:
    """What is made of the records of a group, and what stands against trusting it."""

    value: Decimal | None
    doubt: str | None
    is_negative: bool
    has_sure: bool


def threshold(check: Check, case: Case) -> list[Item]:
    """One item for each group of records, or for the subject."""
    anchor = subject_anchor(case)
    counted = _counted(check, case, _window(check, case))
    groups = _grouped(check, counted)
    needs_records = bool(check.get("group")) or check["threshold"] in {"mean", "max"}
    if not groups and needs_records:
        return _nothing_to_hold(check, case, anchor)
    items = []
    for group, members in (groups or {(): []}).items():
        total = _total(check, members)
        truth, code = _judged(check, case, group, total)
        item = Item(truth, code, case.month[0], anchor.record)
        items += per_anchor(check, [anchor], partial(_same_item, item))
    return items


def _nothing_to_hold(check: Check, case: Case, anchor: Anchor) -> list[Item]:
    """No record, so no group and no mean: unknown where one may have stayed unseen."""
    of = wanted(check["of"])
    doubt = case.doubt(of.spec.table, of.types, _window(check, case))
    item = Item(UNKNOWN, doubt, case.month[0], anchor.record)
    return per_anchor(check, [anchor], partial(_same_item, item)) if doubt else []


def _same_item(item: Item, _: Anchor) -> Item:
    return item


# --- records --------------------------------------------------------------------------------


def _window(check: Check, case: Case) -> Window:
    start, end = case.month
    over = str(check.get("over", "period"))
    if over in {"year", "quarter"}:
        zone = case.subject.site["timezone"]
        local = local_time(start, ZoneInfo(zone))
        month = 1 if over == "year" else (local.month - 1) // 3 * 3 + 1
        start = month_of_site(f"{local.year}-{month:02}", zone)[0]
    elif over != "period":
        start = earlier(end, over)
    return start, end


def _counted(check: Check, case: Case, window: Window) -> list[_Counted]:
    rows = records(case.world, case.subject.thing, wanted(check["of"]))
    is_timeless = case.subject.kind.partition(".")[0] in _TIMELESS
    return _meant(check, case, rows, None if is_timeless else window)


def _meant(check: Check, case: Case, rows: Iterable[Row], window: Window | None) -> list[_Counted]:
    kind = wanted(check["of"]).kind
    found = []
    for row in rows:
        context = context_of(case.world, kind, row)
        truth, instant = holds(check.get("where", {}), context), when(kind, row)
        at = instant.low if instant else None
        if window is not None and at is not None and not window[0] <= at < window[1]:
            truth = FAILS
        if window is not None and at is None and truth == HOLDS:
            truth = UNKNOWN
        if truth != FAILS:
            found.append(_Counted(row, context, truth, at))
    return found


def _grouped(check: Check, counted: list[_Counted]) -> dict[tuple[Any, ...], list[_Counted]]:
    groups: dict[tuple[Any, ...], list[_Counted]] = {}
    for each in counted:
        values = tuple(each.context.value(column) for column in as_list(check.get("group", [])))
        groups.setdefault(values, []).append(each)
    return groups


def _total(check: Check, members: list[_Counted]) -> _Total:
    column = check.get("column")
    sure = [each for each in members if each.truth == HOLDS]
    values = [each.context.value(column) if column else 1 for each in members]
    known = [
        Decimal(str(value))
        for value, each in zip(values, members, strict=True)
        if each.truth == HOLDS and value is not None
    ]
    doubt = NULL if len(sure) < len(members) or None in values else None
    if _has_other_unit(check, sure):
        doubt = UNIT
    is_negative = any(value is not None and Decimal(str(value)) < 0 for value in values)
    return _Total(_made(check["threshold"], known, len(sure)), doubt, is_negative, bool(sure))


def _has_other_unit(check: Check, sure: list[_Counted]) -> bool:
    if not str(check.get("column", "")).endswith("base_quantity"):
        return False
    units = {each.row.get("base_uom") for each in sure}
    if "unit" in check:
        asked = str(check["unit"]).casefold()
        return any(unit is None or unit.strip().casefold() != asked for unit in units)
    return len(units - {None}) > 1


def _made(how: str, known: list[Decimal], number: int) -> Decimal | None:
    if how == "count":
        return Decimal(number)
    if how == "sum":
        return sum(known, Decimal(0))
    if not known:
        return None
    return max(known) if how == "max" else sum(known, Decimal(0)) / len(known)


# --- limit ----------------------------------------------------------------------------------


def _judged(check: Check, case: Case, group: tuple[Any, ...], total: _Total) -> Judged:
    if None in group:
        return UNKNOWN, NULL
    word = next(word for word in _WORDS if word in check)
    limit, code = _limit(check[word], check, case, group)
    if limit is None:
        return UNKNOWN, code
    is_upper = word in {"at_most", "below"}
    is_beyond = total.value is not None and _is_beyond(word, total.value, limit)
    sticks = check["threshold"] != "mean" and (
        total.doubt is None or (total.doubt != UNIT and not total.is_negative)
    )
    beyond: Judged = (FAILS, "out_of_limit") if is_upper else (HOLDS, None)
    within: Judged = (HOLDS, None) if is_upper else (FAILS, "out_of_limit")
    if sticks and is_beyond:
        return beyond
    of = wanted(check["of"])
    doubt = total.doubt or case.doubt(of.spec.table, of.types, _window(check, case))
    if doubt:
        return UNKNOWN, doubt
    return beyond if is_beyond else within


def _is_beyond(word: str, value: Decimal, limit: Decimal) -> bool:
    return value > limit if word in {"at_most", "above"} else value >= limit


def _limit(
    asked: Any, check: Check, case: Case, group: tuple[Any, ...]
) -> tuple[Decimal | None, str | None]:
    if isinstance(asked, Mapping):
        return _usual(asked, check, case, group)
    if isinstance(asked, str) and "." in asked and asked.partition(".")[0].isalpha():
        asked = case.subject.context.value(asked)
    return (None, NULL) if asked is None else (Decimal(str(asked).split()[0]), None)


def _usual(
    asked: Check, check: Check, case: Case, group: tuple[Any, ...]
) -> tuple[Decimal | None, str | None]:
    """A multiple of the mean over the months before, or over earlier shipments."""
    span = str(asked["mean_over"])
    buckets, window = (
        _shipments(check, case, span) if "against" in check else _months(check, case, span)
    )
    totals = [_total(check, found[group]) for each in buckets if group in (found := each)]
    doubts = [total.doubt for total in totals if total.doubt]
    if doubts:
        return None, min(doubts)
    if totals and window is not None:
        of = wanted(check["of"])
        doubt = case.doubt(of.spec.table, of.types, window)
        if doubt:
            return None, doubt
    values = [total.value for total in totals if total.has_sure and total.value is not None]
    if len(values) < int(asked.get("least", 3)):
        return None, NO_HISTORY
    return Decimal(str(asked["times"])) * sum(values, Decimal(0)) / len(values), None


Groups = list[dict[tuple[Any, ...], list[_Counted]]]


def _months(check: Check, case: Case, span: str) -> tuple[Groups, Window | None]:
    start = case.month[0]
    window = (earlier(start, span), start)
    rows = records(case.world, case.subject.thing, wanted(check["of"]))
    zone = ZoneInfo(case.subject.site["timezone"])
    months: dict[str, list[_Counted]] = {}
    for each in _meant(check, case, rows, window):
        if each.at is not None:
            months.setdefault(local_time(each.at, zone).strftime("%Y-%m"), []).append(each)
    return [_grouped(check, members) for members in months.values()], window


def _shipments(check: Check, case: Case, span: str) -> tuple[Groups, Window | None]:
    own = case.subject.row
    shipped = own.get("shipped_at")
    if shipped is None or own.get("customer_id") is None:
        return [], None
    window = (earlier(shipped, span), shipped)
    of = wanted(check["of"])
    groups = []
    for other in case.world.rows("shipments"):
        at = other.get("shipped_at")
        alike = all(other.get(name) == own.get(name) for name in ("customer_id", "site_id"))
        if other is not own and alike and at is not None and window[0] <= at < window[1]:
            rows = records(case.world, Thing("shipments", other), of)
            groups.append(_grouped(check, _meant(check, case, rows, None)))
    return groups, window

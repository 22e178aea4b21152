"""The check shapes over many rows: `chain`, `balance`, `every`.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from .conditions import holds
from .instants import earlier, happened, later, not_after
from .items import per_anchor
from .kinds import Wanted, context_of, records, wanted
from .shape_people import as_list
from .subjects import Anchor, Case, birth_of, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item
from .world import NOT_COVERED, NULL, PRECISION, UNIT, Row, Where

Check = Mapping[str, Any]
Judged = tuple[int, str | None]


# --- chain ----------------------------------------------------------------------------------


def chain(check: Check, case: Case) -> list[Item]:
    """Every ultimate ancestor (descendant) of the lot ends in one of the events named."""
    anchor = subject_anchor(case)
    start = anchor.context.value("lot.lot_id")
    if start is None:
        return per_anchor(
            check, [anchor], partial(_same_item, Item(UNKNOWN, NULL, None, anchor.record))
        )
    links: list[Row] = [
        link
        for link in case.world.rows("lot_links")
        if None not in (pair := (link.get("parent_lot_id"), link.get("child_lot_id")))
        and pair[0] != pair[1]
    ]
    towards = ("child_lot_id", "parent_lot_id")
    here, there = towards if check["chain"] == "up" else towards[::-1]
    walked, reached = _walk(start, links, here, there)
    onward = {link.get(here) for link in links}
    ends = sorted(lot for lot in reached if lot not in onward)
    items = [_end(check, case, lot) for lot in ends] or [Item(FAILS, "broken_chain")]
    if check.get("quantities"):
        items += [
            Item(FAILS, "broken_chain", None, ("lot_links", link["record_key"]))
            for link in walked
            if link.get("quantity") is None
        ]
    return [
        item for each in items for item in per_anchor(check, [anchor], partial(_same_item, each))
    ]


def _walk(start: str, links: Sequence[Row], here: str, there: str) -> tuple[list[Row], set[str]]:
    reached, waiting, walked = {start}, [start], []
    while waiting:
        lot = waiting.pop()
        for link in links:
            if link[here] == lot:
                walked.append(link)
                if link[there] not in reached:
                    reached.add(link[there])
                    waiting.append(link[there])
    return walked, reached


def _end(check: Check, case: Case, lot_id: str) -> Item:
    lot = case.world.one("lots", lot_id)
    record = ("lots", lot["record_key"]) if lot else None
    site = (lot or {}).get("site_id", case.subject.site["site_id"])
    where = Where(site, case.month, frozenset([lot_id]))
    start = min(birth_of(case.world, lot_id) or case.month[0], case.month[0])
    since_birth = Where(site, (start, case.month[1]), frozenset([lot_id]))
    kinds = tuple(str(kind) for kind in check["ends"] if kind != "stock")
    implied = lot is None or bool(lot.get("is_implied"))
    if implied:
        doubt = case.world.doubt("lots", where)
    elif _has_end(case, lot_id, kinds, check["ends"]):
        return Item(HOLDS, None, None, record)
    else:
        doubts = [
            case.world.doubt("events", since_birth, kinds) if kinds else None,
            case.world.doubt("lot_links", where),
        ]
        if "stock" in check["ends"]:
            doubts.append(case.world.doubt("counts", where))
        doubt = next((code for code in doubts if code), None)
    return Item(UNKNOWN if doubt else FAILS, doubt or "broken_chain", None, record)


def _has_end(case: Case, lot_id: str, kinds: tuple[str, ...], ends: Sequence[str]) -> bool:
    if any(
        event.get("lot_id") == lot_id and str(event.get("event_type")) in kinds
        for event in case.world.events
    ):
        return True
    return "stock" in ends and any(
        count.get("lot_id") == lot_id and (count.get("quantity") or 0) > 0
        for count in case.world.rows("counts")
    )


_STOCK = "stock counted"

# --- balance --------------------------------------------------------------------------------


def balance(check: Check, case: Case) -> list[Item]:
    """What went in came out, within the tolerance (or the yield lies between two ratios)."""
    kinds = Wanted("event", (*as_list(check["balance"]), *as_list(check["equals"])))
    anchor = subject_anchor(case)
    rows = records(case.world, case.subject.thing, kinds)
    if case.subject.kind == "site_period":
        rows = [
            row for row in rows if row.get("occurred_at") is None or case.in_period("event", row)
        ]
    groups = _by_material(check, case, rows) if check.get("per") == "material" else [rows]
    if not groups and case.doubt("events", kinds.types):
        groups = [[]]
    items = []
    for group in groups:
        truth, code = _balanced(check, case, group, kinds.types)
        item = Item(truth, code, anchor.moment, anchor.record)
        items += per_anchor(check, [anchor], partial(_same_item, item))
    return items


def _same_item(item: Item, _: Anchor) -> Item:
    return item


def _by_material(check: Check, case: Case, rows: list[Row]) -> list[list[Row]]:
    """The rows that may be meant, apart by material."""
    groups: dict[str | None, list[Row]] = {}
    for row in rows:
        context = context_of(case.world, "event", row)
        if holds(check.get("where", {}), context) != FAILS:
            groups.setdefault(_material_of(case, row), []).append(row)
    return list(groups.values())


def _material_of(case: Case, row: Row) -> str | None:
    found: str | None = context_of(case.world, "event", row).value("material.material_id")
    return found


def _balanced(check: Check, case: Case, rows: list[Row], kinds: tuple[str, ...]) -> Judged:
    doubt = case.doubt("events", kinds)
    if doubt:
        return UNKNOWN, doubt
    counted = _latest_count(case) if check.get("stock") else None
    counting, code = _counting(check, case, rows, counted)
    if counting is None:
        return UNKNOWN, code
    went_in = _sum(counting, as_list(check["balance"]))
    came_out = _sum(counting, [*as_list(check["equals"]), _STOCK])
    if "ratio" in check:
        return _in_ratio(check["ratio"], went_in, came_out)
    amount, _, unit = str(check.get("tolerance", 0)).partition(" ")
    allowed = Decimal(amount)
    if unit == "%":
        allowed = abs(went_in) * allowed / 100
    elif unit and any(row.get("base_uom") != unit for row in counting):
        return UNKNOWN, UNIT
    if check.get("stock") and counted is None and went_in > came_out + allowed:
        return UNKNOWN, NOT_COVERED
    fits = abs(went_in - came_out) <= allowed
    return (HOLDS, None) if fits else (FAILS, "unbalanced")


def _counting(
    check: Check, case: Case, rows: list[Row], counted: Row | None
) -> tuple[list[Row] | None, str | None]:
    """The rows to sum up, or why they cannot be summed: whose material is not known, say."""
    if check.get("per") == "material" and any(_material_of(case, row) is None for row in rows):
        return None, NULL
    meant = [holds(check.get("where", {}), context_of(case.world, "event", row)) for row in rows]
    if UNKNOWN in meant:
        return None, NULL
    rows = [row for row, fits in zip(rows, meant, strict=True) if fits == HOLDS]
    if counted is not None:
        rows, is_known = _until(rows, counted)
        if not is_known:
            return None, PRECISION
        rows = [*rows, {**counted, "event_type": _STOCK}]
    timeless = case.subject.kind == "site_period" and any(
        row.get("occurred_at") is None for row in rows
    )
    if timeless or any(row.get("base_quantity") is None for row in rows):
        return None, NULL
    if len({row.get("base_uom") for row in rows}) > 1:
        return None, UNIT
    return rows, None


def _latest_count(case: Case) -> Row | None:
    lot = case.subject.context.value("lot.lot_id")
    counts = [
        row
        for row in case.world.rows("counts")
        if row.get("lot_id") == lot is not None
        and row.get("occurred_at") is not None
        and row["occurred_at"] <= case.month[1]
    ]
    return max(counts, key=lambda row: (row["occurred_at"], row["record_key"]), default=None)


def _until(rows: list[Row], counted: Row) -> tuple[list[Row], bool]:
    """The events up to a count, and whether each one's side of it is known."""
    orders = [not_after(happened(row), happened(counted)) for row in rows]
    kept = [row for row, order in zip(rows, orders, strict=True) if order == HOLDS]
    return kept, all(order in {HOLDS, FAILS} for order in orders)


def _sum(rows: list[Row], kinds: Sequence[str]) -> Decimal:
    return sum(
        (Decimal(str(row["base_quantity"])) for row in rows if row.get("event_type") in kinds),
        Decimal(0),
    )


def _in_ratio(ratio: Mapping[str, Any], went_in: Decimal, came_out: Decimal) -> Judged:
    if went_in == 0:
        return UNKNOWN, NULL
    lower, upper = Decimal(str(ratio["lower"])), Decimal(str(ratio["upper"]))
    fits = lower * went_in <= came_out <= upper * went_in
    return (HOLDS, None) if fits else (FAILS, "unbalanced")


# --- every ----------------------------------------------------------------------------------


def every(check: Check, case: Case) -> list[Item]:
    """No more than the interval lies between one record and the next, nor since the last."""
    anchor = subject_anchor(case)

    def judge(anchor: Anchor) -> Item:
        truth, code = _recurred(check, case)
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, [anchor], judge)


def _recurred(check: Check, case: Case) -> Judged:
    of = wanted(check["of"])
    sure: list[datetime] = []
    maybe: list[datetime | None] = []
    for row in _recurring_rows(of, case):
        meant = holds(check.get("where", {}), context_of(case.world, of.kind, row))
        at = row.get(of.spec.time)
        if meant == FAILS or (at is not None and at > case.month[1]):
            continue
        if meant == UNKNOWN or at is None:
            maybe.append(at)
        else:
            sure.append(at)
    truth, code = _spaced(check["every"], sure, case.month)
    if truth == HOLDS:
        return truth, code
    timed = [time for time in maybe if time is not None]
    if None in maybe or _spaced(check["every"], sure + timed, case.month)[0] == HOLDS:
        return UNKNOWN, NULL
    window = (earlier(case.month[1], check["every"]), case.month[1])
    doubt = case.doubt(of.spec.table, of.types, window)
    return (UNKNOWN, doubt) if doubt else (truth, code)


def _recurring_rows(of: Wanted, case: Case) -> list[Row]:
    if of.kind != "authorisation":
        return records(case.world, case.subject.thing, of)
    row, rows = case.subject.row, case.world.rows("authorisations")
    if case.subject.kind == "site_period":
        return [each for each in rows if each.get("site_id") == row["site_id"]]
    material = case.subject.context.value("material.material_id")
    return [each for each in rows if material and each.get("scope") == material]


def _spaced(interval: str, times: list[datetime], month: tuple[datetime, datetime]) -> Judged:
    if not times:
        return FAILS, "missing"
    ordered = sorted(times)
    for time, following in zip(ordered, [*ordered[1:], month[1]], strict=True):
        lapsed = later(time, interval)
        if lapsed < following and lapsed < month[1] and following > month[0]:
            return FAILS, "late"
    return HOLDS, None

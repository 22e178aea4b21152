"""The check shape `audit_trail`: changes of records are told, in full and without a hole.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from .changes import changes_of, is_of
from .conditions import is_blank
from .instants import exactly, happened, not_after
from .items import per_anchor
from .kinds import JOINED, TABLE_OF
from .shape_people import Permission, allowed, as_list
from .subjects import Anchor, Case, anchors
from .truth import FAILS, HOLDS, UNKNOWN, Item, any_of
from .world import NULL, PRECISION, Row

Check = Mapping[str, Any]
Judged = tuple[int, str | None]
_ASKED = {
    "user": "changed_by",
    "old": "old_value",
    "new": "new_value",
    "reason": "reason",
    "review": "reviewed_by",
}
_NUMBER = re.compile(r"\d+$")


def audit_trail(check: Check, case: Case) -> list[Item]:
    """Entries of the month tell what is asked; new versions of records have one."""

    def judge(anchor: Anchor) -> Item:
        truth, code = _told_in_full(check, case, anchor.row)
        return Item(truth, code, anchor.moment, anchor.record)

    entries = anchors(case, f"each change of {check['audit_trail']}")
    kept = [entry for entry in entries if entry.stands_for_none or _matters(check, entry.row)]
    items = per_anchor(check, kept, judge)
    items += _versions(check, case)
    return items + (_sequence(case) if check.get("sequence") else [])


def _matters(check: Check, change: Row) -> bool:
    fields = as_list(check.get("fields", []))
    return not fields or change.get("field") in {*fields, None}


def _told_in_full(check: Check, case: Case, change: Row) -> Judged:
    is_whole = (change.get("field") or "").lower() == "record"
    for word in check.get("asks", ["user", "old", "new", "reason"]):
        if not (is_whole and word in {"old", "new"}) and is_blank(change.get(_ASKED[word])):
            return FAILS, "incomplete"
    roles = as_list(check.get("role", []))
    if not roles:
        return HOLDS, None
    person, at = change.get("changed_by"), happened(change)
    if person is None or at is None:
        return UNKNOWN, NULL
    judged = [allowed(case, Permission("role", "person", person, role), at) for role in roles]
    truth = any_of(found for found, _ in judged)
    code = next((code for found, code in judged if found == truth), None)
    return truth, "wrong_person" if truth == FAILS else code


# --- versions -------------------------------------------------------------------------------


def _versions(check: Check, case: Case) -> Iterator[Item]:
    word = check["audit_trail"]
    table = TABLE_OF.get(word) or JOINED[word]
    start, end = case.month
    subject = case.subject
    for row in case.world.rows(table):
        if not is_of(case.world, subject.table, subject.row, table, row):
            continue
        versions = [*_earlier(case, table, row), row]
        for before, after in pairwise(versions):
            stored = after.get("recorded_at")
            if stored is None or not start <= stored < end or not _differs(check, before, after):
                continue
            truth, code = _has_entry(check, case, table, before, row)
            yield Item(truth, code, stored, (table, row["record_key"]))


def _earlier(case: Case, table: str, row: Row) -> list[Row]:
    rows = case.world.superseded.get(table, [])
    return [each for each in rows if each.get("record_id") == row.get("record_id")]


def _differs(check: Check, before: Row, after: Row) -> bool:
    fields = as_list(check.get("fields", []))
    return not fields or any(before.get(field) != after.get(field) for field in fields)


def _has_entry(check: Check, case: Case, table: str, before: Row, row: Row) -> Judged:
    fields = as_list(check.get("fields", []))
    stored = before.get("recorded_at")
    orders = []
    for change in case.world.rows("changes"):
        about = (change.get("record_type"), change.get("changed_record_id"))
        if about == (table, row.get("record_id")) and (not fields or change.get("field") in fields):
            order = HOLDS if stored is None else not_after(exactly(stored), happened(change))
            orders.append(UNKNOWN if order is None else order)
    if HOLDS in orders:
        return HOLDS, None
    if UNKNOWN in orders:
        return UNKNOWN, PRECISION
    start, end = case.month
    doubt = case.doubt("changes", (), (min(start, stored or start), end))
    return (UNKNOWN, doubt) if doubt else (FAILS, "missing")


# --- sequence -------------------------------------------------------------------------------


def _sequence(case: Case) -> list[Item]:
    site = case.subject.site["site_id"]
    items = []
    for change in changes_of(case.world, "sites", case.subject.site, ()):
        if not case.in_period("change", change):
            continue
        number, at = _number(change), happened(change)
        record = ("changes", change["record_key"])
        trail = [
            found
            for each in case.world.rows("changes")
            if (each.get("site_id"), each.get("source")) == (site, change.get("source"))
            and (found := _number(each)) is not None
        ]
        moment = at.low if at else None
        if number is None:
            items.append(Item(UNKNOWN, NULL, moment, record))
        else:
            before = [each for each in trail if each < number]
            is_hole = bool(before) and number - 1 not in trail
            truth, code = (FAILS, "missing") if is_hole else (HOLDS, None)
            items.append(Item(truth, code, moment, record))
    return items


def _number(change: Row) -> int | None:
    found = _NUMBER.search(str(change.get("source_ref") or "").strip())
    return int(found[0]) if found else None

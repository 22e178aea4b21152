"""The check shape `unique`: one key stands for one thing.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .conditions import holds, is_blank
from .items import per_anchor
from .kinds import Context, context_of
from .shape_people import as_list
from .subjects import Anchor, Case, anchors, phrase
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, any_of, negation, of_bool
from .world import NULL, Row

Check = Mapping[str, Any]


def unique(check: Check, case: Case) -> list[Item]:
    """No other record has the key of the item and stands for something else."""

    def judge(anchor: Anchor) -> Item:
        truth, code = _alone(check, case, anchor)
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, check.get("on", "subject")), judge)


def _alone(check: Check, case: Case, anchor: Anchor) -> tuple[int, str | None]:
    key, within = as_list(check["unique"]), as_list(check.get("in", []))
    if any(is_blank(anchor.context.value(column)) for column in [*key, *within]):
        return UNKNOWN, NULL
    conflicts = {_conflict(check, anchor, other) for other in _others(check, case, anchor)}
    if HOLDS in conflicts:
        return FAILS, "mismatch"
    if UNKNOWN in conflicts:
        return UNKNOWN, NULL
    doubt = case.doubt(anchor.table, _types(check, case) if anchor.table == "events" else ())
    return (UNKNOWN, doubt) if doubt else (HOLDS, None)


def _conflict(check: Check, anchor: Anchor, other: Context) -> int:
    same = [
        _equal(anchor.context.value(column), other.value(column)) == HOLDS
        for column in [*as_list(check["unique"]), *as_list(check.get("in", []))]
    ]
    if not all(same):
        return FAILS
    per = as_list(check.get("per", []))
    differs = [negation(_equal(anchor.context.value(c), other.value(c))) for c in per]
    return all_of([holds(check.get("where", {}), other), any_of(differs) if per else HOLDS])


def _equal(one: Any, other: Any) -> int:
    if is_blank(one) or is_blank(other):
        return UNKNOWN
    return of_bool(str(one).strip() == str(other).strip())


def _others(check: Check, case: Case, anchor: Anchor) -> Iterator[Context]:
    world, own = case.world, anchor.context.own
    rows: list[Row] = [*world.rows(anchor.table)]
    if anchor.table == "events":
        types = _types(check, case)
        rows = [row for row in world.events if row.get("event_type") in types]
    for row in rows:
        if row["record_key"] != anchor.row["record_key"]:
            yield context_of(world, own, row)
    if check.get("versions"):
        for row in world.superseded.get(anchor.table, []):
            yield context_of(world, own, row)


def _types(check: Check, case: Case) -> tuple[str, ...]:
    """The types of event that are compared."""
    on = check.get("on", "subject")
    if on == "subject":
        return tuple(case.subject.kind.partition(".")[2].split(" or "))
    return phrase(on).what.types

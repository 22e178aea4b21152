"""The plain-Python judge: one requirement, one small world, one verdict per subject in scope.

Written from the wording of the obligation language alone and never from the SQL, so that the two
can disagree. It is slow on purpose: loops over dictionaries that a reader can follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .conditions import applies, conditioned
from .instants import later
from .pairs import PAIRS
from .scope import cases_of
from .shape_audit_trail import audit_trail
from .shape_check import check as check_model
from .shape_document import document
from .shape_event import event
from .shape_lots import balance, chain, every
from .shape_people import authorised, not_by, signed
from .shape_records import fields, match, status_at
from .shape_results import results
from .shape_retained import attested, retained
from .shape_rotation import rotation
from .shape_threshold import threshold
from .shape_unique import unique
from .subjects import Case, Subject
from .truth import (
    FAILS,
    HOLDS,
    PENDING,
    UNKNOWN,
    Item,
    Outcome,
    Record,
    all_of,
    any_of,
    combined,
    implication,
    outcome_of_items,
)
from .world import Row, Tables, World

SHAPES: Mapping[str, Callable[[Mapping[str, Any], Case], list[Item]]] = {
    "unique": unique,
    "retained": retained,
    "disposed": retained,
    "attested": attested,
    "audit_trail": audit_trail,
    "threshold": threshold,
    "rotation": rotation,
    "check": check_model,
    "event": event,
    "never": event,
    "status_at": status_at,
    "document": document,
    "authorised": authorised,
    "results": results,
    "chain": chain,
    "balance": balance,
    "match": match,
    "every": every,
    "actor": not_by,
    "signed": signed,
    "fields": fields,
    "if_known": fields,
}
"""Shape by the key that only it has; the first one present decides."""

STATES = {HOLDS: "met", FAILS: "gap", UNKNOWN: "undetermined", PENDING: "pending"}


@dataclass(frozen=True)
class Verdict:
    """What was found of one requirement for one subject."""

    requirement_id: str
    subject_type: str
    subject_id: str
    site_id: str
    state: str
    code: str | None
    evidence: frozenset[tuple[str, str, str]] = frozenset()
    """Part, table and record id of the rows that decided."""


def judge(
    tables: Tables, obligation_map: Mapping[str, Any], period: str, as_of: datetime
) -> list[Verdict]:
    """Every verdict of the map's requirements over the world.

    Args:
        tables: canonical rows by table name.
        obligation_map: the map as its YAML file reads.
        period: month such as ``2026-10``, local to each site.
        as_of: instant (UTC) up to which things are known; decides what is still pending.

    Returns:
        One verdict for every requirement and subject in scope, in the order of the map.
    """
    return judge_prepared(tables, prepared(obligation_map, period), period, as_of)


def prepared(obligation_map: Mapping[str, Any], period: str) -> dict[str, Any]:
    """The map with its parameters put in, without requirements that only wait for a shape."""
    given = obligation_map.get("params", {})
    params = {name: _in_force_in(param, period) for name, param in given.items()}
    judged = [
        _with_params(raw, params)
        for raw in obligation_map["requirements"]
        if "expect" in raw or "waits_for" not in raw
    ]
    return {**obligation_map, "requirements": judged}


def _in_force_in(param: Any, period: str) -> Any:
    """A parameter with the one of its dated values that holds on the last day of the month."""
    if not isinstance(param, Mapping) or "values" not in param:
        return param
    begun = [each for each in param["values"] if str(each["from"])[:7] <= period]
    return {**param, "value": (begun or param["values"][:1])[-1]["value"]}


def judge_prepared(
    tables: Tables, obligation_map: Mapping[str, Any], period: str, as_of: datetime
) -> list[Verdict]:
    """The same as :func:`judge` of a map that is prepared, for many worlds with one map."""
    world = World(tables)
    return [
        _verdict(case, obligation_map["map"], requirement, known_scope=sure)
        for requirement in obligation_map["requirements"]
        for case, sure in cases_of(world, obligation_map, requirement, period, as_of)
    ]


def _with_params(value: Any, params: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_params(item, params) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_params(item, params) for item in value]
    if isinstance(value, str) and value.startswith("$"):
        name, _, unit = value[1:].partition(" ")
        param = params[name] if isinstance(params[name], Mapping) else {"value": params[name]}
        unit = unit or param.get("unit", "")
        return f"{param['value']} {unit}" if unit else param["value"]
    return value


# --- verdict --------------------------------------------------------------------------------


def _verdict(
    case: Case, map_id: str, requirement: Mapping[str, Any], *, known_scope: bool
) -> Verdict:
    subject = case.subject
    site = str(subject.site["site_id"])
    about = (requirement["id"], subject.kind, str(subject.row["record_id"]), site)
    scope = applies(case, requirement.get("applies", {}))
    if scope.truth == FAILS:
        return Verdict(*about, "not_applicable", None)
    if scope.truth == UNKNOWN or not known_scope:
        return Verdict(*about, "undetermined", scope.code or "null_operand")
    clause = f"{map_id}:{requirement['id']}"
    if "attest" in requirement:
        return _attested(case, clause, requirement, about)
    case = replace(case, clause=clause)
    outcome = _all([_evaluated(check, case) for check in requirement["expect"]])
    if not outcome.items:
        return Verdict(*about, "not_applicable", None)
    state = "attested" if outcome.is_attested else STATES[outcome.truth]
    if state == "gap" and _is_accepted(case, clause):
        state = "accepted_risk"
    return Verdict(*about, state, outcome.code, _evidence(case.world, outcome))


def _evaluated(check: Mapping[str, Any], case: Case) -> Outcome:
    """One check or combination of checks."""
    if "if" in check:
        condition = _evaluated(check["if"], case)
        return implication(condition, _all([_evaluated(part, case) for part in check["then"]]))
    if "any_of" in check:
        parts = [_evaluated(part, case) for part in check["any_of"]]
        return combined(any_of(part.truth for part in parts), parts)
    if "all" in check:
        return _all([_evaluated(part, case) for part in check["all"]])
    if "condition" in check:
        return conditioned(case, check)
    shape = next(key for key in SHAPES if key in check)
    items = SHAPES[shape](check, case)
    if "code" in check:
        items = [replace(i, code=check["code"]) if i.truth == FAILS else i for i in items]
    outcome = outcome_of_items(items)
    is_stated = any(item.decided_by for item in items)
    is_attested = shape == "attested" and outcome.truth == HOLDS and is_stated
    return replace(outcome, is_attested=is_attested)


def _all(parts: list[Outcome]) -> Outcome:
    return combined(all_of(part.truth for part in parts), parts)


def _is_accepted(case: Case, clause: str) -> bool:
    subject = case.subject
    return any(
        risk.get("requirement") == clause
        and risk.get("site_id") == subject.site["site_id"]
        and risk.get("subject_type") in {None, _table_or_word(subject)}
        and risk.get("subject_id") in {None, subject.row["record_id"], _identifier(subject)}
        and _in_force(risk, case.as_of)
        for risk in case.world.rows("accepted_risks")
    )


def _table_or_word(subject: Subject) -> str:
    return subject.kind if subject.kind in PAIRS else subject.table


def _identifier(subject: Subject) -> Any:
    column = "site_id" if subject.kind == "site_period" else f"{subject.kind}_id"
    return subject.row.get(column, subject.row["record_id"])


def _in_force(row: Row, at: datetime) -> bool:
    start, stop = row.get("valid_from"), row.get("valid_to")
    return (start is None or start <= at) and (stop is None or at < stop)


def _attested(
    case: Case, clause: str, requirement: Mapping[str, Any], about: tuple[str, str, str, str]
) -> Verdict:
    last_instant = case.month[1] - timedelta(microseconds=1)
    asked = requirement["attest"]
    for row in case.world.rows("attestations"):
        named = row.get("requirement") in {clause, requirement["id"]}
        here = row.get("site_id") in {None, case.subject.site["site_id"]}
        in_role = row.get("role") == asked.get("role", row.get("role"))
        if named and here and in_role and _in_force(row, last_instant):
            made, renew = row.get("valid_from"), asked.get("renew")
            if made is None or renew is None or later(made, renew) > last_instant:
                return Verdict(*about, "attested", None)
    return Verdict(*about, "gap", "missing")


_PARTS = {HOLDS: "for", FAILS: "against", UNKNOWN: "unknown", PENDING: "missing_for"}


def _evidence(world: World, outcome: Outcome) -> frozenset[tuple[str, str, str]]:
    found = set()
    for item in outcome.items:
        judged = "missing_for" if item.truth == FAILS and not item.decided_by else None
        for record, part in ((item.judged, judged), (item.decided_by, None)):
            if record is not None and record[0] not in PAIRS.values():
                found.add((part or _PARTS[item.truth], record[0], _record_id(world, record)))
    return frozenset(found)


def _record_id(world: World, record: Record) -> str:
    table, key = record
    return next(str(row.get("record_id")) for row in world.rows(table) if row["record_key"] == key)


def verdicts_by_subject(
    verdicts: Iterable[Verdict],
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """State and code by requirement and subject, the shape that comparisons use."""
    return {(v.requirement_id, v.subject_id): (v.state, v.code) for v in verdicts}

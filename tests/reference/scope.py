"""Who a requirement is asked of in a period: active subjects, and those something falls due for.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from .conditions import applies
from .deadlines import deadline, has_deadline
from .instants import Instant, exactly
from .kinds import CALENDAR_ENDS, TABLE_OF, Wanted, context_of, records, when
from .pairs import PAIRS, names_pair, pair_rows
from .subjects import Case, Subject, phrase
from .truth import FAILS, HOLDS
from .world import Row, World


def cases_of(
    world: World,
    obligation_map: Mapping[str, Any],
    requirement: Mapping[str, Any],
    period: str,
    as_of: datetime,
) -> Iterator[tuple[Case, bool]]:
    deadlines = list(_deadlines(requirement.get("expect", [])))
    for case, sure, is_active in _bound(world, obligation_map, requirement, period, as_of):
        triggers = _triggers(case, deadlines) if deadlines else {}
        if triggers or is_active:
            yield replace(case, extra=triggers) if triggers else case, sure


def _bound(
    world: World,
    obligation_map: Mapping[str, Any],
    requirement: Mapping[str, Any],
    period: str,
    as_of: datetime,
) -> list[tuple[Case, bool, bool]]:
    """Subjects the map binds, whether that is sure, and whether they are active in the period."""
    kind = requirement.get("subject", "site_period")
    key = ("bound", id(obligation_map), kind, period, as_of)
    if key not in world.memory:
        world.memory[key] = list(_looked_up(world, obligation_map, kind, period, as_of))
    found: list[tuple[Case, bool, bool]] = world.memory[key]
    return found


def _looked_up(
    world: World, obligation_map: Mapping[str, Any], kind: str, period: str, as_of: datetime
) -> Iterator[tuple[Case, bool, bool]]:
    own, _, types = ("event.receipt" if kind == "receipt" else kind).partition(".")
    for row in _everything(world, own):
        site = world.one("sites", row.get("site_id"))
        if site is None or (own == "event" and row.get("event_type") not in types.split(" or ")):
            continue
        word = "site" if own == "site_period" else own
        named = f"{own}.{types}" if types else own
        case = Case(world, Subject(named, row, context_of(world, word, row), site), period, as_of)
        binding = applies(case, obligation_map.get("applies_to", {}))
        if binding.truth != FAILS:
            yield case, binding.truth == HOLDS, _is_active(case)


def _everything(world: World, own: str) -> Iterable[Row]:
    if own in PAIRS:
        return pair_rows(world, own)
    return world.events if own == "event" else world.rows(TABLE_OF[own])


def _is_active(case: Case) -> bool:
    subject, row = case.subject, case.subject.row
    own = subject.kind.partition(".")[0]
    if own == "site_period":
        return True
    if own in {"event", "document", "quality_record"}:
        return case.in_period(own, row)
    if own in PAIRS:
        return any(_is_in_month(case, each) for each in names_pair(case.world, own, row))
    dates = {"order": ["started_at", "completed_at"], "shipment": ["shipped_at"]}.get(own, [])
    start, end = case.month
    if any(start <= row[column] < end for column in dates if row.get(column)):
        return True
    theirs = case.world.events if own == "person" else _own_events(case)
    return any(case.in_period("event", event) and _takes_part(own, row, event) for event in theirs)


def _is_in_month(case: Case, row: Row) -> bool:
    if "event_type" in row:
        return case.in_period("event", row)
    start, end = case.month
    return row.get("shipped_at") is not None and start <= row["shipped_at"] < end


def _own_events(case: Case) -> list[Row]:
    types = tuple({str(event.get("event_type")) for event in case.world.events})
    return records(case.world, case.subject.thing, Wanted("event", types))


def _takes_part(own: str, row: Row, event: Row) -> bool:
    people = {event.get("performed_by"), event.get("checked_by")}
    return own != "person" or row["person_id"] in people


def _triggers(case: Case, deadlines: list[Mapping[str, Any]]) -> dict[str, tuple[Row, ...]]:
    """Records before the period whose deadline falls inside it, by kind or event type.

    The subject itself can be one (``after: subject``, ``after: lot.expires_at``); it stands under
    the words of the anchor.
    """
    found: dict[str, list[Row]] = {}
    for check in deadlines:
        for name, row, at in _started(case, check["after"]):
            known = found.setdefault(name, [])
            if row not in known and _falls_due(case, at, check):
                known.append(row)
    return {name: tuple(rows) for name, rows in found.items() if rows}


def _started(case: Case, after: str) -> Iterator[tuple[str, Row, Instant | None]]:
    """What a deadline may run from: name, record and time."""
    subject = case.subject
    own = subject.kind.partition(".")[0]
    if after == "subject" and own in {"event", "quality_record", "document"}:
        yield after, subject.row, when(own, subject.row)
    elif " " not in after and after != "subject":
        yield after, subject.row, exactly(subject.context.value(after))
    elif after.partition(" ")[0] in {"each", "first"}:
        asked = phrase(after).what
        known = asked.kind not in CALENDAR_ENDS
        for row in records(case.world, subject.thing, asked) if known else ():
            yield str(row.get("event_type", asked.kind)), row, when(asked.kind, row)


def _falls_due(case: Case, at: Instant | None, check: Mapping[str, Any]) -> bool:
    """Whether something before the period has its deadline inside it."""
    start, end = case.month
    if at is None or at.low >= start:
        return False
    due = deadline(check, case.world, case.subject.site, at)
    return due is not None and start <= due.at < end


def _deadlines(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _deadlines(part)
    elif isinstance(value, Mapping):
        if has_deadline(value):
            yield value
        for part in value.values():
            yield from _deadlines(part)

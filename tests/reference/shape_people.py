"""The check shapes about people and permissions: `signed`, `not_by`, `authorised`.

Part of the plain-Python judge of the obligation language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .instants import Instant, exactly, not_after
from .items import per_anchor
from .kinds import KINDS, records
from .subjects import Anchor, Case, anchors, phrase, record_anchor, subject_anchor
from .truth import FAILS, HOLDS, UNKNOWN, Item, all_of, any_of, of_bool
from .world import DOUBTS, NULL, PRECISION, Row

Check = Mapping[str, Any]
Judged = tuple[int, str | None]


# --- signed ---------------------------------------------------------------------------------


def signed(check: Check, case: Case) -> list[Item]:
    """Each anchor's record carries the signatures asked for, before each of the other anchors."""
    asked = check["signed"]
    before = asked.get("before", check.get("before"))
    gates: list[Anchor | None] = [*anchors(case, before)] if before else [None]
    items = []
    for gate in gates:

        def judge(anchor: Anchor, gate: Anchor | None = gate) -> Item:
            truth, code = _signed_record(asked, case, anchor, gate)
            return Item(truth, code, anchor.moment, anchor.record)

        items += per_anchor(check, anchors(case, check.get("on", "subject")), judge)
    return items


def nested_signed(check: Check, case: Case, record: Anchor) -> Judged:
    """The signature that another check asks of the records it found."""
    asked = check["signed"]
    gates = anchors(case, asked["before"]) if "before" in asked else []
    return _signed_record(asked, case, record, gates[0] if gates else None)


@dataclass(frozen=True)
class _Signature:
    row: Row
    in_role: Judged
    in_time: Judged

    @property
    def truth(self) -> int:
        return all_of([self.in_role[0], self.in_time[0]])

    @property
    def doubt(self) -> str | None:
        known = {code for truth, code in (self.in_role, self.in_time) if truth == UNKNOWN}
        return next((code for code in DOUBTS if code in known), None)


def _signed_record(asked: Check, case: Case, anchor: Anchor, gate: Anchor | None) -> Judged:
    if gate is not None and gate.unknown:
        return UNKNOWN, gate.unknown
    meanings = as_list(asked.get("meaning", []))
    found = [
        _Signature(row, _in_role(asked, meanings, case, row), _in_time(row, gate))
        for row in case.world.signatures_on(anchor.table, anchor.row)
        if not meanings or row.get("meaning") in {*meanings, None}
    ]
    needed = asked.get("distinct", 1)
    if _persons(s for s in found if s.truth == HOLDS) >= needed:
        return HOLDS, None
    possible = [s for s in found if s.truth in {HOLDS, UNKNOWN}]
    if _persons(possible) >= needed:
        return UNKNOWN, min(s.doubt for s in possible if s.doubt)
    doubt = case.doubt_since_birth("signatures")
    return (UNKNOWN, doubt) if doubt else (FAILS, _why_unsigned(found, needed))


def _why_unsigned(found: list[_Signature], needed: int) -> str:
    in_role = [s for s in found if s.in_role[0] == HOLDS]
    if _persons(in_role) >= needed:
        return "wrong_order"
    too_few_persons = len(in_role) >= needed
    out_of_role = any(s.in_role[0] == FAILS for s in found)
    return "wrong_person" if too_few_persons or out_of_role else "missing"


def _persons(signatures: Iterable[_Signature]) -> int:
    rows = [signature.row for signature in signatures]
    return len({row.get("signer_id") or f"nobody {row['record_key']}" for row in rows})


def _in_time(signature: Row, gate: Anchor | None) -> Judged:
    if gate is None:
        return HOLDS, None
    order = not_after(exactly(signature.get("signed_at")), gate.at)
    if order is None:
        return UNKNOWN, NULL
    return order, PRECISION if order == UNKNOWN else None


def _in_role(asked: Check, meanings: list[str], case: Case, signature: Row) -> Judged:
    if meanings and signature.get("meaning") is None:
        return UNKNOWN, NULL
    roles = as_list(asked.get("role", []))
    at = exactly(signature.get("signed_at"))
    if signature.get("signer_id") is None or at is None:
        return UNKNOWN, NULL
    if not roles:
        return HOLDS, None
    judged = [
        allowed(case, Permission("role", "person", signature["signer_id"], role), at)
        for role in roles
    ]
    truth = any_of(truth for truth, _ in judged)
    return truth, next((code for found, code in judged if found == truth), None)


# --- authorised -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Permission:
    """What somebody has to have been allowed; a null scope asks for any of the kind."""

    kind: str
    holder_type: str
    holder: str
    scope: str | None


def allowed(case: Case, asked: Permission, at: Instant) -> Judged:
    """Whether the holder had the authorisation then; one without scope covers everything."""
    rows = [
        row
        for row in case.world.rows("authorisations")
        if (row.get("kind"), row.get("holder_type"), row.get("holder_id"))
        == (asked.kind, asked.holder_type, asked.holder)
        and (asked.scope is None or row.get("scope") in {asked.scope, None})
    ]
    truth = any_of(valid(row, at) for row in rows)
    if truth == HOLDS:
        return HOLDS, None
    if truth == UNKNOWN:
        return UNKNOWN, PRECISION
    doubt = case.doubt("authorisations")
    if doubt:
        return UNKNOWN, doubt
    absent = "wrong_person" if asked.holder_type == "person" else "missing"
    return FAILS, "expired" if rows else absent


def valid(row: Row, at: Instant) -> int:
    """Whether ``valid_from <= at < valid_to``; a null end is open."""
    start, stop = row.get("valid_from"), row.get("valid_to")
    begun = HOLDS if start is None else not_after(exactly(start), at)
    if stop is None:
        ended = FAILS
    elif at.low == at.high:
        ended = of_bool(stop <= at.low)
    else:
        ended = FAILS if at.high <= stop else HOLDS if stop <= at.low else UNKNOWN
    running = {HOLDS: FAILS, FAILS: HOLDS}.get(ended, UNKNOWN)
    return all_of([UNKNOWN if begun is None else begun, running])


def authorised(check: Check, case: Case) -> list[Item]:
    """Supplier, customer, person or site was allowed to, at each anchor."""

    def judge(anchor: Anchor) -> Item:
        truth, code = _authorised_at(check, case, anchor)
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, check.get("at", "subject")), judge)


def _authorised_at(check: Check, case: Case, anchor: Anchor) -> Judged:
    holder_type, holders = _holders(check["holder"], case, anchor)
    scope, is_scoped = _scope(check.get("scope", "none"), anchor)
    at = anchor.at
    if at is None or not holders or None in holders:
        return UNKNOWN, NULL
    if is_scoped and scope is None:
        return _allowed_whatever_it_is(case, check["authorised"], (holder_type, holders[0]), at)
    judged = [
        allowed(case, Permission(check["authorised"], holder_type, holder, scope), at)
        for holder in holders
        if holder is not None
    ]
    whole = all_of(truth for truth, _ in judged)
    return whole, next((code for truth, code in judged if truth == whole), None)


def _allowed_whatever_it_is(
    case: Case, kind: str, holder: tuple[str, str | None], at: Instant
) -> Judged:
    """What is wanted is not known: only an authorisation without a scope surely covers it."""
    held: list[Judged] = []
    for row in case.world.rows("authorisations"):
        if (row.get("kind"), row.get("holder_type"), row.get("holder_id")) == (kind, *holder):
            in_force = valid(row, at)
            if row.get("scope") is not None:
                held.append((all_of([UNKNOWN, in_force]), NULL))
            else:
                held.append((in_force, PRECISION))
    if any(truth == HOLDS for truth, _ in held):
        return HOLDS, None
    return UNKNOWN, min((code for truth, code in held if truth == UNKNOWN and code), default=NULL)


def _holders(word: str, case: Case, anchor: Anchor) -> tuple[str, list[str | None]]:
    if word == "supplier":
        return "party", [_either(anchor, "lot.supplier_id", "supplier.party_id")]
    if word == "customer":
        return "party", [_either(anchor, "shipment.customer_id", "customer.party_id")]
    if word == "site":
        return "site", [anchor.context.value("site.site_id")]
    return "person", persons(Actor(word), case, anchor)


def _either(anchor: Anchor, column: str, other: str) -> str | None:
    value: str | None = anchor.context.value(column)
    return anchor.context.value(other) if value is None else value


def _scope(word: str, anchor: Anchor) -> tuple[str | None, bool]:
    if word == "none":
        return None, False
    columns = {"material": "material.material_id", "schedule": "material.dea_schedule"}
    return (anchor.context.value(columns[word]) if word in columns else word), True


# --- not_by ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Actor:
    """A person by the part played: performer, checker or signer (of which meanings) of what."""

    part: str
    of: str | None = None
    meanings: tuple[str, ...] = ()


def actor(text: str) -> Actor:
    """Read ``performer``, ``checker of each issue`` or ``signer (review) of subject``."""
    head, _, of = text.partition(" of ")
    part, _, meanings = head.partition(" (")
    listed = tuple(word.strip() for word in meanings.rstrip(")").split(",") if word.strip())
    return Actor(part, of or None, listed)


def persons(who: Actor, case: Case, record: Anchor) -> list[str | None]:
    """Who performed, checked or signed a record; null when nobody is named."""
    if who.part == "signer" and record.table == "signatures":
        return [record.row.get("signer_id")]
    if who.part == "signer":
        found: list[str | None] = [
            row.get("signer_id")
            for row in case.world.signatures_on(record.table, record.row)
            if not who.meanings or row.get("meaning") in who.meanings
        ]
        return found or [None]
    spec = next(kind for kind in KINDS.values() if kind.table == record.table)
    column = spec.performer if who.part == "performer" else spec.checker
    return [record.row.get(column) if column else None]


def not_by(check: Check, case: Case) -> list[Item]:
    """The actor of each record is nobody of those named."""
    who = actor(check["actor"])
    hung_on = check.get("on", "subject") if who.of is None else _each(who.of)

    def judge(anchor: Anchor) -> Item:
        truth, code = _differs(actor(check["not_by"]), case, anchor, persons(who, case, anchor))
        return Item(truth, code, anchor.moment, anchor.record)

    return per_anchor(check, anchors(case, hung_on), judge)


def nested_not_by(check: Check, case: Case, record: Anchor) -> Judged:
    """The segregation that another check asks of the records it found."""
    own = Actor("performer")
    if "actor" in check:
        own = actor(check["actor"])
    elif "signed" in check:
        own = Actor("signer")
    return _differs(actor(check["not_by"]), case, record, persons(own, case, record))


def _differs(who: Actor, case: Case, record: Anchor, actors: list[str | None]) -> Judged:
    if who.of in {None, "same"}:
        others = persons(who, case, record)
    else:
        named = _named_records(who.of or "", case)
        if isinstance(named, str):
            return UNKNOWN, NULL if None in actors else named
        others = [person for each in named for person in persons(who, case, each)]
    if any(one is not None and one in others for one in actors):
        return FAILS, "wrong_person"
    return (UNKNOWN, NULL) if None in [*actors, *others] else (HOLDS, None)


def _each(text: str) -> str:
    plain = text == "subject" or text.split(maxsplit=1)[0] in {"each", "first", "last"}
    return text if plain else f"each {text}"


def _named_records(text: str, case: Case) -> list[Anchor] | str:
    """The records whose people are meant; of ``each``, those of all time (of a site: the month)."""
    if text == "subject":
        return [subject_anchor(case)]
    asked = phrase(_each(text))
    if asked.take != "each" or asked.column:
        found = anchors(case, _each(text))
        return next((a.unknown for a in found if a.stands_for_none and a.unknown), found)
    rows = records(case.world, case.subject.thing, asked.what)
    if case.subject.kind == "site_period":
        rows = [row for row in rows if case.may_be_in_period(asked.what.kind, row)]
    if rows:
        return [record_anchor(case.world, asked.what.kind, row) for row in rows]
    return case.doubt_since_birth(asked.what.spec.table, asked.what.types) or []


def as_list(value: Any) -> list[Any]:
    """One word or several, always as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]

"""Writes requirements down for the SQL: names resolved, parameters set, everything defaulted.

The compiled form is plain JSON (``docs/obligation-language.md``); the SQL macros read nothing
else. Its digest is the rule's digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from . import checks as shapes
from .conditions import Term
from .explaining import explain, explain_check
from .grammar import MATCH, SUBJECT, Actor, Anchor, Kinds, Operand, actor, operand
from .model import Applies, ObligationMap, Requirement, Subject
from .names import Json, Names, Override, Path
from .vocabulary import RECORD_KINDS

Overrides = Sequence[Override]
TEXTS = ("rule_text", "rule_digest", "title", "requires", "control", "remedy", "unseen", "text")


def compile_map(of: ObligationMap, overrides: Overrides = ()) -> Json:
    """A map's head, and every requirement in compiled form, in the map's order."""
    names = Names(of, Subject(kind="site_period"), overrides)
    return {
        "map": of.map,
        "title": of.title,
        "authority": of.authority,
        "regime": of.regime,
        "owner": of.owner,
        "edition": of.source.edition,
        "checked_on": _iso(of.source.checked_on),
        "in_force": {"from": _iso(of.in_force.from_), "to": _iso(of.in_force.to)},
        "compliance_from": _iso(of.compliance_from),
        "map_digest": of.digest,
        "applies_to": names.condition(of.applies_to.where, ("site",), ("applies_to",)),
        "params": [_param(names, name) for name in sorted(of.params)],
        "requirements": [compiled(requirement, of, overrides) for requirement in of.requirements],
    }


def _param(names: Names, name: str) -> Json:
    found = names.map.params[name]
    value = names.literal(Operand(param=name), ("params", name))
    return value | {"unit": found.unit, "cites": found.cites, "from": _line(found.origin)}


def compiled(requirement: Requirement, of: ObligationMap, overrides: Overrides = ()) -> Json:
    """One requirement in compiled form; ``overrides`` are the workspace's parameters."""
    return compile_with(Names(of, requirement.subject, overrides), requirement)


def compile_with(names: Names, requirement: Requirement) -> Json:
    """As :func:`compiled`, leaving the faults met in ``names``."""
    of = names.map
    site = ("site",)
    rule = {
        "map": of.map,
        "id": requirement.id,
        "clause": f"{of.map}:{requirement.id}",
        "position": of.requirements.index(requirement) + 1,
        "state": requirement.state,
        "waits_for": list(requirement.waits_for),
        "attest": _attest(names, requirement),
        "subject": _subject(requirement.subject),
        "site_applies": names.condition(of.applies_to.where, site, ("applies_to",)),
        **_applies(names, requirement.applies),
        "in_force": _in_force(of, requirement),
        "compliance_from": _iso(requirement.compliance_from or of.compliance_from),
        "checks": _checks(names, requirement.expect, ("expect",)),
        "cites": list(requirement.cites),
        "title": requirement.title,
        "requires": _line(requirement.requires),
        "control": _line(requirement.control),
        "unseen": _line(requirement.unseen),
        "sureness": requirement.sureness,
        "severity": requirement.severity,
        "remedy": _line(requirement.remedy),
        "owner": of.owner,
    }
    rule["rule_text"] = explain(requirement, of, names.overrides)
    rule["rule_digest"] = rule_digest(rule)
    return rule


def _subject(of: Subject) -> Json:
    text = f"event.{' or '.join(of.types)}" if of.types else of.kind
    return {"kind": of.kind, "types": list(of.types), "text": text}


def rule_digest(rule: Json) -> str:
    """The sha256 of what decides a verdict: the compiled rule without its texts."""
    text = json.dumps(_without_texts(rule), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _without_texts(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    if isinstance(value, dict):
        return {key: _without_texts(part) for key, part in value.items() if key not in TEXTS}
    return [_without_texts(part) for part in value] if isinstance(value, list) else value


def _attest(names: Names, requirement: Requirement) -> Json | None:
    asked = requirement.attest
    if asked is None:
        return None
    renew = names.interval(asked.renew, ("attest", "renew"))
    return {"statement": _line(asked.statement), "role": asked.role, "renew": renew}


def _applies(names: Names, applies: Applies) -> Json:
    where = names.condition(applies.where, names.subject_context, ("applies",))
    return {
        "applies": where,
        "has": [[names.what(kind) for kind in applies.has]] if applies.has else [],
        "has_not": [names.what(kind) for kind in applies.has_not],
    }


def _in_force(of: ObligationMap, requirement: Requirement) -> Json:
    own = requirement.in_force or of.in_force
    return {"from": _iso(own.from_), "to": _iso(own.to)}


def _iso(day: Any) -> str | None:  # noqa: ANN401 -- a date or nothing
    return day.isoformat() if day else None


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _checks(names: Names, items: Sequence[shapes.Check], path: Path) -> list[Json]:
    return [_check(names, item, (*path, index)) for index, item in enumerate(items)]


def _check(names: Names, check: shapes.Check, path: Path) -> Json:
    shape = shapes.SHAPE_OF_CLASS[type(check)]
    item = item_anchor(check)
    head: Json = {
        "shape": shape,
        "no": names.number_check(),
        "label": check.label,
        "text": explain_check(check, names.map, names.overrides),
        "code": check.code,
        "item": names.anchor(item, path),
        "when": _item_condition(names, check.when, item, (*path, "when")),
        "except_when": _item_condition(names, check.except_when, item, (*path, "except_when")),
        "of": getattr(check, "of", None) if shape in ("event", "document") else None,
    }
    return head | _COMPILERS[shape](names, check, path)


def item_anchor(check: shapes.Check) -> Anchor:
    """The anchor whose records are the items of a check: one finding each."""
    given = [
        found
        for key in ("before", "after", "during", "status_at", "on", "at")
        if isinstance(found := getattr(check, key, None), Anchor)
    ]
    each = [anchor for anchor in given if anchor.take == "each"]
    records = [anchor for anchor in given if anchor.what is not None]
    return (each or records or [SUBJECT])[0]


def _item_condition(names: Names, terms: tuple[Term, ...], item: Anchor, path: Path) -> list[Json]:
    return names.condition(terms, names.context(item), path)


def _event(names: Names, check: shapes.EventCheck, path: Path) -> Json:
    least, most = check.bounds
    record = Anchor("each", check.what)
    nested: list[Json] = []
    if check.signed is not None:
        nested.append(_signed_by(names, check.signed, record, (*path, "signed")))
    if check.not_by is not None:
        default = "signer" if check.signed is not None else "performer"
        by = actor(check.actor or default, MATCH)
        nested.append(_not_by(names, check.not_by, by, record, (*path, "not_by")))
    if check.fields:
        nested.append(_nested_fields(names, check.fields, record, (*path, "fields")))
    return {
        "what": names.what(check.what),
        "where": names.condition(check.where, names.context(record), (*path, "where")),
        "at_least": least,
        "at_most": most,
        **_anchors(names, check, path, "before", "after", "during"),
        "within": names.interval(check.within, (*path, "within")),
        "same": _same(names, check.same, record, check, path),
        "nested": nested,
    }


def _anchors(names: Names, check: shapes.Check, path: Path, *keys: str) -> Json:
    return {key: names.anchor(getattr(check, key), (*path, key)) for key in keys}


def _same(
    names: Names,
    pairs: tuple[tuple[str, str], ...],
    theirs: Anchor,
    check: shapes.Check,
    path: Path,
) -> list[Json]:
    ours = names.context(item_anchor(check))
    at = (*path, "same")
    return [
        {
            "theirs": names.column(left, names.context(theirs), at).dotted,
            "ours": names.column(right, ours, at).dotted,
        }
        for left, right in pairs
    ]


def _nested_head(names: Names, shape: str) -> Json:
    match = names.anchor(MATCH, ())
    empty: Json = {"label": None, "text": "", "code": None, "when": [], "except_when": []}
    return {"shape": shape, "no": names.number_check(), **empty, "of": None, "item": match}


def _signed_by(names: Names, signing: shapes.Signing, record: Anchor, path: Path) -> Json:
    before = names.anchor(signing.before, (*path, "before"))
    on = names.anchor(MATCH, path) if record is not SUBJECT else None
    return _nested_head(names, "signed") | _signing(signing) | {"on": on, "before": before}


def _signing(signing: shapes.Signing) -> Json:
    return {
        "role": list(signing.role),
        "meaning": list(signing.meaning),
        "distinct": signing.distinct,
    }


def _not_by(names: Names, phrase: str, by: Actor, record: Anchor, path: Path) -> Json:
    other = actor(phrase, MATCH)
    kind = record.what.kind if record.what else None
    for person in (other, by):
        if person.of is MATCH and kind is not None:
            names.person(Actor(person.who, record), path)
    return _nested_head(names, "not_by") | {
        "not_by": names.person(other, path),
        "actor": names.person(by, path),
        "on": names.anchor(MATCH, path),
    }


def _nested_fields(names: Names, fields: tuple[str, ...], record: Anchor, path: Path) -> Json:
    own = names.own_alias(record)
    found = [names.column(name, names.context(record), path, own).dotted for name in fields]
    on = names.anchor(MATCH, path)
    return _nested_head(names, "fields") | {"fields": found, "if_known": [], "on": on}


def _status_at(names: Names, check: shapes.StatusAtCheck, path: Path) -> Json:
    at = names.anchor(check.status_at, (*path, "status_at"))
    return {"at": at, "is": list(check.is_), "is_not": list(check.is_not)}


def _signed(names: Names, check: shapes.SignedCheck, path: Path) -> Json:
    before = check.before or check.signed.before
    return _signing(check.signed) | {
        "on": names.anchor(check.on, (*path, "on")),
        "before": names.anchor(before, (*path, "before")),
    }


def _actors(names: Names, check: shapes.NotByCheck, path: Path) -> Json:
    on = names.anchor(check.on, (*path, "on"))
    return {
        "not_by": names.person(actor(check.not_by, MATCH), (*path, "not_by")),
        "actor": names.person(actor(check.actor, MATCH), (*path, "actor")),
        "on": on,
    }


def _fields(names: Names, check: shapes.FieldsCheck, path: Path) -> Json:
    context, own = names.context(check.on), names.own_alias(check.on)

    def resolved(key: str, given: tuple[str, ...]) -> list[str]:
        return [names.column(name, context, (*path, key), own).dotted for name in given]

    return {
        "fields": resolved("fields", check.fields),
        "if_known": resolved("if_known", check.if_known),
        "on": names.anchor(check.on, (*path, "on")),
    }


def _document(names: Names, check: shapes.DocumentCheck, path: Path) -> Json:
    record = Anchor("each", Kinds("document"))
    nested: list[Json] = []
    if check.signed is not None:
        nested.append(_signed_by(names, check.signed, record, (*path, "signed")))
    if check.fields:
        nested.append(_nested_fields(names, check.fields, record, (*path, "fields")))
    return {
        "kinds": list(check.document),
        **_anchors(names, check, path, "at", "before"),
        "within": names.interval(check.within, (*path, "within")),
        "where": names.condition(check.where, names.context(record), (*path, "where")),
        "same": _same(names, check.same, record, check, path),
        "nested": nested,
    }


def _results(names: Names, check: shapes.ResultsCheck, path: Path) -> Json:
    given = check.characteristics
    named = [names.literal(operand(n), (*path, "characteristics")) for n in given]
    return {
        "kinds": [] if check.results == "specification" else list(check.results),
        "characteristics": named,
        "origin": check.origin,
        "before": names.anchor(check.before, (*path, "before")),
        "customer": check.customer,
        "any_fail": check.any_fail,
        "failing": check.failing,
    }


def _chain(_names: Names, check: shapes.ChainCheck, _path: Path) -> Json:
    return {
        "direction": check.chain,
        "ends": list(check.ends),
        "quantities": check.quantities,
    }


def _balance(names: Names, check: shapes.BalanceCheck, path: Path) -> Json:
    record = Anchor("each", Kinds("event", check.balance))
    ratio = None
    if check.ratio is not None:
        ratio = {
            key: names.literal(bound, (*path, "ratio", key)) if bound else None
            for key, bound in (("lower", check.ratio.lower), ("upper", check.ratio.upper))
        }
    return {
        "ins": list(check.balance),
        "outs": list(check.equals),
        "where": names.condition(check.where, names.context(record), (*path, "where")),
        "tolerance": names.tolerance(check.tolerance, (*path, "tolerance")),
        "ratio": ratio,
        "stock": check.stock is not None,
        "per": check.per,
    }


def _match(names: Names, check: shapes.MatchCheck, path: Path) -> Json:
    compare, other = check.compare
    context, own = names.context(check.on), names.own_alias(check.on)
    return {
        "left": names.column(check.match, context, (*path, "match"), own).dotted,
        "right": names.column(other, context, (*path, compare), own).dotted,
        "compare": compare,
        "on": names.anchor(check.on, (*path, "on")),
        "tolerance": names.tolerance(check.tolerance, (*path, "tolerance")),
    }


def _every(names: Names, check: shapes.EveryCheck, path: Path) -> Json:
    record = Anchor("each", check.of)
    return {
        "interval": names.interval(check.every, (*path, "every")),
        "what": names.what(check.of),
        "where": names.condition(check.where, names.context(record), (*path, "where")),
    }


def _authorised(names: Names, check: shapes.AuthorisedCheck, path: Path) -> Json:
    return {
        "kind": check.authorised,
        "holder": _holder(names, check, path),
        "scope": _scope(names, check, path),
        "at": names.anchor(check.at, (*path, "at")),
    }


def _holder(names: Names, check: shapes.AuthorisedCheck, path: Path) -> Json:
    context, kind = names.context(check.at), names.own_alias(check.at)
    parties = {"supplier": "lot.supplier_id", "customer": "shipment.customer_id"}
    at = (*path, "holder")
    if check.holder in parties:
        found = names.column(parties[check.holder], context, at)
        return {"column": found.dotted, "type": "party"}
    if check.holder == "site":
        return {"column": names.column("site.site_id", context, at).dotted, "type": "site"}
    who = "performer" if check.holder == "signer" else check.holder
    column = getattr(RECORD_KINDS.get(kind), who, None)
    if column is None or (check.holder == "signer" and kind != "signature"):
        names.fault(at, f"{check.holder} of {kind}", f"a record that has a {check.holder}")
        return {"column": None, "type": "person"}
    return {"column": f"{kind}.{column}", "type": "person"}


def _scope(names: Names, check: shapes.AuthorisedCheck, path: Path) -> Json:
    columns = {"material": "material.material_id", "schedule": "material.dea_schedule"}
    if check.scope is None or check.scope == "none":
        return {"column": None, "value": None}
    named = columns.get(check.scope, check.scope if "." in check.scope else None)
    if named is None:
        return {"column": None, "value": check.scope}
    found = names.column(named, names.context(check.at), (*path, "scope"))
    return {"column": found.dotted, "value": None}


def _condition(names: Names, check: shapes.ConditionCheck, path: Path) -> Json:
    at = (*path, "condition")
    return {"where": names.condition(check.condition, names.subject_context, at)}


def _if(names: Names, check: shapes.IfCheck, path: Path) -> Json:
    return {
        "if": _check(names, check.if_, (*path, "if")),
        "then": _checks(names, check.then, (*path, "then")),
    }


def _any_of(names: Names, check: shapes.AnyOfCheck, path: Path) -> Json:
    return {"checks": _checks(names, check.any_of, (*path, "any_of"))}


def _all(names: Names, check: shapes.AllCheck, path: Path) -> Json:
    return {"checks": _checks(names, check.all_, (*path, "all"))}


_COMPILERS: dict[str, Callable[[Names, Any, Path], Json]] = {
    "event": _event,
    "status_at": _status_at,
    "signed": _signed,
    "not_by": _actors,
    "fields": _fields,
    "document": _document,
    "results": _results,
    "chain": _chain,
    "balance": _balance,
    "match": _match,
    "every": _every,
    "authorised": _authorised,
    "condition": _condition,
    "if": _if,
    "any_of": _any_of,
    "all": _all,
}

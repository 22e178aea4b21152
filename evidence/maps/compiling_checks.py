"""Writes single checks down for the SQL, one function per shape.

Requirements and maps are put together in ``compiling``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import checks, shapes
from .compiling_records import RECORD_COMPILERS
from .conditions import Term
from .explaining import explain_check
from .grammar import MATCH, SUBJECT, Actor, Anchor, Kinds, actor, operand
from .names import Json, Names, Path
from .vocabulary import RECORD_KINDS


def compiled_checks(names: Names, items: Sequence[checks.Check], path: Path) -> list[Json]:
    """Checks in compiled form; the faults of their names are left in ``names``."""
    return [_check(names, item, (*path, index)) for index, item in enumerate(items)]


def _check(names: Names, check: checks.Check, path: Path) -> Json:
    shape = shapes.SHAPE_OF_CLASS[type(check)]
    item = shapes.item_anchor(check)
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


def _item_condition(names: Names, terms: tuple[Term, ...], item: Anchor, path: Path) -> list[Json]:
    return names.condition(terms, names.context(item), path)


def _event(names: Names, check: checks.EventCheck, path: Path) -> Json:
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
        "within": names.interval(check.within, (*path, "within"), in_days=check.after is not None),
        "by": names.by(check.by, (*path, "by")),
        "same": _same(names, check.same, record, check, path),
        "nested": nested,
    }


def _anchors(names: Names, check: checks.Check, path: Path, *keys: str) -> Json:
    return {key: names.anchor(getattr(check, key), (*path, key)) for key in keys}


def _same(
    names: Names,
    pairs: tuple[tuple[str, str], ...],
    theirs: Anchor,
    check: checks.Check,
    path: Path,
) -> list[Json]:
    ours = names.context(shapes.item_anchor(check))
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


def _signed_by(names: Names, signing: checks.Signing, record: Anchor, path: Path) -> Json:
    before = names.anchor(signing.before, (*path, "before"))
    on = names.anchor(MATCH, path) if record is not SUBJECT else None
    return _nested_head(names, "signed") | _signing(signing) | {"on": on, "before": before}


def _signing(signing: checks.Signing) -> Json:
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
    found = names.dotted(fields, names.context(record), path, own)
    on = names.anchor(MATCH, path)
    return _nested_head(names, "fields") | {"fields": found, "if_known": [], "on": on}


def _status_at(names: Names, check: checks.StatusAtCheck, path: Path) -> Json:
    at = names.anchor(check.status_at, (*path, "status_at"))
    return {"at": at, "is": list(check.is_), "is_not": list(check.is_not)}


def _signed(names: Names, check: checks.SignedCheck, path: Path) -> Json:
    before = check.before or check.signed.before
    return _signing(check.signed) | {
        "on": names.anchor(check.on, (*path, "on")),
        "before": names.anchor(before, (*path, "before")),
    }


def _actors(names: Names, check: checks.NotByCheck, path: Path) -> Json:
    on = names.anchor(check.on, (*path, "on"))
    return {
        "not_by": names.person(actor(check.not_by, MATCH), (*path, "not_by")),
        "actor": names.person(actor(check.actor, MATCH), (*path, "actor")),
        "on": on,
    }


def _fields(names: Names, check: checks.FieldsCheck, path: Path) -> Json:
    context, own = names.context(check.on), names.own_alias(check.on)
    return {
        "fields": names.dotted(check.fields, context, (*path, "fields"), own),
        "if_known": names.dotted(check.if_known, context, (*path, "if_known"), own),
        "on": names.anchor(check.on, (*path, "on")),
    }


def _document(names: Names, check: checks.DocumentCheck, path: Path) -> Json:
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


def _results(names: Names, check: checks.ResultsCheck, path: Path) -> Json:
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


def _chain(_names: Names, check: checks.ChainCheck, _path: Path) -> Json:
    return {
        "direction": check.chain,
        "ends": list(check.ends),
        "quantities": check.quantities,
    }


def _balance(names: Names, check: checks.BalanceCheck, path: Path) -> Json:
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


def _match(names: Names, check: checks.MatchCheck, path: Path) -> Json:
    compare, other = check.compare
    context, own = names.context(check.on), names.own_alias(check.on)
    return {
        "left": names.column(check.match, context, (*path, "match"), own).dotted,
        "right": names.column(other, context, (*path, compare), own).dotted,
        "compare": compare,
        "on": names.anchor(check.on, (*path, "on")),
        "tolerance": names.tolerance(check.tolerance, (*path, "tolerance")),
    }


def _every(names: Names, check: checks.EveryCheck, path: Path) -> Json:
    record = Anchor("each", check.of)
    return {
        "interval": names.interval(check.every, (*path, "every")),
        "what": names.what(check.of),
        "where": names.condition(check.where, names.context(record), (*path, "where")),
    }


def _authorised(names: Names, check: checks.AuthorisedCheck, path: Path) -> Json:
    return {
        "kind": check.authorised,
        "holder": _holder(names, check, path),
        "scope": _scope(names, check, path),
        "at": names.anchor(check.at, (*path, "at")),
    }


def _holder(names: Names, check: checks.AuthorisedCheck, path: Path) -> Json:
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


def _scope(names: Names, check: checks.AuthorisedCheck, path: Path) -> Json:
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
        "then": compiled_checks(names, check.then, (*path, "then")),
    }


def _any_of(names: Names, check: shapes.AnyOfCheck, path: Path) -> Json:
    return {"checks": compiled_checks(names, check.any_of, (*path, "any_of"))}


def _all(names: Names, check: shapes.AllCheck, path: Path) -> Json:
    return {"checks": compiled_checks(names, check.all_, (*path, "all"))}


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
    **RECORD_COMPILERS,
    "if": _if,
    "any_of": _any_of,
    "all": _all,
}

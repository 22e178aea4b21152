"""Says what a requirement checks in plain words, as packs print it beside the verdicts.

The words come from the rule itself, so they cannot drift from it; parameters are shown with the
values that hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import checks as shapes
from . import words
from .grammar import MATCH, Actor, actor, operand
from .model import Applies, ObligationMap, Requirement
from .names import Override
from .words import Wording, joined, plain


def explain(requirement: Requirement, of: ObligationMap, overrides: Sequence[Override] = ()) -> str:
    """The rule of a requirement in plain words, one paragraph."""
    wording = Wording(of, overrides)
    scope = f"Applies to {_scope(requirement, wording)}."
    if requirement.state == "attest":
        return f"{scope} {_attested(requirement, wording)}"
    if requirement.state == "waits_for":
        shapes_named = joined([plain(shape) for shape in requirement.waits_for], "and")
        return f"{scope} Not judged: the check it needs ({shapes_named}) is not available yet."
    said = [explain_check(check, of, overrides) for check in requirement.expect]
    if len(said) == 1:
        return f"{scope} {said[0][0].upper()}{said[0][1:]}."
    numbered = "; ".join(f"({n}) {text}" for n, text in enumerate(said, 1))
    return f"{scope} All of these hold: {numbered}."


def explain_check(
    check: shapes.Check, of: ObligationMap, overrides: Sequence[Override] = ()
) -> str:
    """One check in plain words, without a capital letter or full stop."""
    wording = Wording(of, overrides)
    text = _SAYERS[shapes.SHAPE_OF_CLASS[type(check)]](check, wording)
    if check.when:
        text += f" (asked only where {wording.condition(check.when)})"
    if check.except_when:
        text += f", unless {wording.condition(check.except_when)}"
    return text


def _scope(requirement: Requirement, wording: Wording) -> str:
    about = requirement.subject
    name = words.subject(about.kind, about.types)
    parts = _which(requirement.applies, wording)
    return f"every {name}{parts}"


def _which(applies: Applies, wording: Wording) -> str:
    parts: list[str] = []
    if applies.where:
        parts.append(f"where {wording.condition(applies.where)}")
    if applies.has:
        found = joined([words.kinds(kind) for kind in applies.has], "or")
        parts.append(f"with {found} in the month")
    if applies.has_not:
        found = joined([words.kinds(kind) for kind in applies.has_not], "or")
        parts.append(f"without {found} in the month")
    return f" {', '.join(parts)}" if parts else ""


def _attested(requirement: Requirement, wording: Wording) -> str:
    asked = requirement.attest
    assert asked is not None  # noqa: S101 -- the state says so
    statement = " ".join(asked.statement.split()).rstrip(".")
    return (
        f"Data cannot show it: the {plain(asked.role)} states, and renews every "
        f"{wording.span(asked.renew)}: “{statement}.”"
    )


def _event(check: shapes.EventCheck, wording: Wording) -> str:
    text = _count(check)
    if check.of is not None:
        text += f" of the {check.of}"
    if check.where:
        text += f" where {wording.condition(check.where)}"
    text += _same(check.same) + _when(check, wording)
    if check.signed is not None:
        text += f", signed {_signing(check.signed)}"
    if check.not_by is not None:
        verb = "signed" if check.signed is not None else "performed"
        by = actor(check.actor, MATCH) if check.actor else None
        if by is not None:
            verb = {"performer": "performed", "checker": "checked", "signer": "signed"}[by.who]
        other = words.person(actor(check.not_by, MATCH))
        text += f", {verb} by someone other than {other}"
    if check.fields:
        named = joined([words.column(name) for name in check.fields], "and")
        text += f", which gives {named}"
    return text


def _count(check: shapes.EventCheck) -> str:
    least, most = check.bounds
    one, name = words.kinds(check.what), words.kinds(check.what, "noun")
    if most == 0:
        return f"there is no {name}"
    if least == most:
        return f"there is exactly {least} {name}"
    if most is None:
        return f"there is {one}" if least == 1 else f"there are at least {least}: {name}"
    low = f"at least {least} and " if least else ""
    return f"there is {low}at most {most}: {name}"


def _when(check: shapes.EventCheck | shapes.DocumentCheck, wording: Wording) -> str:
    span = wording.span(check.within) if check.within is not None else None
    before, after = check.before, getattr(check, "after", None)
    text = ""
    if after is not None:
        text += f" within {span} after" if span else " after"
        text += f" {words.anchor(after)}"
    if before is not None:
        text += f" in the {span} before" if span and after is None else " before"
        text += f" {words.anchor(before)}"
    during = getattr(check, "during", None)
    if during is not None:
        text += f" while {words.anchor(during, 'any')} is open"
    return text


def _same(pairs: Sequence[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    told = [f"{words.column(theirs)} is the {words.column(ours)}" for theirs, ours in pairs]
    return f" whose {joined(told, 'and')}"


def _signing(signing: shapes.Signing) -> str:
    meaning = joined([plain(word) for word in signing.meaning], "or")
    people = "by someone" if signing.distinct == 1 else f"by {signing.distinct} different people"
    role = f" in the role {joined(signing.role, 'or')}" if signing.role else ""
    before = f" before {words.anchor(signing.before)}" if signing.before else ""
    return f"for {meaning} {people}{role}{before}"


def _status_at(check: shapes.StatusAtCheck, _wording: Wording) -> str:
    asked = f"is {joined(check.is_, 'or')}" if check.is_ else f"is not {joined(check.is_not, 'or')}"
    return f"at {words.anchor(check.status_at)} the status of the lot {asked}"


def _signed(check: shapes.SignedCheck, _wording: Wording) -> str:
    before = check.before or check.signed.before
    signing = check.signed.model_copy(update={"before": before})
    return f"{words.anchor(check.on)} is signed {_signing(signing)}"


def _not_by(check: shapes.NotByCheck, _wording: Wording) -> str:
    by, other = actor(check.actor, MATCH), actor(check.not_by, MATCH)
    on = "" if by.of.what or check.on.what is None else f" on {words.anchor(check.on)},"
    who = words.person(by).removeprefix("whoever ")
    return f"{on.strip()} someone {who} who is not {_other(by, other)}".strip()


def _other(by: Actor, other: Actor) -> str:
    if by.of == other.of:
        verb = {"performer": "performed", "checker": "checked", "signer": "signed"}[other.who]
        return f"the one who {verb} it"
    return words.person(other)


def _fields(check: shapes.FieldsCheck, _wording: Wording) -> str:
    where = "" if check.on.take == "subject" else f" for {words.anchor(check.on)}"
    parts = []
    if check.fields:
        named = joined([words.column(name) for name in check.fields], "and")
        parts.append(f"recorded{where}: {named}")
    if check.if_known:
        named = joined([words.column(name) for name in check.if_known], "and")
        parts.append(f"recorded{where} if known: {named}")
    return ", and ".join(parts)


def _document(check: shapes.DocumentCheck, wording: Wording) -> str:
    text = "there is " + joined([words.one(kind) for kind in check.document], "or")
    text += f" for the {check.of}" if check.of else ""
    if check.where:
        text += f" where {wording.condition(check.where)}"
    text += _same(check.same)
    if check.at is not None:
        text += f", in force at {words.anchor(check.at)}"
    issued = _when(check, wording)
    text += f", issued{issued}" if issued else ""
    if check.signed is not None:
        text += f", signed {_signing(check.signed)}"
    if check.fields:
        named = joined([words.column(name) for name in check.fields], "and")
        text += f", which gives {named}"
    return text


def _results(check: shapes.ResultsCheck, wording: Wording) -> str:
    origin = {"own": "own ", "supplier": "supplier's ", "any": ""}[check.origin]
    if check.characteristics:
        names = [wording.value(operand(name)) for name in check.characteristics]
        what = f"the specification asks for {joined(names, 'and')}, and each"
    elif check.results == "specification":
        what = "every characteristic of the specification then in force"
    else:
        what = f"every {joined(map(plain, check.results), 'and')} characteristic of the "
        what += "specification then in force, which has at least one,"
    spec = " agreed with the customer" if check.customer else ""
    before = f" obtained before {words.anchor(check.before)}" if check.before else ""
    text = f"{what}{spec} has {words.article(origin + 'result')} within its limits{before}"
    if check.any_fail:
        text += "; every result counts, not only the latest"
    if check.failing == "explained":
        text += "; an earlier failing result needs a closed out-of-specification investigation"
    return text


def _chain(check: shapes.ChainCheck, _wording: Wording) -> str:
    ends = joined(["counted stock" if e == "stock" else words.one(e) for e in check.ends], "or")
    way = {"up": "back to its origins", "down": "forward to its destinations"}[check.chain]
    where = {"up": "every origin", "down": "every destination"}[check.chain]
    links = " and every link has a quantity" if check.quantities else ""
    return f"traced {way}, {where} has {ends}{links}"


def _balance(check: shapes.BalanceCheck, wording: Wording) -> str:
    ins = joined([f"{words.noun(word)}" for word in check.balance], "and")
    outs = [words.noun(word) for word in check.equals]
    outs += ["counted stock"] if check.stock else []
    where = f" (counting only where {wording.condition(check.where)})" if check.where else ""
    each = ", for each material" if check.per else ""
    if check.ratio is not None:
        low, high = check.ratio.lower, check.ratio.upper
        bounds = [f"at least {wording.value(low)}"] if low else []
        bounds += [f"at most {wording.value(high)}"] if high else []
        span = " and ".join(bounds)
        return (
            f"the quantity of {joined(outs, 'and')} divided by that of {ins} is {span}{where}{each}"
        )
    off = f" within {wording.tolerance(check.tolerance)}" if check.tolerance else ""
    return f"the quantity of {ins} equals that of {joined(outs, 'and')}{off}{where}{each}"


def _match(check: shapes.MatchCheck, wording: Wording) -> str:
    compare, other = check.compare
    verb = {
        "equals": "is the same as",
        "at_most": "is no more than",
        "at_least": "is at least",
    }[compare]
    own = check.on.what.kind if check.on.what else ""
    left, right = (c if "." in c else f"{own}.{c}" for c in (check.match, other))
    where = "" if check.on.take == "subject" else f"for {words.anchor(check.on)}, "
    off = f", give or take {wording.tolerance(check.tolerance)}" if check.tolerance else ""
    return f"{where}the {words.column(left)} {verb} the {words.column(right)}{off}"


def _every(check: shapes.EveryCheck, wording: Wording) -> str:
    where = f" where {wording.condition(check.where)}" if check.where else ""
    return f"there is {words.kinds(check.of)}{where} at least every {wording.span(check.every)}"


def _authorised(check: shapes.AuthorisedCheck, _wording: Wording) -> str:
    holder = {"performer": "performed", "checker": "checked", "signer": "signed"}.get(check.holder)
    who = f"whoever {holder} it" if holder else f"the {check.holder}"
    scope = ""
    if check.scope in ("material", "schedule"):
        scope = f" for the {check.scope}"
    elif check.scope not in (None, "none"):
        scope = f" for {plain(str(check.scope))}"
    when = "then" if check.at.take == "subject" else f"at {words.anchor(check.at)}"
    kind = words.article(f"valid {plain(check.authorised)}")
    return f"{who} held {kind}{scope} {when}"


def _condition(check: shapes.ConditionCheck, wording: Wording) -> str:
    return wording.condition(check.condition)


def _if(check: shapes.IfCheck, wording: Wording) -> str:
    first = explain_check(check.if_, wording.map, wording.overrides)
    return f"if {first}, then {_each(check.then, wording, 'and')}"


def _any_of(check: shapes.AnyOfCheck, wording: Wording) -> str:
    return f"either {_each(check.any_of, wording, 'or else')}"


def _all(check: shapes.AllCheck, wording: Wording) -> str:
    return _each(check.all_, wording, "and")


def _each(items: Sequence[shapes.Check], wording: Wording, word: str) -> str:
    said = [explain_check(item, wording.map, wording.overrides) for item in items]
    return f", {word} ".join(said)


_SAYERS: dict[str, Callable[[Any, Wording], str]] = {
    "event": _event,
    "status_at": _status_at,
    "signed": _signed,
    "not_by": _not_by,
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

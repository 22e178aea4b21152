"""Says what a requirement checks in plain words, as packs print it beside the verdicts.

The words come from the rule itself, so they cannot drift from it; parameters are shown with the
values that hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import checks, shapes, words
from .conditions import Term
from .explaining_records import RECORD_SAYERS
from .grammar import MATCH, actor, operand
from .model import Applies, ObligationMap, Requirement
from .names import Override
from .words import Wording, joined, plain


def explain(requirement: Requirement, of: ObligationMap, overrides: Sequence[Override] = ()) -> str:
    """The rule of a requirement in plain words, one paragraph."""
    wording = Wording(of, overrides)
    if requirement.state == "attest":
        return _attested(requirement, wording)
    if requirement.state == "waits_for":
        named = joined([plain(shape) for shape in requirement.waits_for], "and")
        return f"Not judged: the kind of check it needs ({named}) is not available yet."
    scope = f"Applies to {_scope(requirement, wording)}."
    said = [explain_check(check, of, overrides) for check in requirement.expect]
    if len(said) == 1:
        return f"{scope} {said[0][0].upper()}{said[0][1:]}."
    numbered = "; ".join(f"({n}) {text}" for n, text in enumerate(said, 1))
    return f"{scope} All of these hold: {numbered}."


def explain_check(
    check: checks.Check, of: ObligationMap, overrides: Sequence[Override] = ()
) -> str:
    """One check in plain words, without a capital letter or full stop."""
    wording = Wording(of, overrides)
    text = _SAYERS[shapes.SHAPE_OF_CLASS[type(check)]](check, wording)
    if check.when:
        text = _narrowed(text, check, wording)
    if check.except_when:
        text += f", unless {wording.condition(check.except_when)}"
    return f"{check.label}: {text}" if check.label else text


def _narrowed(text: str, check: checks.Check, wording: Wording) -> str:
    """The text with its items narrowed to those the condition asks about."""
    item = shapes.item_anchor(check)
    if item.what is None or item.take != "each":
        return f"{text} (asked only where {wording.condition(check.when)})"
    bare = words.anchor(item)
    bound = bare.removeprefix(f"each {words.kinds(item.what, 'noun')}")
    narrowed = f"each {words.named(item.what, check.when, wording, 'noun')}{bound}"
    return text.replace(bare, narrowed, 1).replace(
        bare.replace("each", "any", 1), narrowed.replace("each", "any", 1), 1
    )


def _scope(requirement: Requirement, wording: Wording) -> str:
    about, applies = requirement.subject, requirement.applies
    name = words.subject(about.kind, about.types)
    rest = list(applies.where)
    for term in applies.where:
        told = wording.values(term.values)
        if term.op == "in" and term.column == words.KIND_COLUMNS.get(about.kind):
            name, rest = told, [t for t in rest if t is not term]
        elif term.op == "in" and term.column == "order.kind" and about.kind == "order":
            name, rest = f"{told} order", [t for t in rest if t is not term]
        elif term.op == "in" and term.column == "material.class":
            rest = [t for t in rest if t is not term]
            name = f"{told} material" if about.kind == "material" else f"{name} of {told} material"
    return f"every {name}{_which(applies, rest, wording)}"


def _which(applies: Applies, rest: Sequence[Term], wording: Wording) -> str:
    parts: list[str] = []
    if applies.has:
        found = joined([words.kinds(kind) for kind in applies.has], "or")
        parts.append(f"with {found} in the month")
    if applies.has_not:
        found = joined([words.kinds(kind) for kind in applies.has_not], "or")
        parts.append(f"without {found} in the month")
    if rest:
        parts.append(f"{', ' if parts else ''}where {wording.condition(rest)}")
    return f" {' '.join(parts)}".replace(" ,", ",") if parts else ""


def _attested(requirement: Requirement, wording: Wording) -> str:
    asked = requirement.attest
    assert asked is not None  # noqa: S101 -- the state says so
    statement = " ".join(asked.statement.split()).rstrip(".")
    return (
        f"Data cannot show it: the {plain(asked.role)} states, and renews every "
        f"{wording.span(asked.renew)}: “{statement}.”"
    )


def _event(check: checks.EventCheck, wording: Wording) -> str:
    text = _count(check, wording)
    if check.of is not None:
        text += f" of the {check.of}"
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
        text += f", stating {named}"
    return text


def _count(check: checks.EventCheck, wording: Wording) -> str:
    least, most = check.bounds
    one = words.named(check.what, check.where, wording)
    name = words.named(check.what, check.where, wording, "noun")
    if most == 0:
        return f"there is no {name}"
    if least == most:
        return f"there is exactly {least} {name}"
    if most is None:
        return f"there is {one}" if least == 1 else f"there are at least {least}: {name}"
    low = f"at least {least} and " if least else ""
    return f"there is {low}at most {most}: {name}"


def _when(check: checks.EventCheck | checks.DocumentCheck, wording: Wording) -> str:
    span = wording.span(check.within) if check.within is not None else None
    before, after = check.before, getattr(check, "after", None)
    text = ""
    if after is not None:
        text += f" within {span} after" if span else " after"
        text += f" {words.anchor(after)}"
    by = getattr(check, "by", None)
    if by is not None:
        text += f", by the {wording.value(by).removeprefix('the ')}"
    if before is not None:
        text += f" in the {span} before" if span and after is None else " before"
        text += f" {words.anchor(before)}"
    during = getattr(check, "during", None)
    if during is not None:
        text += f" while {words.anchor(during).replace('each', 'any', 1)} is open"
    return text


def _same(pairs: Sequence[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    told = [f"{words.column(theirs)} is the {words.column(ours)}" for theirs, ours in pairs]
    return f" whose {joined(told, 'and')}"


_MEANINGS = {"checked": "checking", "performed": "performing"}


def _signing(signing: checks.Signing) -> str:
    meaning = joined([_MEANINGS.get(word, plain(word)) for word in signing.meaning], "or")
    people = "by someone" if signing.distinct == 1 else f"by {signing.distinct} different people"
    role = f" in the role {joined(signing.role, 'or')}" if signing.role else ""
    before = f" before {words.anchor(signing.before)}" if signing.before else ""
    return f"for {meaning} {people}{role}{before}"


def _status_at(check: checks.StatusAtCheck, _wording: Wording) -> str:
    asked = f"is {joined(check.is_, 'or')}" if check.is_ else f"is not {joined(check.is_not, 'or')}"
    when = words.anchor(check.status_at)
    moment = "at that moment" if when == "it" else f"at {when}"
    return f"the status of the lot {moment} {asked}"


def _signed(check: checks.SignedCheck, _wording: Wording) -> str:
    before = check.before or check.signed.before
    signing = check.signed.model_copy(update={"before": before})
    return f"{words.anchor(check.on)} is signed {_signing(signing)}"


def _not_by(check: checks.NotByCheck, _wording: Wording) -> str:
    by, other = actor(check.actor, MATCH), actor(check.not_by, MATCH)
    on = f"for {words.anchor(check.on)}, " if check.on.what else ""
    return f"{on}{words.person(by)} is not {words.person(other)}"


def _fields(check: checks.FieldsCheck, _wording: Wording) -> str:
    who = words.anchor(check.on)
    parts = []
    if check.fields:
        parts.append(f"{who} states {_named(check.fields)}")
    if check.if_known:
        parts.append(f"{who} states {_named(check.if_known)}, if known")
    return ", and ".join(parts)


def _named(columns: Sequence[str]) -> str:
    return joined([words.column(name) for name in columns], "and")


def _document(check: checks.DocumentCheck, wording: Wording) -> str:
    kinds = [wording.values([operand(kind)]) for kind in check.document]
    text = "there is " + joined([words.article(kind) for kind in kinds], "or")
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
        text += f", stating {named}"
    return text


_TESTS = {
    "identity": "an identity test",
    "assay": "an assay",
    "purity": "a test of purity",
    "physical": "a physical test",
    "microbiological": "a microbiological test",
    "in_process": "an in-process control",
    "other": "a further test",
}


def _results(check: checks.ResultsCheck, wording: Wording) -> str:
    origin = {"own": "own ", "supplier": "supplier's ", "any": ""}[check.origin]
    result = f"{words.article(origin + 'result')} within its limits"
    if check.before is not None:
        result += f", obtained before {words.anchor(check.before)}"
    spec = "the specification then in force"
    spec += " that the customer agreed" if check.customer else ""
    asked = [f"“{wording.value(operand(name))}”" for name in check.characteristics]
    if not asked and check.results != "specification":
        asked = [_TESTS.get(kind, plain(kind)) for kind in check.results]
    if asked:
        each = "it has" if len(asked) == 1 else "each has"
        text = f"{spec} asks for {joined(asked, 'and')}, and {each} {result}"
    else:
        text = f"every characteristic of {spec} has {result}"
    if check.any_fail:
        text += "; every result counts, not only the latest"
    if check.failing == "explained":
        text += "; an earlier failing result needs a closed out-of-specification investigation"
    return text


def _chain(check: checks.ChainCheck, _wording: Wording) -> str:
    ends = joined(["counted stock" if e == "stock" else words.one(e) for e in check.ends], "or")
    way = {"up": "back to its origins", "down": "forward to its destinations"}[check.chain]
    where = {"up": "every origin", "down": "every destination"}[check.chain]
    links = " and every link has a quantity" if check.quantities else ""
    return f"traced {way}, {where} has {ends}{links}"


def _balance(check: checks.BalanceCheck, wording: Wording) -> str:
    ins = joined([words.many(words.noun(word)) for word in check.balance], "and")
    outs = [words.many(words.noun(word)) for word in check.equals]
    outs += ["counted stock"] if check.stock else []
    where = f" (counting only where {wording.condition(check.where)})" if check.where else ""
    each = ", for each material" if check.per else ""
    if check.ratio is not None:
        low, high = check.ratio.lower, check.ratio.upper
        bounds = [f"at least {wording.value(low)}"] if low else []
        bounds += [f"at most {wording.value(high)}"] if high else []
        span = " and ".join(bounds)
        return f"the sum of {joined(outs, 'and')} over that of {ins} is {span}{where}{each}"
    off = f", give or take {wording.tolerance(check.tolerance)}" if check.tolerance else ""
    return f"the sum of {ins} equals that of {joined(outs, 'and')}{off}{where}{each}"


def _match(check: checks.MatchCheck, wording: Wording) -> str:
    compare, other = check.compare
    own = check.on.what.kind if check.on.what else ""
    left, right = (
        f"the {words.column(c if '.' in c or not own else f'{own}.{c}')}"
        for c in (check.match, other)
    )
    where = "" if check.on.take == "subject" else f"for {words.anchor(check.on)}, "
    if check.tolerance is None:
        verb = {"equals": "the same as", "at_most": "no more than", "at_least": "at least"}
        return f"{where}{left} is {verb[compare]} {right}"
    off = wording.tolerance(check.tolerance)
    if compare == "equals":
        return f"{where}{left} lies within {off} of {right}"
    far = {"at_most": "above", "at_least": "below"}[compare]
    if off.endswith(("hours", "hour", "days", "day", "months", "month")):
        far = {"at_most": "after", "at_least": "before"}[compare]
    return f"{where}{left} is no more than {off} {far} {right}"


def _every(check: checks.EveryCheck, wording: Wording) -> str:
    what = words.named(check.of, check.where, wording)
    return f"there is {what} at least every {wording.span(check.every)}"


def _authorised(check: checks.AuthorisedCheck, _wording: Wording) -> str:
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
    said = [explain_check(item, wording.map, wording.overrides) for item in check.any_of]
    listed = "; or ".join(f"({'abcdefgh'[n % 8]}) {text}" for n, text in enumerate(said))
    return f"at least one of these holds: {listed}"


def _all(check: shapes.AllCheck, wording: Wording) -> str:
    return _each(check.all_, wording, "and")


def _each(items: Sequence[checks.Check], wording: Wording, word: str) -> str:
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
    **RECORD_SAYERS,
    "condition": _condition,
    "if": _if,
    "any_of": _any_of,
    "all": _all,
}

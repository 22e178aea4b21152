"""Says the checks about records as such in plain words; used by ``explaining``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import record_checks as checks
from . import words
from .grammar import Interval, Operand
from .words import Wording, joined, plain


def _unique(check: checks.UniqueCheck, _wording: Wording) -> str:
    key = _named(check.unique)
    where = "" if check.on.take == "subject" else f" of {words.anchor(check.on)}"
    text = f"the {key}{where} stands for one {_named(check.per) or 'record'} only"
    text += f" within the same {_named(check.within)}" if check.within else ""
    return text + (", ever" if check.versions else "")


def _retained(check: checks.RetainedCheck, wording: Wording) -> str:
    dates = [_date(date, wording) for date in check.until]
    until = dates[0] if len(dates) == 1 else f"the latest of: {joined(dates, 'and')}"
    if check.disposed is not None:
        what = words.anchor(check.disposed).replace("each ", "a ", 1)
        return f"there is no {what.removeprefix('a ')} before {until}, nor while a hold is open"
    name = words.kinds(check.retained, "noun") if check.retained else "record"
    return f"no {name} is disposed of before {until}, nor while a hold is open"


def _date(date: checks.KeptUntil, wording: Wording) -> str:
    base = {
        "record": "its own date",
        "column": f"the {words.column(date.column or '')}",
        "event": words.anchor(date.anchor) if date.anchor else "",
        "products": f"the latest {words.column(date.column or '').replace(' of the lot', '')} "
        "of the products made from it",
    }[date.of]
    return f"{wording.span(date.add)} after {base}" if date.add else base


def _attested(check: checks.AttestedCheck, wording: Wording) -> str:
    who = f"the {plain(check.role)}" if check.role else "somebody responsible"
    often = f", and renews every {wording.span(check.renew)}" if check.renew else ""
    return f"{who} states{often}: “{' '.join(check.statement.split()).rstrip('.')}”"


_ASKED = {
    "user": "who made it",
    "old": "the old value",
    "new": "the new value",
    "reason": "the reason",
    "review": "who reviewed it",
}


def _audit_trail(check: checks.AuditTrailCheck, _wording: Wording) -> str:
    record = words.article(plain(check.audit_trail))
    fields = f" in its {_named(check.fields)}" if check.fields else ""
    told = joined([_ASKED[word] for word in check.asks], "and")
    text = f"every change of {record}{fields} is in the audit trail, with {told}"
    text += f", made by someone in the role {joined(check.role, 'or')}" if check.role else ""
    return text + ("; no number of the trail is missing" if check.sequence else "")


def _threshold(check: checks.ThresholdCheck, wording: Wording) -> str:
    records = words.many(words.kinds(check.of, "noun"))
    where = f" where {wording.condition(check.where)}" if check.where else ""
    made = {"sum": "sum", "mean": "mean", "max": "greatest value", "count": "number"}
    over = {
        "period": "in the month",
        "quarter": "since the start of the quarter",
        "year": "since the start of the year",
    }
    window = (
        f"in the last {wording.span(check.over)}"
        if isinstance(check.over, Interval)
        else over[check.over]
    )
    column = f"the {words.column(check.column)} of " if check.column else ""
    compare, limit = check.bound
    verb = {"at_most": "at most", "below": "below", "at_least": "at least", "above": "above"}
    group = f", for each {_named(check.group)}" if check.group else ""
    return (
        f"the {made[check.threshold]} of {column}{records}{where} {window} is {verb[compare]} "
        f"{_limit(limit, check, wording)}{group}"
    )


def _limit(limit: checks.Limit, check: checks.ThresholdCheck, wording: Wording) -> str:
    if isinstance(limit, checks.Baseline):
        usual = "earlier shipments to the customer" if check.against else "the months before"
        span = wording.span(limit.mean_over)
        return f"{wording.value(limit.times)} times the mean of {usual} in {span}"
    if isinstance(limit, Operand):
        return f"{wording.value(limit)} {check.unit or ''}".strip()
    return f"the {words.column(limit)}"


def _rotation(check: checks.RotationCheck, _wording: Wording) -> str:
    rank = {"release": "released earlier", "receipt": "received earlier"}
    older = rank.get(check.by, f"with an earlier {words.column(check.by)}")
    return (
        f"at {words.anchor(check.rotation)}, no other lot of the material, {older}, was released, "
        "unexpired and in stock at the site"
    )


def _model(check: checks.ModelCheck, _wording: Wording) -> str:
    return f"the model of {plain(check.check)} finds no fault"


def _named(columns: Sequence[str]) -> str:
    return joined([words.column(name) for name in columns], "and")


RECORD_SAYERS: dict[str, Callable[[Any, Wording], str]] = {
    "unique": _unique,
    "retained": _retained,
    "attested": _attested,
    "audit_trail": _audit_trail,
    "threshold": _threshold,
    "rotation": _rotation,
    "check": _model,
}

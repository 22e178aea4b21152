"""Writes the checks about records as such down for the SQL, one function per shape.

Used by ``compiling_checks``, which does what is common to all checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import record_checks as checks
from .grammar import Anchor, Interval, Operand
from .names import Json, Names, Path
from .vocabulary import CHANGED, RECORD_KINDS


def _unique(names: Names, check: checks.UniqueCheck, path: Path) -> Json:
    own = names.own_alias(check.on)
    context = (own,) if check.versions else names.context(check.on)
    return {
        "key": names.dotted(check.unique, context, (*path, "unique"), own),
        "per": names.dotted(check.per, context, (*path, "per"), own),
        "on": names.anchor(check.on, (*path, "on")),
        "in": names.dotted(check.within, context, (*path, "in"), own),
        "where": names.condition(check.where, context, (*path, "where")),
        "versions": check.versions,
    }


def _retained(names: Names, check: checks.RetainedCheck, path: Path) -> Json:
    records = check.records
    context = names.context(Anchor("each", records))
    return {
        "disposed": names.anchor(check.disposed, (*path, "disposed")),
        "what": names.what(check.retained) if check.retained else None,
        "until": [_until(names, date, context, (*path, "until")) for date in check.until],
        "holds": names.condition(
            check.holds, RECORD_KINDS["quality_record"].context, (*path, "holds")
        ),
    }


def _until(names: Names, date: checks.KeptUntil, context: tuple[str, ...], path: Path) -> Json:
    column = date.column
    if column is not None:
        column = names.time(column, ("lot",) if date.of == "products" else context, path)
    return {
        "of": date.of,
        "column": column,
        "anchor": names.anchor(date.anchor, path),
        "add": names.interval(date.add, path),
    }


def _attested(names: Names, check: checks.AttestedCheck, path: Path) -> Json:
    return {
        "statement": " ".join(check.statement.split()),
        "as": check.name,
        "role": check.role,
        "renew": names.interval(check.renew, (*path, "renew")),
    }


def _audit_trail(names: Names, check: checks.AuditTrailCheck, path: Path) -> Json:
    word, table = check.audit_trail, CHANGED[check.audit_trail]
    fields = [names.column(f, (word,), (*path, "fields"), word).name for f in check.fields]
    return {
        "what": {"kind": "change", "types": [table]},
        "table": table,
        "fields": fields,
        "asks": list(check.asks),
        "role": list(check.role),
        "sequence": check.sequence,
    }


def _threshold(names: Names, check: checks.ThresholdCheck, path: Path) -> Json:
    context = names.context(Anchor("each", check.of))
    column = None
    if check.column is not None:
        found = names.column(check.column, context, (*path, "column"), check.of.kind)
        if found.meaning and found.type != "number":
            names.fault((*path, "column"), f"column '{found.dotted}'", "a column with a number")
        column = found.dotted
    compare, limit = check.bound
    over = check.over
    span = names.interval(over, (*path, "over")) if isinstance(over, Interval) else None
    if check.against is not None and names.subject.kind != "shipment":
        names.fault((*path, "against"), f"against of a {names.subject.kind}", "subject: shipment")
    return {
        "aggregate": check.threshold,
        "what": names.what(check.of),
        "column": column,
        "unit": check.unit,
        "where": names.condition(check.where, context, (*path, "where")),
        "over": {"kind": "span" if span else over, "interval": span},
        "group": [names.column(g, context, (*path, "group")).dotted for g in check.group],
        "compare": compare,
        **_limit(names, limit, (*path, compare)),
        "against": check.against,
    }


def _limit(names: Names, limit: checks.Limit, path: Path) -> Json:
    none: Json = {"limit": None, "limit_column": None, "baseline": None}
    if isinstance(limit, checks.Baseline):
        baseline = {
            "times": names.literal(limit.times, (*path, "times")),
            "over": names.interval(limit.mean_over, (*path, "mean_over")),
            "least": limit.least,
        }
        return none | {"baseline": baseline}
    if isinstance(limit, Operand):
        return none | {"limit": names.literal(limit, path)}
    found = names.column(limit, names.subject_context, path)
    if found.meaning and found.type != "number":
        names.fault(path, f"column '{limit}' is a {found.type}", "a column with a number")
    return none | {"limit_column": found.dotted}


def _rotation(names: Names, check: checks.RotationCheck, path: Path) -> Json:
    is_event = check.by in ("release", "receipt")
    column = None if is_event else names.time(check.by, ("lot",), (*path, "by"))
    return {
        "at": names.anchor(check.rotation, (*path, "rotation")),
        "by": {"types": [check.by] if is_event else [], "column": column},
        "ins": list(check.ins),
        "outs": list(check.outs),
    }


def _model(_names: Names, check: checks.ModelCheck, _path: Path) -> Json:
    return {"model": check.check, "absent": check.absent}


RECORD_COMPILERS: dict[str, Callable[[Names, Any, Path], Json]] = {
    "unique": _unique,
    "retained": _retained,
    "attested": _attested,
    "audit_trail": _audit_trail,
    "threshold": _threshold,
    "rotation": _rotation,
    "check": _model,
}

"""Writes requirements down for the SQL: names resolved, parameters set, everything defaulted.

The compiled form is plain JSON (``docs/obligation-language.md``); the SQL macros read nothing
else. Its digest is the rule's digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from .compiling_checks import compiled_checks
from .explaining import explain
from .grammar import Operand
from .model import Applies, ObligationMap, Requirement, Subject
from .names import Json, Names, Override

Overrides = Sequence[Override]
TEXTS = ("rule_text", "rule_digest", "title", "requires", "control", "remedy", "unseen", "text")


def compile_map(of: ObligationMap, overrides: Overrides = (), on: date | None = None) -> Json:
    """A map's head, and every requirement in compiled form, in the map's order.

    Args:
        of: the map.
        overrides: the parameters a workspace sets.
        on: the day whose values of parameters hold, the last of the judged month; ``None`` takes
            the latest.
    """
    of = of.at(on)
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
    dated = [{"from": _iso(v.from_), "value": str(v.value), "cites": v.cites} for v in found.values]
    told = {"unit": found.unit, "cites": found.cites, "from": _line(found.origin), "dated": dated}
    return value | told


def compiled(
    requirement: Requirement,
    of: ObligationMap,
    overrides: Overrides = (),
    on: date | None = None,
) -> Json:
    """One requirement in compiled form; ``overrides`` and ``on`` as for :func:`compile_map`."""
    return compile_with(Names(of.at(on), requirement.subject, overrides), requirement)


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
        "checks": compiled_checks(names, requirement.expect, ("expect",)),
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
    # `customer` is an alias of columns, too; as a subject it is a customer of a site
    kind = "site_customer" if of.kind == "customer" else of.kind
    return {"kind": kind, "types": list(of.types), "text": text}


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

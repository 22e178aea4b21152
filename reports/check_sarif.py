"""A check result as SARIF 2.1.0 (OASIS, 27 March 2020), for code scanning.

Clauses are rules, verdicts at or above the threshold are results. A result points to the line of
its clause in the map, and names what it is about as a logical location.
"""

from __future__ import annotations

import json
from typing import Any

from .check import CheckedVerdict, CheckResult

LEVELS = {"critical": "error", "major": "error", "minor": "warning", "info": "note"}
"""SARIF's level of each severity (3.27.10)."""

_SHIPPED = "LOTPROOF"
_BASES = {
    _SHIPPED: {"description": {"text": "The folder of the installed lotproof package."}},
}


def as_sarif(result: CheckResult) -> str:
    """The result as a SARIF log with one run.

    What a baseline knows stays a result, ``unchanged``: left out, it would read as mended.
    """
    from .. import __version__

    rules = {v.clause: v for v in sorted(result.verdicts, key=lambda v: v.clause)}
    index = {clause: number for number, clause in enumerate(rules)}
    shown = [(v, "new") for v in result.failures] + [(v, "unchanged") for v in result.known]
    driver = {
        "name": "lotproof",
        "version": __version__,
        "rules": [_rule(verdict) for verdict in rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "lotproof/check/"},
        "originalUriBaseIds": _BASES,
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(result, verdict, index[verdict.clause], state) for verdict, state in shown
        ],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(verdict: CheckedVerdict) -> dict[str, Any]:
    return {
        "id": verdict.clause,
        "shortDescription": {"text": verdict.title},
        "fullDescription": {"text": f"{verdict.cites}: {verdict.title}"},
        "help": {"text": verdict.remedy or verdict.title},
        "defaultConfiguration": {"level": LEVELS[verdict.severity]},
        "properties": {"cites": verdict.cites, "regime": verdict.regime, "tags": [verdict.regime]},
    }


def _result(
    result: CheckResult, verdict: CheckedVerdict, rule: int, baseline_state: str
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": verdict.clause,
        "ruleIndex": rule,
        "level": LEVELS[verdict.severity],
        "message": {"text": f"{verdict.subject_label}: {verdict.sentence or verdict.title}"},
        "partialFingerprints": {"verdict/v1": verdict.identity},
        "locations": [_location(result, verdict)],
        "properties": {
            "state": verdict.state,
            "code": verdict.code,
            "site": verdict.site_id,
            "period": verdict.period,
        },
    }
    return found | ({"baselineState": baseline_state} if result.has_baseline else {})


def _location(result: CheckResult, verdict: CheckedVerdict) -> dict[str, Any]:
    name = f"{verdict.site_id}/{verdict.subject_type}/{verdict.subject_id}"
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": name}]}
    place = result.places.get(verdict.clause)
    if place is not None:
        artifact = {"uri": _uri(place.path)} | ({"uriBaseId": _SHIPPED} if place.is_shipped else {})
        location["physicalLocation"] = {
            "artifactLocation": artifact,
            "region": {"startLine": place.line},
        }
    return location


def _uri(path: str) -> str:
    """A relative path as a URI reference (RFC 3986)."""
    from urllib.parse import quote

    return quote(path)

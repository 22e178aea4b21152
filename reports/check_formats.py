"""One check result, written for a person, a program or a CI system.

JUnit follows the schema Jenkins and GitLab read; SARIF is 2.1.0 (OASIS); the GitHub form is its
workflow commands. Deciding what fails is left to :mod:`.check`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

from . import states
from .check import CheckedVerdict, CheckResult

_LEVELS = {"critical": "error", "major": "error", "minor": "warning", "info": "note"}


def _state(verdict: CheckedVerdict) -> str:
    return f"{states.sign(verdict.state)} {states.word(verdict.state)}"


def as_text(result: CheckResult) -> str:
    """A table of what fails, then one line that says it all."""
    lines = [
        f"{_state(v):<15} {v.severity:<8} {v.site_id:<5} {v.clause}  {v.subject_label}\n"
        f"{'':<15} {v.sentence or v.title}"
        for v in result.failures
    ]
    counts = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in result.counts)
    known = f" {len(result.known):,} known from the baseline." if result.known else ""
    if not result.judged:
        lines.append("Nothing was judged, so nothing passes.")
    else:
        verdict = "passed" if result.passed else f"failed: {len(result.failures):,} at or above"
        threshold = str(result.threshold) or "none"
        tail = f" (threshold {threshold})" if result.passed else f" {threshold}"
        lines.append(f"{result.judged:,} verdicts: {counts}.{known} Check {verdict}{tail}.")
    return "\n".join(lines) + "\n"


def _row(verdict: CheckedVerdict) -> dict[str, object]:
    return {name: getattr(verdict, name) for name in CheckedVerdict.__slots__}


def as_json(result: CheckResult) -> str:
    """Everything, as one object; ``verdicts`` serves as a later ``--baseline``."""
    return (
        json.dumps(
            {
                "passed": result.passed,
                "threshold": dict(result.threshold.least),
                "counts": dict(result.counts),
                "failures": [_row(v) for v in result.failures],
                "known": [_row(v) for v in result.known],
                "verdicts": [_row(v) for v in result.verdicts],
            },
            indent=2,
            ensure_ascii=False,
            default=str,
        )
        + "\n"
    )


def as_junit(result: CheckResult) -> str:
    """JUnit XML: one case per clause that passes, one per failing verdict."""
    suite = ET.Element("testsuite", name="lotproof check")
    failing = {v.clause for v in result.failures}
    for clause, title, count in result.clauses:
        if clause not in failing:
            case = ET.SubElement(suite, "testcase", classname=clause, name=_xml(title))
            ET.SubElement(case, "system-out").text = f"{count} verdicts"
    for verdict in result.failures:
        name = _xml(f"{verdict.subject_label} ({verdict.site_id}, {verdict.period})")
        case = ET.SubElement(suite, "testcase", classname=verdict.clause, name=name)
        failure = ET.SubElement(
            case,
            "failure",
            type=f"{verdict.state}:{verdict.code or ''}",
            message=_xml(verdict.sentence or verdict.title),
        )
        failure.text = _xml(f"{verdict.cites}: {verdict.title}\nTo close: {verdict.remedy or ''}")
    if not result.judged:
        case = ET.SubElement(suite, "testcase", classname="lotproof", name="judged")
        ET.SubElement(case, "failure", message="nothing was judged")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    ET.indent(suite)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"
    )


def _xml(text: str) -> str:
    """Text without the characters XML 1.0 cannot hold (section 2.2)."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else "�" for c in text
    )


def as_sarif(result: CheckResult) -> str:
    """SARIF 2.1.0: clauses are rules, failing verdicts are results."""
    rules = {v.clause: v for v in result.verdicts}
    run = {
        "tool": {
            "driver": {
                "name": "lotproof",
                "rules": [
                    {
                        "id": clause,
                        "shortDescription": {"text": rule.title},
                        "help": {"text": rule.remedy or rule.title},
                        "properties": {"cites": rule.cites, "regime": rule.regime},
                    }
                    for clause, rule in sorted(rules.items())
                ],
            }
        },
        "results": [
            {
                "ruleId": v.clause,
                "level": _LEVELS[v.severity],
                "message": {"text": f"{v.subject_label}: {v.sentence or v.title}"},
                "partialFingerprints": {"verdict/v1": v.identity},
                "locations": [
                    {
                        "logicalLocations": [
                            {"fullyQualifiedName": f"{v.site_id}/{v.subject_type}/{v.subject_id}"}
                        ]
                    }
                ],
            }
            for v in result.failures
        ],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_github(result: CheckResult) -> str:
    """Workflow commands that GitHub shows as annotations."""
    lines = []
    for v in result.failures:
        level = "warning" if _LEVELS[v.severity] != "error" else "error"
        title = _escaped(f"{v.clause} {v.severity}").replace(":", "%3A").replace(",", "%2C")
        message = _escaped(f"{v.subject_label}: {v.sentence or v.title}")
        lines.append(f"::{level} title={title}::{message}")
    if not result.judged:
        lines.append("::error title=lotproof::nothing was judged")
    return "\n".join([*lines, ""]) if lines else ""


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_markdown(result: CheckResult) -> str:
    """A table for a pull request or a job summary."""
    counts = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in result.counts)
    head = "passed" if result.passed else f"failed ({len(result.failures):,})"
    lines = [f"**lotproof check {head}** — {counts or 'nothing was judged'}", ""]
    if result.failures:
        lines += ["| State | Severity | Site | Clause | What |", "|---|---|---|---|---|"]
        lines += [
            f"| {_state(v)} | {v.severity} | {_cell(v.site_id)} | `{v.clause}` "
            f"| {_cell(v.subject_label)}: {_cell(v.sentence or v.title)} |"
            for v in result.failures
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


FORMATS: dict[str, Callable[[CheckResult], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
    "github": as_github,
    "markdown": as_markdown,
}
"""Every ``--format`` of ``lotproof check``."""

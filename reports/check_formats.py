"""One check result, written for a person, a program or a CI system.

JUnit follows the schema Jenkins and GitLab read; the GitHub form is its workflow commands. SARIF is
left to :mod:`.check_sarif`, deciding what fails to :mod:`.check`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

from . import states
from .assurance import Assurance
from .check import CheckedVerdict, CheckResult
from .check_sarif import LEVELS, as_sarif

JSON_FORMAT = "lotproof-check/1"
"""Name and version of the JSON; `docs/check.schema.json` is its schema."""


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
    known += f" {result.closed:,} of the baseline are closed." if result.closed else ""
    lines += [f"{site.site_id:<5} {' '.join(site.lines())}" for site in result.assurances]
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


def _site(site: Assurance) -> dict[str, object]:
    return {
        "site_id": site.site_id,
        "assured": {"met": site.met, "of_obligations": site.applied},
        "covered": {"judged_wholly": site.covered, "of_clauses": site.clauses},
        "lacking": [
            {"clause": row.clause, "undetermined": row.times, "for_lack_of": row.lack}
            for row in site.lacking
        ],
    }


def as_json(result: CheckResult) -> str:
    """Everything, as `docs/check.schema.json` has it; serves as a later ``--baseline``."""
    return (
        json.dumps(
            {
                "format": JSON_FORMAT,
                "passed": result.passed,
                "threshold": dict(result.threshold.least),
                "counts": dict(result.counts),
                "closed": result.closed,
                "sites": [_site(site) for site in result.assurances],
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


def as_github(result: CheckResult) -> str:
    """Workflow commands that GitHub shows as annotations."""
    lines = []
    for v in result.failures:
        level = "warning" if LEVELS[v.severity] != "error" else "error"
        title = _property(f"{v.clause} {v.severity}")
        message = _escaped(f"{v.subject_label}: {v.sentence or v.title}")
        place = result.places.get(v.clause)
        where = ""
        if place is not None and not place.is_shipped:
            where = f"file={_property(place.path)},line={place.line},"
        lines.append(f"::{level} {where}title={title}::{message}")
    if not result.judged:
        lines.append("::error title=lotproof::nothing was judged")
    return "\n".join([*lines, ""]) if lines else ""


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_markdown(result: CheckResult) -> str:
    """A table for a pull request or a job summary."""
    counts = ", ".join(f"{count:,} {state.replace('_', ' ')}" for state, count in result.counts)
    head = "passed" if result.passed else f"failed ({len(result.failures):,})"
    lines = [f"**lotproof check {head}** — {counts or 'nothing was judged'}", ""]
    for site in result.assurances:
        lines += [f"- **{_cell(site.site_id)}** {line}" for line in site.lines()]
    if result.known or result.closed:
        lines.append(f"- Baseline: {len(result.known):,} known, {result.closed:,} closed since.")
    if result.failures:
        lines += ["", "| State | Severity | Site | Clause | What |", "|---|---|---|---|---|"]
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

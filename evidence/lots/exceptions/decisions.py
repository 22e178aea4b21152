"""What people made of a finding: accepted or dismissed, with name and reason, in the register.

A decision closes nothing in a source and releases nothing; it says that somebody has looked.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from ...errors import LotproofError
from ...register import Entry, append_entry, read_entries
from .finding import Finding

FILE = "exception_decisions"
"""Kind of the register's entries."""

Decision = Literal["accepted", "dismissed"]


def decide(
    register: Path, finding: Finding, decision: Decision,
    *, by: str, role: str, reason: str, at: datetime,
) -> Entry:  # fmt: skip
    """Record a decision; a later one on the same finding says how it is now.

    Args:
        register: the workspace's ``register`` folder.
        finding: what it is about.
        decision: accepted (it is right, and somebody acts on it) or dismissed (it is none).
        by: person.
        role: role the person acts in.
        reason: why.
        at: when, aware.

    Raises:
        LotproofError: words are missing, or the register's chain is broken.
    """
    record = {
        "decision": decision,
        "exception_kind": finding.kind,
        "site_id": finding.site_id,
        "subject_type": finding.subject_type,
        "subject_id": finding.subject_id,
        "sentence": finding.reason,
        "records": " ".join(finding.records),
    }
    return append_entry(
        register, FILE, record, by=by, role=role, reason=reason, at=at, entry_id=finding.id
    )


def read_decisions(register: Path) -> dict[str, str]:
    """The last decision on each finding, in words.

    Raises:
        LotproofError: the register's chain is broken.
    """
    path = register / f"{FILE}.jsonl"
    if not path.is_file():
        return {}
    return {
        entry.id: f"{entry.record['decision']} by {entry.by} ({entry.role}), "
        f"{entry.at:%Y-%m-%d}: {entry.reason}"
        for entry in read_entries(path)
    }


def the_finding(findings: list[Finding], wanted: str) -> Finding:
    """The finding of an identifier.

    Raises:
        LotproofError: the last build has none such.
    """
    for finding in findings:
        if finding.id == wanted:
            return finding
    raise LotproofError(
        found=f"exception {wanted!r}, which the last build does not have",
        expected="one that `lotproof exceptions` lists",
        fix="check its name",
    )

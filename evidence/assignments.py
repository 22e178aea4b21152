"""Gaps given to somebody by name: entries of the register that stand before the usual route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from .errors import LotproofError
from .register import Entry, append_entry, read_entries

KIND = "gap_assignments"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A gap and who has it.

    Attributes:
        gap: number of the gap.
        role: who answers for it.
        person: by name, where one was named.
        due_on: last day for closing it.
        escalates_to: the role told after that.
    """

    gap: str
    role: str
    person: str | None
    due_on: date
    escalates_to: str | None


def assign_gap(
    register: Path, verdict: Mapping[str, object], assignment: Assignment, *,
    by: str, role: str, reason: str, at: datetime,
) -> Entry:  # fmt: skip
    """Give a gap to a role or person; a later entry about the same gap stands before this one.

    Args:
        register: the workspace's ``register`` folder.
        verdict: the gap, a row of ``verdict_list``.
        assignment: who gets it, until when.
        by: who assigns.
        role: in which role.
        reason: why.
        at: when, aware.

    Raises:
        LotproofError: the day has passed, or a word is missing.
    """
    if assignment.due_on < at.date():
        raise LotproofError(
            f"due on {assignment.due_on}", f"a day from {at.date()} on", "give a later day"
        )
    record = {
        "gap": assignment.gap,
        "clause": str(verdict["clause"]),
        "site_id": str(verdict["site_id"]),
        "subject_type": str(verdict["subject_type"]),
        "subject_id": str(verdict["subject_id"]),
        "role": assignment.role,
        "person": assignment.person,
        "due_on": assignment.due_on.isoformat(),
        "escalates_to": assignment.escalates_to,
    }
    return append_entry(
        register, KIND, record,
        by=by, role=role, reason=reason, at=at, entry_id=f"{KIND}/{assignment.gap}",
    )  # fmt: skip


def read_assignments(register: Path, as_of: datetime) -> dict[str, Assignment]:
    """The assignment of each gap, as they were made by then.

    Args:
        register: the workspace's ``register`` folder.
        as_of: later entries do not count; aware.

    Raises:
        LotproofError: the chain of the entries is broken.
    """
    path = register / f"{KIND}.jsonl"
    if not path.is_file():
        return {}
    found = (_assignment(entry) for entry in read_entries(path) if entry.at <= as_of)
    return {assignment.gap: assignment for assignment in found}


def _assignment(entry: Entry) -> Assignment:
    record = entry.record
    return Assignment(
        gap=str(record["gap"]),
        role=str(record["role"]),
        person=_text(record.get("person")),
        due_on=date.fromisoformat(str(record["due_on"])),
        escalates_to=_text(record.get("escalates_to")),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)

"""Open gaps with who has them and by when, for a terminal and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from . import reading, states
from .gap_numbers import gap_number
from .gaps import told_sentence
from .routing import router

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from ..evidence.assignments import Assignment
    from ..evidence.governance import Governance

_GAPS = """
select * from verdict_list
where state in ('gap', 'accepted_risk') and (cast(? as varchar) is null or site_id = ?)
order by array_position(['critical', 'major', 'minor', 'info'], severity), site_id, clause,
    subject_type, subject_id
"""


@dataclass(frozen=True, slots=True)
class OpenGap:
    """One gap and where it goes; an accepted one is still open."""

    number: str
    state: str
    severity: str
    site: str
    clause: str
    subject_type: str
    subject_id: str
    sentence: str
    role: str
    person: str | None
    due_on: date
    escalates_to: str | None
    escalates_on: date | None


def open_gaps(
    con: DuckDBPyConnection, governance: Governance, assignments: Mapping[str, Assignment],
    *, site: str | None = None, role: str | None = None, severity: str | None = None,
    due_before: date | None = None,
) -> list[OpenGap]:  # fmt: skip
    """The gaps of the last build, the gravest first.

    Args:
        con: the last build.
        governance: who answers for gaps.
        assignments: gaps that were given to somebody.
        site: only this site.
        role: only what is with this role.
        severity: only this severity.
        due_before: only what is due before this day.
    """
    requirements = reading.rows(con, "select clause, owner from requirements")
    routes = router(requirements, governance, assignments)
    found = []
    for row in reading.rows(con, _GAPS, site, site):
        to = routes.route_of(row)
        if role not in (None, to.role) or severity not in (None, row["severity"]):
            continue
        if due_before is not None and to.due_on >= due_before:
            continue
        found.append(
            OpenGap(
                gap_number(row), row["state"], row["severity"], row["site_id"], row["clause"],
                row["subject_type"], str(row["subject_id"]), told_sentence(row),
                to.role, to.person, to.due_on, to.escalates_to, to.escalates_on,
            )
        )  # fmt: skip
    return found


def as_lines(gaps: Sequence[OpenGap]) -> list[str]:
    """Two lines for each gap, and how many there are."""
    lines = []
    for gap in gaps:
        who = f"{gap.role} ({gap.person})" if gap.person else gap.role
        lines.append(
            f"{states.sign(gap.state)} {gap.number:<11} {gap.severity:<8} {gap.clause:<28} "
            f"due {gap.due_on}  {who}"
        )
        lines.append(f"    {gap.sentence}")
    accepted = sum(gap.state == "accepted_risk" for gap in gaps)
    lines.append(f"{len(gaps):,} gaps, {accepted:,} of them accepted for a time.")
    return lines


def as_json(gaps: Sequence[OpenGap]) -> str:
    """The same for programs."""
    return json.dumps([asdict(gap) for gap in gaps], indent=2, ensure_ascii=False, default=str)

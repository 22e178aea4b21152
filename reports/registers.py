"""What people signed for: accepted risks beside the clause they leave unmet, and attestations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..evidence.register_review import review_register, role_conflicts
from . import reading, words
from .clauses import label_for
from .gaps import told_sentence
from .reading import Row
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_IN_FORCE = "valid_from <= ? and (valid_to is null or valid_to > ?)"


@dataclass(frozen=True, slots=True)
class AcceptedRisk:
    """An unmet clause somebody signed for: the gap, the reason, the person, until when."""

    label: str
    title: str
    sentence: str
    reason: str
    by: str
    until: str


@dataclass(frozen=True, slots=True)
class Attested:
    """A statement of what data cannot show: clause, statement, person, until when."""

    label: str
    title: str
    statement: str
    by: str
    until: str


def accepted_risks(
    con: DuckDBPyConnection, verdicts: Sequence[Row], labels: dict[str, str], timezone: str
) -> tuple[AcceptedRisk, ...]:
    """The accepted gaps with what was signed; the most specific acceptance is shown."""
    signed = reading.rows(
        con,
        "select * from accepted_risks where is_current order by subject_id nulls last, "
        "valid_from desc, record_id",
    )
    return tuple(_accepted(row, signed, labels, timezone) for row in verdicts)


def _accepted(
    verdict: Row, signed: list[Row], labels: dict[str, str], timezone: str
) -> AcceptedRisk:
    found = next(
        (
            row for row in signed
            if row["requirement"] == verdict["clause"]
            and row["subject_id"] in (None, verdict["subject_id"])
        ),
        None,
    )  # fmt: skip
    return AcceptedRisk(
        label=label_for(verdict, labels),
        title=verdict["title"],
        sentence=told_sentence(verdict),
        reason=words.sentence(words.capital(found["reason"] or "")) if found else "",
        by=_who(found),
        until=words.long_day(found["valid_to"], timezone) if found else words.NOTHING,
    )


def _who(row: Row | None) -> str:
    if row is None:
        return words.NOTHING
    return f"{row['by']}, {row['role']}" if row["role"] else str(row["by"])


def attested(
    con: DuckDBPyConnection, requirements: Sequence[Row], site_id: str, as_of: object,
    labels: dict[str, str], timezone: str,
) -> tuple[Attested, ...]:  # fmt: skip
    """Attestations in force at ``as_of`` for the site's requirements, in the maps' order."""
    signed = reading.rows(
        con,
        f"select * from attestations where is_current and site_id = ? and {_IN_FORCE} "
        "order by valid_from desc, record_id",
        site_id, as_of, as_of,
    )  # fmt: skip
    found = []
    for requirement in requirements:
        names = (requirement["clause"], requirement["requirement_id"])
        row = next((row for row in signed if row["requirement"] in names), None)
        if row is not None:
            found.append(
                Attested(
                    labels[requirement["clause"]], requirement["title"],
                    words.sentence(row["statement"]), _who(row),
                    words.long_day(row["valid_to"], timezone),
                )
            )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, slots=True)
class RegisterReview:
    """What is wrong with the register, and who could do both of what should be apart."""

    faults: tuple[str, ...]
    conflicts: tuple[str, ...]


def register_review(con: DuckDBPyConnection, request: ReportRequest) -> RegisterReview:
    """The review of the register's entries about a site, a sentence each."""
    findings = review_register(con, request.site_id)
    return RegisterReview(tuple(found.sentence for found in findings), _conflicts(con, request))


def _conflicts(con: DuckDBPyConnection, request: ReportRequest) -> tuple[str, ...]:
    """Who could do both, and how often they did."""
    found = role_conflicts(con, request.governance.separate_roles, request.site_id)
    return tuple(
        f"{conflict.person} holds the roles {conflict.roles[0]} and {conflict.roles[1]} at once; "
        + (
            f"{words.counted(conflict.did, 'verdict')} of the month "
            f"{words.plural(conflict.did, 'rests', 'rest')} on records of theirs that two people "
            "should have made."
            if conflict.did
            else "no verdict of the month says that they did both."
        )
        for conflict in found
    )

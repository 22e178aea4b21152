"""The nine stages of a verification, and what came of each.

A stage that could not be reached is told as not checked and never as passed. The order is that of
the work: nothing is parsed before the container was found safe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from .findings import Finding

Outcome = Literal["passed", "failed", "undecided", "not checked"]

STAGES: Final = (
    "container", "plain files", "inventory", "seal", "identity and policy", "reports", "roles",
    "bindings", "archive",
)  # fmt: skip
"""What each stage looks at, in order."""
_BEGINNINGS: Final = (
    ("E_ZIP_", 1), ("E_NAME_", 1), ("E_PATH_", 1), ("E_SPECIAL_", 2), ("E_FILE_", 3),
    ("E_MANIFEST_", 3), ("E_FETCH_", 3), ("E_SEAL_", 4), ("U_NO_ANCHOR", 4), ("E_POLICY_", 5),
    ("N_POLICY_", 5), ("E_ROLLBACK", 5), ("E_CANONICAL", 5), ("E_FORMAT", 5), ("E_PDF_", 6),
    ("E_SIG_", 6), ("E_CERT_", 6), ("E_REVINFO_", 6), ("E_TST_", 6), ("E_DTS_", 6),
    ("E_ROLE_", 7), ("E_SOD_", 7), ("E_MEANING_", 7), ("E_TIME_", 7), ("E_EVIDENCE_", 8),
    ("E_ROW_", 8), ("N_ROW_", 8), ("E_AUDIT_", 8), ("E_REJECTED", 8), ("E_CONTENT_", 8),
    ("N_RECOMPUTED", 8), ("N_NOT_RECOMPUTED", 8), ("N_NO_TIMESTAMP", 9), ("N_RENEW_", 9),
    ("U_ARCHIVE_", 9),
    ("E_CHAIN_", 5), ("U_CHAIN_", 5), ("N_CHAIN_", 5),
)  # fmt: skip
_BROKEN: Final = {
    "reading": 1, "inventory": 3, "documents": 5, "seal": 4, "pdfs": 6, "roles": 7, "times": 6,
    "evidence": 8, "audit": 8, "judgement": 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its number from 1, what it looks at, what came of it, how many findings."""

    number: int
    name: str
    outcome: Outcome
    findings: int


def stage_of(finding: Finding) -> int:
    """The number of the stage that a finding belongs to."""
    if finding.code == "E_INTERNAL":
        return _BROKEN.get(finding.object, len(STAGES))
    if finding.code == "E_FORMAT" and finding.object.startswith("data/evidence/"):
        return 8
    return next(number for start, number in _BEGINNINGS if finding.code.startswith(start))


def stages_of(findings: Iterable[Finding], unreached: Collection[int]) -> tuple[Stage, ...]:
    """What came of each stage.

    Args:
        findings: everything found.
        unreached: numbers of the stages that had nothing they could look at.
    """
    kinds: dict[int, list[str]] = {number: [] for number in range(1, len(STAGES) + 1)}
    for finding in findings:
        kinds[stage_of(finding)].append(finding.code[0])
    return tuple(
        Stage(number, name, _outcome(kinds[number], reached=number not in unreached),
              sum(kind != "N" for kind in kinds[number]))
        for number, name in enumerate(STAGES, 1)
    )  # fmt: skip


def _outcome(kinds: list[str], *, reached: bool) -> Outcome:
    if "E" in kinds:
        return "failed"
    if not reached:
        return "not checked"
    return "undecided" if "U" in kinds else "passed"

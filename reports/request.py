"""What is asked of a report: which one, about what, as of when, for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..evidence.assignments import Assignment
from ..evidence.governance import Governance
from .left_out import Withheld


@dataclass(frozen=True, slots=True)
class Signer:
    """A place where somebody signs.

    Attributes:
        role: key of the role in the signing policy, such as ``approver``.
        title: what stands over the place: ``Approved by``.
        meaning: what the signature says: ``approval``.
    """

    role: str
    title: str
    meaning: str


DEFAULT_SIGNERS = (
    Signer("preparer", "Prepared by", "authorship"),
    Signer("reviewer", "Reviewed by", "review"),
    Signer("approver", "Approved by", "approval"),
)


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """One report to be made.

    Attributes:
        report: name of a definition: ``monthly``, ``dossier``, ``coa``.
        site_id: the site judged.
        period: the site's local month, ``2026-10``.
        as_of: nothing recorded later is in the tables [UTC].
        company: who the pack is from, as printed.
        pack_id: name of the pack.
        version: version of the pack, from 1.
        example: the data is invented, and every page says so.
        lot_id: the lot, for a dossier or certificate; for the monthly pack, the lot whose
            genealogy is drawn (none: the report chooses).
        customer_id: whose specification and deliveries a certificate shows.
        shipment_id: the delivery a certificate goes with.
        signers: who signs, in order.
        governance: who answers for gaps and what is kept apart; by default the usual.
        assignments: gaps that were given to somebody, by number.
        previous_verdicts: verdicts of the month before, as Parquet, when a pack of it exists.
        tool: name and version of the program, printed in the annex.
        withheld: for whom the pack is and what it leaves out, printed on the cover.
        accounts: beginnings of account numbers by role, for the money of a recall.
    """

    report: str
    site_id: str
    period: str
    as_of: datetime
    company: str
    pack_id: str
    version: int = 1
    example: bool = False
    lot_id: str | None = None
    customer_id: str | None = None
    shipment_id: str | None = None
    signers: tuple[Signer, ...] = DEFAULT_SIGNERS
    governance: Governance = field(default_factory=Governance)
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    previous_verdicts: Path | None = None
    tool: str = "lotproof"
    withheld: Withheld = field(default_factory=lambda: Withheld("internal"))
    accounts: Mapping[str, list[str]] = field(default_factory=dict)

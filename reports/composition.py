"""From a request to everything a report says; the one door to the composing modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from .certificate import Certificate, compose_certificate
from .definitions import ReportDefinition, definition_of
from .dossier import Dossier, compose_dossier
from .executive import Executive, compose_executive
from .monthly import MonthlyPack, compose_monthly
from .qualification import Qualification
from .recall_report import RecallReport, compose_recall
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ReportModel = MonthlyPack | Dossier | Certificate | Qualification | RecallReport | Executive

Composer = Callable[["DuckDBPyConnection", ReportRequest, ReportDefinition, str], ReportModel]

_COMPOSERS: dict[str, Composer] = {
    "monthly": compose_monthly,
    "dossier": compose_dossier,
    "coa": compose_certificate,
    "recall": compose_recall,
    "executive": compose_executive,
}


def compose(
    con: DuckDBPyConnection, request: ReportRequest, evidence_digest: str
) -> ReportModel:  # fmt: skip
    """Put a report together: all arithmetic and all wording, nothing of its looks.

    Args:
        con: the warehouse, built for the period.
        request: what is asked for.
        evidence_digest: SHA-256 of the pack's evidence manifest, in hex.

    Raises:
        LotproofError: the report, the site or the lot is unknown.
    """
    definition = definition_of(request.report)
    if definition.about == "lot" and request.lot_id is None:
        raise LotproofError(
            f"report {request.report!r} without a lot", "the lot it is about", "add --lot LOT"
        )
    return _COMPOSERS[definition.report](con, request, definition, evidence_digest)

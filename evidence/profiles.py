"""For whom a pack or an excerpt is made, and what therefore stays inside the house.

Three profiles, the same for packs and for excerpts. What each leaves out is shipped here; a
workspace may leave out more under ``packs:`` in `lotproof.yml`, never less. Cutting a build is left
to ``lotproof.reports.withholding``, cutting a pack to :mod:`.disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

ProfileName = Literal["internal", "inspection", "customer"]
PROFILES: Final[tuple[ProfileName, ...]] = ("internal", "inspection", "customer")
INTERNAL_AUDIT: Final = "internal_audit"
"""An ``audit_report`` about no other party. Audits of suppliers are kept for the authority (21 CFR
117.475(c)(7)); those of the own quality system it does not ask for (FDA CPG 130.300)."""
LEFT_OUT: Final = "data/left-out.json"
"""Where a pack counts what its profile left out."""
EXCEPTIONS: Final = "exceptions"
"""The dataset of what looks wrong, with scores: hints for the house, never evidence."""
_AUDIT: Final = "audit_report"
_PARTY: Final = ("party", "parties")

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class LeftOut(BaseModel):
    """What stays inside the house.

    Attributes:
        documents: kinds of document; :data:`INTERNAL_AUDIT` is one of them.
        tables: tables of the lot model, and other datasets.
        columns: columns, by table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: tuple[Identifier, ...] = ()
    tables: tuple[Identifier, ...] = ()
    columns: dict[Identifier, tuple[Identifier, ...]] = {}

    def leaves_out(self, kind: str | None, *, about_party: bool) -> bool:
        """Whether a document stays inside.

        Args:
            kind: its kind.
            about_party: whether it is about another party, such as a supplier.
        """
        own_audit = kind == _AUDIT and not about_party and INTERNAL_AUDIT in self.documents
        return own_audit or kind in self.documents


SHIPPED: Final[Mapping[ProfileName, LeftOut]] = {
    "internal": LeftOut(),
    "inspection": LeftOut(
        documents=(INTERNAL_AUDIT,), tables=(EXCEPTIONS, "valuations", "postings")
    ),
    "customer": LeftOut(documents=(_AUDIT,), tables=(EXCEPTIONS, "valuations", "postings")),
}
"""Prices and the books are no part of an inspection (21 U.S.C. 374(a)(1)), nor of a customer's."""


class Packs(BaseModel):
    """What `lotproof.yml` says under ``packs:``: what each profile leaves out beside the shipped.

    Attributes:
        inspection: of packs and excerpts for an authority or auditor.
        customer: of those for a customer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    inspection: LeftOut = LeftOut()
    customer: LeftOut = LeftOut()

    def left_out(self, profile: ProfileName) -> LeftOut:
        """All that a profile leaves out."""
        shipped = SHIPPED[profile]
        if profile == "internal":
            return shipped
        own: LeftOut = getattr(self, profile)
        columns = {
            table: (*shipped.columns.get(table, ()), *own.columns.get(table, ()))
            for table in sorted({*shipped.columns, *own.columns})
        }
        return LeftOut(
            documents=(*shipped.documents, *own.documents),
            tables=(*shipped.tables, *own.tables),
            columns=columns,
        )


def is_about_party(subject_type: str | None) -> bool:
    """Whether a document's subject is another party; one without a subject is the house's own."""
    return subject_type in _PARTY

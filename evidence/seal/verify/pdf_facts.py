"""What a signed report is, as values; :mod:`.pdf_rules` and :mod:`.roles` judge them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .timestamps import TokenFacts


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """One signature in a report.

    Attributes:
        field: name of its form field.
        revision: in which revision of the file it was put, from 1.
        end: where the bytes it covers end.
        fault: why it could not be judged at all, in words.
        range_fault: what is wrong with the range it covers, in words.
        intact: the covered bytes were not changed.
        valid: the signature fits the certificate.
        certificate: SHA-256 of the signer's certificate.
        name: printed name in the signature.
        reason: meaning in the signature.
        claimed_at: when the signer says it was made.
        weakness: too weak a digest or key, in words.
        chain: code of what is wrong with the certificate's chain.
        modified: what pyHanko's difference analysis objects to, in words.
        stamp: its timestamp, when it has one.
        key: SHA-256 of the signer's public key.
    """

    field: str
    revision: int = 0
    end: int = 0
    fault: str | None = None
    range_fault: str | None = None
    intact: bool = False
    valid: bool = False
    certificate: str = ""
    name: str | None = None
    reason: str | None = None
    claimed_at: datetime | None = None
    weakness: str | None = None
    chain: str | None = None
    modified: str | None = None
    stamp: TokenFacts | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """One timestamp over the whole document: its field, revision, where it ends, what it says."""

    field: str
    revision: int
    end: int
    token: TokenFacts


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """One report.

    Attributes:
        path: inside the pack.
        size: bytes.
        fault: why it cannot be read, in words; nothing else is known then.
        fields: names of all form fields, in the file's order.
        signatures: in the order of their revisions.
        revisions: how many revisions the file has, the unsigned body included.
        changes: what a revision changed beyond one signature: code and sentence.
        attached: every attachment named ``evidence-manifest.json``.
        archives: timestamps over the whole document, in the order of their revisions.
    """

    path: str
    size: int
    fault: str | None = None
    fields: tuple[str, ...] = ()
    signatures: tuple[SignatureFacts, ...] = ()
    revisions: int = 0
    changes: tuple[tuple[str, str], ...] = ()
    attached: tuple[bytes, ...] = ()
    archives: tuple[ArchiveFacts, ...] = ()

"""Is a report still what was signed? Rules over values; who signed is left to :mod:`.roles`."""

from __future__ import annotations

from collections.abc import Iterator

from ..policy import SigningPolicy
from .findings import Finding
from .pdf_facts import PdfFacts, SignatureFacts
from .timestamps import token_findings


def check_pdf(
    facts: PdfFacts, policy: SigningPolicy | None, *, trusting: bool
) -> Iterator[Finding]:
    """Judge the file of one report.

    Args:
        facts: what was read.
        policy: says which fields there must be.
        trusting: whether the verifier gave any anchor; without one, chains are not judged.
    """
    if facts.fault:
        yield Finding("E_PDF_PARSE", facts.path, "a readable PDF", facts.fault)
        return
    if policy:
        yield from _fields(facts, policy)
    for signature in facts.signatures:
        where = f"{facts.path}#{signature.field}"
        yield from _signature(where, signature, trusting=trusting)
        if not signature.fault:
            yield from token_findings(where, signature.stamp, policy, trusting=trusting)
    for archive in facts.archives:
        where = f"{facts.path}#{archive.field}"
        yield from token_findings(where, archive.token, policy, trusting=trusting)
    for code, sentence in facts.changes:
        yield Finding(code, facts.path, "nothing but signatures after signing", sentence)
    yield from _end(facts)


def _fields(facts: PdfFacts, policy: SigningPolicy) -> Iterator[Finding]:
    expected = sorted(role.field for role in policy.roles.values())
    expected = sorted([*expected, *(archive.field for archive in facts.archives)])
    if sorted(facts.fields) != expected:
        found = ", ".join(sorted(facts.fields)) or "none"
        yield Finding("E_PDF_FIELDSET", facts.path, ", ".join(expected), found)


def _signature(where: str, signature: SignatureFacts, *, trusting: bool) -> Iterator[Finding]:
    if signature.fault:
        yield Finding("E_SIG_CRYPTO", where, "a readable signature", signature.fault)
        return
    if not signature.intact:
        yield Finding("E_SIG_DIGEST", where, "the bytes that were signed", "other bytes")
    if not signature.valid:
        yield Finding("E_SIG_CRYPTO", where, "a signature that fits its certificate", "another")
    if signature.range_fault:
        expected = "everything before its end but itself, signed"
        yield Finding("E_SIG_CRYPTO", where, expected, signature.range_fault)
    if signature.weakness:
        yield Finding("E_SIG_ALGO", where, "SHA-256 and P-256 or better", signature.weakness)
    if signature.modified:
        yield Finding("E_PDF_MODIFIED", where, "no change but signatures", signature.modified)
    if trusting and signature.chain and not _already_weak(signature):
        expected = "a certificate under your root, valid when it signed"
        yield Finding(signature.chain, where, expected, signature.certificate)


def _already_weak(signature: SignatureFacts) -> bool:
    return bool(signature.weakness) and signature.chain == "E_SIG_ALGO"


def _end(facts: PdfFacts) -> Iterator[Finding]:
    """Each revision after the body is one signature or timestamp, and the last ends the file."""
    judged = [signature for signature in facts.signatures if not signature.fault]
    ends = [one.end for one in judged] + [one.end for one in facts.archives]
    end = max(ends, default=facts.size)
    if end != facts.size:
        found = f"{facts.size - end} bytes"
        yield Finding("E_PDF_TRAILING", facts.path, "nothing after the last signature", found)
    signed = [one.revision for one in facts.signatures]
    revisions = sorted(signed + [one.revision for one in facts.archives])
    if revisions != list(range(1, facts.revisions)):
        expected = "one revision for each signature"
        found = f"{facts.revisions - 1} revisions, signatures in {revisions}"
        yield Finding("E_PDF_MODIFIED", facts.path, expected, found)

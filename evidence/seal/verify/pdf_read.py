"""Reading a signed report that may be hostile: everything pyHanko can say of it, as values."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from .pdf_changes import changes, entry
from .pdf_facts import ArchiveFacts, PdfFacts, SignatureFacts
from .timestamps import TokenFacts, read_token, signature_token
from .trust import (
    Anchors,
    Revocation,
    chain_code,
    fingerprint,
    key_digest,
    loose_names,
    loose_parts,
    weakness,
)

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

ATTACHED: Final = "evidence-manifest.json"
_MAX_FIELDS: Final = 100
_MAX_DEPTH: Final = 12


def read_pdf(path: str, data: bytes, anchors: Anchors, *, thorough: bool) -> PdfFacts:
    """Read one report.

    Args:
        path: inside the pack.
        data: the bytes that were hashed.
        anchors: whom the verifier trusts.
        thorough: also run pyHanko's own difference analysis; takes seconds on long reports.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    if not data.startswith(b"%PDF-"):
        return PdfFacts(path, len(data), fault="does not begin with %PDF-")
    try:
        reader = PdfFileReader(BytesIO(data))
        if reader.encrypted:
            return PdfFacts(path, len(data), fault="encrypted")
        signatures = sorted(
            _signatures(reader, data, anchors, thorough=thorough), key=lambda s: s.revision
        )
        archives = sorted(_archives(reader, data, anchors), key=lambda one: one.revision)
        signed = {one.revision: one.field for one in signatures if one.revision}
        signed |= {one.revision: one.field for one in archives if one.revision}
        return PdfFacts(
            path=path,
            size=len(data),
            fields=tuple(name for name, _ in _fields(reader)),
            signatures=tuple(signatures),
            revisions=reader.xrefs.total_revisions,
            changes=tuple(changes(reader, signed)),
            attached=tuple(_attached(reader)),
            archives=tuple(archives),
        )
    except (PdfError, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        return PdfFacts(path, len(data), fault=f"{type(error).__name__}: {error}"[:300])


def _fields(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    """Names and values of the form's top-level fields, of any kind."""
    form = entry(reader.root, "/AcroForm")
    if form is None:
        return
    pointers = list(form["/Fields"].iterate())
    if len(pointers) > _MAX_FIELDS:
        raise ValueError(f"more than {_MAX_FIELDS} form fields")
    for pointer in pointers:
        field = pointer.get_object()
        kids = " with further fields" if "/Kids" in field else ""
        yield f"{entry(field, '/T', '')}{kids}", field


def _signatures(
    reader: PdfFileReader, data: bytes, anchors: Anchors, *, thorough: bool
) -> Iterator[SignatureFacts]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

    for name, field in _fields(reader):
        if entry(field, "/FT") != "/Sig" or "/V" not in field or _is_archive(field):
            continue
        try:
            signature = EmbeddedPdfSignature(reader, field, name)
            yield _judge(signature, data, anchors, thorough=thorough)
        except (
            PdfError, SignatureValidationError, CMSExtractionError, ValueError, TypeError, KeyError,
            AssertionError, AttributeError,
        ) as error:  # fmt: skip
            revision = reader.xrefs.get_last_change(field.raw_get("/V").reference)
            fault = f"{type(error).__name__}: {error}"[:300]
            yield SignatureFacts(name, revision=revision, fault=fault)


def _is_archive(field: Any) -> bool:  # noqa: ANN401 - a PDF form field
    return str(entry(entry(field, "/V"), "/Type")) == "/DocTimeStamp"


def _archives(reader: PdfFileReader, data: bytes, anchors: Anchors) -> Iterator[ArchiveFacts]:
    """The timestamps over the whole document."""
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

    for name, field in _fields(reader):
        if entry(field, "/FT") != "/Sig" or "/V" not in field or not _is_archive(field):
            continue
        signature = EmbeddedPdfSignature(reader, field, name)
        _, before, after, rest = _range(signature)
        covered = data[:before] + data[after : after + rest]
        fault = _range_fault(signature, data, "/ETSI.RFC3161")
        raw = signature.pkcs7_content
        token = raw[: _length(raw)]
        facts = (
            TokenFacts(fault=fault)
            if fault
            else read_token(token, covered, anchors, _revocation(reader))
        )
        yield ArchiveFacts(name, signature.signed_revision, after + rest, facts)


def _length(raw: bytes) -> int:
    from asn1crypto import cms

    return len(cms.ContentInfo.load(raw).dump())


def _revocation(reader: PdfFileReader) -> Revocation | None:
    """What the document brings along to clear certificates; ``None`` where it brings nothing."""
    store = entry(reader.root, "/DSS")
    if store is None:
        return None
    certificates, lists, answers = (
        tuple(bytes(store[key][place].data) for place in range(len(store[key])))
        if key in store
        else ()
        for key in ("/Certs", "/CRLs", "/OCSPs")
    )
    return Revocation(certificates, lists, answers)


def _judge(
    signature: EmbeddedPdfSignature, data: bytes, anchors: Anchors, *, thorough: bool
) -> SignatureFacts:
    from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature

    claimed = signature.self_reported_timestamp
    revocation = _revocation(signature.reader)
    token = signature_token(signature.signed_data)
    value = signature.signed_data["signer_infos"][0]["signature"].native
    stamp = read_token(token, value, anchors, revocation) if token else None
    moment = stamp.at if stamp and stamp.sound else claimed
    status = asyncio.run(
        async_validate_pdf_signature(
            signature,
            signer_validation_context=anchors.context(moment, revocation),
            skip_diff=not thorough,
        )
    )
    entries = signature.sig_object
    return SignatureFacts(
        field=signature.fq_name,
        revision=signature.signed_revision,
        end=sum(_range(signature)[2:4]),
        range_fault=_range_fault(signature, data) or _loose(signature, status, anchors),
        intact=status.intact,
        valid=status.valid,
        certificate=fingerprint(status.signing_cert),
        name=_text(entry(entries, "/Name")),
        reason=_text(entry(entries, "/Reason")),
        claimed_at=claimed,
        weakness=weakness(status.md_algorithm, status.signing_cert),
        chain=chain_code(status.trust_problem_indic),
        modified=_modified(status) if thorough else None,
        stamp=stamp,
        key=key_digest(status.signing_cert),
    )


def _range(signature: EmbeddedPdfSignature) -> list[int]:
    numbers: Any = signature.byte_range
    return [int(number) for number in numbers]


def _range_fault(
    signature: EmbeddedPdfSignature, data: bytes, kind: str = "/ETSI.CAdES.detached"
) -> str | None:
    """The range must be everything up to its end but the signature's own hexadecimal digits."""
    from asn1crypto import cms

    numbers = _range(signature)
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0:
        return f"range {numbers}"
    _, before, after, rest = numbers
    gap = data[before:after]
    if after + rest > len(data) or gap[:1] != b"<" or gap[-1:] != b">":
        return f"range {numbers} does not spare exactly the signature"
    raw = bytes.fromhex(gap[1:-1].decode("ascii"))
    if raw != signature.pkcs7_content:
        return "the spared bytes are not the signature"
    if raw[len(cms.ContentInfo.load(raw).dump()) :].strip(b"\0"):
        return "the space after the signature is not empty"
    if entry(signature.sig_object, "/SubFilter") != kind:
        return f"kind {entry(signature.sig_object, '/SubFilter')}"
    return None


def _loose(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, anchors: Anchors
) -> str | None:
    """What the signature's container holds beyond the signature."""
    from asn1crypto import cms

    message = cms.ContentInfo.load(signature.pkcs7_content)
    return loose_parts(message, stamped=True) or loose_names(signature.signed_data, status, anchors)


def _modified(status: PdfSignatureStatus) -> str | None:
    from pyhanko.sign.diff_analysis import SuspiciousModification

    if isinstance(status.diff_result, SuspiciousModification):
        return str(status.diff_result)[:300]
    return None if status.docmdp_ok else f"modification level {status.modification_level}"


def _attached(reader: PdfFileReader) -> Iterator[bytes]:
    names = entry(reader.root, "/Names")
    tree = entry(names, "/EmbeddedFiles") if names is not None else None
    if tree is None:
        return
    for spec in _leaves(tree, 0):
        if _text(entry(spec, "/UF", entry(spec, "/F"))) == ATTACHED:
            yield bytes(spec["/EF"]["/F"].data)


def _leaves(node: Any, depth: int) -> Iterator[Any]:  # noqa: ANN401 - a PDF name tree
    if depth > _MAX_DEPTH:
        raise ValueError("attachments nested too deep")
    pairs = entry(node, "/Names", ())
    yield from (pairs[place] for place in range(1, len(pairs), 2))
    kids = entry(node, "/Kids", ())
    for place in range(len(kids)):
        yield from _leaves(kids[place], depth + 1)


def _text(value: object) -> str | None:
    return None if value is None else str(value)

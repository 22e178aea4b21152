"""One PAdES signature in one field of one PDF (ETSI EN 319 142-1).

With a source of trusted time the signature has a timestamp and the revocation data of its
certificates (level B-LT), and the last one a timestamp over the whole document (B-LTA); without one
it is at level B-B. Whether the person may sign is left to :mod:`.signing`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from ..errors import LotproofError
from .appearance import SignatureText, render_appearance
from .keys import Credentials
from .model import zone
from .timesources import DIGEST, TimeSource, unanswered

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.pdf_signer import PdfSigner, PdfSigningSession
    from pyhanko.stamp import StaticStampStyle

ARCHIVE_FIELD: Final = "archive-timestamp-{}"
"""Names of the fields that hold timestamps over the whole document, counted from 1."""

# what proves a certificate's standing is given to each signing: that nothing is fetched is meant
logging.getLogger("pyhanko.sign.signers.pdf_signer").addFilter(
    lambda record: "fetching is not allowed" not in str(record.msg)
)


@dataclass(frozen=True, slots=True)
class PdfSignatureRequest:
    """What is to be signed, and what the signature says.

    Attributes:
        field: name of the empty signature field.
        text: the words of the visible block; name and meaning also go into the signature itself.
        certify: first signature: the document is fixed, only signatures may follow (DocMDP 2).
        lock: last signature: nothing may follow (the field says so itself, DocMDP 1).
    """

    field: str
    text: SignatureText
    certify: bool
    lock: bool = False


def sign_pdf(
    data: bytes,
    request: PdfSignatureRequest,
    credentials: Credentials,
    source: TimeSource | None = None,
) -> bytes:
    """The PDF with one more signature, appended as an incremental update.

    Raises:
        LotproofError: no such empty field, the file cannot be read, the certificate is revoked or
            cannot be cleared, or the timestamp authority does not answer.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.timestamps import TimestampRequestError

    try:
        with TemporaryDirectory() as folder:
            writer = IncrementalPdfFileWriter(BytesIO(data))
            stamp = Path(folder) / "stamp.pdf"
            stamp.write_bytes(render_appearance(request.text, *_field_size(writer, request.field)))
            signer = _signer(request, credentials, _stamp(stamp), source)
            session = signer.init_signing_session(writer, existing_fields_only=True)
            session.system_time = request.text.at.astimezone(zone(request.text.timezone))
            return asyncio.run(_finish(session, writer))
    except (TimestampRequestError, OSError) as error:
        raise unanswered(error) from error
    except (SigningError, PdfError, ValueError) as error:
        raise LotproofError(
            f"field {request.field} was not signed: {_told(error)}",
            "a certificate that is valid and not revoked, and an empty field in a readable PDF",
            "have the certificate renewed, or make the pack again from its evidence",
        ) from error


def _told(error: Exception) -> str:
    """An error and what caused it, in words, each once."""
    said: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        text = str(cause)
        if text and text not in said:
            said.append(text)
        cause = cause.__cause__
    return ": ".join(said)


def _signer(
    request: PdfSignatureRequest,
    credentials: Credentials,
    style: StaticStampStyle,
    source: TimeSource | None,
) -> PdfSigner:
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

    metadata = PdfSignatureMetadata(
        field_name=request.field,
        name=request.text.printed_name,
        reason=request.text.meaning,
        contact_info=request.text.person_id,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm=DIGEST,
        certify=request.certify,
        docmdp_permissions=MDPPerm.NO_CHANGES if request.lock else MDPPerm.FILL_FORMS,
        **_long_term(request, source),
    )
    stamper = source.stamper(request.text.at) if source else None
    return PdfSigner(metadata, credentials.signer(), timestamper=stamper, stamp_style=style)


def _long_term(request: PdfSignatureRequest, source: TimeSource | None) -> dict[str, Any]:
    """What makes the signature last: revocation data, and at the end the document timestamp."""
    if source is None:
        return {}
    from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference

    together = SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
    return {
        "embed_validation_info": True,
        "validation_context": source.context(request.text.at),
        "use_pades_lta": request.lock,
        "timestamp_field_name": ARCHIVE_FIELD.format(1) if request.lock else None,
        "dss_settings": DSSContentSettings(include_vri=False, placement=together),
    }


async def _finish(session: PdfSigningSession, writer: IncrementalPdfFileWriter) -> bytes:
    """The steps of ``PdfSigner.async_sign_pdf``, with the signing time given from outside."""
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    output = BytesIO()
    validation = await session.perform_presign_validation(writer)
    size = await session.estimate_signature_container_size(validation)
    document = session.prepare_tbs_document(validation, size)
    digest, handle = document.digest_tbs_document(output=output)
    attributes = PdfCMSSignedAttributes(signing_time=session.system_time)
    signed = await document.perform_signature(digest.document_digest, attributes)
    await signed.post_signature_processing(handle)
    return output.getvalue()


def _field_size(writer: IncrementalPdfFileWriter, name: str) -> tuple[float, float]:
    from pyhanko.sign.fields import enumerate_sig_fields

    for found, value, reference in enumerate_sig_fields(writer, filled_status=False):
        if found == name and value is None:
            widget: Any = reference.get_object()
            x1, y1, x2, y2 = (float(edge) for edge in widget["/Rect"])
            return x2 - x1, y2 - y1
    raise LotproofError(
        f"no empty signature field {name!r}", "one", "sign in the order of the policy"
    )


def _stamp(page: Path) -> StaticStampStyle:
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.layout import (
        AxisAlignment,
        InnerScaling,
        Margins,
        SimpleBoxLayoutRule,
    )
    from pyhanko.stamp import StaticStampStyle

    return StaticStampStyle(
        border_width=0,
        background=ImportedPdfPage(str(page)),  # type: ignore[no-untyped-call] # pyHanko
        background_opacity=1.0,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins.uniform(0),  # type: ignore[no-untyped-call] # pyHanko
            inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
        ),
    )

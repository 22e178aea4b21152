"""The last step of a pack: the site's seal over the list of all its files (CMS, RFC 5652).

The seal is a detached signature over ``tagmanifest-sha256.txt``. Where the policy asks for
timestamps, a token over the seal lies beside it as ``signatures/seal.tst`` (RFC 3161), and what
shows that neither certificate was revoked lies in ``trust/``, under the seal.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError
from . import audit, bag
from .keys import Credentials
from .model import PackRecord, utc
from .policy import SigningPolicy
from .signing import close_change, require_source, require_unchanged
from .staging import changed_copy, read_policy, read_record
from .timesources import DIGEST, TimeSource, timestamp_token, unanswered

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko_certvalidator import ValidationContext


def seal_pack(
    pack: Path, credentials: Credentials, *, at: datetime, source: TimeSource | None = None
) -> Path:
    """Seal a pack all roles have signed; from then on no byte of it may change.

    Args:
        pack: folder of the pack, in state approved.
        credentials: the site's seal key.
        at: the sealing time, aware.
        source: of trusted time; needed where the policy asks for timestamps.

    Returns:
        The pack.

    Raises:
        LotproofError: a role has still to sign, the certificate is not the seal's or is revoked,
            the timestamp authority does not answer, or the pack was changed; nothing is written
            then.
    """
    record, policy = read_record(pack), read_policy(pack)
    _require_ready(record, policy, credentials, at, pack)
    require_unchanged(pack)
    require_source(policy, source, pack)
    trail = (pack / audit.AUDIT_PATH).read_bytes()
    event = audit.AuditEvent(
        utc(at), "seal", "seal", record.folder, certificate=credentials.fingerprint
    )
    with changed_copy(pack) as copy:
        if source:
            for path, data in revocation_files(credentials, source, at).items():
                bag.replace(copy / path, data)
        close_change(copy, record.model_copy(update={"state": "sealed"}), trail, [event])
        sealed = seal_bytes((copy / bag.TAGMANIFEST).read_bytes(), credentials, at=at)
        bag.replace(copy / bag.SEAL, sealed)
        if source:
            bag.replace(copy / bag.SEAL_TIME, timestamp_token(sealed, source, at))
    return pack


def revocation_files(
    credentials: Credentials, source: TimeSource, at: datetime
) -> dict[str, bytes]:
    """What shows that the seal's certificate and the clock's are not revoked, by path in the pack.

    Raises:
        LotproofError: one of them is revoked, or nothing can be learned of it.
    """
    context = source.context(at)
    stamper = source.stamper(at)
    try:
        asyncio.run(_clear(credentials, context, stamper))
    except OSError as error:
        raise unanswered(error) from error
    except Exception as error:
        raise LotproofError(
            f"the seal's certificate cannot be cleared: {error}",
            "a certificate that is known not to be revoked",
            "have it renewed, or try again when its authority answers",
        ) from error
    return {
        bag.SEAL_REVOCATION.format(number, kind): one.dump()
        for kind, answers in (("crl", context.crls), ("ocsp", context.ocsps))
        for number, one in enumerate(answers, 1)
    }


async def _clear(
    credentials: Credentials, context: ValidationContext, stamper: TimeStamper
) -> None:
    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator

    certificate = x509.Certificate.load(credentials.certificate)
    above = [x509.Certificate.load(one) for one in credentials.chain]
    check: Any = CertificateValidator(certificate, above, validation_context=context)
    sources: Any = stamper
    await check.async_validate_usage({"digital_signature"})
    async for _ in sources.validation_paths(context):
        pass


def seal_bytes(data: bytes, credentials: Credentials, *, at: datetime) -> bytes:
    """A detached CAdES signature (DER) over the data, with certificate and signing time."""
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    signer = credentials.signer()
    message = asyncio.run(
        signer.async_sign_general_data(
            data,
            digest_algorithm=DIGEST,
            detached=True,
            use_cades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=at),
        )
    )
    sealed: bytes = message.dump()
    return sealed


def _require_ready(
    record: PackRecord, policy: SigningPolicy, credentials: Credentials, at: datetime, pack: Path
) -> None:
    if record.state != "approved":
        raise LotproofError(
            f"pack is {record.state.replace('_', ' ')}",
            "approved: signed by " + ", ".join(name for name, _ in policy.in_order()),
            "seal it after the last role has signed, and only once",
            pack,
        )
    if credentials.fingerprint not in policy.seal.certs:
        raise LotproofError(
            f"certificate {credentials.fingerprint[:16]}… is not the seal's",
            ", ".join(pin[:16] + "…" for pin in policy.seal.certs),
            "use the seal's key file",
            pack,
        )
    if not credentials.valid_at(at):
        raise LotproofError(f"the seal's certificate is not valid at {utc(at)}", where=pack)

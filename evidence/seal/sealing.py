"""The last step of a pack: the site's seal over the list of all its files (CMS, RFC 5652).

The seal is a detached signature over ``tagmanifest-sha256.txt``. A timestamp over it will lie
beside it as ``signatures/seal.tst``.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from ..errors import LotproofError
from . import audit, bag
from .keys import Credentials
from .model import PackRecord, utc
from .pdfsign import DIGEST
from .policy import SigningPolicy
from .signing import close_change, require_unchanged
from .staging import changed_copy, read_policy, read_record


def seal_pack(pack: Path, credentials: Credentials, *, at: datetime) -> Path:
    """Seal a pack all roles have signed; from then on no byte of it may change.

    Args:
        pack: folder of the pack, in state approved.
        credentials: the site's seal key.
        at: the sealing time, aware.

    Returns:
        The pack.

    Raises:
        LotproofError: a role has still to sign, the certificate is not the seal's, or the pack was
            changed; nothing is written then.
    """
    record, policy = read_record(pack), read_policy(pack)
    _require_ready(record, policy, credentials, at, pack)
    require_unchanged(pack)
    trail = (pack / audit.AUDIT_PATH).read_bytes()
    event = audit.AuditEvent(
        utc(at), "seal", "seal", record.folder, certificate=credentials.fingerprint
    )
    with changed_copy(pack) as copy:
        close_change(copy, record.model_copy(update={"state": "sealed"}), trail, [event])
        sealed = seal_bytes((copy / bag.TAGMANIFEST).read_bytes(), credentials, at=at)
        bag.replace(copy / bag.SEAL, sealed)
    return pack


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

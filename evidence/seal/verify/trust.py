"""Whom the verifier trusts, and what that says of one signature.

Anchors come from whoever verifies, never from the pack. Chains are judged at the time of the
trusted timestamp, or without one at the time the signer claims, so the answer is the same on any
day. Where revocation data came along, it must clear every certificate.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...errors import LotproofError

if TYPE_CHECKING:
    from asn1crypto import cms, x509
    from pyhanko.sign.ades.report import AdESSubIndic
    from pyhanko.sign.validation.status import SignatureStatus
    from pyhanko_certvalidator import ValidationContext

DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
MIN_RSA_BITS: Final = 3072

_CHAIN_CODES: Final = {
    "OUT_OF_BOUNDS_NO_POE": "E_CERT_EXPIRED",
    "OUT_OF_BOUNDS_NOT_REVOKED": "E_CERT_EXPIRED",
    "EXPIRED": "E_CERT_EXPIRED",
    "NOT_YET_VALID": "E_CERT_EXPIRED",
    "CHAIN_CONSTRAINTS_FAILURE": "E_CERT_USAGE",
    "CRYPTO_CONSTRAINTS_FAILURE": "E_SIG_ALGO",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "E_SIG_ALGO",
    "REVOKED": "E_CERT_REVOKED",
    "REVOKED_NO_POE": "E_CERT_REVOKED",
    "REVOKED_CA_NO_POE": "E_CERT_REVOKED",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "E_REVINFO_MISSING",
    "TRY_LATER": "E_REVINFO_MISSING",
}

# the library reports each failed signature in its log as well; the report says it once
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Revocation:
    """What came along with signatures to clear their certificates (DER each).

    Revocation lists and OCSP answers are signed by the authorities themselves, so it does not
    matter who brings them.
    """

    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchors:
    """Root certificates of whoever verifies; none is allowed, and then nothing is trusted."""

    certificates: tuple[x509.Certificate, ...]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each, sorted."""
        return tuple(sorted(fingerprint(certificate) for certificate in self.certificates))

    def context(
        self, moment: datetime | None, revocation: Revocation | None = None
    ) -> ValidationContext:
        """A context in which only these are trusted, at that moment, without any network.

        Args:
            moment: when the certificates have to be valid.
            revocation: what came along to clear them, which must then suffice; with ``None``
                revocation is not asked about.
        """
        from asn1crypto import x509
        from pyhanko_certvalidator import ValidationContext

        data = revocation or Revocation()
        return ValidationContext(
            trust_roots=list(self.certificates),
            other_certs=[x509.Certificate.load(one) for one in data.certificates],
            moment=moment,
            allow_fetching=False,
            crls=list(data.lists),
            ocsps=list(data.answers),
            revocation_mode="soft-fail" if revocation is None else "require",
            retroactive_revinfo=True,
        )


@dataclass(frozen=True, slots=True)
class CmsFacts:
    """What was found out about one detached CMS signature.

    Attributes:
        fault: why it could not be judged at all, or ``None``.
        intact: the signed bytes are those given.
        valid: the signature fits the certificate.
        certificate: SHA-256 of the signer's certificate.
        weakness: too weak a digest or key, in words.
        claimed_at: when the signer says it was made.
        chain: code of what is wrong with the certificate's chain, or ``None``.
        key: SHA-256 of the signer's public key.
    """

    fault: str | None = None
    intact: bool = False
    valid: bool = False
    certificate: str = ""
    weakness: str | None = None
    claimed_at: datetime | None = None
    chain: str | None = None
    key: str = ""


def load_anchors(paths: list[Path]) -> Anchors:
    """Read root certificates, PEM (also several in a file) or DER.

    Raises:
        LotproofError: a file that is missing or holds no certificate.
    """
    from asn1crypto import pem, x509

    found = []
    for path in paths:
        try:
            data = path.read_bytes()
            blocks: Any = pem.unarmor(data, multiple=True) if pem.detect(data) else [("", {}, data)]
            certificates = [x509.Certificate.load(der, strict=True) for _, _, der in blocks]
            _ = [certificate.issuer_serial for certificate in certificates]
        except (OSError, ValueError, TypeError) as error:
            raise LotproofError(
                f"no certificate: {error}",
                "a root certificate, PEM or DER",
                "ask the site for its root certificate, by another way than the pack",
                path,
            ) from error
        found += certificates
    return Anchors(tuple(found))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate's bytes."""
    return hashlib.sha256(certificate.dump()).hexdigest()


def key_digest(certificate: x509.Certificate) -> str:
    """SHA-256 of the public key in a certificate, the same in each that names it."""
    return hashlib.sha256(certificate.public_key.dump()).hexdigest()


def chain_code(problem: AdESSubIndic | None) -> str | None:
    """The code for what pyHanko says is wrong with a chain."""
    if problem is None:
        return None
    return _CHAIN_CODES.get(problem.standard_name, "E_CERT_UNTRUSTED")


def weakness(digest: str, certificate: x509.Certificate) -> str | None:
    """Why a digest or key is too weak, in words; ``None`` when it is not."""
    if digest not in DIGESTS:
        return f"digest {digest}"
    key = certificate.public_key
    if key.algorithm == "ec":
        _, curve = key.curve
        return None if curve in CURVES else f"curve {curve}"
    if key.algorithm in {"rsa", "rsassa_pss"}:
        return None if key.bit_size >= MIN_RSA_BITS else f"RSA with {key.bit_size} bits"
    return f"key of kind {key.algorithm}"


def check_detached(
    data: bytes,
    signature: bytes,
    anchors: Anchors,
    *,
    at: datetime | None = None,
    revocation: Revocation | None = None,
) -> CmsFacts:
    """Judge a detached signature over some bytes, at a trusted time or else at the time it claims.

    Beyond the cryptography, the container must hold nothing that is not signed: one signer, no
    attribute outside the signature, no certificate off the chain.
    """
    from asn1crypto import cms, tsp  # noqa: F401 - tsp adds the content type of timestamps
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        message: Any = cms.ContentInfo.load(signature, strict=True)
        fault = loose_parts(message)
        if not fault and message["content"].dump(force=True) not in signature:
            fault = "bytes that are not in the one spelling (DER)"
        if fault:
            return CmsFacts(fault=fault)
        return _judge(data, message["content"], anchors, at, revocation)
    except (ValueError, TypeError, KeyError, SignatureValidationError) as error:
        return CmsFacts(fault=f"not a signature: {error}")


def loose_parts(
    message: Any,  # noqa: ANN401 - asn1crypto is untyped
    content: str = "data",
    *,
    stamped: bool = False,
) -> str | None:
    """What in a CMS container is not covered by its signature, in words; ``None`` when nothing.

    Args:
        message: the container.
        content: what it has to hold; of a timestamp, ``tst_info``.
        stamped: whether one timestamp may stand outside the signature; it is judged by itself.
    """
    if message["content_type"].native != "signed_data":
        return f"content {message['content_type'].native}"
    signed = message["content"]
    signers = signed["signer_infos"]
    if len(signers) != 1:
        return f"{len(signers)} signers"
    signer = signers[0]
    declared = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    if declared != [signer["digest_algorithm"].dump()]:
        return "digest algorithms that differ from the signer's"
    if signed["crls"].native or not _only_stamp(signer["unsigned_attrs"], stamped=stamped):
        return "attributes or lists outside the signature"
    versions = signed["version"].native, signer["version"].native
    if versions != ("v1" if content == "data" else "v3", "v1"):
        return f"versions {versions}"
    return None


def _only_stamp(attributes: Any, *, stamped: bool) -> bool:  # noqa: ANN401 - asn1crypto
    """Whether there is nothing, or the one timestamp that may be there."""
    if not attributes.native:
        return True
    one = attributes[0]
    named = one["type"].native == "signature_time_stamp_token"
    return stamped and named and len(attributes) == 1 and len(one["values"]) == 1


def loose_names(signed: Any, status: SignatureStatus, anchors: Anchors) -> str | None:  # noqa: ANN401
    """What a container says of certificates that its signature does not cover.

    Names are compared by their bytes: the libraries take ``Root`` and ``root`` for one.
    """
    signer, certificate = signed["signer_infos"][0], status.signing_cert
    if signer["sid"].name == "issuer_and_serial_number":
        named = signer["sid"].chosen
        if named["issuer"].dump() != certificate.issuer.dump():
            return "a signer named otherwise than in the certificate"
    if not anchors.certificates or status.trust_problem_indic is not None:
        return None
    path = status.validation_path
    chain = {one.dump() for one in path} if path else set()
    chain.add(certificate.dump())
    if any(choice.chosen.dump() not in chain for choice in signed["certificates"]):
        return "certificates that do not belong to the chain"
    return None


def _judge(
    data: bytes,
    signed: cms.SignedData,
    anchors: Anchors,
    at: datetime | None,
    revocation: Revocation | None,
) -> CmsFacts:
    from pyhanko.sign.general import extract_signer_info
    from pyhanko.sign.validation.generic_cms import (
        async_validate_detached_cms,
        extract_self_reported_ts,
    )

    claimed = extract_self_reported_ts(extract_signer_info(signed))
    status = asyncio.run(
        async_validate_detached_cms(
            data, signed, signer_validation_context=anchors.context(at or claimed, revocation)
        )
    )
    fault = loose_names(signed, status, anchors)
    if fault:
        return CmsFacts(fault=fault)
    return CmsFacts(
        intact=status.intact,
        valid=status.valid,
        certificate=fingerprint(status.signing_cert),
        weakness=weakness(status.md_algorithm, status.signing_cert),
        claimed_at=claimed,
        chain=chain_code(status.trust_problem_indic),
        key=key_digest(status.signing_cert),
    )

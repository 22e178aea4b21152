"""Where trusted time and revocation lists come from when somebody signs (RFC 3161, RFC 5280).

Either a timestamp authority and the addresses that stand in certificates, over the network, or an
authority of one's own beside the policy, as the demo has it, which needs none. What is done with
both is left to :mod:`.pdfsign` and :mod:`.sealing`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import LotproofError
from .keys import FileCredentials, load_credentials
from .policy import SigningPolicy

if TYPE_CHECKING:
    from asn1crypto import x509
    from cryptography.x509 import CertificateRevocationList
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko_certvalidator import ValidationContext

DIGEST = "sha256"
TIMEOUT_S = 20
"""How long an authority may take to answer, in seconds."""


class TimeSource(Protocol):
    """What signing needs beyond the signer's key."""

    def stamper(self, at: datetime) -> TimeStamper:
        """The timestamp authority; ``at`` is what the clock says here."""
        ...

    def context(self, at: datetime) -> ValidationContext:
        """How a certificate is checked before it signs: whoever cannot be cleared is refused."""
        ...


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """An authority with an address; revocation comes from the addresses in the certificates."""

    url: str
    roots: tuple[x509.Certificate, ...] = field(repr=False)

    def stamper(self, at: datetime) -> TimeStamper:
        """The authority's own clock decides; ``at`` is not used."""
        from pyhanko.sign.timestamps import HTTPTimeStamper

        del at
        return HTTPTimeStamper(self.url, timeout=TIMEOUT_S)

    def context(self, at: datetime) -> ValidationContext:
        """Fetches OCSP answers and revocation lists now; ``at`` is not used.

        The fetchers are those without a session, which nobody could close: each signature runs an
        event loop of its own.
        """
        from pyhanko_certvalidator import ValidationContext
        from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

        del at
        return ValidationContext(
            trust_roots=list(self.roots),
            allow_fetching=True,
            revocation_mode="require",
            fetcher_backend=RequestsFetcherBackend(per_request_timeout=TIMEOUT_S),
        )


@dataclass(frozen=True, slots=True)
class LocalSource:
    """An authority whose keys lie here: it stamps and lists what is revoked, without network.

    Attributes:
        clock: the key and certificate that stamp.
        issuer: the key and certificate that sign revocation lists.
        roots: whom the site trusts.
        revoked: serial number and instant of each certificate withdrawn.
    """

    clock: FileCredentials
    issuer: FileCredentials
    roots: tuple[x509.Certificate, ...] = field(repr=False)
    revoked: tuple[tuple[int, datetime], ...] = ()

    def stamper(self, at: datetime) -> TimeStamper:
        """An authority in this process, whose clock says ``at``."""
        from .local_clock import local_stamper

        return local_stamper(self.clock, at)

    def context(self, at: datetime) -> ValidationContext:
        """Judges at that instant, by a list signed for it."""
        from cryptography.hazmat.primitives.serialization import Encoding
        from pyhanko_certvalidator import ValidationContext

        return ValidationContext(
            trust_roots=list(self.roots),
            moment=at,
            crls=[self.revocation_list(at).public_bytes(Encoding.DER)],
            revocation_mode="require",
        )

    def revocation_list(self, at: datetime) -> CertificateRevocationList:
        """The list of what is withdrawn by then, good for a week."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        issuer = x509.load_der_x509_certificate(self.issuer.certificate)
        key: Any = self.issuer.private_key
        public: Any = issuer.public_key()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(at)
            .next_update(at + timedelta(days=7))
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False)
        )
        for serial, when in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(key, hashes.SHA256())


def open_time_source(
    policy: SigningPolicy, policy_file: Path, roots: Iterable[Path], passphrase: str
) -> TimeSource | None:
    """What the workspace's policy names, opened; ``None`` when it asks for no timestamps.

    Args:
        policy: of the workspace.
        policy_file: its place; key files are relative to it.
        roots: root certificates the site trusts.
        passphrase: of an authority of one's own; an address needs none.

    Raises:
        LotproofError: the policy names no authority, or its keys do not open.
    """
    from .verify.trust import load_anchors

    wanted = policy.timestamps
    if wanted is None:
        return None
    trusted = load_anchors(list(roots)).certificates
    if wanted.authority is None:
        raise LotproofError(
            "a policy that asks for timestamps and names no authority",
            "timestamps: authority: an address (https://…) or a key file",
            where=policy_file,
        )
    if wanted.authority.startswith(("http://", "https://")):
        return NetworkSource(wanted.authority, trusted)
    clock = load_credentials(policy_file.parent / wanted.authority, passphrase)
    issuer = load_credentials(policy_file.parent / str(wanted.issuer), passphrase)
    return LocalSource(clock, issuer, trusted)


def timestamp_token(data: bytes, source: TimeSource, at: datetime) -> bytes:
    """A timestamp token (DER) over some bytes.

    Raises:
        LotproofError: the authority did not answer, or not with a token.
    """
    import hashlib

    try:
        token = asyncio.run(
            source.stamper(at).async_timestamp(hashlib.sha256(data).digest(), DIGEST)
        )
    except Exception as error:
        raise unanswered(error) from error
    answer: bytes = token.dump()
    return answer


def unanswered(error: Exception) -> LotproofError:
    """A failed request for time or revocation, said to people."""
    return LotproofError(
        f"no timestamp: {type(error).__name__}: {error}",
        "an answer of the timestamp authority",
        "try again when it answers; the pack is as it was",
    )

"""A signer's key and certificate, read from an encrypted PKCS#12 file.

Keys in hardware are left to :mod:`.tokens`. Whether the certificate may sign is left to
:mod:`.policy`.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import LotproofError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from pyhanko.sign.signers import Signer, SimpleSigner
    from pyhanko_certvalidator.registry import CertificateStore

MIN_ITERATIONS: Final = 100_000
"""Fewest rounds of PBKDF2 that a key file may have."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs: a certificate, those above it (DER), and a key the subclass can use."""

    certificate: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, the name by which a policy knows it."""
        return hashlib.sha256(self.certificate).hexdigest()

    def valid_at(self, moment: datetime) -> bool:
        """Whether the certificate's own dates cover that instant."""
        from cryptography.x509 import load_der_x509_certificate

        certificate = load_der_x509_certificate(self.certificate)
        return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc

    def signer(self) -> Signer:
        """The same for pyHanko."""
        raise NotImplementedError

    def close(self) -> None:
        """Give back what was opened for signing; nothing, for a key file."""

    def store(self) -> CertificateStore:
        """The certificates that travel along with a signature."""
        from asn1crypto import x509
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        store = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko
        above = (x509.Certificate.load(certificate) for certificate in self.chain)
        # a root that travels along proves nothing, and its bytes would be under no signature
        store.register_multiple(one for one in above if one.self_signed == "no")
        return store


@dataclass(frozen=True, slots=True)
class FileCredentials(Credentials):
    """Credentials whose private key was read from a file."""

    private_key: PrivateKeyTypes = field(repr=False)

    def signer(self) -> SimpleSigner:
        """The same for pyHanko."""
        from asn1crypto import keys, x509
        from cryptography.hazmat.primitives import serialization
        from pyhanko.sign.signers import SimpleSigner

        key = self.private_key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return SimpleSigner(
            signing_cert=x509.Certificate.load(self.certificate),
            signing_key=keys.PrivateKeyInfo.load(key),
            cert_registry=self.store(),
        )


def load_credentials(key_file: Path, passphrase: str) -> FileCredentials:
    """Open a PKCS#12 key file.

    The file must be readable by its owner only, and encrypted with AES-256 (PBES2) and at least
    :data:`MIN_ITERATIONS` rounds: older forms fall to guessing.

    Raises:
        LotproofError: wrong passphrase, weak or no encryption, open file mode, no key inside.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    data = _read_private(key_file)
    _require_strong(data, key_file)
    try:
        bundle = pkcs12.load_pkcs12(data, passphrase.encode())
    except ValueError as error:
        raise LotproofError(
            "the key file does not open", "its passphrase", "type it again", key_file
        ) from error
    if bundle.key is None or bundle.cert is None:
        raise LotproofError("no key with its certificate in the file", "both", where=key_file)
    return FileCredentials(
        certificate=bundle.cert.certificate.public_bytes(Encoding.DER),
        chain=tuple(c.certificate.public_bytes(Encoding.DER) for c in bundle.additional_certs),
        private_key=bundle.key,
    )


def _read_private(key_file: Path) -> bytes:
    try:
        mode = key_file.stat().st_mode
        data = key_file.read_bytes()
    except OSError as error:
        raise LotproofError(
            f"key file not readable: {error.strerror}", "a PKCS#12 file (.p12)", where=key_file
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise LotproofError(
            f"key file is open to others (mode {stat.S_IMODE(mode):04o})",
            "mode 0600",
            f"chmod 600 {key_file.name}",
            key_file,
        )
    return data


def _require_strong(data: bytes, key_file: Path) -> None:
    weak = _weakness(data)
    if weak:
        raise LotproofError(
            f"key file: {weak}",
            f"PKCS#12 with PBES2, AES-256 and at least {MIN_ITERATIONS} rounds",
            "export it again: openssl pkcs12 -export -keypbe AES-256-CBC -certpbe AES-256-CBC"
            " -iter 200000 -macalg sha256",
            key_file,
        )


def _weakness(data: bytes) -> str | None:
    """Why a PKCS#12 file is not strong enough, or ``None``."""
    # tsp adds the content type of timestamps, to be known before the first use of the others
    from asn1crypto import pkcs12, tsp  # noqa: F401

    try:
        store = pkcs12.Pfx.load(data, strict=True)
        if not isinstance(store["mac_data"], pkcs12.MacData):
            return "no integrity check (MAC)"
        for content in store.authenticated_safe:
            if content["content_type"].native == "encrypted_data":
                info = content["content"]["encrypted_content_info"]
                fault = _weak_algorithm(info["content_encryption_algorithm"])
            else:
                fault = _weak_bags(content["content"].native)
            if fault:
                return fault
    except (ValueError, TypeError, KeyError) as error:
        return f"not PKCS#12 ({type(error).__name__})"
    return None


def _weak_bags(content: bytes) -> str | None:
    from asn1crypto import pkcs12

    for bag in pkcs12.SafeContents.load(content, strict=True):
        if bag["bag_id"].native == "key_bag":
            return "the key is not encrypted"
        if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
            fault = _weak_algorithm(bag["bag_value"]["encryption_algorithm"])
            if fault:
                return fault
    return None


def _weak_algorithm(algorithm: Any) -> str | None:  # noqa: ANN401 - asn1crypto is untyped
    name = algorithm["algorithm"].native
    if name != "pbes2":
        return f"encrypted with {name}"
    if algorithm.encryption_cipher != "aes" or algorithm.key_length != 32:
        return f"encrypted with {algorithm.encryption_cipher}, {algorithm.key_length} bytes of key"
    rounds = algorithm.kdf_iterations
    return f"only {rounds} rounds" if rounds < MIN_ITERATIONS else None

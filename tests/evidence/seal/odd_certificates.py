"""An authority that issues what no site should: weak keys, wrong uses, twins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lotproof.evidence.seal.keys import Credentials, FileCredentials

from .packs import AT


def _usage(*, signing: bool, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=signing,
        key_encipherment=not signing and not issuing,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuing,
        crl_sign=issuing,
        encipher_only=False,
        decipher_only=False,
    )


class OddAuthority:
    """A root of its own; its certificate lies in a file, to be given as an anchor."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Odd root")])
        certificate = self._certificate(self._key.public_key(), self._name, issuing=True)
        self.root = folder / "odd.pem"
        self.root.write_bytes(certificate.public_bytes(Encoding.PEM))

    def issue(self, kind: str, serial: int | None = None) -> Credentials:
        """A key and certificate: ``plain``, ``rsa1024``, ``koblitz`` or ``usage``."""
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        if kind == "rsa1024":
            key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
        else:
            key = ec.generate_private_key(ec.SECP256K1() if kind == "koblitz" else ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kind)])
        certificate = self._certificate(
            key.public_key(), name, issuing=False, signing=kind != "usage", serial=serial
        )
        return FileCredentials(certificate.public_bytes(Encoding.DER), (), key)

    def _certificate(
        self,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        subject: x509.Name,
        *,
        issuing: bool,
        signing: bool = True,
        serial: int | None = None,
    ) -> x509.Certificate:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(AT - timedelta(days=9))
            .not_valid_after(AT + timedelta(days=900))
            .add_extension(x509.BasicConstraints(issuing, None), critical=True)
            .add_extension(_usage(signing=signing and not issuing, issuing=issuing), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(above, critical=False)
            .sign(self._key, hashes.SHA256())
        )

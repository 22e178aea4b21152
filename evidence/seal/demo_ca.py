"""A certificate authority for the example company: invented people, keys anyone may read.

It lets a stranger see signatures work in the first minute, and must never sign a real pack: its
certificates say EXAMPLE, and the passphrase lies beside the keys.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import bag
from .canonical import digest
from .keys import MIN_ITERATIONS
from .local_clock import POLICY_OID
from .policy import Person, Role, SealHolder, SigningPolicy, Timestamps

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    _Key = EllipticCurvePrivateKey | RSAPrivateKey

DEMO_PASSPHRASE: Final = "example-only"  # noqa: S105 - no secret, see README.txt below
"""Opens every key of the demo, and is written beside them."""
_YEARS: Final = 10
_ORGANISATION: Final = "EXAMPLE demonstration, not a real company"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person who signs in the demo."""

    person_id: str
    printed_name: str
    title: str
    role: str


DEMO_PEOPLE: Final = (
    DemoPerson("P-004", "Marit Oskelund", "Compliance officer", "preparer"),
    DemoPerson("P-011", "Tomas Verhaelde", "Quality assurance", "reviewer"),
    DemoPerson("P-002", "Ines Calderwick", "Head of quality", "approver"),
)
"""Who prepares, reviews and approves in the demo, in that order."""

DEMO_ROLES: Final = {
    "preparer": Role(
        order=1, field="preparer", title="Prepared by", meaning="authorship", certify=True
    ),
    "reviewer": Role(order=2, field="reviewer", title="Reviewed by", meaning="review"),
    "approver": Role(order=3, field="approver", title="Approved by", meaning="approval", lock=True),
}
"""The three roles every pack of the demo has."""


@dataclass(frozen=True, slots=True)
class DemoCa:
    """What was made: the root certificate's file, and key file and fingerprint of each holder.

    The seal's holder is listed under the id ``seal``.
    """

    root: Path
    key_files: dict[str, Path]
    fingerprints: dict[str, str]


def make_demo_ca(
    folder: Path, people: tuple[DemoPerson, ...] = DEMO_PEOPLE, *, at: datetime
) -> DemoCa:
    """Make a root, a certificate for each person and one for the seal, and write their keys.

    Writes ``ca.pem``, ``<person_id>.p12`` (mode 0600), ``seal.p12``, ``tsa.p12`` and ``ca.p12``
    (which stamp and list what is revoked, so that the demo needs no network) and ``README.txt``.

    Args:
        folder: where; made if missing, files of the same names are replaced.
        people: who gets a certificate.
        at: start of validity; certificates end ten years later.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    folder.mkdir(parents=True, exist_ok=True)
    authority = _Authority(at)
    root = folder / "ca.pem"
    bag.replace(root, authority.certificate.public_bytes(Encoding.PEM))
    names = {who.person_id: who.printed_name for who in people} | {"seal": "Pack seal"}
    key_files, fingerprints = {}, {}
    for holder, name in names.items():
        key, certificate = authority.issue(holder, f"{name} (EXAMPLE)")
        key_files[holder] = folder / f"{holder}.p12"
        _write_private(key_files[holder], authority.bundle(holder, key, certificate))
        fingerprints[holder] = digest(certificate.public_bytes(Encoding.DER))
    for holder, (own, certificate) in authority.services().items():
        key_files[holder] = folder / f"{holder}.p12"
        _write_private(key_files[holder], authority.bundle(holder, own, certificate))
    bag.replace(folder / "README.txt", _README.encode())
    return DemoCa(root, key_files, fingerprints)


def demo_policy(
    ca: DemoCa,
    people: tuple[DemoPerson, ...] = DEMO_PEOPLE,
    *,
    keys: str = "keys",
    timestamps: bool = True,
) -> SigningPolicy:
    """The signing policy that goes with a demo authority.

    Args:
        ca: as :func:`make_demo_ca` made it.
        people: as given there.
        keys: folder of the keys, as the policy file names it.
        timestamps: whether it asks for timestamps, from the demo's own authority.
    """
    own = Timestamps(
        authority=f"{keys}/tsa.p12", issuer=f"{keys}/ca.p12", policy_oids=(POLICY_OID,)
    )
    return SigningPolicy(
        roles=DEMO_ROLES,
        separation=(tuple(DEMO_ROLES),),
        people=tuple(
            Person(
                person_id=who.person_id,
                printed_name=who.printed_name,
                title=who.title,
                roles=(who.role,),
                certs=(ca.fingerprints[who.person_id],),
                key=f"{keys}/{who.person_id}.p12",
            )
            for who in people
        ),
        seal=SealHolder(name="Pack seal", certs=(ca.fingerprints["seal"],), key=f"{keys}/seal.p12"),
        timestamps=own if timestamps else None,
    )


def policy_yaml(policy: SigningPolicy) -> str:
    """A policy as the workspace keeps it, for :func:`.policy.load_policy`."""
    import yaml

    value = policy.model_dump(mode="json", exclude_none=True)
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return "# Who signs a pack, in which order, with which meaning.\n" + text


class _Authority:
    """A root key that issues certificates; it lives only as long as the call."""

    def __init__(self, at: datetime) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self._start = at - timedelta(days=1)
        self._end = at + timedelta(days=365 * _YEARS)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("EXAMPLE root", "root")
        self.certificate = self._certificate(self._name, self._key, issuing=True)

    def issue(
        self, holder: str, common_name: str
    ) -> tuple[EllipticCurvePrivateKey, x509.Certificate]:
        """A new key and its certificate, good for signatures and nothing else."""
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        return key, self._certificate(_name(common_name, holder), key)

    def services(self) -> dict[str, tuple[_Key, x509.Certificate]]:
        """What stamps time (RSA, as its signatures are) and what signs revocation lists."""
        from cryptography.hazmat.primitives.asymmetric import rsa

        clock = rsa.generate_private_key(65537, 3072)
        stamped = self._certificate(_name("EXAMPLE timestamps", "tsa"), clock, stamping=True)
        return {"tsa": (clock, stamped), "ca": (self._key, self.certificate)}

    def bundle(self, holder: str, key: _Key, certificate: x509.Certificate) -> bytes:
        """The PKCS#12 file: PBES2 with AES-256."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

        encryption = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(2 * MIN_ITERATIONS)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
            .build(DEMO_PASSPHRASE.encode())
        )
        return pkcs12.serialize_key_and_certificates(
            holder.encode(), key, certificate, [self.certificate], encryption
        )

    def _certificate(
        self, subject: x509.Name, key: _Key, *, issuing: bool = False, stamping: bool = False
    ) -> x509.Certificate:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        above = self._key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._start)
            .not_valid_after(self._end)
            .add_extension(x509.BasicConstraints(issuing, 0 if issuing else None), critical=True)
            .add_extension(_usage(issuing), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), False)
        )
        if stamping:
            from cryptography.x509.oid import ExtendedKeyUsageOID

            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        return builder.sign(self._key, hashes.SHA256())


def _name(common_name: str, serial: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial),
        ]
    )


def _usage(issuing: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not issuing,
        content_commitment=not issuing,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuing,
        crl_sign=issuing,
        encipher_only=False,
        decipher_only=False,
    )


def _write_private(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.part")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    aside.replace(path)


_README: Final = f"""\
EXAMPLE KEYS, FOR THE DEMONSTRATION ONLY

The people are invented. The passphrase of every .p12 file in this folder is

    {DEMO_PASSPHRASE}

so a signature made with them proves nothing about anyone. For real packs use certificates issued
to your people by your own authority, and replace policy/signing-policy.yml.

ca.pem      root certificate: give it to `lotproof verify --trust`
P-*.p12     a person's key and certificate
seal.p12    key and certificate that seal a finished pack
tsa.p12     stamps the time on signatures and seals, in place of a timestamp authority
ca.p12      the root's own key: signs the list of revoked certificates
"""

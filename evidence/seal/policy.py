"""Who signs a pack, in which order, with which meaning: the signing policy.

The workspace keeps it as YAML; each pack carries it as JSON, without the places of keys. Whether a
signature keeps to it is left to :mod:`.signing` (before) and :mod:`.verify.roles` (after).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..yaml_files import read_yaml, validated
from . import canonical

POLICY_FORMAT: Final = "lotproof-signing-policy/1"
POLICY_PATH: Final = "data/policy/signing-policy.json"
"""Where a pack keeps its policy."""

Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(_Frozen):
    """One place on the approvals page.

    Attributes:
        order: position in the sequence, from 1 (21 CFR 11.10(f)).
        field: name of the PDF signature field.
        title: what stands over the place, such as ``Approved by``.
        meaning: what the signature says (21 CFR 11.50(a)(3)).
        certify: this signature fixes the document; only further signatures may follow.
        lock: after this signature nothing may follow.
    """

    order: int = Field(ge=1)
    field: Key
    title: Name
    meaning: Key
    certify: bool = False
    lock: bool = False


class TokenKey(_Frozen):
    """A key in a hardware token (PKCS#11).

    Attributes:
        module: path of the token maker's PKCS#11 library.
        token_label: the token's label.
        cert_label: label of the certificate; by default that of the key.
        key_label: label of the private key; by default that of the certificate.
    """

    module: str = Field(min_length=1)
    token_label: str = Field(min_length=1)
    cert_label: str | None = None
    key_label: str | None = None

    @model_validator(mode="after")
    def _names_a_key(self) -> Self:
        if not (self.cert_label or self.key_label):
            raise ValueError("pkcs11 needs cert_label or key_label")
        return self


class InToken(_Frozen):
    """Says that a key lies in a token, and in which."""

    pkcs11: TokenKey


class Person(_Frozen):
    """A person who may sign, tied to certificates by digest, never by the name in them.

    Attributes:
        person_id: never given to anyone else (21 CFR 11.100(a)).
        printed_name: as it is printed in the signature (11.50(a)(1)).
        title: the person's position.
        roles: roles the person may sign in.
        certs: SHA-256 of each certificate (DER).
        key: the person's key file, relative to the policy file, or token; stays in the workspace.
    """

    person_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    printed_name: Name
    title: Name
    roles: tuple[Key, ...] = Field(min_length=1)
    certs: tuple[Fingerprint, ...] = Field(min_length=1)
    key: str | InToken | None = None


class SealHolder(_Frozen):
    """Who seals a finished pack: a certificate of the site, not of a person."""

    name: Name
    certs: tuple[Fingerprint, ...] = Field(min_length=1)
    key: str | InToken | None = None


class Limits(_Frozen):
    """How far times may be off: clocks (seconds), and first to last signature (hours)."""

    clock_skew_s: int = Field(default=300, ge=0)
    max_sign_span_h: int = Field(default=720, ge=1)


class Timestamps(_Frozen):
    """Trusted time over each signature, over each finished report and over the seal (RFC 3161).

    With it, each signature carries what shows that its certificate was not revoked (PAdES B-LTA).

    Attributes:
        authority: address of the timestamp authority, or key file of one's own; stays in the
            workspace.
        issuer: key file that signs revocation lists, for an authority of one's own; stays too.
        policy_oids: policies the authority may stamp under; none means any.
    """

    authority: str | None = None
    issuer: str | None = None
    policy_oids: tuple[Annotated[str, Field(pattern=r"^[0-2](\.\d+)+$")], ...] = ()


class SigningPolicy(_Frozen):
    """Roles, people, the seal, and which roles need different people."""

    format: Literal["lotproof-signing-policy/1"] = POLICY_FORMAT
    roles: dict[Key, Role] = Field(min_length=1, max_length=40)
    separation: tuple[tuple[Key, ...], ...] = Field(default=(), max_length=200)
    people: tuple[Person, ...] = Field(min_length=1, max_length=10_000)
    seal: SealHolder
    limits: Limits = Limits()
    timestamps: Timestamps | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def in_order(self) -> list[tuple[str, Role]]:
        """Roles in the order they sign."""
        return sorted(self.roles.items(), key=lambda item: item[1].order)

    def person(self, person_id: str) -> Person | None:
        """The person of that id."""
        return next((who for who in self.people if who.person_id == person_id), None)

    def holder(self, fingerprint: str) -> Person | None:
        """The person to whom that certificate belongs."""
        return next((who for who in self.people if fingerprint in who.certs), None)

    def must_differ(self, role: str) -> set[str]:
        """The roles whose signer must be someone else than the signer of this one."""
        return {other for group in self.separation if role in group for other in group} - {role}

    def to_json(self) -> bytes:
        """The bytes a pack carries; where keys lie is left out."""
        value = self.model_dump(mode="json")
        for holder in (*value["people"], value["seal"]):
            del holder["key"]
        if self.timestamps is None:
            del value["timestamps"]
        else:
            del value["timestamps"]["authority"], value["timestamps"]["issuer"]
        return canonical.dump(value)


def _faults(policy: SigningPolicy) -> Iterator[str]:
    for what, values in (
        ("order", [role.order for role in policy.roles.values()]),
        ("field", [role.field for role in policy.roles.values()]),
        ("person_id", [person.person_id for person in policy.people]),
    ):
        if len(set(values)) != len(values):
            yield f"a {what} is used twice"
    pins = [pin for person in policy.people for pin in person.certs] + list(policy.seal.certs)
    if len(set(pins)) != len(pins):
        yield "a certificate belongs to two holders"
    yield from _shared_tokens(policy)
    known = set(policy.roles)
    named = {r for p in policy.people for r in p.roles} | {r for g in policy.separation for r in g}
    yield from (f"role {name!r} is not under roles" for name in sorted(named - known))
    held = {r for p in policy.people for r in p.roles}
    yield from (f"nobody has the role {name!r}" for name in sorted(known - held))
    ordered = [role for _, role in policy.in_order()]
    if any(role.certify for role in ordered[1:]):
        yield "only the first role can have certify: true"
    if any(role.lock for role in ordered[:-1]):
        yield "only the last role can have lock: true"


def _shared_tokens(policy: SigningPolicy) -> Iterator[str]:
    """Tokens in which two holders have their keys: one PIN would open both (21 CFR 11.300(a))."""
    owners: dict[tuple[str, str], str] = {}
    keys = [(person.person_id, person.key) for person in policy.people]
    for owner, key in (*keys, ("the seal", policy.seal.key)):
        if isinstance(key, InToken):
            token = (key.pkcs11.module, key.pkcs11.token_label)
            first = owners.setdefault(token, owner)
            if first != owner:
                yield f"{first} and {owner} share token {token[1]!r}; each needs one of their own"


def load_policy(path: Path) -> SigningPolicy:
    """Read the workspace's policy (YAML).

    Raises:
        LotproofError: unreadable or invalid; lists every fault with its line and key.
    """
    return validated(read_yaml(path), SigningPolicy)


def parse_policy(data: bytes) -> SigningPolicy:
    """Read the policy a pack carries.

    Raises:
        canonical.NotCanonicalError: not in the one spelling.
        pydantic.ValidationError: not a policy.
    """
    return SigningPolicy.model_validate(canonical.load(data))

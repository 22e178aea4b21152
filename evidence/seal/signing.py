"""Signing a pack: may this person sign now, and if so, all its reports or none.

The signature itself is left to :mod:`.pdfsign`, the last step of a pack to :mod:`.sealing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import LotproofError
from . import audit, bag
from .appearance import SignatureText
from .keys import Credentials
from .model import PackRecord, utc
from .pdfsign import PdfSignatureRequest, sign_pdf
from .policy import Person, Role, SigningPolicy
from .staging import changed_copy, read_policy, read_record, reports
from .timesources import TimeSource


@dataclass(frozen=True, slots=True)
class SignedPack:
    """What a signature did.

    Attributes:
        pack: the pack.
        role: the role signed in.
        reports: paths of the reports that now bear the signature.
        next_role: who signs next, or ``None`` when the pack is ready to be sealed.
    """

    pack: Path
    role: str
    reports: tuple[str, ...]
    next_role: str | None


def sign_pack(
    pack: Path,
    person_id: str,
    meaning: str,
    credentials: Credentials,
    *,
    at: datetime,
    source: TimeSource | None = None,
) -> SignedPack:
    """Sign every report of a pack in the person's role, or change nothing.

    Args:
        pack: folder of the pack.
        person_id: who signs, as the policy names them.
        meaning: what the signature says; must be the meaning of the role.
        credentials: the person's key, opened for this signature.
        at: the signing time, aware; a claim until a timestamp is there.
        source: of trusted time; needed where the policy asks for timestamps.

    Raises:
        LotproofError: the pack was changed since it was made, it is not this person's turn, the
            meaning is another, the certificate is not the person's, or signing failed.
    """
    record, policy = read_record(pack), read_policy(pack)
    require_unchanged(pack)
    trail = (pack / audit.AUDIT_PATH).read_bytes()
    earlier = _signers(trail)
    role_name, person = _turn(record, policy, earlier, person_id, pack)
    role = policy.roles[role_name]
    _require_right(role, person, meaning, credentials, at, pack)
    require_later(trail, at, pack)
    require_source(policy, source, pack)
    following = _next_role(policy, {*earlier, role_name})
    with changed_copy(pack) as copy:
        text = _text(role, person, record, credentials, at)
        events = _sign_reports(copy, role_name, role, text, credentials, source)
        state = "approved" if not following else "reviewed" if earlier else "prepared"
        close_change(copy, record.model_copy(update={"state": state}), trail, events)
    return SignedPack(pack, role_name, tuple(reports(pack)), following)


def require_unchanged(pack: Path) -> None:
    """Refuse a pack whose files are not those its manifests list.

    Raises:
        LotproofError: names the first file changed, added or missing, and counts the rest.
    """
    listed: dict[str, str] = {}
    for name in (bag.MANIFEST, bag.TAGMANIFEST):
        if (pack / name).is_file():
            listed |= bag.parse_manifest((pack / name).read_bytes())[0]
    present = [
        path for path in bag.files(pack) if bag.in_manifest(path) or bag.in_tagmanifest(path)
    ]
    actual = bag.digests(pack, present)
    wrong = sorted(path for path in {*listed, *actual} if listed.get(path) != actual.get(path))
    if wrong:
        raise LotproofError(
            f"{len(wrong)} file(s) changed, added or missing since the pack was made: {wrong[0]}",
            "the files its manifests list",
            "run `lotproof verify` to see them all; make the pack again from its evidence",
            pack,
        )


def close_change(
    copy: Path, record: PackRecord, trail: bytes, events: list[audit.AuditEvent]
) -> None:
    """Write what happened into a changed copy: audit trail, ``pack.json``, manifests."""
    trail = audit.extend(trail, events)
    bag.replace(copy / audit.AUDIT_PATH, trail)
    listed, _ = bag.parse_manifest((copy / bag.MANIFEST).read_bytes())
    touched = {audit.AUDIT_PATH, *(event.object for event in events)}
    known = {path: digest for path, digest in listed.items() if path not in touched}
    bag.write_bag(copy, record.model_copy(update={"audit_head": audit.head(trail)}), known)


def _signers(trail: bytes) -> dict[str, str]:
    """Who signed in which role so far."""
    events, _ = audit.read(trail)
    return {str(event.role): event.actor for event in audit.signatures(events)}


def _next_role(policy: SigningPolicy, signed: Mapping[str, str] | set[str]) -> str | None:
    return next((name for name, _ in policy.in_order() if name not in signed), None)


def _turn(
    record: PackRecord, policy: SigningPolicy, earlier: Mapping[str, str], who: str, pack: Path
) -> tuple[str, Person]:
    """The role whose turn it is, when this person may sign in it."""
    if record.state == "rejected":
        raise LotproofError(
            "pack was rejected; data/audit/audit-trail.jsonl says by whom and why",
            "a pack that is waiting for a signature",
            "make it again: `lotproof pack` gives the next version, which takes its place",
            pack,
        )
    role = _next_role(policy, earlier)
    if role is None or record.state in {"approved", "sealed"}:
        raise LotproofError(
            f"pack is {record.state}: all roles have signed", "a role still to sign",
            "lotproof seal complete seals it" if record.state == "approved" else "", pack,
        )  # fmt: skip
    person = person_of(policy, who, pack)
    if role not in person.roles:
        able = ", ".join(p.person_id for p in policy.people if role in p.roles)
        raise LotproofError(
            f"{who} may sign as {', '.join(person.roles)}; next to sign is the {role}",
            f"a {role}: {able}",
            f"let the {role} sign first, or name the right person",
            pack,
        )
    same = sorted(other for other in policy.must_differ(role) if earlier.get(other) == who)
    if same:
        raise LotproofError(
            f"{who} has signed as {same[0]} already",
            f"a {role} who is someone else than the {same[0]}",
            "let another person sign",
            pack,
        )
    return role, person


def person_of(policy: SigningPolicy, who: str, pack: Path) -> Person:
    """A person of the policy.

    Raises:
        LotproofError: the policy does not know them.
    """
    person = policy.person(who)
    if person is None:
        known = ", ".join(sorted(person.person_id for person in policy.people))
        raise LotproofError(
            f"person {who} is not in the signing policy", f"one of {known}", "", pack
        )
    return person


def _require_right(
    role: Role, person: Person, meaning: str, credentials: Credentials, at: datetime, pack: Path
) -> None:
    if meaning != role.meaning:
        raise LotproofError(
            f"meaning {meaning!r}", f"{role.meaning!r}, the meaning of this role", "", pack
        )
    require_own(person, credentials, at, pack)


def require_own(person: Person, credentials: Credentials, at: datetime, pack: Path) -> None:
    """Refuse a key that is not the person's, or not valid then.

    Raises:
        LotproofError: another certificate than the policy pins, or out of its time.
    """
    if credentials.fingerprint not in person.certs:
        raise LotproofError(
            f"certificate {credentials.fingerprint[:16]}… is not one of {person.person_id}",
            f"one of {', '.join(pin[:16] + '…' for pin in person.certs)}",
            f"use the key file of {person.person_id}, or have the policy changed",
            pack,
        )
    if not credentials.valid_at(at):
        raise LotproofError(
            f"the certificate of {person.person_id} is not valid at {utc(at)}",
            "a valid certificate",
            "have it renewed",
            pack,
        )


def require_source(policy: SigningPolicy, source: TimeSource | None, pack: Path) -> None:
    """Refuse to sign without trusted time where the policy asks for it.

    Raises:
        LotproofError: no source was given.
    """
    if policy.timestamps and source is None:
        raise LotproofError(
            "no timestamp authority", "one: the policy of this pack asks for timestamps",
            "name it in the workspace's signing policy: timestamps: authority:", pack,
        )  # fmt: skip


def require_later(trail: bytes, at: datetime, pack: Path) -> None:
    """Refuse a time before the last entry of the audit trail.

    Raises:
        LotproofError: the clock went backwards.
    """
    events, _ = audit.read(trail)
    latest = max((event.at for event in events), default="")
    if utc(at) < latest:
        raise LotproofError(
            f"time {utc(at)} lies before the last entry of the audit trail, {latest}",
            "a clock that goes forward",
            "set the clock of this machine",
            pack,
        )


def _text(
    role: Role, person: Person, record: PackRecord, credentials: Credentials, at: datetime
) -> SignatureText:
    return SignatureText(
        role=role.title,
        printed_name=person.printed_name,
        title=person.title,
        person_id=person.person_id,
        meaning=role.meaning,
        at=at.replace(microsecond=0),
        timezone=record.timezone,
        certificate=credentials.fingerprint,
    )


def _sign_reports(
    copy: Path,
    role_name: str,
    role: Role,
    text: SignatureText,
    credentials: Credentials,
    source: TimeSource | None,
) -> list[audit.AuditEvent]:
    events = []
    request = PdfSignatureRequest(role.field, text, role.certify, role.lock)
    for path in reports(copy):
        before = (copy / path).read_bytes()
        after = sign_pdf(before, request, credentials, source)
        bag.replace(copy / path, after)
        events.append(_event(path, role_name, text, before, after))
    return events


def _event(
    path: str, role: str, text: SignatureText, before: bytes, after: bytes
) -> audit.AuditEvent:
    from .canonical import digest

    return audit.AuditEvent(
        at=utc(text.at),
        actor=text.person_id,
        action="sign",
        object=path,
        role=role,
        meaning=text.meaning,
        before=digest(before),
        after=digest(after),
        certificate=text.certificate,
    )

"""Did the right people sign, in the right order, with the right meaning? Rules over values.

A certificate counts for a person because the policy pins it, never because of a name in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from ..model import utc
from ..policy import Person, SigningPolicy
from .findings import Finding, SignatureLine
from .pdf_facts import PdfFacts, SignatureFacts


def check_roles(
    facts: PdfFacts, policy: SigningPolicy, now: datetime | None = None
) -> Iterator[Finding]:
    """Judge the signatures of one report by the policy.

    Args:
        facts: what was read.
        policy: roles, people, separation and limits.
        now: when given, signing times must not lie after it.
    """
    if facts.fault:
        return
    signed = {signature.field: signature for signature in facts.signatures}
    for name, role in policy.in_order():
        where = f"{facts.path}#{role.field}"
        if role.field not in signed:
            yield Finding("E_ROLE_MISSING", where, f"signed by a {name}", "not signed")
        elif not signed[role.field].fault:
            yield from _signer(where, name, signed[role.field], policy)
    yield from _separation(facts.path, signed, policy)
    yield from _keys(facts.path, signed, policy)
    yield from _order(facts.path, signed, policy)
    yield from _times(facts.path, signed, policy, now)


def signature_lines(facts: PdfFacts, policy: SigningPolicy) -> Iterator[SignatureLine]:
    """The signatures of one report as people read them."""
    roles = {role.field: name for name, role in policy.roles.items()}
    for signature in facts.signatures:
        person = policy.holder(signature.certificate)
        yield SignatureLine(
            report=facts.path,
            role=roles.get(signature.field, signature.field),
            person_id=person.person_id if person else "unknown",
            printed_name=signature.name or "",
            meaning=signature.reason or "",
            signed_at=utc(signature.claimed_at) if signature.claimed_at else "",
            certificate=signature.certificate,
        )


def _signer(
    where: str, role_name: str, signature: SignatureFacts, policy: SigningPolicy
) -> Iterator[Finding]:
    role = policy.roles[role_name]
    person = policy.holder(signature.certificate)
    if person is None:
        able = ", ".join(who.person_id for who in policy.people if role_name in who.roles)
        yield Finding("E_CERT_UNTRUSTED", where, f"a certificate of {able}", signature.certificate)
    elif role_name not in person.roles:
        yield Finding("E_ROLE_WRONG_SIGNER", where, f"a {role_name}", person.person_id)
    if person and signature.name != person.printed_name:
        found = str(signature.name)
        yield Finding("E_MEANING_MISMATCH", where, f"name {person.printed_name}", found)
    if signature.reason != role.meaning:
        found = str(signature.reason)
        yield Finding("E_MEANING_MISMATCH", where, f"meaning {role.meaning}", found)


def _separation(
    path: str, signed: dict[str, SignatureFacts], policy: SigningPolicy
) -> Iterator[Finding]:
    who: dict[str, Person | None] = {}
    for name, role in policy.in_order():
        person = policy.holder(signed[role.field].certificate) if role.field in signed else None
        for earlier, other in who.items():
            if person and person == other and earlier in policy.must_differ(name):
                expected = f"{earlier} and {name} to be two people"
                yield Finding("E_SOD_SAME_PERSON", path, expected, person.person_id)
        if person:
            who[name] = person


def _keys(path: str, signed: dict[str, SignatureFacts], policy: SigningPolicy) -> Iterator[Finding]:
    """One key under two people's names is one signature twice (21 CFR 11.100(a))."""
    owners: dict[str, str] = {}
    for signature in signed.values():
        person = policy.holder(signature.certificate)
        if person and signature.key:
            first = owners.setdefault(signature.key, person.person_id)
            if first != person.person_id:
                found = f"one key for {first} and {person.person_id}"
                yield Finding("E_SOD_SAME_PERSON", path, "a key for each person", found)


def _order(
    path: str, signed: dict[str, SignatureFacts], policy: SigningPolicy
) -> Iterator[Finding]:
    expected = [role.field for _, role in policy.in_order() if role.field in signed]
    found = sorted(expected, key=lambda field: signed[field].revision)
    if found != expected:
        yield Finding("E_ROLE_ORDER", path, ", ".join(expected), ", ".join(found))


def _times(
    path: str, signed: dict[str, SignatureFacts], policy: SigningPolicy, now: datetime | None
) -> Iterator[Finding]:
    skew = timedelta(seconds=policy.limits.clock_skew_s)
    judged = [signature for signature in signed.values() if not signature.fault]
    in_order = sorted(judged, key=lambda signature: signature.revision)
    times = [signature.claimed_at for signature in in_order if signature.claimed_at]
    if len(times) < len(in_order):
        yield Finding("E_TIME_SKEW", path, "a time in each signature", "a signature without")
    for earlier, later in pairwise(times):
        if later < earlier - skew:
            yield Finding("E_TIME_SKEW", path, f"not before {utc(earlier)}", utc(later))
    span = timedelta(hours=policy.limits.max_sign_span_h)
    if times and max(times) - min(times) > span:
        yield Finding("E_TIME_SKEW", path, f"all signatures within {span}", utc(max(times)))
    if times and now and max(times) > now + skew:
        yield Finding("E_TIME_SKEW", path, f"not after {utc(now)}", utc(max(times)))

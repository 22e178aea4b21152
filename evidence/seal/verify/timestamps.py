"""Trusted time: what a timestamp token says, and what it means under a policy (RFC 3161).

Tokens are judged at their own time, with the revocation data that came along, so the answer is the
same on any day. How long they can still be checked is told beside it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..model import utc
from ..policy import SigningPolicy
from .findings import Finding
from .trust import (
    Anchors,
    Revocation,
    chain_code,
    fingerprint,
    loose_names,
    loose_parts,
    weakness,
)

if TYPE_CHECKING:
    from .pdf_facts import PdfFacts


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What was found out about one timestamp.

    Attributes:
        fault: why it could not be judged at all, in words.
        intact: it stamps the bytes given.
        valid: its signature fits the authority's certificate.
        at: the time it states.
        policy: object identifier of the policy it was made under.
        certificate: SHA-256 of the authority's certificate.
        ends: when that certificate ends.
        weakness: too weak a digest or key, in words.
        chain: code of what is wrong with the authority's chain.
    """

    fault: str | None = None
    intact: bool = False
    valid: bool = False
    at: datetime | None = None
    policy: str = ""
    certificate: str = ""
    ends: datetime | None = None
    weakness: str | None = None
    chain: str | None = None

    @property
    def sound(self) -> bool:
        """Whether its time can be used."""
        return self.fault is None and self.intact and self.valid


def read_token(
    token: bytes,
    data: bytes,
    anchors: Anchors,
    revocation: Revocation | None,
    *,
    listed: bool = True,
) -> TokenFacts:
    """Judge a timestamp token (DER) over some bytes.

    Args:
        token: as it came.
        data: what it has to stamp.
        anchors: whom the verifier trusts.
        revocation: what came along to show that its certificates were not revoked.
        listed: whether some manifest covers its bytes; otherwise each of them must be needed.
    """
    from asn1crypto import cms, tsp  # noqa: F401 - tsp adds the content type of timestamps
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        message: Any = cms.ContentInfo.load(token, strict=True)
        fault = loose_parts(message, content="tst_info")
        if not (fault or listed) and message["content"].dump(force=True) not in token:
            fault = "bytes that are not in the one spelling (DER)"
        if fault:
            return TokenFacts(fault=fault)
        return _judge(message["content"], data, anchors, revocation)
    except (ValueError, TypeError, KeyError, SignatureValidationError) as error:
        return TokenFacts(fault=f"not a timestamp: {error}"[:300])


def _judge(
    signed: Any,  # noqa: ANN401 - asn1crypto is untyped
    data: bytes,
    anchors: Anchors,
    revocation: Revocation | None,
) -> TokenFacts:
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko.sign.validation.status import TimestampSignatureStatus

    stated = signed["encap_content_info"]["content"].parsed
    at = stated["gen_time"].native
    context = anchors.context(at, revocation)
    answer = asyncio.run(
        validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, data).digest())
    )
    status = TimestampSignatureStatus(**answer)
    return TokenFacts(
        fault=loose_names(signed, status, anchors),
        intact=status.intact,
        valid=status.valid,
        at=at,
        policy=stated["policy"].dotted,
        certificate=fingerprint(status.signing_cert),
        ends=status.signing_cert.not_valid_after,
        weakness=weakness(status.md_algorithm, status.signing_cert),
        chain=chain_code(status.trust_problem_indic),
    )


def signature_token(signed: Any) -> bytes | None:  # noqa: ANN401 - asn1crypto is untyped
    """The timestamp inside a CMS signature, or ``None``."""
    attributes = signed["signer_infos"][0]["unsigned_attrs"]
    if not attributes.native:
        return None
    token: bytes = attributes[0]["values"][0].dump()
    return token


def token_findings(
    where: str, facts: TokenFacts | None, policy: SigningPolicy | None, *, trusting: bool
) -> Iterator[Finding]:
    """What a timestamp means by itself.

    Args:
        where: the signature, report or seal it belongs to.
        facts: what was read; ``None`` when there is none.
        policy: says whether there must be one, and under which policies of the authority.
        trusting: whether the verifier gave any anchor; without one, chains are not judged.
    """
    wanted = policy.timestamps if policy else None
    if facts is None:
        if wanted:
            yield Finding("E_TST_MISSING", where, "a timestamp (RFC 3161)", "none")
        return
    if facts.fault or not facts.sound:
        found = facts.fault or ("another imprint" if facts.valid else "a broken signature")
        yield Finding("E_TST_INVALID", where, "a timestamp over these bytes", found)
        return
    if facts.weakness:
        yield Finding("E_SIG_ALGO", where, "SHA-256 and P-256 or better", facts.weakness)
    if trusting and facts.chain:
        code = facts.chain if facts.chain in _KEPT else "E_TST_UNTRUSTED"
        expected = "a timestamp authority under your root, valid and not revoked then"
        yield Finding(code, where, expected, facts.certificate)
    if wanted and wanted.policy_oids and facts.policy not in wanted.policy_oids:
        expected = f"a timestamp under {', '.join(wanted.policy_oids)}"
        yield Finding("E_TST_UNTRUSTED", where, expected, facts.policy)


_KEPT = frozenset({"E_CERT_EXPIRED", "E_CERT_REVOKED", "E_REVINFO_MISSING"})


def check_times(
    reports: Iterable[PdfFacts],
    seal: TokenFacts | None,
    policy: SigningPolicy | None,
    now: datetime | None,
) -> Iterator[Finding]:
    """Do the trusted times follow each other: signatures, documents, seal, today?

    Args:
        reports: what was read of each.
        seal: the timestamp over the seal.
        policy: how far clocks may be apart.
        now: the time of the verification.
    """
    if policy is None:
        return
    skew = timedelta(seconds=policy.limits.clock_skew_s)
    last: datetime | None = None
    for facts in reports:
        yield from _claims(facts, skew)
        if policy.timestamps:
            yield from _document(facts)
        times = _stamps(facts)
        for (_, earlier), (name, later) in pairwise(times):
            if later < earlier:
                yield Finding("E_TST_ORDER", f"{facts.path}#{name}", utc(earlier), utc(later))
        last = max([*([last] if last else []), *(time for _, time in times)], default=None)
    if seal and seal.sound and seal.at and last and seal.at < last:
        yield Finding("E_TST_ORDER", "signatures/seal.tst", f"not before {utc(last)}", utc(seal.at))
    newest = max(filter(None, (last, seal.at if seal else None)), default=None)
    if now and newest and newest > now + skew:
        yield Finding("E_TIME_SKEW", "signatures", f"no timestamp after {utc(now)}", utc(newest))


def _stamps(facts: PdfFacts) -> list[tuple[str, datetime]]:
    """The trusted times of a report, in the order of its revisions."""
    stamped = [(s.revision, s.field, s.stamp) for s in facts.signatures]
    stamped += [(a.revision, a.field, a.token) for a in facts.archives]
    return [
        (field, token.at)
        for _, field, token in sorted(stamped, key=lambda item: item[0])
        if token and token.sound and token.at
    ]


def _claims(facts: PdfFacts, skew: timedelta) -> Iterator[Finding]:
    for signature in facts.signatures:
        token, claimed = signature.stamp, signature.claimed_at
        if token and token.sound and token.at and claimed and abs(token.at - claimed) > skew:
            where = f"{facts.path}#{signature.field}"
            yield Finding("E_TIME_SKEW", where, f"signed at {utc(token.at)}", utc(claimed))


def _document(facts: PdfFacts) -> Iterator[Finding]:
    """A finished report ends in a timestamp over all of it."""
    if facts.fault or not facts.signatures:
        return
    after = facts.signatures[-1].revision
    if not any(archive.revision > after for archive in facts.archives):
        expected = "a timestamp over the whole document, after the last signature"
        yield Finding("E_DTS_MISSING", facts.path, expected, "none")


def check_end(
    reports: Iterable[PdfFacts],
    seal: TokenFacts | None,
    renewals: Mapping[str, TokenFacts],
    policy: SigningPolicy | None,
    now: datetime | None,
    *,
    trusting: bool,
) -> Iterator[Finding]:
    """Until when can all of it be checked, was it renewed in time, and is that over?

    Args:
        reports: what was read of each.
        seal: the timestamp over the seal.
        renewals: the later ones, by path in their order.
        policy: whether there must be timestamps.
        now: the time of the verification.
        trusting: whether the verifier gave any anchor.
    """
    if policy is None or policy.timestamps is None:
        yield Finding("N_NO_TIMESTAMP", "signatures")
        return
    newest = [facts.archives[-1].token for facts in reports if facts.archives]
    ends = [token.ends for token in (*newest, seal) if token and token.sound and token.ends]
    if not ends:
        return
    soonest = min(ends)
    for path, token in renewals.items():
        yield from token_findings(path, token, policy, trusting=trusting)
        if token.sound and token.at and token.ends:
            if token.at > soonest:
                expected = f"renewed before {utc(soonest)}"
                yield Finding("E_TST_ORDER", path, expected, utc(token.at))
            soonest = token.ends
    if now and now > soonest:
        yield Finding("U_ARCHIVE_EXPIRED", "signatures", f"renewed before {utc(soonest)}", utc(now))
    else:
        yield Finding("N_RENEW_BEFORE", "signatures", found=utc(soonest))

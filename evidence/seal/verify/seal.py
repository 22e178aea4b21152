"""Does the seal fit the list of files, and is it the site's? Rules over values."""

from __future__ import annotations

from collections.abc import Iterator

from .. import bag
from ..model import utc
from ..policy import SigningPolicy
from .findings import Finding
from .trust import Anchors, CmsFacts, check_detached


def check_seal(
    tagmanifest: bytes | None, seal: bytes | None, policy: SigningPolicy | None, anchors: Anchors
) -> Iterator[Finding]:
    """Judge the seal of a pack.

    Args:
        tagmanifest: bytes of the list that was sealed.
        seal: bytes of the seal.
        policy: says whose seal it must be; ``None`` when it could not be read.
        anchors: whom the verifier trusts.
    """
    if seal is None:
        yield Finding("E_SEAL_MISSING", bag.SEAL, "a seal over " + bag.TAGMANIFEST)
    elif tagmanifest is not None:
        facts = check_detached(tagmanifest, seal, anchors)
        yield from seal_findings(facts, policy, trusting=bool(anchors.certificates))


def seal_findings(
    facts: CmsFacts, policy: SigningPolicy | None, *, trusting: bool
) -> Iterator[Finding]:
    """What the facts about a seal mean under a policy.

    Args:
        facts: of the seal.
        policy: says whose seal it must be.
        trusting: whether the verifier gave any anchor; without one, chains are not judged.
    """
    if facts.fault:
        yield Finding("E_SEAL_INVALID", bag.SEAL, "a CMS signature", facts.fault)
        return
    if not (facts.intact and facts.valid):
        found = "another list" if facts.valid else "a signature that does not fit its certificate"
        yield Finding("E_SEAL_INVALID", bag.SEAL, f"a seal over this {bag.TAGMANIFEST}", found)
    if facts.weakness:
        yield Finding("E_SIG_ALGO", bag.SEAL, "SHA-256 and P-256 or better", facts.weakness)
    if trusting and facts.chain:
        code = "E_SEAL_UNTRUSTED" if facts.chain == "E_CERT_UNTRUSTED" else facts.chain
        claimed = utc(facts.claimed_at) if facts.claimed_at else "an unknown time"
        expected = f"a certificate under your root, valid at {claimed}"
        yield Finding(code, bag.SEAL, expected, facts.certificate)
    if policy and facts.certificate not in policy.seal.certs:
        expected = ", ".join(policy.seal.certs)
        yield Finding("E_SEAL_ROLE", bag.SEAL, expected, facts.certificate)

"""Does the seal fit the list of files, and is it the site's? Rules over values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from .. import bag
from ..model import utc
from ..policy import SigningPolicy
from .findings import Finding
from .timestamps import TokenFacts, read_token, token_findings
from .trust import Anchors, CmsFacts, Revocation, check_detached


@dataclass(frozen=True, slots=True)
class SealFiles:
    """Bytes of the list that was sealed, of the seal and of its timestamp, and what clears them.

    Attributes:
        revocation: lists and answers that lie in ``trust/``; ``None`` where there are none.
    """

    tagmanifest: bytes | None
    seal: bytes | None
    token: bytes | None = None
    revocation: Revocation | None = None


def seal_files(entries: Collection[str], read: Callable[[str], bytes | None]) -> SealFiles:
    """The files of a pack that its seal consists of."""
    found: dict[str, list[bytes]] = {"crl": [], "ocsp": []}
    for path in sorted(entries):
        kind = path.rpartition(".")[2]
        if path.startswith(bag.SEAL_REVOCATION.partition("{")[0]) and kind in found:
            found[kind] += [data for data in [read(path)] if data]
    files = bag.TAGMANIFEST, bag.SEAL, bag.SEAL_TIME
    tagmanifest, seal, token = (read(path) if path in entries else None for path in files)
    revocation = Revocation(lists=tuple(found["crl"]), answers=tuple(found["ocsp"]))
    return SealFiles(tagmanifest, seal, token, revocation if any(found.values()) else None)


def read_seal_time(
    files: SealFiles, policy: SigningPolicy | None, anchors: Anchors
) -> TokenFacts | None:
    """What the timestamp over the seal says; ``None`` when there is none."""
    if files.seal is None or files.token is None:
        return None
    return read_token(files.token, files.seal, anchors, _needed(files, policy), listed=False)


def read_renewals(
    entries: Collection[str], read: Callable[[str], bytes | None], anchors: Anchors
) -> dict[str, TokenFacts]:
    """The later timestamps over the seal, by path in their order; each stamps the one before it."""
    tokens = {bag.renewal_number(p): p for p in entries if p.endswith(".tst")}
    facts: dict[str, TokenFacts] = {}
    for number in sorted(set(tokens) - {0, 1}):
        path = tokens[number]
        data, token = read(tokens.get(number - 1, "")), read(path)
        if data is None or token is None:
            facts[path] = TokenFacts(fault="the timestamp before it is missing")
            continue
        beside = [p for p in sorted(entries) if bag.renewal_number(p) == number]
        lists, answers = (
            tuple(filter(None, (read(p) for p in beside if p.endswith(kind))))
            for kind in (".crl", ".ocsp")
        )
        cleared = Revocation(lists=lists, answers=answers)
        facts[path] = read_token(token, data, anchors, cleared, listed=False)
    return facts


def check_seal(
    files: SealFiles, stamp: TokenFacts | None, policy: SigningPolicy | None, anchors: Anchors,
    signers: Collection[str] = (),
) -> Iterator[Finding]:  # fmt: skip
    """Judge the seal of a pack and its timestamp.

    Args:
        files: what the seal consists of.
        stamp: its timestamp, as :func:`read_seal_time` read it.
        policy: says whose seal it must be; ``None`` when it could not be read.
        anchors: whom the verifier trusts.
        signers: public keys of those who signed the reports; the seal has one of its own.
    """
    trusting = bool(anchors.certificates)
    if files.seal is None:
        yield Finding("E_SEAL_MISSING", bag.SEAL, "a seal over " + bag.TAGMANIFEST)
    elif files.tagmanifest is not None:
        at = stamp.at if stamp and stamp.sound else None
        facts = check_detached(
            files.tagmanifest, files.seal, anchors, at=at, revocation=_needed(files, policy)
        )
        yield from seal_findings(facts, policy, trusting=trusting)
        if facts.key and facts.key in signers:
            yield Finding("E_SEAL_ROLE", bag.SEAL, "a key of the seal's own", "a signer's key")
        yield from token_findings(bag.SEAL_TIME, stamp, policy, trusting=trusting)


def _needed(files: SealFiles, policy: SigningPolicy | None) -> Revocation | None:
    """What has to clear the certificates; nothing, where the policy does not ask for it."""
    demanded = policy is not None and policy.timestamps is not None
    return files.revocation or (Revocation() if demanded else None)


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

"""Signing with an authority that answers over HTTP: cleared by OCSP, stamped by its clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import (
    DemoCa,
    SigningPolicy,
    TimeSource,
    open_time_source,
    seal_pack,
    sign_pack,
    verify_pack,
)
from lotproof.evidence.seal.policy import Timestamps
from lotproof.evidence.seal.timesources import NetworkSource

from .online_authority import WITHDRAWN, Authority, online
from .packs import SIGNERS, World, digests, make_draft


@dataclass(frozen=True)
class Office:
    """An authority that is reached over HTTP, and a draft whose policy names it."""

    authority: Authority
    draft: Path
    source: TimeSource

    def copy(self, folder: Path) -> Path:
        """The draft, free to be signed."""
        return Path(shutil.copytree(self.draft, folder / self.draft.name))

    def sign(self, pack: Path, person: str, meaning: str, key: str = "") -> None:
        """Sign now."""
        own, now = self.authority.keys[key or person], datetime.now(UTC).replace(microsecond=0)
        sign_pack(pack, person, meaning, own, at=now, source=self.source)


def policy_of(policy: SigningPolicy, authority: Authority) -> SigningPolicy:
    """The same people with certificates of that authority, which also stamps."""
    people = tuple(
        person.model_copy(
            update={
                "certs": tuple(
                    key.fingerprint
                    for name, key in authority.keys.items()
                    if name.startswith(person.person_id)
                )
            }
        )
        for person in policy.people
    )
    seal = policy.seal.model_copy(update={"certs": (authority.keys["seal"].fingerprint,)})
    stamps = Timestamps(authority=authority.url)
    return policy.model_copy(update={"people": people, "seal": seal, "timestamps": stamps})


@pytest.fixture(scope="module")
def office(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("office")
    with online(root) as authority:
        policy = policy_of(world.policy, authority)
        source = open_time_source(policy, root / "policy.yml", [authority.root], "")
        assert isinstance(source, NetworkSource)
        draft = make_draft(root, policy, DemoCa(authority.root, {}, {}))
        yield Office(authority, draft, source)


def refused(office: Office, pack: Path, key: str = "") -> str:
    before = digests(pack)
    with pytest.raises(LotproofError) as error:
        office.sign(pack, *SIGNERS[0], key)
    assert digests(pack) == before
    return str(error.value)


def test_a_pack_is_cleared_by_ocsp_and_stamped_and_verifies_without_network(
    office: Office, tmp_path: Path
) -> None:
    pack, asked = office.copy(tmp_path), office.authority.asked
    asked.clear()
    for person, meaning in SIGNERS:
        office.sign(pack, person, meaning)
    now = datetime.now(UTC).replace(microsecond=0)
    seal_pack(pack, office.authority.keys["seal"], at=now, source=office.source)
    used = set(asked)
    asked.clear()
    report = verify_pack(pack, [office.authority.root], now=now)

    assert {"ocsp", "tsa"} <= used
    assert report.verdict == "VERIFIED", "\n".join(report.lines())
    assert asked == []


def test_a_withdrawn_certificate_signs_nothing(office: Office, tmp_path: Path) -> None:
    assert "revoked" in refused(office, office.copy(tmp_path), WITHDRAWN)


@pytest.mark.parametrize(
    ("silent", "says"), [({"tsa"}, "no timestamp"), ({"ocsp", "crls"}, "not revoked")]
)
def test_without_an_answer_nothing_is_signed(
    office: Office, tmp_path: Path, silent: set[str], says: str
) -> None:
    pack = office.copy(tmp_path)
    office.authority.silent |= silent
    try:
        assert says in refused(office, pack)
    finally:
        office.authority.silent.clear()

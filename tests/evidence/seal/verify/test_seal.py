"""The seal: missing, broken, a stranger's, or a colleague's who must not seal."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.seal import Credentials, bag
from lotproof.evidence.seal.sealing import seal_bytes
from lotproof.evidence.seal.verify.seal import SealFiles, check_seal
from lotproof.evidence.seal.verify.trust import check_detached, load_anchors

from ..packs import AT, World
from .test_files import CSV, edit, objects


def test_row_04_a_stranger_seals_again(
    world: World, pack: Path, strangers: dict[str, Credentials]
) -> None:
    edit(pack / CSV, b"1.250", b"9.250")
    world.reseal(pack, strangers["seal"])

    assert ("E_SEAL_UNTRUSTED", bag.SEAL) in objects(world, pack)


def test_row_05_a_colleague_seals_again(world: World, pack: Path) -> None:
    edit(pack / CSV, b"1.250", b"9.250")
    world.reseal(pack, world.keys["P-002"])
    found = objects(world, pack)

    assert ("E_SEAL_ROLE", bag.SEAL) in found
    assert ("E_SEAL_UNTRUSTED", bag.SEAL) not in found


def test_a_seal_under_a_signers_key_is_none(world: World) -> None:
    anchors = load_anchors([world.ca.root])
    listed, sealed = ((world.sealed / name).read_bytes() for name in (bag.TAGMANIFEST, bag.SEAL))
    files = SealFiles(listed, sealed)
    facts = check_detached(listed, sealed, anchors)
    own = list(check_seal(files, None, None, anchors, {"0" * 64}))
    shared = list(check_seal(files, None, None, anchors, {facts.key}))

    assert "E_SEAL_ROLE" not in {finding.code for finding in own}
    assert ("E_SEAL_ROLE", "a signer's key") in {(one.code, one.found) for one in shared}


def test_row_21_no_seal(world: World, pack: Path) -> None:
    (pack / bag.SEAL).unlink()

    assert ("E_SEAL_MISSING", bag.SEAL) in objects(world, pack)


def test_an_unsealed_draft_is_not_verified(world: World) -> None:
    assert {"E_SEAL_MISSING", "E_ROLE_MISSING"} <= world.verify(world.draft).codes


def test_a_seal_that_is_no_seal(world: World, pack: Path) -> None:
    (pack / bag.SEAL).write_bytes(b"sealed, believe me")

    assert ("E_SEAL_INVALID", bag.SEAL) in objects(world, pack)


def test_a_seal_after_its_certificate_expired(world: World, pack: Path) -> None:
    data = (pack / bag.TAGMANIFEST).read_bytes()
    late = seal_bytes(data, world.keys["seal"], at=AT.replace(year=2040))
    (pack / bag.SEAL).write_bytes(late)

    assert ("E_CERT_EXPIRED", bag.SEAL) in objects(world, pack)


def test_row_57_the_seal_of_another_pack(world: World, pack: Path) -> None:
    other = seal_bytes(b"another list\n", world.keys["seal"], at=AT + timedelta(hours=4))
    (pack / bag.SEAL).write_bytes(other)

    assert ("E_SEAL_INVALID", bag.SEAL) in objects(world, pack)


def test_bytes_after_the_seal(world: World, pack: Path) -> None:
    with (pack / bag.SEAL).open("ab") as stream:
        stream.write(b"\0")

    assert ("E_SEAL_INVALID", bag.SEAL) in objects(world, pack)


@pytest.mark.parametrize("step", [pytest.param(7, marks=pytest.mark.slow), 41])
def test_no_byte_of_the_seal_can_be_changed_unseen(world: World, step: int) -> None:
    anchors = load_anchors([world.ca.root])
    data = (world.sealed / bag.TAGMANIFEST).read_bytes()
    seal = (world.sealed / bag.SEAL).read_bytes()
    dice = random.Random(1)  # noqa: S311 - which bit, not a secret
    unseen = []
    for place in range(0, len(seal), step):
        harmed = bytearray(seal)
        harmed[place] ^= 1 << dice.randrange(8)
        facts = check_detached(data, bytes(harmed), anchors)
        if not facts.fault and facts.intact and facts.valid and not facts.chain:
            unseen.append(place)

    assert unseen == []

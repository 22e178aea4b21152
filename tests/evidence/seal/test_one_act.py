"""Several packs signed as one act, and what limits an act and the attempts at one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.commands import packs as command
from lotproof.evidence.seal import DEMO_PASSPHRASE, audit, read_record
from lotproof.evidence.seal.attempts import LOG, MOST, PAUSE, failures

from .packs import World
from .signing_desk import Desk


@pytest.fixture
def desk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, world, world.policy, monkeypatch)


def states(packs: list[Path]) -> list[str]:
    return [read_record(pack).state for pack in packs]


def test_several_packs_are_signed_under_one_passphrase(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(name: str, _: str) -> str:
        asked.append(name)
        return DEMO_PASSPHRASE

    monkeypatch.setattr(command, "passphrase", ask)
    packs = desk.drafts(2)

    said = desk.sign(packs, "P-004", "authorship")

    assert said.exit_code == 0, said.output
    assert asked == ["LOTPROOF_PASSPHRASE"]
    assert states(packs) == ["prepared", "prepared"]


def test_an_act_that_takes_too_long_ends_before_the_next_pack(desk: Desk) -> None:
    desk.step = timedelta(minutes=4)
    packs = desk.drafts(2)

    said = desk.sign(packs, "P-004", "authorship")

    assert said.exit_code != 0
    assert "0:05:00" in f"{said.output}{said.exception}"
    assert states(packs) == ["prepared", "draft"]


def test_too_many_packs_for_one_act_are_refused(desk: Desk) -> None:
    packs = desk.drafts() * 21

    said = desk.sign(packs, "P-004", "authorship")

    assert "at most 20" in f"{said.output}{said.exception}"
    assert states(packs[:1]) == ["draft"]


def test_failed_attempts_are_logged_and_end_in_a_pause(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, packs = desk.root / ".lotproof" / LOG, desk.drafts()
    monkeypatch.setenv("LOTPROOF_PASSPHRASE", "wrong")
    for _ in range(MOST):
        desk.at -= timedelta(hours=1)
        assert desk.sign(packs, "P-004", "authorship").exit_code != 0
    events, faults = audit.read(log.read_bytes())
    assert not faults
    assert [event.actor for event in events] == ["P-004"] * MOST
    assert failures(log, "P-011", desk.at) == 0

    monkeypatch.setenv("LOTPROOF_PASSPHRASE", DEMO_PASSPHRASE)
    desk.at -= timedelta(hours=1)
    said = desk.sign(packs, "P-004", "authorship")
    assert f"{MOST} failed attempts of P-004" in f"{said.output}{said.exception}"
    assert states(packs) == ["draft"]

    desk.at += PAUSE - timedelta(hours=1)
    said = desk.sign(packs, "P-004", "authorship")
    assert said.exit_code == 0, said.output
    assert states(packs) == ["prepared"]


def test_a_pack_that_could_not_be_sealed_with_the_last_signature_is_sealed_later(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = desk.drafts()
    desk.sign(packs, "P-004", "authorship")
    desk.sign(packs, "P-011", "review")
    early = desk.complete(packs)
    monkeypatch.setenv("LOTPROOF_SEAL_PASSPHRASE", "mistyped")
    failed = desk.sign(packs, "P-002", "approval")
    between = states(packs)
    again = desk.sign(packs, "P-002", "approval")
    monkeypatch.setenv("LOTPROOF_SEAL_PASSPHRASE", DEMO_PASSPHRASE)
    sealed = desk.complete(packs)

    assert "a pack that is reviewed" in f"{early.output}{early.exception}"
    assert "does not open" in f"{failed.output}{failed.exception}"
    assert f"lotproof seal complete {packs[0]}" in failed.output
    assert between == ["approved"]
    assert "lotproof seal complete" in f"{again.output}{again.exception}"
    assert sealed.exit_code == 0, sealed.output
    assert states(packs) == ["sealed"]
    assert world.verify(packs[0], now=desk.at).verdict == "VERIFIED"

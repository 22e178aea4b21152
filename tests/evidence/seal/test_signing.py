"""Signing: all reports or none, by the right person, in the right order."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import (
    Credentials,
    pdfsign,
    read_record,
    seal_pack,
    sign_pack,
    signing,
)

from .packs import AT, REPORT, SIGNERS, World, digests


@pytest.fixture
def draft(world: World, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world.draft, tmp_path / world.draft.name))


def refused(world: World, pack: Path, person: str, meaning: str, key: str = "") -> str:
    """The message of a refused signature; the pack must be as it was."""
    before = digests(pack)
    with pytest.raises(LotproofError) as error:
        sign_pack(
            pack,
            person,
            meaning,
            world.keys[key or person],
            at=AT + timedelta(hours=5),
            source=world.source,
        )
    assert digests(pack) == before
    assert not list(pack.parent.glob(".*"))
    return str(error.value)


def test_signing_tells_what_was_signed_and_who_is_next(world: World, draft: Path) -> None:
    signed = sign_pack(
        draft, "P-004", "authorship", world.keys["P-004"], at=AT, source=world.source
    )

    assert signed.role == "preparer"
    assert signed.next_role == "reviewer"
    assert signed.reports == ("data/reports/dossier.pdf", REPORT)
    assert read_record(draft).state == "prepared"


def test_nobody_signs_before_it_is_their_turn(world: World, draft: Path) -> None:
    message = refused(world, draft, "P-002", "approval")

    assert "next to sign is the preparer" in message
    assert "P-004" in message


def test_nobody_signs_with_another_meaning(world: World, draft: Path) -> None:
    assert "'authorship'" in refused(world, draft, "P-004", "approval")


def test_nobody_signs_with_the_key_of_another(world: World, draft: Path) -> None:
    assert "is not one of P-004" in refused(world, draft, "P-004", "authorship", key="P-011")


def test_nobody_signs_who_is_not_in_the_policy(world: World, draft: Path) -> None:
    assert "P-999 is not in the signing policy" in refused(
        world, draft, "P-999", "authorship", key="P-004"
    )


def test_nobody_signs_a_pack_whose_evidence_was_changed(world: World, draft: Path) -> None:
    with (draft / "data/evidence/events.csv").open("ab") as stream:
        stream.write(b"LEU-R-99,released,1.000,2026-10-01 06:00:00,true\n")

    assert "data/evidence/events.csv" in refused(world, draft, "P-004", "authorship")


def test_nobody_signs_before_the_last_entry_of_the_audit_trail(world: World, draft: Path) -> None:
    with pytest.raises(LotproofError, match="lies before the last entry"):
        sign_pack(
            draft,
            "P-004",
            "authorship",
            world.keys["P-004"],
            at=AT - timedelta(seconds=1),
            source=world.source,
        )


def test_an_expired_certificate_signs_nothing(world: World, draft: Path) -> None:
    with pytest.raises(LotproofError, match="is not valid at 2056"):
        sign_pack(
            draft,
            "P-004",
            "authorship",
            world.keys["P-004"],
            at=AT.replace(year=2056),
            source=world.source,
        )


def test_one_person_with_two_roles_cannot_sign_twice(world: World, draft: Path) -> None:
    both = world.policy.people[1].model_copy(update={"roles": ("preparer", "reviewer")})
    world.change_policy(draft, people=(both, *world.policy.people[2:]))
    sign_pack(draft, "P-011", "authorship", world.keys["P-011"], at=AT, source=world.source)

    assert "P-011 has signed as preparer already" in refused(world, draft, "P-011", "review")


def test_a_failure_at_the_second_report_leaves_the_first_unsigned(
    world: World, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def fails_at_second(*arguments: object) -> bytes:
        calls.append(arguments)
        if len(calls) == 2:
            raise LotproofError("the token was pulled out")
        return pdfsign.sign_pdf(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(signing, "sign_pdf", fails_at_second)

    assert "pulled out" in refused(world, draft, "P-004", "authorship")


def test_two_people_cannot_change_a_pack_at_once(world: World, draft: Path) -> None:
    (draft.parent / f".{draft.name}.change").mkdir()

    with pytest.raises(LotproofError, match="being changed by someone else"):
        sign_pack(draft, "P-004", "authorship", world.keys["P-004"], at=AT, source=world.source)


def test_a_pack_is_sealed_only_when_all_have_signed(world: World, draft: Path) -> None:
    with pytest.raises(LotproofError, match="pack is draft"):
        seal_pack(draft, world.keys["seal"], at=AT, source=world.source)


def test_only_the_seal_seals(world: World, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(world.approved, tmp_path / world.approved.name))

    with pytest.raises(LotproofError, match="is not the seal's"):
        seal_pack(pack, world.keys["P-002"], at=AT, source=world.source)


def test_a_sealed_pack_cannot_be_sealed_or_signed_again(world: World, pack: Path) -> None:
    assert "all roles have signed" in refused(world, pack, "P-002", "approval")
    with pytest.raises(LotproofError, match="pack is sealed"):
        seal_pack(pack, world.keys["seal"], at=AT, source=world.source)


def test_the_unsigned_body_stays_the_first_part_of_the_signed_report(world: World) -> None:
    body = (world.draft / REPORT).read_bytes()

    assert (world.sealed / REPORT).read_bytes().startswith(body)


def test_signed_files_do_not_share_their_bytes_on_disk_with_the_old_pack(world: World) -> None:
    shared = [
        path for path in world.sealed.rglob("*") if path.is_file() if path.stat().st_nlink > 1
    ]

    assert shared == []


def test_the_keys_in_memory_do_not_show_themselves(world: World) -> None:
    key: Credentials = world.keys["P-004"]

    assert "private_key" not in repr(key)


def test_signers_are_those_of_the_demo(world: World) -> None:
    lines = world.verify(world.sealed).signatures

    assert [(line.person_id, line.meaning) for line in lines] == [*SIGNERS, *SIGNERS]

"""A series of packs cannot lose, swap or double a member unseen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lotproof.evidence.pack_folder import is_folder_of_packs, verify_folder
from lotproof.evidence.seal import read_record
from lotproof.evidence.seal.model import PackRecord, PackReference
from lotproof.evidence.seal.verify.chain import Member, check_chain, series_of

from ..packs import World


@pytest.fixture(scope="module")
def record(world: World) -> PackRecord:
    return read_record(world.sealed)


def digest_of(pack: str) -> str:
    return pack.encode().hex().ljust(64, "0")[:64]


class Maker:
    """Packs that follow on one another, by month and version."""

    def __init__(self, record: PackRecord) -> None:
        self._record = record

    def __call__(
        self, period: str, version: int = 1, *, after: str = "", replaces: int = 0, other: str = ""
    ) -> Member:
        pack_id = f"AP-{period}-LEU"
        changed = self._record.model_copy(
            update={
                "pack_id": pack_id, "period": period, "version": version,
                "previous": self._reference(after), "supersedes":
                self._reference(f"{pack_id}_v{replaces}") if replaces else None,
            }
        )  # fmt: skip
        return Member(changed, digest_of(other or changed.folder))

    @staticmethod
    def _reference(pack: str) -> PackReference | None:
        name, _, version = pack.rpartition("_v")
        if not pack:
            return None
        digest = digest_of(pack)
        return PackReference(pack_id=name, version=int(version), tagmanifest_sha256=digest)


@pytest.fixture(scope="module")
def pack(record: PackRecord) -> Maker:
    return Maker(record)


def found(*members: Member) -> set[tuple[str, str]]:
    return {(finding.code, finding.object) for finding in check_chain(members)}


AUGUST, SEPTEMBER = "AP-2026-08-LEU_v1", "AP-2026-09-LEU_v1"


def test_packs_that_name_one_another_are_a_chain(pack: Maker) -> None:
    members = (pack("2026-08"), pack("2026-09", after=AUGUST), pack("2026-10", after=SEPTEMBER))

    assert found(*members) == set()
    assert [link.follows for link in series_of(members)[0].links] == ["", AUGUST, SEPTEMBER]


def test_a_month_without_a_pack_is_told(pack: Maker) -> None:
    members = (pack("2026-08"), pack("2026-10", after=SEPTEMBER))

    assert series_of(members)[0].missing == ("2026-09",)
    assert found(*members) == {
        ("U_CHAIN_MISSING", "AP-*-LEU 2026-09"), ("U_CHAIN_MISSING", "AP-2026-10-LEU_v1"),
    }  # fmt: skip


def test_a_pack_that_names_none_before_it_is_told(pack: Maker) -> None:
    assert found(pack("2026-08"), pack("2026-09")) == {("U_CHAIN_MISSING", SEPTEMBER)}


def test_a_predecessor_with_other_content_is_told(pack: Maker) -> None:
    swapped = pack("2026-08", other="another")

    assert found(swapped, pack("2026-09", after=AUGUST)) == {("E_CHAIN_OTHER", SEPTEMBER)}


def test_a_version_that_takes_no_place_stands_beside_the_other(pack: Maker) -> None:
    beside = found(pack("2026-08"), pack("2026-08", 2))
    doubled = found(pack("2026-08"), pack("2026-08", other="another"))

    assert ("E_CHAIN_FORK", "AP-2026-08-LEU_v2") in beside
    assert doubled == {("E_CHAIN_FORK", AUGUST)}


def test_a_superseded_predecessor_is_worth_knowing(pack: Maker) -> None:
    members = (
        pack("2026-08"), pack("2026-08", 2, replaces=1), pack("2026-09", after=AUGUST),
    )  # fmt: skip

    assert found(*members) == {("N_CHAIN_SUPERSEDED", AUGUST), ("N_CHAIN_SUPERSEDED", SEPTEMBER)}
    assert series_of(members)[0].links[0].superseded_by == "AP-2026-08-LEU_v2"


def test_a_month_that_is_none_makes_no_series(record: PackRecord) -> None:
    odd = record.model_copy(update={"period": "2026-99", "pack_id": "AP-2026-99-LEU"})

    assert series_of([Member(odd, "x")]) == ()


def test_the_verdict_of_a_folder_is_the_worst_of_its_packs(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(world.sealed, folder / world.sealed.name)
    shutil.copy(world.zipped, folder)
    (folder / "notes.txt").write_text("x")
    whole = verify_folder(folder, world.verify)
    (folder / world.sealed.name / "data" / "VERIFY.txt").write_text("changed")
    harmed = verify_folder(folder, world.verify)

    assert is_folder_of_packs(folder)
    assert not is_folder_of_packs(folder / world.sealed.name)
    assert (whole.verdict, whole.exit_code, len(whole.packs)) == ("VERIFIED", 0, 2)
    assert whole.not_looked_at == ("notes.txt",)
    assert (harmed.verdict, harmed.exit_code) == ("FAILED", 1)
    assert harmed.to_json()["packs"][0]["verdict"] == "FAILED"
    lines = list(whole.lines())
    assert lines[0] == "VERIFIED  packs  (2 packs)"
    assert "  2026-10  AP-2026-10-LEU_v1, names no pack before it" in lines

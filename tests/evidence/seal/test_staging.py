"""From an empty staged folder to a draft."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import (
    EVIDENCE_MANIFEST,
    PackReference,
    canonical,
    finish_draft,
    new_pack,
    read_record,
    write_evidence_manifest,
)
from lotproof.evidence.seal.staging import changed_copy

from .packs import AT, IDENTITY, REPORT, World, digests, make_draft, stage_evidence


def test_two_drafts_of_the_same_evidence_are_equal_byte_for_byte(
    world: World, tmp_path: Path
) -> None:
    again = make_draft(tmp_path, world.policy, world.ca)

    assert digests(again) == digests(world.draft)


def test_a_staged_pack_is_hidden_until_it_is_finished(world: World, tmp_path: Path) -> None:
    staged = new_pack(tmp_path, IDENTITY, world.policy)

    assert staged.name == ".AP-2026-10-LEU_v1.part"
    assert sorted(path.name for path in tmp_path.iterdir()) == [staged.name]


def test_what_a_broken_run_left_is_removed(world: World, tmp_path: Path) -> None:
    staged = new_pack(tmp_path, IDENTITY, world.policy)
    (staged / "data/evidence/old.csv").write_bytes(b"")

    assert not (new_pack(tmp_path, IDENTITY, world.policy) / "data/evidence/old.csv").exists()


def test_a_pack_is_never_overwritten(world: World) -> None:
    with pytest.raises(LotproofError, match="exists already") as error:
        new_pack(world.sealed.parent, IDENTITY, world.policy)

    assert "make version 2" in error.value.fix


def test_the_evidence_manifest_has_the_digest_that_is_printed(world: World, tmp_path: Path) -> None:
    staged = new_pack(tmp_path, IDENTITY, world.policy)
    stage_evidence(staged)
    manifest = write_evidence_manifest(staged)
    data = (staged / EVIDENCE_MANIFEST).read_bytes()

    assert manifest.digest == canonical.digest(data)
    assert read_record(staged).evidence_manifest_sha256 == manifest.digest
    assert [(dataset.name, dataset.rows) for dataset in manifest.datasets] == [
        ("events", 40),
        ("verdicts", 40),
    ]
    assert [file.path for file in manifest.files] == [
        "data/obligations/us-21cfr211.yml",
        "data/originals/MSEG_LEU_202610.csv",
        "data/policy/signing-policy.json",
        "data/queries/211-84-a.sql",
    ]


def test_evidence_without_a_dataset_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match="no dataset"):
        write_evidence_manifest(new_pack(tmp_path, IDENTITY, world.policy))


@pytest.mark.parametrize(
    ("path", "data", "message"),
    [
        ("data/evidence/events.csv", b"lot_id\nLEU\n", "1 rows of"),
        ("data/evidence/events.csv", b"\xff\xfe", "not readable as CSV"),
        ("data/evidence/alone.csv", b"a\n1\n", "without its Parquet twin"),
        ("data/originals/a b.csv", b"", "has characters outside"),
    ],
)
def test_evidence_that_does_not_fit_is_refused(
    world: World, tmp_path: Path, path: str, data: bytes, message: str
) -> None:
    staged = new_pack(tmp_path, IDENTITY, world.policy)
    stage_evidence(staged)
    (staged / path).write_bytes(data)

    with pytest.raises(LotproofError, match=message):
        write_evidence_manifest(staged)


def test_a_draft_needs_evidence_and_a_report(world: World, tmp_path: Path) -> None:
    staged = new_pack(tmp_path, IDENTITY, world.policy)
    with pytest.raises(LotproofError, match="no evidence manifest"):
        finish_draft(staged, actor="lotproof", at=AT)

    stage_evidence(staged)
    write_evidence_manifest(staged)
    with pytest.raises(LotproofError, match="no report"):
        finish_draft(staged, actor="lotproof", at=AT)


def test_names_that_fall_together_are_refused(world: World, tmp_path: Path) -> None:
    staged = new_pack(tmp_path, IDENTITY, world.policy)
    stage_evidence(staged)
    (staged / "data/queries/A.sql").write_bytes(b"")
    (staged / "data/queries/a.sql").write_bytes(b"")
    write_evidence_manifest(staged)
    (staged / REPORT).write_bytes(b"%PDF-1.7\n")

    with pytest.raises(LotproofError, match="differ on every file system"):
        finish_draft(staged, actor="lotproof", at=AT)


@pytest.mark.parametrize("pack_id", ["", "../x", "<script>", "=cmd", "a b", "x" * 90, "ä"])
def test_a_pack_id_that_is_no_folder_name_is_refused(pack_id: str) -> None:
    with pytest.raises(LotproofError, match=re.escape(repr(pack_id))):
        replace(IDENTITY, pack_id=pack_id)


@pytest.mark.parametrize(
    "change",
    [{"version": 0}, {"timezone": "Mars/Olympus"}, {"as_of": datetime(2026, 11, 1)}],  # noqa: DTZ001
)
def test_an_identity_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(LotproofError):
        replace(IDENTITY, **change)  # type: ignore[arg-type]


def test_the_pack_before_and_the_pack_corrected_are_named(world: World, tmp_path: Path) -> None:
    digest = world.verify(world.sealed).tagmanifest_sha256
    assert digest
    first = PackReference(pack_id="AP-2026-10-LEU", version=1, tagmanifest_sha256=digest)
    second = replace(IDENTITY, version=2, supersedes=first)

    record = read_record(new_pack(tmp_path, second, world.policy))
    assert record.supersedes == first
    assert record.folder == "AP-2026-10-LEU_v2"


def test_what_is_no_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match=r"no readable pack\.json"):
        read_record(tmp_path)


def test_a_change_that_fails_leaves_the_pack_and_nothing_else(pack: Path) -> None:
    before = digests(pack)

    with pytest.raises(FileNotFoundError), changed_copy(pack) as copy:
        (copy / "pack.json").rename(copy / "gone" / "pack.json")

    assert digests(pack) == before
    assert list(pack.parent.iterdir()) == [pack]

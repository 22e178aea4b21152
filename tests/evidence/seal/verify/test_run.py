"""The verification as a whole: it always answers, never guesses, and asks no one."""

from __future__ import annotations

import json
import re
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import Finding, PackRecord, verify_pack
from lotproof.evidence.seal.verify import CODES, run
from lotproof.evidence.seal.verify.folder import read_folder
from lotproof.evidence.seal.verify.snapshot import Snapshot
from lotproof.evidence.seal.verify.stages import stage_of

from ..packs import World


def test_row_84_without_an_anchor_nothing_is_verified(world: World) -> None:
    report = verify_pack(world.sealed, [])

    assert report.verdict == "INDETERMINATE"
    assert report.exit_code == 2
    assert [finding.code for finding in report.findings] == ["U_NO_ANCHOR"]


def test_with_the_wrong_anchor_it_fails(world: World, tmp_path: Path) -> None:
    from ..odd_certificates import OddAuthority

    report = verify_pack(world.sealed, [OddAuthority(tmp_path).root])

    assert {"E_SEAL_UNTRUSTED", "E_CERT_UNTRUSTED"} <= report.codes


def test_several_anchors_in_one_file(world: World, tmp_path: Path) -> None:
    from ..odd_certificates import OddAuthority

    both = tmp_path / "both.pem"
    both.write_bytes(OddAuthority(tmp_path).root.read_bytes() + world.ca.root.read_bytes())

    assert verify_pack(world.sealed, [both]).verdict == "VERIFIED"


@pytest.mark.parametrize("data", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_an_anchor_that_is_none_is_an_error_of_the_caller(
    world: World, tmp_path: Path, data: bytes | None
) -> None:
    anchor = tmp_path / "ca.pem"
    if data is not None:
        anchor.write_bytes(data)

    with pytest.raises(LotproofError, match="no certificate"):
        verify_pack(world.sealed, [anchor])


def test_a_pack_that_does_not_exist_is_an_error_of_the_caller(world: World) -> None:
    with pytest.raises(LotproofError, match="no such pack"):
        world.verify(world.sealed.parent / "nothing")


@pytest.mark.parametrize("stage", ["check_inventory", "check_seal", "check_pdf", "check_audit"])
def test_row_85_a_stage_that_breaks_is_a_finding(
    world: World, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(stage)

    monkeypatch.setattr(run, stage, broken)
    report = world.verify(world.sealed)

    assert report.verdict == "FAILED"
    assert [(f.code, f.found) for f in report.findings] == [
        ("E_INTERNAL", f"ZeroDivisionError: {stage}")
    ]


def test_row_85_a_container_that_breaks_the_reader_is_a_finding(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("bad block")

    monkeypatch.setattr(run, "read_folder", broken)
    report = world.verify(world.sealed)

    assert [(f.code, f.object) for f in report.findings] == [("E_INTERNAL", "reading")]


def test_row_83_no_network_is_used(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket.socket, "connect", refused)

    assert world.verify(world.sealed).verdict == "VERIFIED"


@pytest.mark.parametrize("year", [2026, 2030, 2035])
def test_row_82_the_day_of_the_verification_does_not_change_the_answer(
    world: World, year: int
) -> None:
    report = world.verify(world.sealed, now=datetime(year, 12, 1, tzinfo=UTC))

    assert report.verdict == "VERIFIED"


@pytest.mark.parametrize("year", [2039, 2100])
def test_row_82_after_the_timestamps_end_only_the_line_about_them_changes(
    world: World, year: int
) -> None:
    before = world.verify(world.sealed)
    report = world.verify(world.sealed, now=datetime(year, 12, 1, tzinfo=UTC))

    assert report.verdict == "INDETERMINATE"
    assert report.codes - before.codes == {"U_ARCHIVE_EXPIRED"}


def test_the_report_names_who_signed_what_and_says_what_is_not_proven(world: World) -> None:
    report = world.verify(world.sealed)
    text = "\n".join(report.lines())

    assert text.startswith("VERIFIED  AP-2026-10-LEU_v1")
    assert "monthly.pdf: approver, Ines Calderwick (P-002), approval, 2026-11-02T12:30:00Z" in text
    assert "renew before (20" in text


def test_the_report_as_json_explains_each_finding(world: World) -> None:
    value = json.loads(json.dumps(verify_pack(world.draft, [world.ca.root]).to_json()))
    codes = {finding["code"]: finding["meaning"] for finding in value["findings"]}

    assert value["verdict"] == "FAILED"
    assert codes["E_SEAL_MISSING"] == "the pack is not sealed"


def test_two_verifications_say_the_same(world: World, tmp_path: Path) -> None:
    other = Path(shutil.copytree(world.sealed, tmp_path / world.sealed.name))

    assert world.verify(other).to_json() == world.verify(world.sealed).to_json()


def test_every_code_is_asserted_by_some_test() -> None:
    told = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parents[2].rglob("test_*.py")
    )
    asserted = set(re.findall(r'"([ENU]_[A-Z_]+)"', told))

    assert asserted - set(CODES) == set()
    assert set(CODES) - asserted == set()


def test_each_stage_is_told_and_none_passes_without_having_looked(
    world: World, tmp_path: Path
) -> None:
    good = world.verify(world.sealed)
    unsealed = world.verify(world.draft)
    empty = tmp_path / "empty.zip"
    empty.write_bytes(b"PK")
    nothing = world.verify(empty)

    assert [stage.outcome for stage in good.stages] == ["passed"] * 9
    assert unsealed.stages[3].outcome == "failed"
    assert [stage.outcome for stage in nothing.stages[2:]] == ["not checked"] * 7
    assert not any(stage.outcome == "passed" for stage in nothing.stages)


def test_every_code_belongs_to_a_stage() -> None:
    assert {stage_of(Finding(code, "reading")) for code in CODES} == set(range(1, 10))


def test_row_79_what_changes_after_it_was_hashed_is_not_read_again(
    world: World, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_folder

    def read_then_change(path: Path, aside: Path) -> Snapshot:
        snapshot = read(path, aside)
        for file in [file for file in path.rglob("*") if file.is_file()]:
            file.write_bytes(b"changed after it was hashed")
        return snapshot

    before = world.verify(pack).verdict
    monkeypatch.setattr(run, "read_folder", read_then_change)

    assert (before, world.verify(pack).verdict) == ("VERIFIED", "VERIFIED")
    assert (pack / "pack.json").read_bytes() == b"changed after it was hashed"


def test_row_61_what_is_judged_again_and_comes_out_otherwise_fails_a_sealed_pack(
    world: World,
) -> None:
    def judge(_: Snapshot, record: PackRecord) -> list[Finding]:
        return [Finding("E_CONTENT_MISMATCH", record.folder, "state gap", "state met")]

    report = world.verify(world.sealed, judge=judge)

    assert report.codes >= {"E_CONTENT_MISMATCH"}
    assert report.verdict == "FAILED"
    assert report.stages[7].outcome == "failed"


def test_a_judge_that_could_not_work_fails_the_pack_and_says_what_to_do(world: World) -> None:
    def judge(_: Snapshot, record: PackRecord) -> list[Finding]:
        raise LotproofError(f"{record.folder}: out of memory", fix="give it more memory")

    report = world.verify(world.sealed, judge=judge)

    assert report.verdict == "FAILED"
    assert [(one.code, one.expected) for one in report.findings] == [
        ("E_INTERNAL", "give it more memory")
    ]

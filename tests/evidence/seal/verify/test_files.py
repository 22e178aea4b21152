"""Files changed, added, removed or swapped: each is found, with its own code."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from lotproof.evidence.seal import EVIDENCE_MANIFEST, bag, canonical
from lotproof.evidence.seal.audit import AUDIT_PATH
from lotproof.evidence.seal.policy import POLICY_PATH

from ..packs import World

PARQUET = "data/evidence/events.parquet"
CSV = "data/evidence/events.csv"


def edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert data.count(old) >= 1
    path.write_bytes(data.replace(old, new, 1))


def rewrite(pack: Path, sql: str, options: str = "") -> None:
    """Replace the events by another query over them."""
    path = pack / PARQUET
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * from read_parquet('{path}')")
        connection.execute(f"copy ({sql}) to '{path}' (format parquet{options})")


def listed(manifest: Path, old: str, new: str) -> None:
    edit(manifest, old.encode(), new.encode())


def test_an_untouched_pack_is_verified(world: World, pack: Path) -> None:
    report = world.verify(pack)

    assert report.findings == ()
    assert report.verdict == "VERIFIED"
    assert report.exit_code == 0


def test_an_untouched_zip_is_verified(world: World) -> None:
    report = world.verify(world.zipped)

    assert report.findings == ()
    assert report.verdict == "VERIFIED"


def test_row_01_a_byte_of_a_parquet_file(world: World, pack: Path) -> None:
    data = bytearray((pack / PARQUET).read_bytes())
    data[len(data) // 3] ^= 1
    (pack / PARQUET).write_bytes(data)

    assert {"E_FILE_HASH", "E_EVIDENCE_BINDING"} <= world.verify(pack).codes


def test_row_02_a_cell_with_its_manifest_line(world: World, pack: Path) -> None:
    edit(pack / CSV, b"1.250", b"9.250")
    (pack / bag.MANIFEST).write_bytes(
        bag.manifest_bytes(
            bag.digests(pack, [path for path in bag.files(pack) if bag.in_manifest(path)])
        )
    )

    assert ("E_FILE_HASH", bag.MANIFEST) in objects(world, pack)


def test_row_03_a_cell_with_both_manifests(world: World, pack: Path) -> None:
    edit(pack / CSV, b"1.250", b"9.250")
    world.renew_manifests(pack)

    assert {"E_SEAL_INVALID", "E_EVIDENCE_BINDING"} <= world.verify(pack).codes


def test_row_06_a_row_deleted(world: World, pack: Path) -> None:
    rewrite(pack, "from t where lot_id <> 'LEU-R-7'")

    assert {"E_ROW_ROOT", "E_FILE_HASH"} <= world.verify(pack).codes


def test_row_07_rows_in_another_order(world: World, pack: Path) -> None:
    rewrite(pack, "from t order by lot_id desc")

    assert "E_ROW_ROOT" in world.verify(pack).codes


def test_row_08_equal_rows_written_anew_are_said_to_be_equal(world: World, pack: Path) -> None:
    rewrite(pack, "from t", ", compression zstd")
    codes = world.verify(pack).codes

    assert {"E_FILE_HASH", "N_ROW_ROOT_EQUAL"} <= codes
    assert "E_ROW_ROOT" not in codes


@pytest.mark.parametrize(("old", "new"), [(b"\n", b"\r\n"), (b"lot_id", b"\xef\xbb\xbflot_id")])
def test_row_09_another_spelling_of_a_csv(world: World, pack: Path, old: bytes, new: bytes) -> None:
    edit(pack / CSV, old, new)

    assert "E_FILE_HASH" in world.verify(pack).codes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"as_of"', b'"as_of": "2026-12-01T00:00:00Z",\n  "as_of"'),
        (b'"version": 1', b'"version":  1'),
        (b'"version": 1', b'"version": NaN'),
    ],
)
def test_row_10_evidence_manifest_in_another_spelling(
    world: World, pack: Path, old: bytes, new: bytes
) -> None:
    edit(pack / EVIDENCE_MANIFEST, old, new)

    assert ("E_CANONICAL", EVIDENCE_MANIFEST) in objects(world, pack)


def test_row_11_two_files_swapped(world: World, pack: Path) -> None:
    one, other = pack / CSV, pack / "data/evidence/verdicts.csv"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)

    found = objects(world, pack)
    assert ("E_FILE_HASH", CSV) in found
    assert ("E_FILE_HASH", "data/evidence/verdicts.csv") in found


@pytest.mark.parametrize(
    "path", ["data/evidence/more.csv", "notes.txt", "more/notes.txt", "signatures/other.p7s"]
)
def test_rows_12_to_14_a_file_added(world: World, pack: Path, path: str) -> None:
    (pack / path).parent.mkdir(exist_ok=True)
    (pack / path).write_bytes(b"added\n")

    assert ("E_FILE_EXTRA", path) in objects(world, pack)


def test_row_15_a_file_removed(world: World, pack: Path) -> None:
    (pack / CSV).unlink()

    assert ("E_FILE_MISSING", CSV) in objects(world, pack)


def test_row_15_a_file_removed_with_its_line(world: World, pack: Path) -> None:
    (pack / CSV).unlink()
    world.renew_manifests(pack)

    assert {"E_EVIDENCE_BINDING", "E_SEAL_INVALID"} <= world.verify(pack).codes


@pytest.mark.parametrize("name", [bag.MANIFEST, bag.TAGMANIFEST])
def test_row_16_a_manifest_removed(world: World, pack: Path, name: str) -> None:
    (pack / name).unlink()

    assert ("E_MANIFEST_MISSING", name) in objects(world, pack)


def test_row_17_files_to_be_fetched(world: World, pack: Path) -> None:
    (pack / "fetch.txt").write_bytes(b"https://example.org/a 1 data/a\n")

    assert "E_FETCH_PRESENT" in world.verify(pack).codes


def test_row_18_a_weaker_manifest(world: World, pack: Path) -> None:
    (pack / "manifest-md5.txt").write_bytes(b"")

    assert "E_MANIFEST_ALGO" in world.verify(pack).codes


@pytest.mark.parametrize(
    "harm",
    [
        lambda line: line + line,
        lambda line: line.upper(),
        lambda line: line[4:],
        lambda line: line.replace("\n", "\r\n"),
        lambda line: line.replace("  ", " *"),
    ],
)
def test_row_19_a_manifest_line_spelt_otherwise(
    world: World, pack: Path, harm: Callable[[str], str]
) -> None:
    manifest = pack / bag.MANIFEST
    line = manifest.read_text().splitlines(keepends=True)[2]
    listed(manifest, line, harm(line))

    assert ("E_MANIFEST_SYNTAX", bag.MANIFEST) in objects(world, pack)


def test_row_20_an_empty_folder(world: World, pack: Path) -> None:
    (pack / "data/evidence/empty").mkdir()

    assert ("E_FILE_EXTRA", "data/evidence/empty") in objects(world, pack)


def test_row_58_an_older_version_than_expected(world: World, pack: Path) -> None:
    report = world.verify(pack, expect_version=2)

    assert report.codes >= {"E_ROLLBACK"}
    assert world.verify(pack, expect_version=1).verdict == "VERIFIED"


def test_row_59_the_evidence_manifest_of_another_version(world: World, pack: Path) -> None:
    manifest = json.loads((pack / EVIDENCE_MANIFEST).read_bytes())
    data = canonical.dump({**manifest, "version": 2})
    (pack / EVIDENCE_MANIFEST).write_bytes(data)
    world.change_record(pack, evidence_manifest_sha256=canonical.digest(data))
    world.reseal(pack)

    assert world.verify(pack).codes == {
        "E_EVIDENCE_BINDING",
        "N_POLICY_FROM_PACK",
        "N_RENEW_BEFORE",
    }


@pytest.mark.parametrize(
    "harm",
    [
        lambda lines: [*lines[:3], lines[3].replace(b"P-0", b"P-9"), *lines[4:]],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:3], b"{}\n", *lines[3:]],
        lambda lines: [*lines[:3], b"not json\n", *lines[3:]],
    ],
    ids=["edited", "removed", "re-ordered", "cut", "added", "not json"],
)
def test_row_62_an_audit_trail_harmed_and_sealed_again(
    world: World, pack: Path, harm: Callable[[list[bytes]], list[bytes]]
) -> None:
    lines = (pack / AUDIT_PATH).read_bytes().splitlines(keepends=True)
    (pack / AUDIT_PATH).write_bytes(b"".join(harm(lines)))
    world.reseal(pack)

    assert ("E_AUDIT_CHAIN", AUDIT_PATH) in objects(world, pack)


def test_row_63_a_loosened_policy_with_everything_sealed_again(world: World, pack: Path) -> None:
    world.change_policy(pack, separation=())
    world.reseal(pack)

    assert ("E_POLICY_DIGEST", POLICY_PATH) in objects(world, pack)


def test_row_63_a_policy_that_is_not_the_verifiers(world: World, pack: Path) -> None:
    mine = world.policy.model_copy(update={"separation": ()})

    assert "E_POLICY_DIGEST" in world.verify(pack, policy=mine).codes
    assert world.verify(pack, policy=world.policy).verdict == "VERIFIED"


def test_a_policy_that_is_no_policy(world: World, pack: Path) -> None:
    (pack / POLICY_PATH).write_bytes(canonical.dump({"format": "lotproof-signing-policy/9"}))

    assert ("E_FORMAT", POLICY_PATH) in objects(world, pack)


def test_row_70_a_link_in_the_folder(world: World, pack: Path) -> None:
    (pack / CSV).unlink()
    (pack / CSV).symlink_to("verdicts.csv")

    found = objects(world, pack)
    assert ("E_SPECIAL_FILE", CSV) in found
    assert ("E_FILE_MISSING", CSV) in found


def test_row_70_a_linked_folder(world: World, pack: Path) -> None:
    (pack / "data/more").symlink_to("evidence", target_is_directory=True)

    assert ("E_SPECIAL_FILE", "data/more") in objects(world, pack)


def test_row_70_a_pipe_and_a_socket_are_not_opened(
    world: World, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(pack / "data/pipe")
    monkeypatch.chdir(pack)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("plug")
        found = objects(world, pack)

    assert {("E_SPECIAL_FILE", "data/pipe"), ("E_SPECIAL_FILE", "plug")} <= found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"data/no\xcc\x88tes.txt", "E_NAME_NORMALIZATION"),
        (b"data/\xff\xfe.txt", "E_NAME_NORMALIZATION"),
        (b"data/aux.csv", "E_NAME_RESERVED"),
        (b"data/a b.csv", "E_PATH_UNSAFE"),
        (b"data/EVIDENCE", "E_NAME_COLLISION"),
    ],
)
def test_rows_65_to_69_a_hostile_name_in_the_folder(
    world: World, pack: Path, name: bytes, code: str
) -> None:
    with open(os.path.join(os.fsencode(pack), name), "wb") as stream:  # noqa: PTH118, PTH123
        stream.write(b"added")

    assert code in {found for found, _ in objects(world, pack)}


def test_row_70_a_file_with_two_names(world: World, pack: Path) -> None:
    os.link(pack / CSV, pack.parent / "outside.csv")

    assert ("E_SPECIAL_FILE", CSV) in objects(world, pack)


def test_row_77_a_file_of_another_size_than_the_evidence_manifest_says(
    world: World, pack: Path
) -> None:
    with (pack / CSV).open("ab") as stream:
        stream.write(b"more\n")

    assert ("E_FILE_SIZE", CSV) in objects(world, pack)


def test_row_81_a_parquet_file_with_a_broken_footer(world: World, pack: Path) -> None:
    data = (pack / PARQUET).read_bytes()
    (pack / PARQUET).write_bytes(data[:-12] + b"\xff" * 4 + data[-8:])

    assert ("E_FORMAT", PARQUET) in objects(world, pack)


def test_every_fault_is_listed_not_only_the_first(world: World, pack: Path) -> None:
    (pack / CSV).unlink()
    (pack / "notes.txt").write_bytes(b"")
    edit(pack / "pack.json", b"2026-10", b"2026-11")

    assert {"E_FILE_MISSING", "E_FILE_EXTRA", "E_FILE_HASH"} <= world.verify(pack).codes


def objects(world: World, pack: Path) -> set[tuple[str, str]]:
    """Code and object of every finding; nothing harmed is ever VERIFIED."""
    report = world.verify(pack)
    assert report.verdict == "FAILED"
    assert report.exit_code == 1
    return {(finding.code, finding.object) for finding in report.findings}

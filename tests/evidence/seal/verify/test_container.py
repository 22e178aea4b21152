"""Hostile zips: every byte of a pack's zip is accounted for, and nothing is ever decompressed."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lotproof.evidence.seal.archive import DOS_DATE, Member, end_record
from lotproof.evidence.seal.verify.ziparchive import read_zip

from ..packs import World

ROOT = "AP-2026-10-LEU_v1"
FILE = f"{ROOT}/data/evidence/events.csv"


def found(world: World, tmp_path: Path, data: bytes) -> set[str]:
    """The codes of a zip of these bytes; none is ever VERIFIED."""
    archive = tmp_path / "pack.zip"
    archive.write_bytes(data)
    report = world.verify(archive)
    assert report.verdict == "FAILED"
    return report.codes


def written(entries: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = 0) -> bytes:
    """A zip as another program writes it."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, data in entries:
                archive.writestr(name, data)
    return stream.getvalue()


def stored(entries: list[tuple[str, bytes]]) -> bytes:
    """A zip as lotproof writes it, with any names."""
    from zlib import crc32

    body, members = b"", []
    for name, data in entries:
        member = Member(name.encode(), crc32(data), len(data), len(body))
        members.append(member)
        body += member.local_header() + data
    directory = b"".join(member.central_header() for member in members)
    return body + directory + end_record(len(members), len(directory), len(body))


def patched(data: bytes, place: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


def local_header(data: bytes, name: str = FILE) -> int:
    return data.index(name.encode()) - 30


def central_header(data: bytes, name: str = FILE) -> int:
    return data.rindex(name.encode()) - 46


def test_the_zip_written_here_is_the_zip_of_the_pack(world: World) -> None:
    with zipfile.ZipFile(world.zipped) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]

    assert stored(entries) == world.zipped.read_bytes()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{ROOT}/../outside.txt", "E_PATH_UNSAFE"),
        ("/etc/lotproof.txt", "E_PATH_UNSAFE"),
        ("C:/lotproof.txt", "E_PATH_UNSAFE"),
        (f"{ROOT}/data\\notes.txt", "E_PATH_UNSAFE"),
        (f"{ROOT}/data/a\0.txt", "E_PATH_UNSAFE"),
        (f"{ROOT}/data/notes.txt:stream", "E_PATH_UNSAFE"),
        (f"{ROOT}/data/a//b.txt", "E_PATH_UNSAFE"),
        (f"{ROOT}/data/{'a/' * 9}b.txt", "E_PATH_UNSAFE"),
        ("another/notes.txt", "E_PATH_UNSAFE"),
        ("notes.txt", "E_PATH_UNSAFE"),
        (f"{ROOT}/data/EVIDENCE/events.csv", "E_NAME_COLLISION"),
        (f"{ROOT}/data/evidence/events.csv/more", "E_NAME_COLLISION"),
        (f"{ROOT}/data/r\u00e9sume\u0301.txt", "E_NAME_NORMALIZATION"),
        (f"{ROOT}/data/\u202etxt.exe", "E_NAME_NORMALIZATION"),
        (f"{ROOT}/data/no\u200btes.txt", "E_NAME_NORMALIZATION"),
        (f"{ROOT}/data/con.txt", "E_NAME_RESERVED"),
        (f"{ROOT}/data/notes.", "E_NAME_RESERVED"),
        (FILE, "E_ZIP_DUPLICATE"),
    ],
)
def test_rows_65_to_71_a_hostile_name(world: World, tmp_path: Path, name: str, code: str) -> None:
    with zipfile.ZipFile(world.zipped) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]

    assert code in found(world, tmp_path, stored([*entries, (name, b"added")]))


def test_row_65_nothing_is_written_outside(world: World, tmp_path: Path) -> None:
    found(world, tmp_path, stored([(f"{ROOT}/../../outside.txt", b"added")]))

    assert not list(tmp_path.parent.rglob("outside.txt"))


def test_row_70_a_link_in_the_zip(world: World, tmp_path: Path) -> None:
    link = zipfile.ZipInfo(f"{ROOT}/data/link")
    link.external_attr = 0o120777 << 16

    assert "E_SPECIAL_FILE" in found(world, tmp_path, written([(link, b"/etc/passwd")]))


@pytest.mark.parametrize("keep", [0.0, 0.2, 0.5, 0.999])
def test_row_72_a_truncated_zip(world: World, tmp_path: Path, keep: float) -> None:
    data = world.zipped.read_bytes()

    assert "E_ZIP_TRUNCATED" in found(world, tmp_path, data[: int(len(data) * keep)])


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"MZ" + data,
        lambda data: data + b"\n",
        lambda data: data + data,
        lambda data: patched(data, len(data) - 2, b"\5\0") + b"hello",
    ],
    ids=["before", "after", "two archives", "comment"],
)
def test_row_73_bytes_before_or_after(
    world: World, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    assert "E_ZIP_PREFIX_SUFFIX" in found(world, tmp_path, harm(world.zipped.read_bytes()))


def test_row_78_an_end_record_in_the_comment(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes()
    hidden = patched(data, len(data) - 2, b"\x16\0") + end_record(0, 0, 0)

    assert "E_ZIP_PREFIX_SUFFIX" in found(world, tmp_path, hidden)


@pytest.mark.parametrize(("offset", "new"), [(30, b"X"), (22, b"\xff"), (14, b"\xff"), (10, b"\1")])
def test_row_74_a_local_header_that_differs(
    world: World, tmp_path: Path, offset: int, new: bytes
) -> None:
    data = world.zipped.read_bytes()

    harmed = patched(data, local_header(data) + offset, new)
    assert "E_ZIP_HEADER_MISMATCH" in found(world, tmp_path, harmed)


def test_row_75_a_file_that_the_directory_does_not_list(world: World, tmp_path: Path) -> None:
    hidden = Member(f"{ROOT}/data/hidden.txt".encode(), 0, 3, 0).local_header() + b"abc"
    data = world.zipped.read_bytes()
    _, _, _, _, count, size, offset, _ = struct.unpack("<4s4H2IH", data[-22:])
    moved = data[:offset] + hidden + data[offset:-22]
    moved += end_record(count, size, offset + len(hidden))

    assert "E_ZIP_HIDDEN_DATA" in found(world, tmp_path, moved)


def test_row_75_bytes_behind_the_directory(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes()
    _, _, _, _, count, size, offset, _ = struct.unpack("<4s4H2IH", data[-22:])

    harmed = data[:-22] + b"secret" + end_record(count, size + 6, offset)
    assert "E_ZIP_HIDDEN_DATA" in found(world, tmp_path, harmed)


def test_row_76_an_archive_bomb_is_not_unpacked(world: World, tmp_path: Path) -> None:
    bomb = written([(f"{ROOT}/data/zeros.csv", b"\0" * 50_000_000)], zipfile.ZIP_DEFLATED)
    codes = found(world, tmp_path, bomb)

    assert {"E_ZIP_RATIO", "E_ZIP_METHOD"} <= codes


def test_row_76_files_that_overlap(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes()
    place = central_header(data)
    first = central_header(data, f"{ROOT}/bagit.txt")

    harmed = patched(data, place + 42, data[first + 42 : first + 46])
    assert {"E_ZIP_LIMITS", "E_ZIP_HEADER_MISMATCH"} <= found(world, tmp_path, harmed)


def test_row_76_more_bytes_declared_than_there_are(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes()
    huge = struct.pack("<2I", 2**31, 2**31)

    assert "E_ZIP_LIMITS" in found(world, tmp_path, patched(data, central_header(data) + 20, huge))


def test_row_77_fewer_bytes_declared_than_there_are(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes()
    (size,) = struct.unpack("<I", data[central_header(data) + 24 : central_header(data) + 28])
    less = struct.pack("<2I", size - 9, size - 9)
    data = patched(data, central_header(data) + 20, less)
    data = patched(data, local_header(data) + 18, less)

    assert {"E_FILE_SIZE", "E_FILE_HASH", "E_ZIP_HIDDEN_DATA"} <= found(world, tmp_path, data)


def test_row_78_an_encrypted_file(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes()

    assert "E_ZIP_ENCRYPTED" in found(
        world, tmp_path, patched(data, central_header(data) + 8, b"\1")
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_row_78_a_compressed_file(world: World, tmp_path: Path, method: int) -> None:
    data = written([(f"{ROOT}/pack.json", b"{}")], method)

    assert "E_ZIP_METHOD" in found(world, tmp_path, data)


def test_a_zip_by_another_program_is_refused_even_with_equal_files(
    world: World, tmp_path: Path
) -> None:
    with zipfile.ZipFile(world.zipped) as archive:
        entries: list[tuple[str | zipfile.ZipInfo, bytes]] = [
            (info.filename, archive.read(info)) for info in archive.infolist()
        ]

    assert "E_ZIP_HEADER_MISMATCH" in found(world, tmp_path, written(entries))


def test_a_zip_whose_folder_was_renamed(world: World, tmp_path: Path) -> None:
    data = world.zipped.read_bytes().replace(b"AP-2026-10-LEU_v1/", b"AP-2026-11-LEU_v1/")

    assert "E_ZIP_HEADER_MISMATCH" in found(world, tmp_path, data)


def test_files_in_another_order(world: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(world.zipped) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]

    assert "E_ZIP_HEADER_MISMATCH" in found(world, tmp_path, stored(entries[::-1]))


def test_an_empty_zip(world: World, tmp_path: Path) -> None:
    assert "E_MANIFEST_MISSING" in found(world, tmp_path, stored([]))


def test_a_zip_with_too_many_files_is_not_read(tmp_path: Path) -> None:
    archive = tmp_path / "many.zip"
    archive.write_bytes(stored([(f"{ROOT}/data/{n}", b"") for n in range(20_001)]))

    assert [finding.code for finding in read_zip(archive, tmp_path).findings] == ["E_ZIP_LIMITS"]


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 17])
def test_no_bit_of_a_header_can_be_changed_unseen(world: World, tmp_path: Path, step: int) -> None:
    data = world.zipped.read_bytes()
    (directory,) = struct.unpack("<I", data[-6:-2])
    archive = tmp_path / "pack.zip"
    headers = [*_local_bytes(data), *range(directory, len(data))]
    clean = {p: e.sha256 for p, e in read_zip(world.zipped, tmp_path).entries.items()}
    unseen = []
    for turn, place in enumerate(headers[::step]):
        archive.write_bytes(patched(data, place, bytes([data[place] ^ 1 << turn % 8])))
        seen = read_zip(archive, tmp_path)
        if not seen.findings and {p: e.sha256 for p, e in seen.entries.items()} == clean:
            unseen.append(place)

    assert unseen == []


def _local_bytes(data: bytes) -> list[int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    return [
        info.header_offset + place
        for info in infos
        for place in range(30 + len(info.filename.encode()))
    ]


def test_the_date_of_every_file_is_the_first_a_zip_can_say() -> None:
    assert zipfile.ZipInfo("x").date_time[:3] == (1980, 1, 1)
    assert DOS_DATE == (0 << 9 | 1 << 5 | 1)

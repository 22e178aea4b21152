"""A small file that unpacks to more than any disk holds is refused before it fills one."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from lotproof.evidence import unpacking
from lotproof.evidence.errors import LotproofError
from lotproof.evidence.unpacking import Unpacking
from lotproof.evidence.workspace import load_workspace

from .plants import SITES, Plant, plant
from .test_kinds_of_files import HEADER, ROWS, lines, sheet

SOURCE = "sources: [{name: plant, mapping: generic, site: LEU, files: in/*}]\n"
LOTS = "lot_id\nL1\n"
ZEROS = b"0" * 3_000_000


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def limited(tmp_path: Path, limits: str) -> Plant:
    return plant(tmp_path, f"{SOURCE}unpacking: {limits}\n", lots_csv=LOTS)


def refusal(made: Plant) -> str:
    """What is said of the one file that is refused, while the other lands and nothing is left."""
    report = made.ingest()
    state = made.root / ".lotproof"
    kept = [path.read_bytes() for path in (state / "originals").iterdir()]

    assert made.values("lots", "lot_id") == ["L1"]
    assert made.rows("events") == []
    assert [path.name for path in (state / "ingest").iterdir()] == ["lock"]
    assert LOTS.encode() in kept
    assert not any(content.count(b"0") > 10_000 for content in kept)
    (refused,) = report.refused
    return str(refused)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("events.csv.gz", gzip.compress(ZEROS)),
        ("events.zip", zipped(("events.csv", ZEROS))),
        ("events.zip", zipped(*((f"events_{nr}.csv", ZEROS[:400_000]) for nr in range(3)))),
    ],
)
def test_an_archive_that_comes_to_more_than_is_allowed_is_refused_as_a_whole(
    tmp_path: Path, name: str, content: bytes
) -> None:
    made = limited(tmp_path, "{most: 1MB}")
    made.put(f"in/{name}", content)
    message = refusal(made)

    assert name in message
    assert "comes to more than 1MB" in message
    assert "`unpacking: {most: …}` in lotproof.yml" in message


@pytest.mark.parametrize("name", ["events.csv.gz", "events.zip"])
def test_what_packs_better_than_any_extract_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SMALL", 1_000_000)
    made = limited(tmp_path, "{times: 100}")
    made.put(
        f"in/{name}", gzip.compress(ZEROS) if name.endswith("gz") else zipped(("e.csv", ZEROS))
    )

    assert "more than 100 times its size" in refusal(made)


def test_nothing_is_written_that_the_disk_has_no_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = SimpleNamespace(free=unpacking.LEFT_FREE + 1_000_000)
    monkeypatch.setattr(unpacking, "disk_usage", lambda _: room)
    made = limited(tmp_path, "{}")
    made.put("in/events.zip", zipped(("events.csv", ZEROS)))

    assert "does not fit on the disk" in refusal(made)


def less_declared(content: bytes) -> bytes:
    """An archive whose directory and headers declare ten bytes for its largest part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda item: item.file_size)
    name, size = largest.filename.encode(), struct.pack("<I", largest.file_size)
    place = content.rindex(name) - 46
    made = bytearray(content)
    for at in (largest.header_offset + 22, place + 24):
        assert bytes(made[at : at + 4]) == size
        made[at : at + 4] = struct.pack("<I", 10)
    return bytes(made)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(("events.csv", ZEROS)), "cannot be unpacked"),
        (zipped(("xl/worksheets/sheet1.xml", ZEROS)), "not a spreadsheet"),
    ],
)
def test_an_archive_that_declares_less_than_it_holds_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    made = limited(tmp_path, "{most: 1MB, sheets: 1MB}")
    made.put(f"in/events.{'zip' if said[0] == 'c' else 'xlsx'}", less_declared(content))

    assert said in refusal(made)


def test_a_sheet_that_comes_to_more_than_memory_should_hold_is_refused(tmp_path: Path) -> None:
    made = limited(tmp_path, "{sheets: 1MB}")
    book = io.BytesIO(sheet(HEADER, *ROWS))
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", ZEROS)
    made.put("in/events.xlsx", book.getvalue())
    message = refusal(made)

    assert "events.xlsx: unpacked it comes to more than 1MB" in message
    assert "`unpacking: {sheets: …}`" in message


def test_extracts_that_pack_as_extracts_do_are_taken_in(tmp_path: Path) -> None:
    made = limited(tmp_path, "{most: 1MB, sheets: 1MB, times: 50}")
    made.put("in/events.zip", zipped(("events.csv", lines(",").encode())))

    assert made.ingest().refused == []
    assert len(made.rows("events")) == len(ROWS)


@pytest.mark.parametrize("limits", ["{most: 0GB}", "{most: lots}", "{times: 0}", "{files: 3}"])
def test_a_limit_that_is_none_is_refused_with_its_line(tmp_path: Path, limits: str) -> None:
    (tmp_path / "lotproof.yml").write_text(f"{SITES}unpacking: {limits}\n", encoding="utf-8")

    with pytest.raises(LotproofError, match=r"lotproof\.yml:6"):
        load_workspace(tmp_path)


def test_by_default_twenty_gigabytes_and_two_hundred_times_are_allowed(tmp_path: Path) -> None:
    packed = tmp_path / "a.zip"
    packed.write_bytes(b"x" * 2_000_000)

    Unpacking().demand(packed, "a.zip", 400_000_000)
    with pytest.raises(LotproofError, match="200 times"):
        Unpacking().demand(packed, "a.zip", 400_000_001)
    with pytest.raises(LotproofError, match="20GB"):
        Unpacking().demand(packed, "a.zip", 20_000_000_001)
    with pytest.raises(LotproofError, match="1GB"):
        Unpacking().demand(packed, "a.xlsx", 1_000_000_001, is_sheet=True)

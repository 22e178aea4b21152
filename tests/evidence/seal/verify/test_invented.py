"""Packs made to mislead or to tire the verifier in ways that the tamper matrix does not name.

Each one fails closed with a code, within seconds and a bounded memory, and never with a traceback.
"""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import struct
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pikepdf
import pytest

from lotproof.evidence.seal import EVIDENCE_MANIFEST, bag, canonical
from lotproof.evidence.seal.audit import AUDIT_PATH
from lotproof.evidence.seal.policy import POLICY_PATH
from lotproof.evidence.seal.verify.findings import Finding, SignatureLine, harmless

from ..packs import REPORT, World
from .test_container import found, stored, written
from .test_files import PARQUET

DOSSIER = "data/reports/dossier.pdf"
SECONDS, MEGABYTES = 30, 700


def _increment(world: World, pack: Path) -> None:
    """A page drawn over after the seal, and all lists and the seal itself written anew."""
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    report, out = pack / REPORT, io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(report.read_bytes()))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 999 999 re f"))
    writer.update_container(page)
    writer.write(out)  # type: ignore[no-untyped-call] # pyHanko
    report.write_bytes(out.getvalue())
    world.reseal(pack)


def _swapped_signatures(world: World, pack: Path) -> None:
    """The first signature of each report put into the other, byte for byte."""
    one, other = (bytearray((pack / name).read_bytes()) for name in (REPORT, DOSSIER))
    places = []
    for data in (one, other):
        with pikepdf.open(io.BytesIO(bytes(data))) as document:
            numbers = [int(n) for n in document.Root.AcroForm.Fields[0].V.ByteRange]
        places.append((numbers[1] + 1, numbers[2] - 1))
    first, second = (bytes(data[a:b]) for data, (a, b) in zip((one, other), places, strict=True))
    for data, (a, b), new in ((one, places[0], second), (other, places[1], first)):
        data[a:b] = new[: b - a].ljust(b - a, b"0")
    for name, data in ((REPORT, one), (DOSSIER, other)):
        (pack / name).write_bytes(data)
    world.reseal(pack)


def _swapped_reports(world: World, pack: Path) -> None:
    """Two reports, each whole, under each other's name."""
    one, other = (pack / REPORT).read_bytes(), (pack / DOSSIER).read_bytes()
    (pack / REPORT).write_bytes(other)
    (pack / DOSSIER).write_bytes(one)
    world.reseal(pack)


def _text(name: str, change: Callable[[bytes], bytes]) -> Callable[[World, Path], None]:
    def harm(world: World, pack: Path) -> None:
        (pack / name).write_bytes(change((pack / name).read_bytes()))
        if name.startswith("data/"):
            world.reseal(pack)

    return harm


def _twice(data: bytes) -> bytes:
    """A key that comes twice: readers that take the first read another pack id."""
    return data.replace(b'{\n  "', b'{\n  "title": "Another",\n  "', 1)


def _nested(_: bytes) -> bytes:
    return b"[" * 200_000 + b"]" * 200_000


def _many_twins(_: bytes) -> bytes:
    return b"{" + b",".join(b'"k%d":1' % (n % 150_000) for n in range(300_000)) + b"}"


def _long_number(data: bytes) -> bytes:
    return data.replace(b'"version": 1', b'"version": 1' + b"0" * 2_000_000, 1)


def _half_a_character(data: bytes) -> bytes:
    return data.replace(b'"title": "', b'"title": "\\ud800', 1)


def _lines_turned(data: bytes) -> bytes:
    first, second, *rest = data.splitlines(keepends=True)
    return b"".join([second, first, *rest])


def _endless_trail(data: bytes) -> bytes:
    return data + b"{}\n" * 200_000


def _many_lines(_: bytes) -> bytes:
    return b"".join(b"%064x  data/%06d\n" % (n, n) for n in range(300_000))


def _many_roles(data: bytes) -> bytes:
    policy = json.loads(data)
    one = next(iter(policy["roles"].values()))
    policy["roles"] = {
        f"r{n}": one | {"order": n, "field": f"f{n}", "lock": False, "certify": False}
        for n in range(4_000)
    }
    policy["separation"] = [list(policy["roles"])] * 3
    return canonical.dump(policy)


def _decomposed(_: World, pack: Path) -> None:
    name = unicodedata.normalize("NFD", "événements.csv")
    shutil.copy(pack / "data/evidence/events.csv", pack / "data/evidence" / name)


def _link_to_a_folder(_: World, pack: Path) -> None:
    shutil.move(pack / "data/obligations", pack.parent / "elsewhere")
    (pack / "data/obligations").symlink_to(pack.parent / "elsewhere")


def _link_to_itself(_: World, pack: Path) -> None:
    (pack / "data/evidence/again").symlink_to(pack)


def _deep(_: World, pack: Path) -> None:
    descriptor = os.open(pack, os.O_RDONLY)
    for _number in range(100):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)


def _holes(_: World, pack: Path) -> None:
    with (pack / "data/originals/export.csv").open("wb") as file:
        file.truncate(1 << 42)


def _many_files(_: World, pack: Path) -> None:
    for number in range(20_500):
        os.mknod(pack / "data/originals" / f"f{number}")


def _another_packs_time(world: World, pack: Path) -> None:
    from lotproof.evidence.seal.timesources import timestamp_token

    from ..packs import AT

    bag.replace(pack / bag.SEAL_TIME, timestamp_token(b"another seal", world.source, AT))


def _endless_rows(world: World, pack: Path) -> None:
    with duckdb.connect() as con:
        con.execute(
            f"copy (select 1 as n from range(30000000)) to '{pack / PARQUET}' "
            "(format parquet, row_group_size 100000000)"
        )
    world.reseal(pack)


def _wide_cell(world: World, pack: Path) -> None:
    with duckdb.connect() as con:
        con.execute(
            f"copy (select repeat('x', 60000000) as x from range(60)) to '{pack / PARQUET}' "
            "(format parquet, compression zstd)"
        )
    world.reseal(pack)


def _pages_without_end(world: World, pack: Path) -> None:
    """A page tree that holds itself."""
    out = io.BytesIO()
    with pikepdf.open(pack / REPORT) as document:
        document.Root.Pages.Kids.append(document.Root.Pages)
        document.save(out)
    (pack / REPORT).write_bytes(out.getvalue())
    world.reseal(pack)


def _unfolding_attachment(world: World, pack: Path) -> None:
    """A manifest attached that unfolds to a gigabyte."""
    import zlib

    out, deflate = io.BytesIO(), zlib.compressobj(9)
    data = b"".join(deflate.compress(b"\0" * (1 << 24)) for _ in range(64)) + deflate.flush()
    with pikepdf.open(pack / REPORT) as document:
        spec = document.Root.Names.EmbeddedFiles.Names[1]
        spec.EF.F.write(data, filter=pikepdf.Name.FlateDecode)
        document.save(out)
    (pack / REPORT).write_bytes(out.getvalue())
    world.reseal(pack)


def _nested_seal(_: World, pack: Path) -> None:
    inner = b""
    for _number in range(6_000):
        length = len(inner)
        inner = (
            b"\x30" + (bytes([length]) if length < 128 else b"\x83" + length.to_bytes(3)) + inner
        )
    (pack / bag.SEAL).write_bytes(inner)


INVENTED: dict[str, tuple[Callable[[World, Path], None], str]] = {
    "a page drawn over after the seal, sealed again": (_increment, "E_PDF_MODIFIED"),
    "signatures swapped between reports": (_swapped_signatures, "E_SIG_DIGEST"),
    "reports swapped under their names": (_swapped_reports, "E_AUDIT_MISMATCH"),
    "a key twice in pack.json": (_text("pack.json", _twice), "E_CANONICAL"),
    "a key twice in the evidence manifest": (_text(EVIDENCE_MANIFEST, _twice), "E_CANONICAL"),
    "a byte order mark before pack.json": (
        _text("pack.json", lambda d: b"\xef\xbb\xbf" + d), "E_CANONICAL"),
    "line ends of another system": (
        _text("pack.json", lambda d: d.replace(b"\n", b"\r\n")), "E_CANONICAL"),
    "a manifest with line ends of another system": (
        _text(bag.MANIFEST, lambda d: d.replace(b"\n", b"\r\n")), "E_MANIFEST_SYNTAX"),
    "a byte order mark before the manifest": (
        _text(bag.MANIFEST, lambda d: b"\xef\xbb\xbf" + d), "E_MANIFEST_SYNTAX"),
    "200,000 brackets": (_text("pack.json", _nested), "E_CANONICAL"),
    "150,000 keys twice": (_text("pack.json", _many_twins), "E_CANONICAL"),
    "a number of two million digits": (_text("pack.json", _long_number), "E_CANONICAL"),
    "half a character": (_text("pack.json", _half_a_character), "E_CANONICAL"),
    "lines of the audit trail turned": (_text(AUDIT_PATH, _lines_turned), "E_AUDIT_CHAIN"),
    "200,000 lines in the audit trail": (_text(AUDIT_PATH, _endless_trail), "E_AUDIT_CHAIN"),
    "300,000 lines in the manifest": (_text(bag.MANIFEST, _many_lines), "E_MANIFEST_SYNTAX"),
    "4,000 roles": (_text(POLICY_PATH, _many_roles), "E_FORMAT"),
    "a name spelt with combining marks": (_decomposed, "E_NAME_NORMALIZATION"),
    "a folder that is a link": (_link_to_a_folder, "E_SPECIAL_FILE"),
    "a link to the pack in the pack": (_link_to_itself, "E_SPECIAL_FILE"),
    "many folders in each other": (_deep, "E_PATH_UNSAFE"),
    "4 TB of nothing": (_holes, "E_FORMAT"),
    "20,500 files": (_many_files, "E_FORMAT"),
    "a timestamp of another seal": (_another_packs_time, "E_TST_INVALID"),
    "30 million rows in a small file": (_endless_rows, "E_FORMAT"),
    "60 cells of 60 MB": (_wide_cell, "E_FORMAT"),
    "pages without end": (_pages_without_end, "E_PDF_MODIFIED"),
    "an attachment that unfolds to a gigabyte": (_unfolding_attachment, "E_PDF_PARSE"),
    "a seal nested 6,000 deep": (_nested_seal, "E_SEAL_INVALID"),
}  # fmt: skip


@pytest.mark.parametrize("name", INVENTED)
def test_an_invented_harm_is_found_in_bounded_time_and_memory(
    world: World, pack: Path, name: str
) -> None:
    harm, code = INVENTED[name]
    harm(world, pack)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    report = world.verify(pack)

    spent = time.process_time() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told = "\n".join(report.lines())
    assert report.verdict == "FAILED"
    assert code in report.codes, told[:2000]
    assert spent < SECONDS
    assert grown < MEGABYTES
    assert len(told) < 1_000_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (stored([("AP-2026-10-LEU_v1/../../etc/cron.d/x", b"x")]), "E_PATH_UNSAFE"),
        (stored([("/AP-2026-10-LEU_v1/pack.json", b"{}")]), "E_PATH_UNSAFE"),
        (stored([("AP/%2e%2e/pack.json", b"{}")]), "E_PATH_UNSAFE"),
        (stored([("AP/pack.json", b"{}"), ("AP/PACK.JSON", b"{}")]), "E_NAME_COLLISION"),
        (stored([("AP/ｐack.json", b"{}")]), "E_NAME_NORMALIZATION"),
        (stored([("AP/pack.json ", b"{}")]), "E_NAME_RESERVED"),
        (written([("AP/pack.json", b"{}")], 14), "E_ZIP_METHOD"),
        (b"", "E_ZIP_TRUNCATED"),
        (b"PK\x05\x06" + b"\0" * 18, "E_MANIFEST_MISSING"),
    ],
    ids=["outside", "absolute", "percent", "case", "wide", "space", "lzma", "empty", "no entry"],
)  # fmt: skip
def test_an_invented_zip_is_refused(world: World, tmp_path: Path, data: bytes, code: str) -> None:
    assert code in found(world, tmp_path, data)


def test_a_zip_of_a_million_entries_is_refused_by_its_end(world: World, tmp_path: Path) -> None:
    name, count = b"AP/f", 1_000_000
    head = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 33, 0, 0, 0,
                       len(name), 0, 0, 0, 0, 0, 0)  # fmt: skip
    directory = (head + name) * count
    end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(directory), 0)
    end += struct.pack("<IIQI", 0x07064B50, 0, len(directory), 1)
    end += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    begun = time.process_time()

    assert found(world, tmp_path, directory + end) & {"E_ZIP_LIMITS", "E_ZIP_TRUNCATED"}
    assert time.process_time() - begun < SECONDS


def test_what_a_pack_says_moves_no_cursor(world: World) -> None:
    report = world.verify(world.sealed)
    name = "Ines\x1b[2J\x1b[HVERIFIED  AP-2026-10-LEU_v1\n  note: \u202eall is well\x9b1A"
    line = SignatureLine(REPORT, "approver", "P-002", name, "approval", "", "0" * 64)
    lying = replace(report, signatures=(line,), findings=(Finding("E_FORMAT", name, name, name),))
    told = list(lying.lines())

    assert all(harmless(text) == text for text in told)
    assert sum("VERIFIED" in part.lstrip()[:8] for text in told for part in text.split("\n")) == 1

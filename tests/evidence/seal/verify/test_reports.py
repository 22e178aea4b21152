"""Reports changed after signing: pyHanko and pdfsig are blind to some of these, the pack is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lotproof.evidence.seal import EVIDENCE_MANIFEST, place_signature_fields
from lotproof.evidence.seal.verify.pdf_changes import xmp_properties

from ..packs import BOXES, HONEST, REPORT, Signed, World, render
from .test_files import objects


def increment(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The report with one more revision."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer: Any = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def replaced(pack: Path, change: Callable[[bytes], bytes]) -> None:
    (pack / REPORT).write_bytes(change((pack / REPORT).read_bytes()))


def overlay(writer: Any) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name

    stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 60 600 200 80 re f Q")
    kinds: Any = {pdf_name("/ProcSet"): generic.ArrayObject()}
    empty = generic.DictionaryObject(kinds)  # type: ignore[no-untyped-call] # pyHanko
    writer.add_stream_to_page(0, writer.add_object(stream), empty)


def annotation(writer: Any) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name

    page = writer.root["/Pages"]["/Kids"][1]
    note = generic.DictionaryObject(  # type: ignore[no-untyped-call] # pyHanko
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 60, 200, 90))),
            pdf_name("/Contents"): generic.TextStringObject("and approved once more"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def attachment(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    pairs = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = pairs[1]["/EF"].raw_get("/F")
    stream = generic.StreamObject(file.get_object(), stream_data=b"{}\n")
    writer.objects[(file.generation, file.idnum)] = stream


def no_attachments(writer: Any) -> None:
    del writer.root["/Names"]
    writer.update_root()


def appearance(writer: Any) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    other = writer.root["/AcroForm"]["/Fields"][1]
    field["/AP"] = other["/AP"]
    writer.update_container(field)


def moved(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.update_container(field)


def title(writer: Any) -> None:
    from pyhanko.pdf_utils.misc import StringWithLanguage

    writer.document_meta.title = StringWithLanguage("Quite another report")
    writer.update_root()


def info(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    entries = writer.trailer["/Info"]
    entries["/Author"] = generic.TextStringObject("Somebody else")
    writer.update_container(entries)


def language(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    writer.root["/Lang"] = generic.TextStringObject("tlh")
    writer.update_root()


@pytest.mark.parametrize("thorough", [False, True])
@pytest.mark.parametrize(
    "change", [overlay, annotation, attachment, no_attachments, appearance, moved]
)
def test_rows_28_to_32_a_revision_after_signing(
    world: World, pack: Path, change: Callable[[Any], None], thorough: bool
) -> None:
    replaced(pack, lambda data: increment(data, change))
    report = world.verify(pack, thorough=thorough)
    about = {(f.code, f.object.partition("#")[0]) for f in report.findings}

    assert {("E_PDF_MODIFIED", REPORT), ("E_FILE_HASH", REPORT)} <= about


def test_row_30_another_attachment_breaks_the_binding(world: World, pack: Path) -> None:
    replaced(pack, lambda data: increment(data, attachment))

    assert ("E_EVIDENCE_BINDING", REPORT) in objects(world, pack)


@pytest.mark.parametrize("change", [title, info, language])
def test_row_33_metadata_changed_after_signing(
    world: World, pack: Path, change: Callable[[Any], None]
) -> None:
    replaced(pack, lambda data: increment(data, change))

    assert {("E_PDF_METADATA", REPORT), ("E_FILE_HASH", REPORT)} <= objects(world, pack)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: increment(data, lambda writer: writer.update_root()),
        lambda data: data + b"\n%% more\n",
    ],
    ids=["empty revision", "trailing bytes"],
)
def test_row_34_something_after_the_last_signature(
    world: World, pack: Path, change: Callable[[bytes], bytes]
) -> None:
    replaced(pack, change)

    assert {("E_PDF_TRAILING", REPORT), ("E_FILE_HASH", REPORT)} <= objects(world, pack)


def test_rows_28_to_33_are_found_between_signatures_too(world: World, tmp_path: Path) -> None:
    pack = world.forge(tmp_path)
    data = world.sign((pack / REPORT).read_bytes(), HONEST[0])
    data = world.sign(increment(data, overlay), HONEST[1])
    (pack / REPORT).write_bytes(world.sign(increment(data, title), HONEST[2]))
    world.reseal(pack)

    assert {("E_PDF_MODIFIED", REPORT), ("E_PDF_METADATA", REPORT)} <= objects(world, pack)


def signature_bytes(data: bytes, field: int) -> tuple[int, int]:
    """Where the hexadecimal digits of a signature stand, counted in the order of signing."""
    gaps = list(_gaps(data))
    return gaps[field]


def _gaps(data: bytes) -> Iterator[tuple[int, int]]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    for signature in PdfFileReader(BytesIO(data)).embedded_signatures:
        covered: Any = signature.byte_range
        _, before, after, _ = map(int, covered)
        yield before + 1, after - 1


def flip(data: bytes, place: int, to: bytes) -> bytes:
    assert data[place : place + 1] != to
    return data[:place] + to + data[place + 1 :]


def test_row_25_a_byte_in_a_signed_range(world: World, pack: Path) -> None:
    replaced(pack, lambda data: flip(data, data.index(b"/Sig\n"), b"x"))
    found = objects(world, pack)

    assert ("E_FILE_HASH", REPORT) in found
    assert {code for code, _ in found} & {"E_SIG_DIGEST", "E_SIG_CRYPTO", "E_PDF_PARSE"}


def test_row_25_a_reason_changed_in_place(world: World, pack: Path) -> None:
    replaced(pack, lambda data: data.replace(b"(authorship)", b"(ownership.)"))
    found = objects(world, pack)

    assert {("E_SIG_DIGEST", f"{REPORT}#{field}") for field, *_ in map(row, HONEST)} <= found
    assert ("E_MEANING_MISMATCH", f"{REPORT}#preparer") in found


def row(signed: Signed) -> tuple[str, str]:
    return signed.field, signed.person


@pytest.mark.parametrize("depth", [100, 700, 1600])
def test_row_26_a_byte_in_the_signature_itself(world: World, pack: Path, depth: int) -> None:
    data = (pack / REPORT).read_bytes()
    start, _ = signature_bytes(data, 2)
    digit = b"0" if data[start + depth : start + depth + 1] != b"0" else b"f"
    (pack / REPORT).write_bytes(flip(data, start + depth, digit))
    codes = {code for code, _ in objects(world, pack)}

    assert "E_FILE_HASH" in codes
    assert codes & {"E_SIG_CRYPTO", "E_CERT_UNTRUSTED", "E_SIG_DIGEST"}


@pytest.mark.parametrize("which", [0, 2])
def test_row_27_the_padding_after_a_signature(world: World, pack: Path, which: int) -> None:
    data = (pack / REPORT).read_bytes()
    _, end = signature_bytes(data, which)
    (pack / REPORT).write_bytes(flip(data, end - 2, b"7"))
    found = objects(world, pack)

    assert ("E_SIG_CRYPTO", f"{REPORT}#{HONEST[which].field}") in found
    assert (which == 2) or (("E_SIG_DIGEST", f"{REPORT}#approver") in found)


def test_row_35_bytes_before_the_report(world: World, pack: Path) -> None:
    replaced(pack, lambda data: b"\n" + data)

    assert ("E_PDF_PARSE", REPORT) in objects(world, pack)


def test_row_37_cut_back_to_before_the_approval(world: World, pack: Path) -> None:
    data = (pack / REPORT).read_bytes()
    body = world.sealed.parent / "draft" / world.sealed.name / REPORT
    ends = [found.end() + 1 for found in re.finditer(rb"%%EOF", data)]
    two = max((data[:end] for end in ends if data[:end].count(b"/ByteRange") == 2), key=len)
    assert len(body.read_bytes()) < len(two) < len(data)
    (pack / REPORT).write_bytes(two)
    world.reseal(pack)
    found = objects(world, pack)

    assert ("E_ROLE_MISSING", f"{REPORT}#approver") in found
    assert ("E_AUDIT_MISMATCH", REPORT) in found


def test_row_57_a_report_of_another_pack(world: World, pack: Path) -> None:
    other = pack / "data/reports/dossier.pdf"
    (pack / REPORT).write_bytes(other.read_bytes())
    world.renew_manifests(pack)
    found = objects(world, pack)

    assert {code for code, _ in found} >= {"E_SEAL_INVALID", "E_AUDIT_MISMATCH"}


def test_row_60_a_report_with_another_manifest_attached(world: World, tmp_path: Path) -> None:
    pack = world.forge(tmp_path)
    other = tmp_path / "other.json"
    other.write_bytes(b"{}\n")
    render(pack / REPORT, "Monthly", other)
    place_signature_fields(pack / REPORT, BOXES, world.policy)
    for signed in HONEST:
        replaced(pack, partial(world.sign, signed=signed))
    world.reseal(pack)

    assert ("E_EVIDENCE_BINDING", REPORT) in objects(world, pack)


@pytest.mark.parametrize("variant", [None, "pdf/a-3a", "pdf/ua-1"])
def test_reports_of_every_kind_are_signed_and_found_untouched(
    world: World, tmp_path: Path, variant: str | None
) -> None:
    pack = world.forge(tmp_path)
    render(pack / REPORT, "Märzbericht", pack / EVIDENCE_MANIFEST, pdf_variant=variant)
    place_signature_fields(pack / REPORT, BOXES, world.policy)
    for signed in HONEST:
        replaced(pack, partial(world.sign, signed=signed))
    world.reseal(pack)
    report = world.verify(pack, thorough=True)

    assert {finding.code for finding in report.findings} == {"E_AUDIT_MISMATCH"}


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"[" * 200_000, b"\x7fELF" * 9],
    ids=["empty", "header only", "nested", "no PDF"],
)
def test_row_80_a_report_that_cannot_be_read(world: World, pack: Path, data: bytes) -> None:
    (pack / REPORT).write_bytes(data)

    assert ("E_PDF_PARSE", REPORT) in objects(world, pack)


@pytest.mark.parametrize(
    "packet", [b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', b"<x>&a;</x>", b"<x>"]
)
def test_row_80_metadata_that_cannot_be_read_safely(packet: bytes) -> None:
    with pytest.raises(ValueError, match="XMP"):
        xmp_properties(packet)


def test_a_pack_without_reports_is_not_verified(world: World, pack: Path) -> None:
    for report in (pack / "data/reports").iterdir():
        report.unlink()
    world.reseal(pack)

    assert ("E_FILE_MISSING", "data/reports") in objects(world, pack)

"""The rules of PDF/A-3a and PDF/UA-1 that can be told without veraPDF, for reports of packs.

Each rule yields what breaks it, in words. Numbers are those of ISO 19005-3 and ISO 14289-1.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from asn1crypto import cms
from fontTools.ttLib import TTFont

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
PDFUAID = "{http://www.aiim.org/pdfua/ns/id/}"
NAMESPACE_URI = "{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
ALLOWED = {"/Link", "/Widget", "/Text", "/Popup"}
CODE = {"/JavaScript", "/Launch", "/OpenAction", "/JS", "/XFA"}
_PRINT, _UNSEEN = 4, 2 | 32 | 1


def faults(data: bytes) -> list[str]:
    """Everything in a report that breaks a rule."""
    with pikepdf.open(io.BytesIO(data)) as document:
        rules = (
            _file, _metadata, _colour, _fonts, _structure, _annotations, _form, _attachments, _code,
        )  # fmt: skip
        found = [fault for rule in rules for fault in rule(document)]
        return found + list(_signatures(document, data))


def keeps_the_standards(*reports: Path) -> None:
    """Fail where a report breaks a rule, is no sound PDF, or another validator finds something.

    Others are page-validation, where it is installed, and veraPDF, where VERAPDF names it.
    """
    assert reports
    for report in reports:
        assert faults(report.read_bytes()) == []
        assert second_opinion(report.read_bytes()) == []
        _run("qpdf", "--check", str(report))
        for flavour in ("3a", "ua1") if "VERAPDF" in os.environ else ():
            verapdf = os.environ["VERAPDF"]
            _run(verapdf, "--format", "text", "--flavour", flavour, str(report))


MISTAKEN = {
    "PDFA3A-SIGNATURE-BYTERANGE-001",  # asks of each signature to cover those after it
    "PDFA3A-STREAM-LENGTH-001",  # takes a last byte 0D of compressed data for the end of a line
}
"""Rules that page-validation 0.11 reads otherwise than ISO 19005-3 and veraPDF."""
_NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": PDFAID[1:-1],
    "pdfuaid": PDFUAID[1:-1],
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "x": "adobe:ns:meta/",
}


def second_opinion(data: bytes) -> list[str]:
    """What page-validation finds in a report, PDF/UA-1 and PDF/A-3a; nothing without it."""
    try:
        import page
    except ImportError:
        return []
    accessible = page.validate_pdf_bytes(data, profile="ua1").failures
    lasting = page.validate_pdf_bytes(_spelt_out(data), profile="3a").failures
    with pikepdf.open(io.BytesIO(data)) as document:
        return [
            f"{fault.rule_id}: {fault.message}"
            for fault in (*accessible, *lasting)
            if fault.rule_id not in MISTAKEN and not _is_unseen_field(document, fault)
        ]


def _is_unseen_field(document: Any, fault: Any) -> bool:
    """A field of no size is on no page, and needs no tag (as veraPDF reads ISO 14289-1, 7.18.4)."""
    if fault.rule_id != "PDFUA1-WIDGET-FORM-TAG-001" or fault.object_id is None:
        return False
    field = document.get_object(fault.object_id.object_number, 0)
    return not any(float(edge) for edge in field.Rect)


def _spelt_out(data: bytes) -> bytes:
    """A report whose metadata says the same in the one spelling of RDF that page-validation reads.

    Signing leaves the other: a node with attributes in place of a list of properties.
    """
    for prefix, name in _NAMES.items():
        ET.register_namespace(prefix, name)
    rdf, spelt = f"{{{_NAMES['rdf']}}}", io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        tree = ET.fromstring(document.Root.Metadata.read_bytes().decode())  # noqa: S314 - our own
        for item in list(tree.iter(f"{rdf}li")):
            for node in item.findall(f"{rdf}Description"):
                item.set(f"{rdf}parseType", "Resource")
                item.remove(node)
                for key, value in node.attrib.items():
                    ET.SubElement(item, key).text = value
                item.extend(list(node))
        packet = ET.tostring(tree, encoding="unicode")
        head = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        document.Root.Metadata.write(f'{head}{packet}<?xpacket end="w"?>'.encode())
        document.save(spelt)
    return spelt.getvalue()


def holds_signatures(report: Path, count: int) -> None:
    """Fail where pdfsig does not find so many valid signatures, the last over the whole file."""
    told = _run("pdfsig", "-nocert", str(report))
    assert told.count("Signature is Valid") == count, told
    assert told.count("Total document signed") == 1, told


def _run(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def _file(document: Any) -> Iterator[str]:
    if "/ID" not in document.trailer:
        yield "6.1.3: no file identifier"
    if "/Encrypt" in document.trailer:
        yield "6.1.3: encrypted"


def _metadata(document: Any) -> Iterator[str]:
    packet = document.Root.Metadata.read_bytes() if "/Metadata" in document.Root else b""
    head = re.match(rb"<\?xpacket([^>]*)\?>", packet)
    if head and (b"bytes=" in head[1] or b"encoding=" in head[1]):
        yield "6.6.2.1: the packet's head names bytes or encoding"
    try:
        tree = ET.fromstring(packet.decode("utf-8"))  # noqa: S314 - our own reports
    except (ET.ParseError, UnicodeDecodeError) as error:
        yield f"6.6.2.1: no XMP: {error}"
        return
    told = {key: value for node in tree.iter() for key, value in node.attrib.items()}
    told |= {node.tag: (node.text or "").strip() for node in tree.iter() if node.text}
    for key, value in ((f"{PDFAID}part", "3"), (f"{PDFAID}conformance", "A"),
                       (f"{PDFUAID}part", "1")):  # fmt: skip
        if told.get(key) != value:
            yield f"identification: {key} is {told.get(key)}, not {value}"
    described = {node.get(RESOURCE, node.text) for node in tree.iter(NAMESPACE_URI)}
    if PDFUAID[1:-1] not in described:
        yield "6.6.2.3: pdfuaid has no extension schema"


def _colour(document: Any) -> Iterator[str]:
    intents = list(document.Root.get("/OutputIntents", []))
    if not any(i.S == "/GTS_PDFA1" and "/DestOutputProfile" in i for i in intents):
        yield "6.2.3: no output intent with a profile"


def _fonts(document: Any) -> Iterator[str]:
    for font in _used_fonts(document):
        name = str(font.get("/BaseFont"))
        if "/ToUnicode" not in font:
            yield f"6.2.11.7: {name} has no ToUnicode"
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        described = inner.get("/FontDescriptor")
        files = [
            key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in (described or {})
        ]
        if not files:
            yield f"6.2.11.4: {name} is not embedded"
        elif "/W" in inner:
            yield from _widths(name, inner, described[files[0]].read_bytes())


def _used_fonts(document: Any) -> Iterator[Any]:
    for value in document.objects:
        is_font = isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Font"
        if is_font and not str(value.get("/Subtype")).startswith("/CIDFont"):
            yield value


def _widths(name: str, font: Any, program: bytes) -> Iterator[str]:
    try:
        face = TTFont(io.BytesIO(program), lazy=True)
        metrics, order = face["hmtx"], face.getGlyphOrder()
        head: Any = face["head"]
    except Exception as error:  # noqa: BLE001 - a bare CFF has no hmtx; told as a fault
        yield f"6.2.11.5: {name} cannot be read: {error}"
        return
    for glyph, width in _listed(list(font.W)):
        real = metrics[order[glyph]][0] * 1000 / head.unitsPerEm if glyph < len(order) else None
        if real is None or abs(real - width) > 1:
            yield f"6.2.11.5: {name} glyph {glyph} is {width} wide, in the font {real}"


def _listed(widths: list[Any]) -> Iterator[tuple[int, float]]:
    place = 0
    while place < len(widths):
        first, second = int(widths[place]), widths[place + 1]
        if isinstance(second, pikepdf.Array):
            yield from ((first + n, float(width)) for n, width in enumerate(list(second)))
            place += 2
        else:
            yield from ((n, float(widths[place + 2])) for n in range(first, int(second) + 1))
            place += 3


def _structure(document: Any) -> Iterator[str]:
    root = document.Root
    marked = root.get("/MarkInfo", {})
    if not marked.get("/Marked") or marked.get("/Suspects"):
        yield "6.7.2: not marked as tagged"
    if "/StructTreeRoot" not in root:
        yield "6.7.3: no structure"
    if not str(root.get("/Lang", "")):
        yield "7.2: no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "7.1: the title is not shown"
    if not str(document.docinfo.get("/Title", "")):
        yield "7.1: no title"


def _annotations(document: Any) -> Iterator[str]:
    for number, page in enumerate(document.pages, 1):
        notes = list(page.obj.get("/Annots", []))
        if notes and page.obj.get("/Tabs") != "/S":
            yield f"7.18.3: page {number} has annotations without tab order"
        for note in notes:
            yield from (f"page {number}: {fault}" for fault in _annotation(note))


def _annotation(note: Any) -> Iterator[str]:
    kind, flags = str(note.Subtype), int(note.get("/F", 0))
    if kind not in ALLOWED:
        yield f"6.3.1: annotation {kind}"
    if kind != "/Popup" and (not flags & _PRINT or flags & _UNSEEN):
        yield f"6.3.2: {kind} with flags {flags}"
    empty = [float(n) for n in note.Rect][:2] == [float(n) for n in note.Rect][2:]
    if kind == "/Widget" and not empty:
        if set(note.get("/AP", {}).keys()) != {"/N"}:
            yield "6.3.3: a widget without a normal appearance alone"
        if "/A" in note or "/AA" in note:
            yield "6.4.1: a widget with an action"
        if not str(note.get("/TU", "")):
            yield "7.18.1: a widget without a description"
    if not empty and "/StructParent" not in note:
        yield f"7.18.1: {kind} outside the structure"


def _form(document: Any) -> Iterator[str]:
    form = document.Root.get("/AcroForm", {})
    if "/XFA" in form or form.get("/NeedAppearances"):
        yield "6.4.1: XFA or NeedAppearances"
    perms = document.Root.get("/Perms", {})
    if set(perms.keys()) - {"/DocMDP"}:
        yield "6.1.12: permissions other than DocMDP"
    tree = document.Root.get("/StructTreeRoot", {}).get("/ParentTree")
    for field in list(form.get("/Fields", [])):
        edges = [float(edge) for edge in field.get("/Rect", [])]
        if not any(edges) or tree is None:
            continue
        parent = pikepdf.NumberTree(tree)[int(field.StructParent)]
        if parent.S != "/Form":
            yield f"7.18.4: field {field.get('/T')} in {parent.S}"


def _signatures(document: Any, data: bytes) -> Iterator[str]:
    """One signer each, named with the certificate; everything up to there but the signature."""
    ends = set()
    for field in list(document.Root.get("/AcroForm", {}).get("/Fields", [])):
        if "/V" not in field:
            continue
        name, numbers = str(field.T), [int(number) for number in field.V.ByteRange]
        signed = cms.ContentInfo.load(bytes(field.V.Contents))["content"]
        signers, certificates = signed["signer_infos"], signed["certificates"]
        start, before, after, rest = numbers
        ends.add(after + rest)
        if start or data[before : before + 1] + data[after - 1 : after] != b"<>":
            yield f"6.4.3: the range of {name} is {numbers}"
        if data[: after + rest].rstrip()[-5:] != b"%%EOF":
            yield f"6.4.3: the range of {name} ends within a revision"
        if len(signers) != 1:
            yield f"6.4.3: {len(signers)} signers in {name}"
        serial = signers[0]["sid"].chosen["serial_number"].native
        if serial not in {one.chosen.serial_number for one in certificates}:
            yield f"6.4.3: {name} lacks the certificate of its signer"
    if len(ends) != sum("/V" in f for f in document.Root.get("/AcroForm", {}).get("/Fields", [])):
        yield "6.4.3: two signatures end at one place"


def _attachments(document: Any) -> Iterator[str]:
    named = [file.objgen for file in list(document.Root.get("/AF", []))]
    if len(named) != len(set(named)):
        yield "6.8: an attachment is named twice"
    for value in document.objects:
        if isinstance(value, pikepdf.Dictionary) and "/EF" in value:
            if not str(value.get("/F", "")) or not str(value.get("/UF", "")):
                yield "6.8: an attachment without both names"
            if "/AFRelationship" not in value or value.objgen not in named:
                yield "6.8: an attachment that nothing is related to"
            if "/Subtype" not in value.EF.F:
                yield "6.8: an attachment without a media type"


def _code(document: Any) -> Iterator[str]:
    for value in document.objects:
        if isinstance(value, pikepdf.Dictionary):
            found = CODE & {*value.keys(), str(value.get("/S", ""))}
            yield from (f"6.5: {name}" for name in sorted(found))

"""Says in an unsigned report that it is PDF/A-3a and PDF/UA-1 at once (ISO 19005-3, ISO 14289-1).

The renderer identifies one of the two. The other needs its mark in the XMP packet, and PDF/A needs
the schema of that mark described beside it (ISO 19005-3, 6.6.2.3). Whether the rest of the file
keeps both is up to templates and renderer, and shown by the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pikepdf import Pdf

_UA: Final = "http://www.aiim.org/pdfua/ns/id/"
_PDFA: Final = "http://www.aiim.org/pdfa/ns"
_END: Final = b"</rdf:RDF>"
_MARKS: Final = (  # in the spelling that signing leaves as it is
    f'<rdf:Description xmlns:pdfuaid="{_UA}" rdf:about="" pdfuaid:part="1" />'
    f'<rdf:Description xmlns:pdfaExtension="{_PDFA}/extension/" '
    f'xmlns:pdfaSchema="{_PDFA}/schema#" xmlns:pdfaProperty="{_PDFA}/property#" rdf:about="">'
    "<pdfaExtension:schemas><rdf:Bag><rdf:li>"
    '<rdf:Description pdfaSchema:schema="PDF/UA identification" pdfaSchema:prefix="pdfuaid">'
    f'<pdfaSchema:namespaceURI rdf:resource="{_UA}"/>'
    "<pdfaSchema:property><rdf:Seq><rdf:li>"
    '<rdf:Description pdfaProperty:name="part" pdfaProperty:valueType="Integer" '
    'pdfaProperty:category="internal" pdfaProperty:description="Part of ISO 14289 that is kept"/>'
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:Description></rdf:li></rdf:Bag>"
    "</pdfaExtension:schemas></rdf:Description>"
).encode()


def mark_accessible(document: Pdf) -> None:
    """Add the mark of PDF/UA to a report that is marked as PDF/A, and name each attachment once.

    Args:
        document: the unsigned report; one without PDF/A metadata stays as it is.
    """
    from pikepdf import Array

    root = document.Root
    if "/Metadata" not in root or "/OutputIntents" not in root:
        return
    packet = root.Metadata.read_bytes()
    root.Metadata.write(packet.replace(_END, _MARKS + _END, 1))
    if "/AF" in root:
        once = {file.objgen: file for file in list(root.AF)}  # the renderer names each one twice
        root.AF = Array(list(once.values()))

"""What did each revision of a report change? One signature, and nothing that can be seen.

A revision may fill one signature field with a new signature and its appearance, or add an invisible
field with a timestamp over the document. It may add revocation data and touch what no reader shows:
version, extensions, modification date, producer. Everything else is a change.
Only the objects a revision wrote are read, so the cost does not grow with the report; pyHanko's
difference analysis, which reads them all, can be asked for in addition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

Change = tuple[str, str]

_FIELD: Final = frozenset({"/V", "/AP"})
_CATALOG: Final = frozenset({"/Version", "/Extensions", "/Metadata"})
_STORE: Final = ("/Certs", "/CRLs", "/OCSPs")
_INFO: Final = frozenset({"/ModDate", "/Producer"})
_XMP: Final = frozenset({"ModifyDate", "MetadataDate", "Producer"})
_SPACES: Final = frozenset({
    "{http://purl.org/dc/elements/1.1/", "{http://ns.adobe.com/pdf/1.3/",
    "{http://ns.adobe.com/xap/1.0/",
})  # fmt: skip
"""Name spaces whose properties are told by their names alone."""
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def entry(holder: Any, key: str, default: Any = None) -> Any:  # noqa: ANN401 - PDF objects
    """The value of a key, references followed; absent and null are the same.

    XMP comes as a plain stream: the library's own view of it cannot be read from an old revision.
    """
    if key not in holder:
        return default
    value = holder.raw_get(key).get_object()
    return default if type(value).__name__ == "NullObject" else value


def changes(reader: PdfFileReader, signed: Mapping[int, str]) -> Iterator[Change]:
    """Every change beyond signatures: a code and a sentence.

    Args:
        reader: the report.
        signed: for each revision with a signature, the name of its field.
    """
    for revision in range(1, reader.xrefs.total_revisions):
        old = reader.get_historical_resolver(revision - 1)
        new = reader.get_historical_resolver(revision)
        yield from _Revision(revision, signed.get(revision), old, new).changes()


class _Revision:
    """One revision beside the one before it."""

    def __init__(
        self, number: int, field: str | None, old: HistoricalResolver, new: HistoricalResolver
    ) -> None:
        self._number, self._field, self._old, self._new = number, field, old, new
        self._xrefs = new.reader.xrefs

    def changes(self) -> Iterator[Change]:
        """The changes of this revision."""
        yield from self._trailer()
        if self._xrefs.refs_freed_in_revision(self._number):
            yield self._say("E_PDF_MODIFIED", "removes objects")
        known = self._known()
        rewritten = (
            ref
            for ref in self._xrefs.explicit_refs_in_revision(self._number)
            if not self._old.is_ref_unassignable(ref)
        )
        for ref in sorted(rewritten, key=lambda ref: int(ref.idnum)):
            check = known.get(ref)
            if check is None:
                yield from self._unknown(ref)
            else:
                yield from check(self._old(ref), self._new(ref))
        yield from self._metadata()

    def _known(self) -> dict[Any, Any]:
        """The objects a revision may write again, and the rule for each."""
        trailer, root = self._old.trailer_view, self._old.root
        known: dict[Any, Any] = {self._old.root_ref: self._catalog}
        for holder, key, rule in (
            (trailer, "/Info", self._info),
            (root, "/Metadata", self._nothing),
            (root, "/DSS", self._store),
        ):
            reference = getattr(holder.raw_get(key), "reference", None) if key in holder else None
            if reference is not None:
                known[reference] = rule
        if "/AcroForm" in root:
            for pointer in root["/AcroForm"]["/Fields"].iterate():
                if entry(pointer.get_object(), "/T") == self._field:
                    known[pointer.reference] = self._widget
                    return known
        return known | self._stamped()

    def _stamped(self) -> dict[Any, Any]:
        """What a revision may write again to add an invisible field: the form, and its page."""
        field = self._new_field()
        form = self._old.root.raw_get("/AcroForm") if "/AcroForm" in self._old.root else None
        page = field.raw_get("/P") if field is not None and "/P" in field else None
        grown: dict[Any, Any] = {}
        for pointer, key in ((form, "/Fields"), (page, "/Annots")):
            if pointer is not None and hasattr(pointer, "reference"):
                grown[pointer.reference] = partial(self._grown, key)
                holder = self._old(pointer.reference)
                inner = holder.raw_get(key) if key in holder else None
                if inner is not None and hasattr(inner, "reference"):
                    grown[inner.reference] = partial(self._longer, key)
        return grown if field is not None else {}

    def _new_field(self) -> Any:  # noqa: ANN401 - a PDF form field
        """The invisible field this revision adds for a timestamp, or ``None``."""
        form = entry(self._new.root, "/AcroForm")
        for pointer in form["/Fields"].iterate() if form is not None else ():
            field = pointer.get_object()
            if entry(field, "/T") == self._field and self._old.is_ref_unassignable(
                pointer.reference
            ):
                seen = any(float(edge) for edge in entry(field, "/Rect", ())) or "/AP" in field
                return None if seen else field
        return None

    def _grown(self, key: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401
        for other in _differing(before, after) - {key}:
            yield self._say("E_PDF_MODIFIED", f"changes {other} beside a timestamp")
        old, new = entry(before, key, ()), entry(after, key, ())
        yield from self._longer(key, old, new)

    def _longer(self, key: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401
        if len(after) - len(before) > 1 or not _begins(before, after):
            yield self._say("E_PDF_MODIFIED", f"changes {key} beyond its timestamp")

    def _store(self, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - PDF objects
        """Revocation data may be added, never taken away."""
        for key in _differing(before, after):
            old, new = entry(before, key, ()), entry(after, key, ())
            if key not in _STORE or not _begins(old, new):
                yield self._say("E_PDF_MODIFIED", f"changes {key} of the revocation data")

    def _unknown(self, ref: Any) -> Iterator[Change]:  # noqa: ANN401 - a PDF reference
        before, after = self._old(ref), self._new(ref)
        if not _same(before, after):
            kind = entry(after, "/Type", "") if hasattr(after, "keys") else ""
            yield self._say("E_PDF_MODIFIED", f"writes object {ref.idnum} {kind}again".strip())

    def _trailer(self) -> Iterator[Change]:
        before, after = self._old.trailer_view, self._new.trailer_view
        for key in ("/Root", "/Info"):
            was, now = (t.raw_get(key) if key in t else None for t in (before, after))
            if was is not None and was != now:
                yield self._say("E_PDF_MODIFIED", f"replaces the file's {key}")
        if "/Encrypt" in after:
            yield self._say("E_PDF_MODIFIED", "encrypts the file")

    def _catalog(self, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - PDF objects
        allowed = _CATALOG | ({"/Perms"} if self._number == 1 else set())
        allowed |= {"/DSS"} - set(before.keys())
        for key in _differing(before, after) - allowed:
            code = "E_PDF_METADATA" if key == "/Lang" else "E_PDF_MODIFIED"
            yield self._say(code, f"changes {key} of the document")

    def _info(self, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - PDF objects
        for key in _differing(before, after) - _INFO:
            yield self._say("E_PDF_METADATA", f"changes {key}")

    def _widget(self, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - PDF objects
        if "/V" in before:
            yield self._say("E_PDF_MODIFIED", f"writes the signed field {self._field} again")
        for key in _differing(before, after) - _FIELD:
            yield self._say("E_PDF_MODIFIED", f"changes {key} of the field {self._field}")

    def _nothing(self, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - PDF objects
        del before, after  # compared as a whole in _metadata
        return iter(())

    def _metadata(self) -> Iterator[Change]:
        before, after = _xmp(self._old.root), _xmp(self._new.root)
        if before is None and after is not None:
            before = _as_xmp(entry(self._old.trailer_view, "/Info"), after)
        if before != after:
            wrong = sorted({*(before or {}).items()} ^ {*(after or {}).items()})
            names = ", ".join(sorted({key for key, _ in wrong}))
            yield self._say("E_PDF_METADATA", f"changes XMP {names}")

    def _say(self, code: str, what: str) -> Change:
        return code, f"revision {self._number} {what}"


def _differing(before: Any, after: Any) -> set[str]:  # noqa: ANN401 - PDF objects
    keys = {*before.keys(), *after.keys()}
    return {key for key in keys if not _same(_raw(before, key), _raw(after, key))}


def _begins(before: Any, after: Any) -> bool:  # noqa: ANN401 - PDF arrays
    """Whether one array begins with all of another."""
    old, new = ([*array.iterate()] if array else [] for array in (before, after))
    return new[: len(old)] == old


def _raw(holder: Any, key: str) -> Any:  # noqa: ANN401 - PDF objects
    return holder.raw_get(key) if key in holder else None


def _same(before: Any, after: Any) -> bool:  # noqa: ANN401 - PDF objects
    if before is None or after is None or type(before) is not type(after):
        return before is after
    if hasattr(before, "encoded_data") and before.encoded_data != after.encoded_data:
        return False
    if hasattr(before, "raw_get") and hasattr(before, "keys"):
        return not _differing(before, after)
    if hasattr(before, "iterate"):
        return len(before) == len(after) and all(
            _same(one, other) for one, other in zip(before.iterate(), after.iterate(), strict=True)
        )
    return bool(before == after)


def xmp_properties(packet: bytes) -> dict[str, str]:
    """What an XMP packet says, by property, dates of change and producer left out.

    Raises:
        ValueError: not XML, or XML with a document type or entities of its own.
    """
    if b"<!" in packet:
        raise ValueError("XMP with a document type or an entity")
    try:
        tree = ET.fromstring(packet)  # noqa: S314 - entities are refused above
    except ET.ParseError as error:
        raise ValueError(f"XMP that is not XML: {error}") from error
    said: dict[str, str] = {}
    for place, part in enumerate(tree.iter(f"{_RDF}Description")):
        pairs = list(part.attrib.items()) + [(kid.tag, _said(kid)) for kid in part]
        for tag, text in pairs:
            space, _, name = tag.rpartition("}")
            if name not in _XMP and name != "about":
                name = name if space in _SPACES else tag
                key = name if name not in said else f"{name} ({place})"
                said[key] = text.strip()
    return said


def _said(property_: ET.Element) -> str:
    return "".join(property_.itertext()) + property_.get(f"{_RDF}resource", "")


def _xmp(root: Any) -> dict[str, str] | None:  # noqa: ANN401 - a PDF catalog
    stream = entry(root, "/Metadata")
    return None if stream is None else xmp_properties(stream.data)


def _as_xmp(info: Any, after: Mapping[str, str]) -> dict[str, str]:  # noqa: ANN401 - a PDF dictionary
    """What the first XMP packet may say: nothing, or what the information dictionary said."""
    names = {"title": "/Title", "creator": "/Author", "description": "/Subject"}
    names |= {"Keywords": "/Keywords", "CreatorTool": "/Creator"}
    dates = {key: after[key] for key in ("CreateDate",) if key in after}
    said = {xmp: str(info[key]) for xmp, key in names.items() if info and key in info}
    return dates | {xmp: text for xmp, text in said.items() if xmp in after}

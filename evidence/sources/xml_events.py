"""EPCIS documents in XML (2.0, 1.2) read event by event, as the JSON of EPCIS 2.0.

Each event becomes the object that the same event is in JSON (EPCIS 2.0, sections 10 and 11), with
the line on which it begins; only one event is in memory at a time. Version 1.2 hides some elements
in ``extension`` and ``baseExtension``, which are opened. What events say is left to :mod:`.epcis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..errors import LotproofError, Where
from .epcis_event import EVENTS
from .json_events import Placed
from .json_text import TOO_DEEP

_CHUNK = 1 << 16
_DEEPEST = 200
"""So many elements in each other are more than any event has."""
_WRAPPERS = ("extension", "baseExtension", "sensorElementListExtension")
_LISTS_OF_TEXT = (
    "epcList",
    "childEPCs",
    "inputEPCList",
    "outputEPCList",
    "correctiveEventIDs",
)
_LISTS_OF_OBJECTS = ("quantityList", "childQuantityList", "inputQuantityList",
                     "outputQuantityList", "sensorElementList")  # fmt: skip
_LISTS_BY_TYPE = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}
_REPEATED = ("sensorReport", "set", "unset")


@dataclass(slots=True)
class Element:
    """An element with all that is in it.

    Attributes:
        name: its name as written, without the prefix where it is one of EPCIS.
        line: line on which it begins.
        attributes: its attributes, without declarations of namespaces.
        text: its text.
        children: the elements in it.
    """

    name: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)


class EpcisXml:
    """A document in XML.

    Attributes:
        header: its master data in the form of JSON, once its events have been read.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self.header: dict[str, Any] = {}

    def events(self) -> Iterator[Placed]:
        """Yield the events in their order, as objects of EPCIS 2.0 JSON.

        Raises:
            LotproofError: the text is not XML, ends too soon, declares entities, or holds neither
                events nor master data.
        """
        reading = _Reading()
        found = False
        vocabularies: list[dict[str, Any]] = []
        try:
            for element in self._elements(reading):
                if element.name == "Vocabulary":
                    vocabularies.append(_vocabulary(element))
                else:
                    yield Placed(event_json(element), element.line)
                found = True
        except expat.ExpatError as error:
            raise self._wrong(expat.errors.messages[error.code], error) from None
        if not found and not reading.has_body:
            raise LotproofError(
                "no events", "an EPCISDocument or EPCISQueryDocument", "", Where(self._name, 1)
            )
        if vocabularies:
            self.header = {"epcisMasterData": {"vocabularyList": vocabularies}}

    def _elements(self, reading: _Reading) -> Iterator[Element]:
        with self._path.open("rb") as file:
            while True:
                chunk = file.read(_CHUNK)
                try:
                    reading.parser.Parse(chunk, not chunk)
                except _RefusedError as error:
                    found, expected, fix, line = error.args
                    raise LotproofError(found, expected, fix, Where(self._name, line)) from None
                finally:
                    done, reading.done = reading.done, []
                yield from done
                if not chunk:
                    return

    def _wrong(self, found: str, error: expat.ExpatError) -> LotproofError:
        ends = "no element found" in found or "unclosed" in found
        return LotproofError(
            f"not XML: {found}" + ("; the file ends here and may be cut off" if ends else ""),
            "an EPCIS document in XML",
            "get the document again",
            Where(self._name, error.lineno, error.offset + 1),
        )


class _RefusedError(Exception):
    """The document cannot be read: what was found, what was expected, what to do, and the line."""


class _Reading:
    """Builds events and vocabularies while the parser runs, and nothing else."""

    def __init__(self) -> None:
        self.done: list[Element] = []
        self.has_body = False
        self._open: list[Element] = []
        self._around: list[str] = []
        self._of_epcis: set[str] = set()
        # whatever the document declares, its text has been brought to UTF-8
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise _RefusedError(
            "a document type declaration",
            "a document without one: it can name other files and grow without bound",
            "have the sender leave it out",
            self.parser.CurrentLineNumber,
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        self._of_epcis |= {
            key.partition(":")[2]
            for key, uri in attributes.items()
            if key.startswith("xmlns:") and uri.startswith("urn:epcglobal:epcis")
        }
        self.has_body |= plain in ("EPCISBody", "EventList", "EPCISMasterData")
        if self._open or self._is_event(plain) or plain == "Vocabulary":
            if len(self._open) >= _DEEPEST:
                raise _RefusedError(
                    TOO_DEEP, "an EPCIS document", "correct it", self.parser.CurrentLineNumber
                )
            own = {
                key: text
                for key, text in attributes.items()
                if not key.startswith(("xmlns", "xsi:"))
            }
            line = self.parser.CurrentLineNumber
            self._open.append(Element(self._named(name), line, own))
        else:
            self._around.append(plain)

    def _is_event(self, plain: str) -> bool:
        """Whether an element is an event, or stands where only events may."""
        around = [name for name in self._around[-3:] if name != "extension"]
        in_list = around[-1:] == ["EventList"] and plain != "extension"
        return plain in EVENTS or in_list

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def _end(self, _name: str) -> None:
        if not self._open:
            self._around.pop()
            return
        element = self._open.pop()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.done.append(element)

    def _named(self, name: str) -> str:
        """Return the name of an element without a prefix that stands for EPCIS itself."""
        prefix, _, plain = name.rpartition(":")
        return plain if prefix.startswith("epcis") or prefix in self._of_epcis else name


def event_json(element: Element) -> dict[str, Any]:
    """Return an event as the object that it is in JSON."""
    event: dict[str, Any] = {"type": element.name}
    _fill(event, element)
    return event


def _fill(event: dict[str, Any], element: Element) -> None:
    for child in element.children:
        if child.name in _WRAPPERS:
            _fill(event, child)
        elif child.name in event and ":" in child.name:
            before = event[child.name]
            event[child.name] = [*(before if isinstance(before, list) else [before]), _value(child)]
        else:
            event[child.name] = _value(child)


def _value(element: Element) -> Any:  # noqa: ANN401 -- any JSON value
    """Return what an element says, in the form that its name has in JSON."""
    name = element.name
    if name in _LISTS_OF_TEXT:
        return [child.text.strip() for child in element.children]
    if name in _LISTS_OF_OBJECTS:
        return [_object(child) for child in element.children]
    if name in _LISTS_BY_TYPE:
        key = _LISTS_BY_TYPE[name]
        return [child.attributes | {key: child.text.strip()} for child in element.children]
    if not element.children and not element.attributes:
        return element.text.strip()
    return _object(element)


def _object(element: Element) -> dict[str, Any]:
    """Return an element with parts; parts of the same name become a list."""
    made: dict[str, Any] = dict(element.attributes)
    flat = [
        part
        for child in element.children
        for part in (child.children if child.name in _WRAPPERS else (child,))
    ]
    for child in flat:
        value = _value(child)
        if child.name in made:
            before = made[child.name]
            made[child.name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            made[child.name] = [value] if child.name in _REPEATED else value
    if not flat and element.text.strip():
        made["value"] = element.text.strip()
    return made


def _vocabulary(element: Element) -> dict[str, Any]:
    elements = [
        {
            "id": item.attributes.get("id", ""),
            "attributes": [
                {"id": child.attributes.get("id", ""), "attribute": _value_of(child)}
                for child in item.children
                if child.name == "attribute"
            ],
        }
        for part in element.children
        for item in part.children
    ]
    return {
        "type": element.attributes.get("type", ""),
        "vocabularyElementList": elements,
    }


def _value_of(element: Element) -> Any:  # noqa: ANN401 -- any JSON value
    return _object(element) if element.children else element.text.strip()

"""EPCIS documents read event by event, so that a long one is never in memory as a whole object.

Takes EPCISDocument, EPCISQueryDocument, a list of events and a single event (EPCIS 2.0, section 9),
with the places at which events begin. What events say is left to :mod:`.epcis`.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LotproofError, Where
from .json_text import TOO_DEEP, StrictJson, is_odd

_ON_THE_WAY = ("epcisBody", "queryResults", "resultsBody")
_HEADERS = ("epcisHeader",)


@dataclass(frozen=True, slots=True)
class Placed:
    """A value of the document and the line on which it begins.

    Attributes:
        value: any JSON value.
        line: counted from 1.
        fault: why it has to be refused, whatever it says.
    """

    value: Any
    line: int
    fault: str | None = None


class EpcisText:
    """The text of a document.

    Attributes:
        header: the document's header, once its events have been read.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._text = path.read_text(encoding="utf-8")
        self._name = name
        self._strict = StrictJson()
        self._decoder = self._strict.decoder
        self._may_be_odd = is_odd(self._text)
        self._line, self._counted = 1, 0
        self._found_events = False
        self.header: Any = {}

    def events(self) -> Iterator[Placed]:
        """Yield the events in their order.

        Raises:
            LotproofError: the text is not JSON, or ends too soon, or holds no events.
        """
        self._line, self._counted = 1, 0
        self._found_events = False
        try:
            start = self._space(0)
            if self._text[start : start + 1] == "[":
                yield from self._list(start)
            elif self._text[start : start + 1] == "{":
                yield from self._object(start)
            else:
                raise self._wrong("no JSON object", start)
            if not self._found_events:
                yield from self._single(start)
        except json.JSONDecodeError as error:
            raise self._wrong(f"not JSON: {error.msg}", error.pos) from None
        except ValueError as error:
            raise self._wrong(str(error), self._counted) from None
        except RecursionError:
            raise self._wrong(TOO_DEEP, self._counted) from None

    def _placed(self, value: Any, line: int) -> Placed:  # noqa: ANN401 -- any JSON value
        return Placed(value, line, self._strict.fault_of(value, self._may_be_odd))

    def _single(self, start: int) -> Iterator[Placed]:
        value, _ = self._decoder.raw_decode(self._text, start)
        if not isinstance(value, dict) or not str(value.get("type", "")).endswith("Event"):
            raise self._wrong("no events", start)
        yield self._placed(value, 1)

    def _object(self, start: int) -> Generator[Placed, None, int]:
        """Walk the keys of an object on the way to the events."""
        at = self._space(start + 1)
        while self._char(at) != "}":
            if self._char(at) != '"':
                raise json.JSONDecodeError("Expecting property name", self._text, at)
            key, at = self._decoder.raw_decode(self._text, at)
            at = self._space(at)
            if self._char(at) != ":":
                raise json.JSONDecodeError("Expecting ':' delimiter", self._text, at)
            at = self._space(at + 1)
            if key in _ON_THE_WAY and self._char(at) == "{":
                at = yield from self._object(at)
            elif key == "eventList" and self._char(at) == "[":
                at = yield from self._list(at)
            elif key == "event" and self._char(at) == "{":
                value, at = self._decoder.raw_decode(self._text, at)
                self._found_events = True
                yield self._placed(value, self._line_of(at))
            else:
                at = self._beside(key, at)
            at = self._space(at)
            if self._char(at) == ",":
                at = self._space(at + 1)
            elif self._char(at) != "}":
                raise json.JSONDecodeError("Expecting ',' delimiter", self._text, at)
        return at + 1

    def _beside(self, key: str, at: int) -> int:
        """Read what stands beside the events; keep the header, which may be all there is."""
        value, at = self._decoder.raw_decode(self._text, at)
        if fault := self._strict.fault_of(value, self._may_be_odd):
            raise self._wrong(f"{fault} ('{key}')", at - 1)
        if key in _HEADERS:
            self.header = value
        elif key == "vocabularyList":
            self._found_events = True
            self.header = {"epcisMasterData": {"vocabularyList": value}}
        return at

    def _list(self, start: int) -> Generator[Placed, None, int]:
        self._found_events = True
        at = self._space(start + 1)
        while self._char(at) != "]":
            line = self._line_of(at)
            value, at = self._decoder.raw_decode(self._text, at)
            yield self._placed(value, line)
            at = self._space(at)
            if self._char(at) == ",":
                at = self._space(at + 1)
            elif self._char(at) != "]":
                raise json.JSONDecodeError("Expecting ',' delimiter", self._text, at)
        return at + 1

    def _space(self, at: int) -> int:
        while self._text[at : at + 1] in " \t\r\n" and at < len(self._text):
            at += 1
        return at

    def _char(self, at: int) -> str:
        if at >= len(self._text):
            raise json.JSONDecodeError("Unexpected end", self._text, max(0, len(self._text) - 1))
        return self._text[at]

    def _line_of(self, at: int) -> int:
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def _wrong(self, found: str, at: int) -> LotproofError:
        line = self._text.count("\n", 0, at) + 1
        column = at - (self._text.rfind("\n", 0, at) + 1) + 1
        ends = at >= len(self._text.rstrip()) - 1
        return LotproofError(
            f"{found}; the file ends here and may be cut off" if ends else found,
            "an EPCIS 2.0 document in JSON: EPCISDocument, EPCISQueryDocument or a list of events",
            "get the document again",
            Where(self._name, line, column),
        )

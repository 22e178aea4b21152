"""What the documents of a pack print, read back from their bytes.

A PDF is read by its tags, as a screen reader reads it: each paragraph, list item and table row is a
line. The page to browse carries every verdict. Holding them against what was judged again is left
to :mod:`.comparing` and :mod:`.pages`. A file may be hostile: what is unfolded is bounded, each tag
is visited once.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

STATES: Final = ("met", "gap", "undetermined", "accepted_risk", "attested", "pending")
"""States that are printed; what does not apply is not counted."""
PAGE_HOLDS: Final = 100_000
"""Verdicts of one page to browse: the open ones come first, the rest is only in the evidence."""
_DATA: Final = re.compile(rb'<script type="application/json" id="data">(.*?)</script>', re.S)
_FILTER: Final = re.compile(
    rb'data-state="(\w+)"[^>]*>.{0,200}?<span class="n">([\d,]+)</span>', re.S
)
_FIGURE: Final = re.compile(
    r"(\d[\d,]*)\s+\S\s*(" + "|".join(state.replace("_", " ") for state in STATES) + r")\b"
)
_PAIR: Final = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_BLOCKS: Final = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "LBody", "Div", "Sect", "TR",
           "Caption"}  # fmt: skip
_UNREAD: Final = {"THead", "Figure", "Form"}
_UNFOLDED: Final = 16 << 20
"""Bytes a page or a font may unfold to; the longest page of a report has some ten thousand."""
_UNSEEN: Final = 3
"""The mode that draws letters nobody sees (ISO 32000-2, 9.3.6)."""
_DEPTH: Final = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document.

    Attributes:
        kind: ``P``, ``TR``, ``H2`` and so on, as PDF calls them; ``untagged`` for what is drawn
            outside any tag.
        text: what it says, single-spaced.
        page: the page it begins on, from 1; 0 where there are no pages yet.
    """

    kind: str
    text: str
    page: int = 0

    @property
    def key(self) -> str:
        """The text as it is compared: spaces, case, bullets and a page's number do not count."""
        return re.sub(r", p\. \d+$", "", self.text).replace(" ", "").strip("•").casefold()


@dataclass(frozen=True, slots=True)
class Printed:
    """Totals that one document states.

    Attributes:
        path: the document in the pack.
        counts: verdicts by map (empty for the document as a whole) and state.
        by_map: whether the document counts each map by itself.
        is_full: whether it holds every verdict, met ones included.
    """

    path: str
    counts: Counter[tuple[str, str]]
    by_map: bool
    is_full: bool = True


def page_totals(path: str, data: bytes) -> Iterator[Printed]:
    """The totals of a page to browse: of the verdicts it unfolds, and those its filters show.

    Raises:
        ValueError: its data is no JSON.
    """
    filters = _FILTER.findall(data)
    if filters:
        shown = {("", state.decode()): int(n.replace(b",", b"")) for state, n in filters}
        yield Printed(path, Counter(shown), by_map=False)
    block = _DATA.search(data)
    if block is None:
        return
    told: dict[str, Any] = json.loads(block[1])
    maps = [clause[0] for clause in told["requirements"]]
    counts = Counter((maps[verdict[1]], verdict[0]) for verdict in told["verdicts"])
    yield Printed(path, counts, by_map=True, is_full=counts.total() < PAGE_HOLDS)


def cover_totals(path: str, lines: Sequence[Line]) -> Iterator[Printed]:
    """The large figures on the first page of a PDF."""
    figures = _FIGURE.findall(" ".join(line.text for line in lines if line.page == 1))
    if figures:
        shown = {("", word.replace(" ", "_")): int(n.replace(",", "")) for n, word in figures}
        yield Printed(path, Counter(shown), by_map=False)


def tagged_lines(pdf: bytes) -> list[Line]:
    """The lines of a PDF in the order of its tags; then what is drawn outside of any.

    Heads of tables, pictures and form fields are not read, nor what stands on the margins.

    Raises:
        pikepdf.PdfError: the PDF cannot be read.
        ValueError: it has no tags, or unfolds to more than any report.
    """
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as opened:
        if "/StructTreeRoot" not in opened.Root:
            raise ValueError("a PDF without tags")
        pages = {page.objgen: number for number, page in enumerate(opened.pages, 1)}
        drawn = [_drawn(page) for page in opened.pages]
        told = _Told(pages, [texts for texts, _ in drawn])
        told.walk(opened.Root.StructTreeRoot)
    loose = [Line("untagged", text, number) for number, (_, texts) in enumerate(drawn, 1)
             for text in texts]  # fmt: skip
    return [*told.lines(), *loose]


class _Told:
    """Walks the tags and gathers lines."""

    def __init__(self, pages: Mapping[Any, int], texts: Sequence[Mapping[int, str]]) -> None:
        self._pages, self._texts = pages, texts
        self._seen: set[Any] = set()
        self._lines: list[tuple[str, int, list[str]]] = [("Document", 1, [])]

    def lines(self) -> Iterator[Line]:
        """What was gathered and is not empty."""
        for kind, page, parts in self._lines:
            text = " ".join(" ".join(parts).split())
            if text:
                yield Line(kind, text, page)

    def walk(self, element: Any, depth: int = 0, page: int = 1, line: int = 0) -> None:  # noqa: ANN401
        """Take in an element and what it holds; each once, however often it is named."""
        import pikepdf

        if depth > _DEPTH:
            raise ValueError(f"tags nested more than {_DEPTH} deep")
        if isinstance(element, int):
            self._lines[line][2].append(self._texts[page - 1].get(element, ""))
        elif isinstance(element, pikepdf.Dictionary):
            self._walk(element, depth, page, line)

    def _walk(self, element: Any, depth: int, page: int, line: int) -> None:  # noqa: ANN401
        kind = str(element.get("/S", "")).removeprefix("/")
        if element.objgen in self._seen or kind in _UNREAD:
            return
        if element.objgen != (0, 0):
            self._seen.add(element.objgen)
        if "/Pg" in element:
            page = self._pages.get(element.Pg.objgen, page)
        if "/MCID" in element:
            self.walk(int(element.MCID), depth + 1, page, line)
        if kind in _BLOCKS and self._lines[line][0] != "TR":
            self._lines.append((kind, page, []))
            line = len(self._lines) - 1
        for kid in _kids(element):
            self.walk(kid, depth + 1, page, line)


def _kids(element: Any) -> Iterator[Any]:  # noqa: ANN401 -- pikepdf's objects are made in C++
    import pikepdf

    kids = element.get("/K", [])
    yield from kids if isinstance(kids, pikepdf.Array | list) else [kids]


def _drawn(page: Any) -> tuple[dict[int, str], list[str]]:  # noqa: ANN401 -- as above
    """The text a page shows by the number of its mark, and what bears none and is no margin."""
    import pikepdf

    fonts = page.Resources.get("/Font", {})
    letters: dict[str, dict[int, str]] = {name: _letters(fonts[name]) for name in fonts}
    font: dict[int, str] = {}
    texts: dict[int, str] = {}
    loose: list[str] = []
    marks: list[int | str] = []
    is_seen = True
    home = pikepdf.new()  # what is parsed lives as long as the document it belongs to
    for drawn in pikepdf.parse_content_stream(pikepdf.Stream(home, _content(page))):
        operator, given = str(drawn.operator), drawn.operands
        if operator in ("BDC", "BMC"):
            marks.append(_mark(given))
        elif operator == "EMC" and marks:
            marks.pop()
        elif operator == "Tf":
            font = letters.get(str(given[0]), {})
        elif operator == "Tr":
            is_seen = int(given[0]) != _UNSEEN
        elif operator in ("Tj", "TJ") and is_seen:
            pieces = given[0] if operator == "TJ" else [given[0]]
            text = "".join(_text(bytes(p), font) for p in pieces if isinstance(p, pikepdf.String))
            number = next((mark for mark in reversed(marks) if isinstance(mark, int)), None)
            if number is not None:
                texts[number] = f"{texts.get(number, '')} {text}"
            elif "Artifact" not in marks:
                loose.append(text)
    return texts, loose


def _mark(operands: Any) -> int | str:  # noqa: ANN401 -- as above
    import pikepdf

    properties = operands[1] if len(operands) > 1 else None
    if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties:
        return int(properties.MCID)
    return str(operands[0]).removeprefix("/")


def _content(page: Any) -> bytes:  # noqa: ANN401 -- as above
    import pikepdf

    parts = page.get("/Contents", [])
    return b"\n".join(map(_unfolded, parts if isinstance(parts, pikepdf.Array | list) else [parts]))


def _unfolded(stream: Any) -> bytes:  # noqa: ANN401 -- as above
    """The bytes of a stream as reports are written: plain or deflated, and of bounded length."""
    raw, kind = stream.read_raw_bytes(), stream.get("/Filter")
    if kind is not None and (str(kind) != "/FlateDecode" or "/DecodeParms" in stream):
        raise ValueError(f"a page stored as {kind}")
    data = raw if kind is None else zlib.decompressobj().decompress(raw, _UNFOLDED + 1)
    if len(data) > _UNFOLDED:
        raise ValueError(f"a page that unfolds to more than {_UNFOLDED} bytes")
    return bytes(data)


def _text(codes: bytes, font: Mapping[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=False)
    return "".join(font.get(high << 8 | low, "\ufffd") for high, low in pairs)


def _letters(font: Any) -> dict[int, str]:  # noqa: ANN401 -- as above
    """What each code of a font means (ISO 32000-2, 9.10.3)."""
    if "/ToUnicode" not in font:
        return {}
    pairs = _PAIR.findall(_unfolded(font.ToUnicode))
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}

"""The figures that the documents of a pack print, read back from their bytes.

The cover of a PDF prints one large figure for each state, a monthly report what applied and what
was met clause by clause; the page to browse carries every verdict. Holding them against what was
judged again is left to :mod:`.comparing`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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
_CELL: Final = r"(\d[\d,]*|–)"
_PAIR: Final = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


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


def printed_totals(documents: Mapping[str, bytes]) -> Iterator[Printed]:
    """The totals of each document that states any.

    Args:
        documents: bytes of each report by its path in the pack.

    Raises:
        pikepdf.PdfError: a PDF cannot be read.
        ValueError: the data of a page is no JSON.
    """
    for path, data in sorted(documents.items()):
        yield from _of_page(path, data) if path.endswith(".html") else _of_pdf(path, data)


def printed_clauses(pdf: bytes, titles: Collection[str]) -> Mapping[str, Counter[tuple[str, str]]]:
    """What the lines of a report clause by clause say: applied and met, as printed, by title.

    Args:
        pdf: the report.
        titles: of the clauses that are looked for.

    Raises:
        pikepdf.PdfError: the PDF cannot be read.
    """
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as opened:
        text = " ".join(" ".join(line for page in opened.pages for line in _lines(page)).split())
    found: dict[str, Counter[tuple[str, str]]] = {}
    # a longer title may end as a shorter one: what it names is not looked at again
    for title in sorted(titles, key=len, reverse=True):
        line = re.compile(rf"{re.escape(' '.join(title.split()))} {_CELL} {_CELL}(?= )")
        found[title] = Counter(line.findall(text))
        text = line.sub("|", text)
    return found


def _of_page(path: str, data: bytes) -> Iterator[Printed]:
    """Of the verdicts it unfolds, and of the figures its filters show."""
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


def _of_pdf(path: str, data: bytes) -> Iterator[Printed]:
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        figures = _FIGURE.findall(" ".join(_lines(pdf.pages[0])))
    if figures:
        shown = {("", word.replace(" ", "_")): int(n.replace(",", "")) for n, word in figures}
        yield Printed(path, Counter(shown), by_map=False)


def _lines(page: Any) -> Iterator[str]:  # noqa: ANN401 -- pikepdf's pages are made in C++
    """The text a page shows, in the order it is drawn, one piece for each piece drawn."""
    import pikepdf

    fonts = page.Resources.get("/Font", {})
    letters: dict[str, dict[int, str]] = {name: _letters(fonts[name]) for name in fonts}
    font: dict[int, str] = {}
    for drawn in pikepdf.parse_content_stream(page):
        operator = str(drawn.operator)
        if operator == "Tf":
            font = letters.get(str(drawn.operands[0]), {})
        elif operator in ("Tj", "TJ"):
            given = drawn.operands[0]
            pieces = given if operator == "TJ" else [given]
            yield "".join(_text(bytes(p), font) for p in pieces if isinstance(p, pikepdf.String))


def _text(codes: bytes, font: Mapping[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=False)
    return "".join(font.get(high << 8 | low, "\ufffd") for high, low in pairs)


def _letters(font: Any) -> dict[int, str]:  # noqa: ANN401 -- as above
    """What each code of a font means (ISO 32000-2, 9.10.3)."""
    if "/ToUnicode" not in font:
        return {}
    pairs = _PAIR.findall(font.ToUnicode.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}

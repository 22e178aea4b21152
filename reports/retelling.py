"""A report told again from evidence that was judged again: its lines as they should be printed.

The report is composed and its templates are filled as for any pack; nothing is drawn. What rests on
something a pack does not hold is named with the reason. Holding the lines against a PDF is left to
``lotproof.evidence.recomputation``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from ..evidence.recomputation.pages import Retold
from ..evidence.recomputation.printed import Line
from .composition import compose
from .definitions import load_definitions
from .rendering import render_html_page
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.seal.model import PackRecord

APART: Final = {
    "Contents": "page numbers; the headings themselves are compared",
    "Movement": "the verdicts of the month before are not in the pack",
    "Made for": "what a profile left out is not in the pack; data/left-out.json counts it",
    "With": "who has a gap is written in the site's workspace, which is not in the pack",
    "Who could do both": "which roles are kept apart is written in the site's workspace",
    "Where the lot came from and went": "a picture; the lots and links are in the evidence",
    "Approval": "the signatures, which other stages check",
    "What the signatures certify": "the signatures, which other stages check",
}
"""Headings and labels of what cannot be told again from a pack, and why not."""
_TOLD: Final = {"monthly", "executive", "dossier"}
"""Reports told from nothing but what a pack about the same site or lot holds."""
_BLOCKS: Final = {
    "p": "P", "tr": "TR", "li": "LBody", "dt": "LBody", "dd": "LBody", "div": "Div",
    "section": "Sect", "article": "Div", "ul": "Div", "dl": "Div", "caption": "Caption",
    "figure": "Div", "figcaption": "Caption",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
}  # fmt: skip
_UNREAD: Final = {"head", "thead", "svg"}
_EMPTY: Final = {"br", "col", "img", "meta", "link", "hr"}


def retell(con: DuckDBPyConnection, record: PackRecord) -> Retold | None:
    """Tell the report of a pack again; None for a kind that cannot be told from a pack alone.

    Args:
        con: the tables that came out, as its default database.
        record: the pack's ``pack.json``.

    Raises:
        LotproofError: the site is not among the evidence.
    """
    if record.report not in _TOLD or record.site is None or record.period is None:
        return None
    request = ReportRequest(
        report=record.report,
        site_id=record.site,
        period=record.period,
        as_of=datetime.fromisoformat(record.as_of).astimezone(UTC),
        company="",
        pack_id=record.pack_id,
        version=record.version,
        example=record.example,
        lot_id=record.lot,
    )
    model = compose(con, request, record.evidence_manifest_sha256 or "")
    reader = _Reader()
    reader.feed(render_html_page("base.html.j2", model, created=record.as_of))
    reader.close()
    path = f"data/reports/{load_definitions()[record.report].file}"
    return Retold(path, reader.lines(), APART)


class _Reader(HTMLParser):
    """Gathers the lines of a page as its PDF will be tagged."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[str, list[str]]] = [("Document", [])]
        self._open: list[tuple[str, int]] = []
        self._unread = 0

    def lines(self) -> tuple[Line, ...]:
        """What was gathered and is not empty."""
        told = ((kind, " ".join("".join(parts).split())) for kind, parts in self._lines)
        return tuple(Line(kind, text) for kind, text in told if text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        is_running = "running" in (dict(attrs).get("class") or "").split()
        if self._unread or tag in _UNREAD or is_running:
            self._unread += 1
        line = self._line()
        if not self._unread and tag in _BLOCKS and self._lines[line][0] != "TR":
            self._lines.append((_BLOCKS[tag], []))
            line = len(self._lines) - 1
        self._open.append((tag, line))
        self._lines[line][1].append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        self._open.pop()
        self._unread = max(self._unread - 1, 0)
        self._lines[self._line()][1].append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._lines[self._line()][1].append(data)

    def _line(self) -> int:
        return self._open[-1][1] if self._open else 0

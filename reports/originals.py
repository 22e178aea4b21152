"""Where in a pack the original of a row lies, and its line as it was sent.

A line is shown only where a line of the file is a record beyond doubt: a text file of one encoding,
without line breaks inside quotes. Elsewhere the page leads to the file alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

_LINED = {".csv", ".tsv", ".txt", ".ndjson", ".jsonl"}
_LONGEST = 2_000


@dataclass(slots=True)
class Originals:
    """The originals of a pack.

    Attributes:
        folder: ``data/originals`` of the staged pack; None where there are none.
        names: source and source file, and the names its readings have in the folder.
        base: the folder as a page names it.
    """

    folder: Path | None = None
    names: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    base: str = "../originals/"
    _lines: dict[str, list[str]] = field(default_factory=dict)

    def link(self, source: str | None, file: str | None) -> str:
        """The address of a file from a page; of its folder where it was sent twice."""
        names = self.names.get((source or "", file or ""), [])
        if not names:
            return ""
        return self.base + (names[0] if len(names) == 1 else names[0].partition("/")[0] + "/")

    def line(self, source: str | None, file: str | None, row: int | None) -> str:
        """A row as it was sent; empty where that cannot be told.

        Args:
            source: the name of the source.
            file: the file as the source named it.
            row: the line in it, the first being 1.
        """
        names = self.names.get((source or "", file or ""), [])
        if self.folder is None or row is None or len(names) != 1:
            return ""
        lines = self._lines_of(names[0])
        return lines[row - 1][:_LONGEST] if 0 < row <= len(lines) else ""

    def _lines_of(self, name: str) -> list[str]:
        if name not in self._lines:
            path = self.folder / name if self.folder else Path(name)
            self._lines[name] = lines_of(path, path.suffix) if self.folder else []
        return self._lines[name]


def lines_of(path: Path, ending: str) -> list[str]:
    """The lines of a file in which each line is a record beyond doubt; else none.

    Args:
        path: the file.
        ending: what its name ended in when it was sent, such as ``.csv``.
    """
    if ending.lower() not in _LINED:
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return []
    lines = text.replace("\r\n", "\n").split("\n")
    return [] if any(line.count('"') % 2 for line in lines) else lines

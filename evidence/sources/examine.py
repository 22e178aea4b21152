"""A first look at a file: its digest, its lines, and whether its text is in the declared encoding.

Nothing of the content is understood here; that is left to :mod:`.read_csv` and its neighbours.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import LotproofError, Where
from .cells import ODD_BLANKS

_CHUNK = 1 << 17
"""Bytes taken at a time: what stays near a core is gone over several times at twice the speed."""
_ODD = frozenset(ODD_BLANKS)
_XML_NAMES = {"iso-8859-1": "latin-1", "latin1": "latin-1", "windows-1252": "cp1252"}
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What identifies a file.

    Attributes:
        sha256: digest in lower-case hexadecimal.
        size: bytes.
    """

    sha256: str
    size: int


def fingerprint(path: Path) -> Fingerprint:
    """Return the digest and size of a file.

    Raises:
        LotproofError: it cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise LotproofError(
            f"the file cannot be read: {error.strerror}", "a readable file", "", path
        ) from None
    return Fingerprint(digest.hexdigest(), size)


@dataclass(frozen=True, slots=True)
class Text:
    """A file of text in UTF-8 without byte order mark.

    Attributes:
        path: the file.
        line_feeds: how many there are.
        blank_ends: whether some cell may end in blanks, for all that signs beside each other tell.
        odd_blanks: whether there are blanks of other kinds, wherever they stand.
    """

    path: Path
    line_feeds: int
    blank_ends: bool
    odd_blanks: bool


def as_utf8(path: Path, name: str, encoding: str, aside: Path, delimiter: str = ",") -> Text:
    """Return a file with the same text in UTF-8 without byte order mark.

    Args:
        path: the file.
        name: what errors call it.
        encoding: the declared encoding.
        aside: where the text is written when the file itself is not such a file.
        delimiter: sign between cells.

    Raises:
        LotproofError: the bytes are not text in that encoding; names line and byte.
    """
    start = _start(path)
    mark = next((name for bom, name in _BOMS.items() if start.startswith(bom)), None)
    base = encoding.removesuffix("-sig")
    if mark is not None and mark != base:
        raise _other_encoding(name, encoding, mark)
    if base == "utf-16" and mark is None:
        raise LotproofError(
            "no byte order mark, which UTF-16 begins with",
            f"text in {encoding}",
            "declare the file's encoding in the mapping or the `values:` file",
            Where(name, 1),
        )
    if base == "utf-8" and mark is None:
        return _decoded(path, name, "utf-8", None, delimiter)
    return _decoded(path, name, "utf-8-sig" if base == "utf-8" else base, aside, delimiter)


def declared_encoding(path: Path) -> str | None:
    """Return the encoding that an XML file declares in its first line, where it is one of ours."""
    start = _start(path, 200)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    found = re.match(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)", start)
    return _XML_NAMES.get(found[1].decode().lower()) if found else None


def _decoded(path: Path, name: str, encoding: str, aside: Path | None, delimiter: str) -> Text:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    doubt = _MojibakeWatch() if encoding in ("cp1252", "latin-1") else None
    ends = _BlankEnds(delimiter)
    feeds, odd, is_utf8 = 0, False, encoding == "utf-8"
    out = aside.open("w", encoding="utf-8", newline="") if aside else None
    try:
        with path.open("rb") as file:
            while True:
                chunk = file.read(_CHUNK)
                try:
                    if is_utf8 and chunk.isascii() and not decoder.getstate()[0]:
                        text = chunk.decode("ascii")  # several times as fast
                    else:
                        text = decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    raise _undecodable(name, encoding, error, feeds) from None
                if "\0" in text:
                    line = feeds + text[: text.index("\0")].count("\n") + 1
                    raise _nul(name, encoding, line)
                if doubt is not None:
                    doubt.see(chunk)
                feeds += text.count("\n")
                ends.see(text)
                odd = odd or not (text.isascii() or _ODD.isdisjoint(text))
                if out is not None:
                    out.write(text)
                if not chunk:
                    break
    finally:
        if out is not None:
            out.close()
    if doubt is not None and doubt.is_utf8:
        raise _other_encoding(name, encoding, "utf-8")
    return Text(aside or path, feeds, ends.found, odd)


class _BlankEnds:
    """Whether a blank stands where a cell may end: before a delimiter, a quote or a line end."""

    def __init__(self, delimiter: str) -> None:
        self._pairs = {
            blank: [
                blank + end
                for end in (delimiter, '"', "\n", "\r")
                if blank != delimiter or end == '"'
            ]
            for blank in " \t"
        }
        self._last = ""
        self.found = False

    def see(self, text: str) -> None:
        """Take in the next piece of the text; an empty one ends it."""
        if self.found:
            return
        if not text:
            self.found = self._last in tuple(self._pairs)
            return
        across = self._last + text[:1]
        self._last = text[-1]
        self.found = any(
            across == pair or pair in text
            for blank, pairs in self._pairs.items()
            if blank in text or across.startswith(blank)
            for pair in pairs
        )


class _MojibakeWatch:
    """Whether bytes declared as a one-byte encoding read as UTF-8 throughout."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="strict")
        self._could_be = True
        self._beyond_ascii = False

    def see(self, chunk: bytes) -> None:
        """Take in the next piece of the file; an empty one ends it."""
        if not self._could_be:
            return
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            self._could_be = False
            return
        self._beyond_ascii = self._beyond_ascii or not text.isascii()

    @property
    def is_utf8(self) -> bool:
        """Whether all of it is UTF-8, and not ASCII alone."""
        return self._could_be and self._beyond_ascii


def _start(path: Path, length: int = 4) -> bytes:
    with path.open("rb") as file:
        return file.read(length)


def _undecodable(name: str, encoding: str, error: UnicodeDecodeError, feeds: int) -> LotproofError:
    before = error.object[: error.start]
    line = feeds + before.count(b"\n") + 1
    column = error.start - (before.rfind(b"\n") + 1) + 1
    return LotproofError(
        f"byte 0x{error.object[error.start]:02x} is not {encoding}",
        f"text in {encoding}, as the mapping declares",
        "declare the file's encoding in the source's `values:` file (of Windows in the West: "
        "`encoding: cp1252`), or export it anew",
        Where(name, line, column),
    )


def _nul(name: str, encoding: str, line: int) -> LotproofError:
    return LotproofError(
        "a NUL character in the text",
        f"text in {encoding}",
        "declare the file's encoding (utf-16?), or export it anew",
        Where(name, line),
    )


def _other_encoding(name: str, declared: str, seen: str) -> LotproofError:
    return LotproofError(
        f"the bytes are {seen}, not {declared}",
        f"text in {declared}, as the mapping declares",
        f"declare `encoding: {seen}` in the `values:` file of the source",
        Where(name, 1),
    )

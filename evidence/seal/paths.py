"""Which names a file in a pack may have, so that a pack means the same on every file system.

The rule is checked when a pack is made and again, name by name, when it is verified. Reading the
names from a folder or a zip is left to :mod:`.verify.folder` and :mod:`.verify.ziparchive`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from ..errors import LotproofError

MAX_DEPTH: Final = 6
"""Deepest nesting of folders."""
MAX_LENGTH: Final = 180
"""Longest path in characters, so that it unpacks under any folder on Windows too."""

_SEGMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def name_fault(path: str) -> tuple[str, str] | None:
    """What is wrong with a path inside a pack: a code and a sentence; ``None`` when nothing is.

    The codes are E_PATH_UNSAFE, E_NAME_NORMALIZATION and E_NAME_RESERVED.
    """
    unsafe = _unsafe(path)
    if unsafe:
        return "E_PATH_UNSAFE", unsafe
    segments = path.split("/")
    for segment in segments:
        if not segment.isascii():
            return "E_NAME_NORMALIZATION", _unicode_fault(segment)
        if _RESERVED.fullmatch(segment) or segment.endswith((".", " ")):
            return "E_NAME_RESERVED", f"{segment!r} cannot be a file name on Windows"
        if not _SEGMENT.fullmatch(segment):
            return "E_PATH_UNSAFE", f"{segment!r} has characters outside A-Z a-z 0-9 . _ -"
    if len(segments) > MAX_DEPTH or len(path) > MAX_LENGTH:
        return "E_PATH_UNSAFE", f"{len(path)} characters, {len(segments)} levels"
    return None


def _unsafe(path: str) -> str | None:
    if not path or path.startswith("/") or _DRIVE.match(path):
        return f"{path!r} is not relative"
    if any(mark in path for mark in ("\\", "\0", ":")) or any(ord(c) < 32 for c in path):
        return f"{path!r} has a backslash, colon or control character"
    if any(segment in {"", ".", ".."} for segment in path.split("/")):
        return f"{path!r} has an empty, '.' or '..' segment"
    return None


def _unicode_fault(segment: str) -> str:
    if unicodedata.normalize("NFC", segment) != segment:
        return f"{segment!a} is not in Unicode normal form C"
    return f"{segment!a} has characters outside ASCII"


def collisions(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of paths that some file system takes for one, or where one is the other's folder."""
    folded: dict[str, list[str]] = defaultdict(list)
    files = sorted(set(paths))
    for path in files:
        folded[unicodedata.normalize("NFC", path).casefold()].append(path)
    for twins in folded.values():
        yield from ((twins[0], other) for other in twins[1:])
    for path in files:
        parts = unicodedata.normalize("NFC", path).casefold().split("/")
        for depth in range(1, len(parts)):
            for holder in folded.get("/".join(parts[:depth]), ()):
                yield holder, path


def require_name(path: str) -> None:
    """Refuse a path that must not go into a pack.

    Raises:
        LotproofError: the name breaks the rule; says which and how to mend it.
    """
    fault = name_fault(path)
    if fault:
        raise LotproofError(
            f"file name in a pack: {fault[1]}",
            f"segments of A-Z a-z 0-9 . _ -, at most {MAX_DEPTH} deep and {MAX_LENGTH} long",
            f"store it as {safe_name(path.rsplit('/', 1)[-1])!r}",
            path,
        )


def safe_name(original: str) -> str:
    """A name a pack may hold, made from any file name; equal inputs give equal names.

    Two originals can come out alike: the caller numbers those.
    """
    plain = unicodedata.normalize("NFKD", original).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip(".-_") or "file"
    return f"file-{name}" if _RESERVED.fullmatch(name) else name[:100].rstrip(".")

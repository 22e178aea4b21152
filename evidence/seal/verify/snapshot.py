"""A pack as it was read once: what is judged is what was hashed.

Each file is read a single time. What later rules need is kept in memory, and Parquet files are
copied into a private folder, so that nothing can be changed between the hash and the judgement.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .findings import Finding

MAX_KEPT: Final = 256 << 20
"""Largest file, in bytes, that is kept in memory; a larger report is refused."""
MAX_FILES: Final = 20_000
MAX_OCTETS: Final = 64 << 30
"""Most bytes of a pack in a folder; a zip of the form used here cannot hold more than 4 GiB."""
_KEPT: Final = (".pdf", ".html", ".json", ".jsonl", ".txt", ".p7s", ".tst", ".crl", ".ocsp")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a pack.

    Attributes:
        size: bytes.
        sha256: of the bytes read.
        crc: CRC-32 of the bytes read.
        data: the bytes read, where a rule needs them.
        copy: a private copy of the bytes read, where a library needs a file.
    """

    size: int
    sha256: str
    crc: int
    data: bytes | None = field(default=None, repr=False)
    copy: Path | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All files of a pack, by path.

    Attributes:
        name: name of the folder, or of the single folder in the zip.
        is_zip: whether it was read from a zip.
        entries: files by path inside the pack.
        folders: folders that hold no file.
        findings: what the container itself did wrong.
    """

    name: str
    is_zip: bool
    entries: dict[str, Entry]
    folders: tuple[str, ...]
    findings: tuple[Finding, ...]

    def data(self, path: str) -> bytes | None:
        """The bytes of a file, or ``None`` when it is missing, or too large to be kept."""
        entry = self.entries.get(path)
        return entry.data if entry else None

    def reports(self) -> list[str]:
        """Paths of the PDF reports."""
        return sorted(p for p in self.entries if p.startswith("data/reports/") and _is_pdf(p))


def read_entry(path: str, size: int, chunks: Iterator[bytes], aside: Path) -> Entry:
    """Read one file: hash it, and keep what the rules will need.

    Args:
        path: its path inside the pack.
        size: how large it says it is; decides only whether it is kept.
        chunks: its bytes.
        aside: private folder for copies.
    """
    digest, crc, total = hashlib.sha256(), 0, 0
    kept: list[bytes] | None = [] if size <= MAX_KEPT and _is_kept(path) else None
    copy = aside / hashlib.sha256(path.encode()).hexdigest() if _is_copied(path) else None
    sink = copy.open("wb") if copy else None
    try:
        for chunk in chunks:
            digest.update(chunk)
            total += len(chunk)
            crc = zlib.crc32(chunk, crc)
            if kept is not None:
                kept.append(chunk)
            if sink:
                sink.write(chunk)
    finally:
        if sink:
            sink.close()
    data = b"".join(kept) if kept is not None else None
    return Entry(total, digest.hexdigest(), crc, data, copy)


def _is_kept(path: str) -> bool:
    if path.startswith("data/originals/"):
        return False
    return path.endswith(_KEPT) or path.startswith(("signatures/", "data/obligations/"))


def _is_copied(path: str) -> bool:
    return path.startswith("data/evidence/") and path.endswith(".parquet")


def _is_pdf(path: str) -> bool:
    return path.lower().endswith(".pdf")

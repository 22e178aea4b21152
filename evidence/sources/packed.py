"""Files that come packed: `.gz`, `.zip` with one or several files in it, and queries to a database.

What is inside is written aside and read like any other file. The packed file is kept as it came.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import LotproofError
from .postgres import SUFFIX, query_results

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file as it is to be read.

    Attributes:
        path: where its bytes are.
        name: what people call it: ``MSEG.csv.gz``, ``extracts.zip/MSEG.csv``.
        plain: its own name, by which its feed is found: ``MSEG.csv``.
        packed: the file it came in, where it is another.
    """

    path: Path
    name: str
    plain: str
    packed: Path | None = None


def unpacked(path: Path, working: Path) -> Iterator[Unpacked]:
    """Yield a file, or what is packed in it, written into a folder.

    Raises:
        LotproofError: it is no such archive, cut off, or locked with a password.
    """
    if path.name.endswith(SUFFIX):
        working.mkdir(parents=True, exist_ok=True)
        for name, rows in query_results(path, working):
            yield Unpacked(rows, f"{path.name}/{name}", f"{name}.jsonl", path)
        return
    suffix = path.suffix.lower()
    if suffix not in (".gz", ".zip"):
        yield Unpacked(path, path.name, path.name)
        return
    working.mkdir(parents=True, exist_ok=True)
    try:
        if suffix == ".gz":
            aside = working / f"{len(list(working.iterdir()))}"
            with gzip.open(path) as packed, aside.open("wb") as out:
                shutil.copyfileobj(packed, out, _CHUNK)
            yield Unpacked(aside, path.name, path.stem, path)
        else:
            yield from _members(path, working)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise LotproofError(
            f"cannot be unpacked: {str(error) or type(error).__name__}",
            f"a whole {suffix[1:]} file without a password",
            "get the file again",
            path.name,
        ) from None


def _members(path: Path, working: Path) -> Iterator[Unpacked]:
    with zipfile.ZipFile(path) as archive:
        if not any(not member.is_dir() for member in archive.infolist()):
            raise LotproofError(
                "an archive without files", "the files it should hold", "get it again", path.name
            )
        for member in sorted(archive.infolist(), key=lambda item: item.filename):
            plain = member.filename.rpartition("/")[2]
            if member.is_dir() or plain.startswith(".") or "__MACOSX/" in member.filename:
                continue
            # never the member's own path: it may lead out of the folder
            aside = working / f"{len(list(working.iterdir()))}"
            with archive.open(member) as packed, aside.open("wb") as out:
                shutil.copyfileobj(packed, out, _CHUNK)
            yield Unpacked(aside, f"{path.name}/{member.filename}", plain, path)

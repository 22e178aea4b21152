"""Files that come packed: `.gz`, `.zip` with one or several files in it, and queries to a database.

What is inside is written aside and read like any other file. The packed file is kept as it came.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import LotproofError
from ..unpacking import Unpacking
from .postgres import SUFFIX, query_results

_CHUNK = 1 << 20
_LOOK_AGAIN = 64 << 20
"""After so many bytes the room on the disk is looked at again."""


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


def unpacked(path: Path, working: Path, limits: Unpacking) -> Iterator[Unpacked]:
    """Yield a file, or what is packed in it, written into a folder: all of it or nothing.

    Raises:
        LotproofError: it is no such archive, cut off, locked with a password, or comes to more than
            the limits allow.
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
    written: list[Unpacked] = []
    try:
        _write_all(path, working, limits, written)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise LotproofError(
            f"cannot be unpacked: {str(error) or type(error).__name__}",
            f"a whole {suffix[1:]} file without a password",
            "get the file again",
            path.name,
        ) from None
    yield from written


def _write_all(path: Path, working: Path, limits: Unpacking, written: list[Unpacked]) -> None:
    """Write everything in an archive aside; of one at fault nothing stays."""
    size = 0
    try:
        for name, plain, packed in _streams(path, working, limits):
            # never the member's own path: it may lead out of the folder
            aside = working / f"{len(list(working.iterdir()))}"
            written.append(Unpacked(aside, name, plain, path))
            with packed, aside.open("wb") as out:
                while chunk := packed.read(_CHUNK):
                    size += len(chunk)
                    limits.demand(path, path.name, size)
                    if size % _LOOK_AGAIN < len(chunk):
                        limits.demand_room(working, path.name, _LOOK_AGAIN)
                    out.write(chunk)
    except BaseException:
        for item in written:
            item.path.unlink(missing_ok=True)
        raise


def _streams(
    path: Path, working: Path, limits: Unpacking
) -> Iterator[tuple[str, str, IO[bytes] | gzip.GzipFile]]:
    """Yield name, plain name and content of every file in an archive."""
    if path.suffix.lower() == ".gz":
        yield path.name, path.stem, gzip.open(path)  # noqa: SIM115 -- closed by who writes it
        return
    with zipfile.ZipFile(path) as archive:
        members = sorted(archive.infolist(), key=lambda item: item.filename)
        members = [member for member in members if not member.is_dir()]
        if not members:
            raise LotproofError(
                "an archive without files", "the files it should hold", "get it again", path.name
            )
        declared = sum(member.file_size for member in members)
        limits.demand(path, path.name, declared)
        limits.demand_room(working, path.name, declared)
        for member in members:
            plain = member.filename.rpartition("/")[2]
            if not plain.startswith(".") and "__MACOSX/" not in member.filename:
                yield f"{path.name}/{member.filename}", plain, archive.open(member)


def demand_bounded(path: Path, name: str, limits: Unpacking) -> None:
    """Demand that a spreadsheet, which may be an archive, comes to no more than allowed.

    What its directory declares is not believed: each part is unpacked once and counted; of one that
    holds more than declared the checksum does not come out. What is no archive (`.xls`) is left to
    whoever reads it.

    Raises:
        LotproofError: it comes to more, or is broken.
    """
    if not zipfile.is_zipfile(path):
        return
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as packed:
                    while chunk := packed.read(_CHUNK):
                        size += len(chunk)
                        limits.demand(path, name, size, is_sheet=True)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise LotproofError(
            f"not a spreadsheet: {error}", "a whole file without a password", "get it again", name
        ) from None

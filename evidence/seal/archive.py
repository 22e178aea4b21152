"""A pack as one file: a zip with the same bytes every time.

Files are stored, not compressed: then every byte of the zip is decided by the pack, a single
changed bit shows, and no archive bomb can hide. Reading one is left to :mod:`.verify.ziparchive`,
which shares the layout below (APPNOTE 6.3.10, 4.3).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ..errors import LotproofError
from . import bag
from .staging import read_record

DOS_DATE: Final = 0x21  # 1980-01-01, the earliest a zip can say
FILE_MODE: Final = 0o100644 << 16
MAX_BYTES: Final = 0xFFFF_FFFE
MAX_FILES: Final = 0xFFFE
LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One stored file: name in the zip, CRC-32, size and offset of its header, in bytes."""

    name: bytes
    crc: int
    size: int
    offset: int

    def local_header(self) -> bytes:
        """The header before the file's bytes, and its name."""
        fields = (20, 0, 0, 0, DOS_DATE, self.crc, self.size, self.size, len(self.name), 0)
        return LOCAL.pack(b"PK\x03\x04", *fields) + self.name

    def central_header(self) -> bytes:
        """The entry in the directory at the end."""
        sizes = (self.crc, self.size, self.size, len(self.name))
        fields = (0x0314, 20, 0, 0, 0, DOS_DATE, *sizes, 0, 0, 0, 0, FILE_MODE, self.offset)
        return CENTRAL.pack(b"PK\x01\x02", *fields) + self.name


def end_record(count: int, size: int, offset: int) -> bytes:
    """The last 22 bytes: number of members, size and offset of the directory."""
    return END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


def zip_pack(pack: Path) -> Path:
    """Write ``<pack>.zip`` beside the folder; equal packs give equal bytes.

    Raises:
        LotproofError: not a pack, or 4 GiB or 65,535 files and more: send the folder then.
    """
    folder = read_record(pack).folder
    paths = bag.files(pack)
    octets = sum((pack / path).stat().st_size + 200 + 2 * len(path) for path in paths)
    if octets > MAX_BYTES or len(paths) > MAX_FILES:
        raise LotproofError(
            f"{len(paths)} files, {octets / 2**30:.1f} GiB",
            "less than 4 GiB and 65,535 files in a zip",
            "send the folder itself, or make packs for shorter periods",
            pack,
        )
    target = pack.parent / f"{folder}.zip"
    aside = target.with_name(f".{target.name}.part")
    with aside.open("wb") as stream:
        members = [_add(stream, pack / path, f"{folder}/{path}".encode()) for path in paths]
        directory = b"".join(member.central_header() for member in members)
        stream.write(directory + end_record(len(members), len(directory), stream.tell()))
    return aside.replace(target)


def _add(stream: BinaryIO, path: Path, name: bytes) -> Member:
    crc, size = 0, 0
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    member = Member(name, crc, size, stream.tell())
    stream.write(member.local_header())
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            stream.write(chunk)
    return member

"""Reading a pack from a zip that may be hostile.

A pack's zip stores its files, in order and without a gap, so each header can be computed from its
directory entry and compared byte by byte. Nothing is ever decompressed, and no byte of the file is
left unexplained (APPNOTE 6.3.10, 4.3; the writer is :mod:`..archive`).
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ..archive import CENTRAL, DOS_DATE, END, FILE_MODE, LOCAL, Member
from ..paths import collisions, name_fault
from .findings import Finding
from .snapshot import MAX_FILES, Entry, Snapshot, read_entry

_CHUNK: Final = 1 << 20
_MAX_DIRECTORY: Final = 64 << 20
_RATIO: Final = 200
_END: Final = b"PK\x05\x06"


class _UnreadableError(Exception):
    """The zip cannot be read any further; carries the finding that says why."""

    def __init__(self, code: str, expected: str, found: str) -> None:
        super().__init__(code)
        self.code, self.expected, self.found = code, expected, found


@dataclass(frozen=True, slots=True)
class _Listed:
    """One entry of the directory, as it says."""

    member: Member
    raw: bytes
    flags: int
    method: int
    packed: int
    mode: int
    comment: bytes


def read_zip(archive: Path, aside: Path) -> Snapshot:
    """Read every file of a pack's zip once.

    Args:
        archive: the zip.
        aside: private folder for copies.
    """
    findings: list[Finding] = []
    with archive.open("rb") as stream:
        size = stream.seek(0, 2)
        try:
            offset, listed = _directory(stream, size)
        except _UnreadableError as fault:
            broken = Finding(fault.code, archive.name, fault.expected, fault.found)
            return Snapshot(archive.name, True, {}, (), (broken,))
        findings += _layout(stream, listed, offset)
        findings += _names(listed)
        root = _root(listed)
        entries: dict[str, Entry] = {}
        for item in listed:
            path = _inside(item, root)
            findings += _unreadable(item)
            if path and item.method == 0 and not item.flags & 1 and path not in entries:
                entries[path] = _read(stream, item.member, path, aside)
                findings += _check_crc(path, item.member, entries[path])
    return Snapshot(root or archive.name, True, entries, (), tuple(findings))


def _directory(stream: BinaryIO, size: int) -> tuple[int, list[_Listed]]:
    """Offset and entries of the central directory, which must end the file."""
    stream.seek(max(size - END.size, 0))
    tail = stream.read(END.size)
    if len(tail) < END.size or not tail.startswith(_END) or tail[-2:] != b"\0\0":
        raise _no_end(stream, size)
    _, disk, first, here, count, length, offset, _ = END.unpack(tail)
    if offset + length != size - END.size:
        shifted = size - END.size - offset - length
        code = "E_ZIP_PREFIX_SUFFIX" if shifted > 0 else "E_ZIP_TRUNCATED"
        raise _UnreadableError(code, "one zip and nothing else", f"{shifted} bytes too many")
    if disk or first or here != count:
        raise _UnreadableError("E_ZIP_HEADER_MISMATCH", "one disk", f"disks {disk}, {first}")
    if count > MAX_FILES or length > _MAX_DIRECTORY:
        raise _UnreadableError("E_ZIP_LIMITS", f"at most {MAX_FILES} files", f"{count} files")
    stream.seek(offset)
    listed = list(_entries(stream.read(length), count))
    if sum(item.member.size for item in listed if item.method == 0) > size:
        raise _UnreadableError("E_ZIP_LIMITS", f"files within {size} bytes", "files that overlap")
    return offset, listed


def _no_end(stream: BinaryIO, size: int) -> _UnreadableError:
    stream.seek(max(size - 0xFFFF - END.size, 0))
    if _END in stream.read():
        return _UnreadableError("E_ZIP_PREFIX_SUFFIX", "nothing after the zip", "more bytes")
    return _UnreadableError("E_ZIP_TRUNCATED", "a zip with its directory at the end", "no end")


def _entries(directory: bytes, count: int) -> Iterator[_Listed]:
    at = 0
    for _ in range(count):
        head = directory[at : at + CENTRAL.size]
        if len(head) < CENTRAL.size or not head.startswith(b"PK\x01\x02"):
            raise _UnreadableError("E_ZIP_TRUNCATED", f"{count} directory entries", "fewer")
        fields = CENTRAL.unpack(head)
        flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
        name_size, extra, comment = fields[10:13]
        end = at + CENTRAL.size + name_size + extra + comment
        name = directory[at + CENTRAL.size : at + CENTRAL.size + name_size]
        member = Member(name, crc, size, fields[16])
        rest = directory[end - extra - comment : end]
        yield _Listed(member, directory[at:end], flags, method, packed, fields[15] >> 16, rest)
        at = end
    if at != len(directory):
        raise _UnreadableError("E_ZIP_HIDDEN_DATA", "a directory of entries only", "more bytes")


def _layout(stream: BinaryIO, listed: list[_Listed], directory: int) -> Iterator[Finding]:
    """Headers as they must be, one file after the other, no byte between."""
    at = 0
    for item in listed:
        member, name = item.member, ascii(item.member.name.decode("utf-8", "replace"))
        if member.offset > at:
            found = f"{member.offset - at} bytes"
            yield Finding("E_ZIP_HIDDEN_DATA", name, "nothing before this file", found)
        elif member.offset < at:
            yield Finding("E_ZIP_LIMITS", name, "files one after the other", "files that overlap")
        if item.raw != member.central_header():
            yield Finding(
                "E_ZIP_HEADER_MISMATCH", name, "a directory entry as lotproof writes it", _odd(item)
            )
        stream.seek(member.offset)
        if stream.read(LOCAL.size + len(member.name)) != member.local_header():
            expected = "a file header that repeats the directory"
            yield Finding("E_ZIP_HEADER_MISMATCH", name, expected, "another")
        packed = item.packed if item.method else member.size
        at = member.offset + LOCAL.size + len(member.name) + packed
    if at != directory:
        found = f"{directory - at} bytes"
        yield Finding("E_ZIP_HIDDEN_DATA", "the zip", "nothing after the last file", found)
    names = [item.member.name for item in listed]
    if names != sorted(names):
        yield Finding("E_ZIP_HEADER_MISMATCH", "the zip", "files sorted by name", "another order")


def _odd(item: _Listed) -> str:
    """What a directory entry says that lotproof would not, in words."""
    fields = CENTRAL.unpack(item.raw[: CENTRAL.size])
    odd = [
        label
        for label, value, usual in (
            ("flags", fields[3], 0),
            ("compression", fields[4], 0),
            ("time", fields[5], 0),
            ("date", fields[6], DOS_DATE),
            ("file mode", fields[15], FILE_MODE),
            ("extra field or comment", item.comment, b""),
        )
        if value != usual
    ]
    return ", ".join(odd) or "versions or sizes"


def _names(listed: list[_Listed]) -> Iterator[Finding]:
    seen: set[bytes] = set()
    for item in listed:
        name = item.member.name
        if name in seen:
            yield Finding("E_ZIP_DUPLICATE", ascii(name.decode("utf-8", "replace")))
        seen.add(name)
    paths = sorted({name.decode("utf-8", "replace") for name in seen})
    for path in paths:
        root, _, inside = path.partition("/")
        fault = name_fault(inside or path) or name_fault(root or path)
        if fault or "/" not in path:
            code, found = fault or ("E_PATH_UNSAFE", "not in the pack's folder")
            yield Finding(code, ascii(path), "letters, digits, dot, hyphen, underscore", found)
    roots = {path.partition("/")[0] for path in paths}
    if len(roots) > 1:
        found = ", ".join(map(ascii, sorted(roots)[:5]))
        yield Finding("E_PATH_UNSAFE", "the zip", "one folder that holds everything", found)
    for one, other in collisions(paths):
        yield Finding("E_NAME_COLLISION", ascii(other), "one file of that name", ascii(one))


def _root(listed: list[_Listed]) -> str:
    """The folder most files lie in."""
    roots = [item.member.name.decode("utf-8", "replace").partition("/")[0] for item in listed]
    return max(sorted(set(roots)), key=roots.count, default="")


def _inside(item: _Listed, root: str) -> str | None:
    """Path inside the pack, when the name is safe."""
    folder, _, path = item.member.name.decode("utf-8", "replace").partition("/")
    return path if folder == root and path and not name_fault(path) else None


def _unreadable(item: _Listed) -> Iterator[Finding]:
    name = ascii(item.member.name.decode("utf-8", "replace"))
    if item.flags & 1:
        yield Finding("E_ZIP_ENCRYPTED", name)
    if item.method:
        yield Finding("E_ZIP_METHOD", name, "stored (0)", f"method {item.method}")
        if item.member.size > _RATIO * max(item.packed, 1):
            found = f"{item.packed} bytes would become {item.member.size}"
            yield Finding("E_ZIP_RATIO", name, f"at most {_RATIO} times", found)
    if stat.S_IFMT(item.mode) not in {0, stat.S_IFREG}:
        kind = stat.filemode(item.mode)[0]
        yield Finding("E_SPECIAL_FILE", name, "a plain file", f"file type {kind!r}")


def _read(stream: BinaryIO, member: Member, path: str, aside: Path) -> Entry:
    stream.seek(member.offset + LOCAL.size + len(member.name))
    return read_entry(path, member.size, _chunks(stream, member.size), aside)


def _chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := stream.read(min(_CHUNK, size))):
        size -= len(chunk)
        yield chunk


def _check_crc(path: str, member: Member, entry: Entry) -> Iterator[Finding]:
    if entry.crc != member.crc or entry.size != member.size:
        expected, found = f"CRC {member.crc:08x}", f"CRC {entry.crc:08x}, {entry.size} bytes"
        yield Finding("E_ZIP_HEADER_MISMATCH", path, expected, found)

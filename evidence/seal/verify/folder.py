"""Reading a pack from a folder that may be hostile: no link is followed, no device opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..paths import collisions, name_fault
from .findings import Finding
from .snapshot import MAX_FILES, MAX_OCTETS, Entry, Snapshot, read_entry

_CHUNK = 1 << 20
_DEPTH = 40
"""Levels of folders that are walked; a path that may be in a pack has far fewer."""


def read_folder(pack: Path, aside: Path) -> Snapshot:
    """Read every plain file of a folder once, two at a time.

    Args:
        pack: the folder.
        aside: private folder for copies.
    """
    findings: list[Finding] = []
    files: list[str] = []
    empty: list[str] = []
    size = 0
    for folder, folders, names in os.walk(pack):
        inside = Path(folder).relative_to(pack)
        links = {name for name in folders if (Path(folder) / name).is_symlink()}
        folders[:] = sorted(set(folders) - links)
        if folders and len(inside.parts) > _DEPTH:
            folders.clear()
            name = ascii(inside.as_posix())[:80]
            findings.append(Finding("E_PATH_UNSAFE", name, f"at most {_DEPTH} levels", "more"))
        if not folders and not names and not links and inside != Path():
            empty.append(inside.as_posix())
        files += [(inside / name).as_posix() for name in {*names, *links}]
        few = names if len(files) <= MAX_FILES else []
        size += sum((Path(folder) / name).lstat().st_size for name in few)
        if len(files) > MAX_FILES or size > MAX_OCTETS:
            expected = f"at most {MAX_FILES} files and {MAX_OCTETS} bytes"
            limit = Finding("E_FORMAT", pack.name, expected, f"{len(files)} files, {size} bytes")
            return Snapshot(pack.name, False, {}, (), (limit,))
    findings += _name_findings(files)
    named = [path for path in sorted(files) if not name_fault(path)]
    plain = [path for path in named if _is_plain(pack, path, findings)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        entries = dict(zip(plain, pool.map(lambda p: _read(pack, p, aside), plain), strict=True))
    return Snapshot(pack.name, False, entries, tuple(sorted(empty)), tuple(findings))


def _name_findings(files: list[str]) -> Iterator[Finding]:
    for path in files:
        fault = name_fault(path)
        if fault:
            yield Finding(
                fault[0], ascii(path), "letters, digits, dot, hyphen, underscore", fault[1]
            )
    for one, other in collisions(files):
        yield Finding("E_NAME_COLLISION", ascii(other), "one file of that name", ascii(one))


def _is_plain(pack: Path, path: str, findings: list[Finding]) -> bool:
    status = (pack / path).lstat()
    plain = stat.S_ISREG(status.st_mode)
    if not plain:
        kind = stat.filemode(status.st_mode)[0]
        findings.append(Finding("E_SPECIAL_FILE", path, "a plain file", f"file type {kind!r}"))
    elif status.st_nlink > 1:
        found = f"{status.st_nlink} names for one file"
        findings.append(Finding("E_SPECIAL_FILE", path, "a file with one name", found))
    return plain


def _read(pack: Path, path: str, aside: Path) -> Entry:
    descriptor = os.open(pack / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        size = os.fstat(descriptor).st_size
        return read_entry(path, size, iter(lambda: stream.read(_CHUNK), b""), aside)

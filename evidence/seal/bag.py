"""The bag around a pack: BagIt 1.0 declaration, manifests (RFC 8493).

``manifest-sha256.txt`` lists every file under ``data/``; ``tagmanifest-sha256.txt`` every other
file but itself and ``signatures/``. Comparing a pack with its manifests is left to
:mod:`.verify.inventory`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from .model import PackRecord

BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST: Final = "manifest-sha256.txt"
TAGMANIFEST: Final = "tagmanifest-sha256.txt"
SEAL: Final = "signatures/seal.p7s"
"""The seal; under ``signatures/``, the one folder no manifest lists."""
SEAL_TIME: Final = "signatures/seal.tst"
"""The timestamp over the seal (RFC 3161 token), where the policy asks for one."""
SEAL_REVOCATION: Final = "trust/seal-revocation-{}.{}"
"""What shows that seal and clock were not revoked: a number, and ``crl`` or ``ocsp``."""
RENEWAL: Final = "signatures/seal-{}.{}"
"""A later timestamp over the one before it, and what clears its authority; counted from 2."""

_RENEWAL: Final = re.compile(r"signatures/seal-([2-9]|[1-9][0-9])\.(tst|[1-9]\.crl|[1-9]\.ocsp)")
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")
_CHUNK: Final = 1 << 20


def files(pack: Path) -> list[str]:
    """Paths of all files of a pack, relative, sorted by their bytes."""
    found = (
        (Path(folder) / name).relative_to(pack).as_posix()
        for folder, _, names in os.walk(pack)
        for name in names
    )
    return sorted(found, key=str.encode)


def renewal_number(path: str) -> int:
    """The place of a file in the chain of timestamps over the seal, from 1; 0 for any other."""
    if path == SEAL_TIME:
        return 1
    match = _RENEWAL.fullmatch(path)
    return int(match[1]) if match else 0


def in_manifest(path: str) -> bool:
    """Whether the payload manifest lists that path."""
    return path.startswith("data/")


def in_tagmanifest(path: str) -> bool:
    """Whether the tag manifest lists that path."""
    return not (in_manifest(path) or path.startswith("signatures/") or path == TAGMANIFEST)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def digests(pack: Path, paths: list[str]) -> dict[str, str]:
    """SHA-256 of several files, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(paths, pool.map(lambda path: file_sha256(pack / path), paths), strict=True))


def manifest_bytes(listed: Mapping[str, str]) -> bytes:
    """A manifest as ``sha256sum -c`` reads it, sorted by the bytes of the path."""
    lines = (f"{listed[path]}  {path}\n" for path in sorted(listed, key=str.encode))
    return "".join(lines).encode()


MAX_LINES: Final = 20_000
"""Most lines of a manifest, as many as a pack may have files."""


def parse_manifest(data: bytes) -> tuple[dict[str, str], list[str]]:
    """What a manifest lists, and every fault of its form, in words."""
    listed: dict[str, str] = {}
    faults: list[str] = []
    lines = data.decode("utf-8", "replace").split("\n")[:-1]
    if len(lines) > MAX_LINES:
        return {}, [f"{len(lines)} lines, more than a pack has files"]
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            faults.append(f"line {number} is not '<64 hexadecimal digits>  <path>'")
        elif match[2] in listed:
            faults.append(f"line {number} lists {match[2]} again")
        else:
            listed[match[2]] = match[1]
    if not faults and manifest_bytes(listed) != data:
        faults.append("lines are not sorted, or the last has no line end")
    return listed, faults


def write_bag(pack: Path, record: PackRecord, known: Mapping[str, str] | None = None) -> None:
    """Write declaration, information, ``pack.json`` and both manifests of a pack.

    Args:
        pack: folder of the pack; nothing is renamed aside, so it must be a staged copy.
        record: what ``pack.json`` is to say.
        known: digests already known and still true, so that those files are not read again.
    """
    from .canonical import dump

    listed = _digests_with(pack, filter(in_manifest, files(pack)), known or {})
    replace(pack / "bagit.txt", BAGIT)
    replace(pack / "bag-info.txt", _bag_info(pack, record, listed))
    replace(pack / "pack.json", dump(record.model_dump(mode="json")))
    replace(pack / MANIFEST, manifest_bytes(listed))
    tags = [path for path in files(pack) if in_tagmanifest(path)]
    replace(pack / TAGMANIFEST, manifest_bytes(digests(pack, tags)))


def replace(path: Path, data: bytes) -> None:
    """Write a file aside and rename it into place; a file hard-linked elsewhere stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    aside.replace(path)


def _digests_with(pack: Path, paths: Iterator[str], known: Mapping[str, str]) -> dict[str, str]:
    wanted = list(paths)
    fresh = digests(pack, [path for path in wanted if path not in known])
    return {path: known.get(path) or fresh[path] for path in wanted}


def _bag_info(pack: Path, record: PackRecord, payload: Mapping[str, str]) -> bytes:
    octets = sum((pack / path).stat().st_size for path in payload)
    lines = {
        "Bag-Software-Agent": f"{record.tool.name} {record.tool.version}",
        "External-Description": record.title,
        "External-Identifier": record.folder,
        "Payload-Oxum": f"{octets}.{len(payload)}",
    }
    return "".join(f"{label}: {' '.join(text.split())}\n" for label, text in lines.items()).encode()

"""Is every listed file there, unchanged, and nothing else? Rules over values; nothing is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from .. import bag
from .findings import Finding

_UNLISTED = frozenset({bag.TAGMANIFEST, bag.SEAL})
_MANIFESTS = ("manifest-", "tagmanifest-")


def check_inventory(
    digests: Mapping[str, str], manifests: Mapping[str, bytes], empty_folders: Collection[str]
) -> Iterator[Finding]:
    """Compare the files of a pack with its two manifests.

    Args:
        digests: SHA-256 of every file, by path.
        manifests: bytes of ``manifest-sha256.txt`` and ``tagmanifest-sha256.txt``, where present.
        empty_folders: folders without a file.
    """
    listed: dict[str, str] = {}
    for name, belongs in ((bag.MANIFEST, bag.in_manifest), (bag.TAGMANIFEST, bag.in_tagmanifest)):
        if name not in manifests:
            yield Finding("E_MANIFEST_MISSING", name)
            continue
        entries, faults = bag.parse_manifest(manifests[name])
        faults += [f"{path} does not belong here" for path in entries if not belongs(path)]
        yield from (Finding("E_MANIFEST_SYNTAX", name, "one line per file", f) for f in faults)
        listed |= entries
    yield from _compare(digests, listed)
    yield from _strange(digests)
    for folder in empty_folders:
        yield Finding("E_FILE_EXTRA", folder, "no empty folder")


def _compare(digests: Mapping[str, str], listed: Mapping[str, str]) -> Iterator[Finding]:
    for path in sorted({*digests, *listed} - _UNLISTED):
        if bag.renewal_number(path):  # timestamps over the seal, each judged by itself
            continue
        if path not in digests:
            yield Finding("E_FILE_MISSING", path, f"sha256 {listed[path]}")
        elif path not in listed:
            yield Finding("E_FILE_EXTRA", path, "a file some manifest lists")
        elif digests[path] != listed[path]:
            yield Finding("E_FILE_HASH", path, listed[path], digests[path])


def _strange(digests: Mapping[str, str]) -> Iterator[Finding]:
    if "fetch.txt" in digests:
        yield Finding("E_FETCH_PRESENT", "fetch.txt", "a pack that is complete")
    for path in sorted(digests):
        if path.startswith(_MANIFESTS) and path not in {bag.MANIFEST, bag.TAGMANIFEST}:
            yield Finding("E_MANIFEST_ALGO", path, f"{bag.MANIFEST} and {bag.TAGMANIFEST} only")

"""Which files a source has, which feed each is of, and which of them a load has to read.

A file that is at fault keeps only itself out. Reading is left to :mod:`.extracts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from ..errors import LotproofError, Where
from ..workspace import Source, Workspace
from .examine import Fingerprint, fingerprint
from .extracts import Extract
from .landing import KnownFile, Landing
from .manifests import FoundManifest, is_manifest, manifest_beside, read_manifest
from .packed import Unpacked, unpacked
from .plan import Plan
from .read_xlsx import sheet_names


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is kept out.

    Attributes:
        error: why, for the person who has to mend it.
        feed: the feed it is of; ``None`` when nobody can tell.
        manifest: the manifest that speaks of it.
    """

    error: LotproofError
    feed: str | None
    manifest: FoundManifest | None


@dataclass(slots=True)
class Found:
    """What was found for a source.

    Attributes:
        extracts: files to read, in order.
        skipped: names of files that were taken in before.
        refused: files that are kept out.
        unmatched: globs of the source that no file matches.
        manifests: the manifests beside its files, by path.
    """

    extracts: list[Extract] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    manifests: dict[Path, FoundManifest] = field(default_factory=dict)


def find_extracts(
    workspace: Workspace, plan: Plan, landing: Landing, known: dict[str, KnownFile]
) -> Found:
    """Find the files of a source and tell what is to be done with each."""
    found = Found()
    seen: dict[str, Extract] = {}
    unread: dict[Path, LotproofError] = {}
    for item, fault in _unpacked(_paths(workspace, plan.source, found), landing, plan):
        feed = plan.feed_of(item.plain)
        manifest = None
        try:
            manifest = _manifest_of(item.packed or item.path, found.manifests, unread)
            if fault is not None:
                raise fault
            if feed is None:
                raise _no_feed(item, plan, workspace)
            digest = fingerprint(item.path)
        except LotproofError as error:
            name = feed.name if feed else None
            found.refused.append(Refusal(error.with_traceback(None), name, manifest))
            continue
        if digest.sha256 in seen:
            found.skipped.append(item.name)
            continue
        before = known.get(digest.sha256)
        is_new = before is None or before.mapping_digest != plan.digest
        if not is_new:
            found.skipped.append(item.name)
        seen[digest.sha256] = Extract(
            0, item.name, item.path, digest, feed.name, is_new, manifest,
            plain=item.plain, packed=item.packed,
        )  # fmt: skip
    found.refused += _not_there(workspace, plan, found.manifests, known)
    found.extracts = _to_read([*seen.values(), *_earlier(plan, landing, known, seen)], plan, known)
    return found


def _unpacked(
    paths: list[Path], landing: Landing, plan: Plan
) -> Iterator[tuple[Unpacked, LotproofError | None]]:
    """Yield every file, those in packed ones one by one; of one at fault, what is wrong."""
    working = landing.working / plan.source.name / "unpacked"
    for path in paths:
        try:
            for item in unpacked(path, working, plan.unpacking):
                yield item, None
        except LotproofError as error:
            yield Unpacked(path, path.name, path.stem), error


def _manifest_of(
    path: Path, read: dict[Path, FoundManifest], unread: dict[Path, LotproofError]
) -> FoundManifest | None:
    beside = manifest_beside(path)
    if beside is None:
        return None
    if beside in unread:
        raise LotproofError(
            f"the manifest of {path.name} cannot be read",
            "the manifest that the file came with",
            "mend it as said above; the file waits for it",
            beside,
        )
    if beside not in read:
        try:
            read[beside] = read_manifest(beside)
        except LotproofError as error:
            unread[beside] = error
            raise
    return read[beside]


def _earlier(
    plan: Plan, landing: Landing, known: dict[str, KnownFile], seen: dict[str, Extract]
) -> list[Extract]:
    """Return the files of earlier loads, which lie under `originals/`."""
    earlier: list[Extract] = []
    for sha256, file in known.items():
        if sha256 not in seen and file.feed in plan.feeds:
            kept = landing.originals / sha256
            mark = Fingerprint(sha256, kept.stat().st_size)
            is_new = file.mapping_digest != plan.digest
            plain = file.name.rpartition("/")[2].removesuffix(".gz")
            earlier.append(Extract(0, file.name, kept, mark, file.feed, is_new, plain=plain))
    return earlier


def _to_read(extracts: list[Extract], plan: Plan, known: dict[str, KnownFile]) -> list[Extract]:
    """Return new files, those that wait for a partner among them, and those looked up.

    What was taken in earlier comes first, so that later words on a record stay the later ones.
    """
    fresh = {extract.feed for extract in extracts if extract.is_new}
    if not fresh:
        return []
    looked_up = plan.lookups()
    chosen: list[Extract] = []
    order = {sha256: place for place, sha256 in enumerate(known)}
    for extract in sorted(
        extracts, key=lambda item: (order.get(item.print.sha256, len(order)), item.name)
    ):
        before = known.get(extract.print.sha256)
        waits = before is not None and before.waiting > 0
        partners = {
            join.feed
            for t in plan.targets
            if t.target.feed == extract.feed
            for join in t.target.join.values()
        }
        is_new = extract.is_new or (waits and bool(partners & fresh))
        if is_new or extract.feed in looked_up:
            chosen.append(replace(extract, number=len(chosen), is_new=is_new))
    return chosen


def _paths(workspace: Workspace, source: Source, found: Found) -> list[Path]:
    paths: dict[Path, None] = {}
    for glob in source.globs:
        pattern = Path(glob)
        base = Path(pattern.anchor) if pattern.is_absolute() else workspace.root
        relative = str(pattern.relative_to(pattern.anchor)) if pattern.is_absolute() else glob
        matched = sorted(path for path in base.glob(relative) if path.is_file())
        matched = [path for path in matched if not is_manifest(path)]
        if not matched:
            found.unmatched.append(glob)
        paths |= dict.fromkeys(matched)
    return list(paths)


def _not_there(
    workspace: Workspace,
    plan: Plan,
    manifests: dict[Path, FoundManifest],
    known: dict[str, KnownFile],
) -> list[Refusal]:
    """Return the files of the source that a manifest speaks of and that never came."""
    came = {file.name for file in known.values()}
    missing: list[Refusal] = []
    for manifest in manifests.values():
        for name, totals in manifest.manifest.files.items():
            path = manifest.path.parent / name
            is_known = totals.sha256 in known if totals.sha256 else name in came
            if path.exists() or is_known or not _is_named(path, plan.source, workspace):
                continue
            feed = plan.feed_of(name)
            error = LotproofError(
                f"'{name}' is not in the folder",
                "every file that the manifest names",
                "put the file beside its manifest, or get both again",
                manifest.file.where(("files", name)),
            )
            missing.append(Refusal(error, feed.name if feed else None, manifest))
    return missing


def _is_named(path: Path, source: Source, workspace: Workspace) -> bool:
    """Return whether a path is one that the source's globs mean."""
    inside = path.is_relative_to(workspace.root)
    name = str(path.relative_to(workspace.root)) if inside else str(path)
    return any(fnmatch(name, glob) for glob in source.globs)


def _no_feed(item: Unpacked, plan: Plan, workspace: Workspace) -> LotproofError:
    path = item.packed or item.path
    globs = [glob for feed in plan.feeds.values() for glob in feed.feed.files]
    sheets = [
        name for name in sheet_names(item.path, plan.unpacking) if plan.feed_of(f"{name}.xlsx")
    ]
    return LotproofError(
        f"{item.plain} is no file that mapping '{plan.mapping}' knows",
        f"a name such as {', '.join(globs[:8])}{', …' if len(globs) > 8 else ''}",
        f"save its sheets ({', '.join(sheets[:5])}{', …' if len(sheets) > 5 else ''}) as files of "
        "their own, each named as its table"
        if sheets
        else f"narrow `files:` of source '{plan.source.name}', or name its feed in the `values:` "
        "file",
        Where(path.relative_to(workspace.root) if path.is_relative_to(workspace.root) else path),
    )

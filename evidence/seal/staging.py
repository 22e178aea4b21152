"""The folder of a pack, from its first staged file to the finished draft.

A pack is only ever changed in a copy that takes its place in one rename, so a failure leaves what
was there. What goes into the folder is the composer's affair; signing is left to :mod:`.signing`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ..errors import LotproofError
from . import audit, bag, canonical
from .guide import VERIFY_PATH, guide
from .model import PackIdentity, PackRecord, new_record, utc
from .paths import collisions, require_name
from .policy import POLICY_PATH, SigningPolicy, parse_policy

_FOLDERS: Final = (
    "data/reports",
    "data/evidence",
    "data/originals",
    "data/obligations",
    "data/queries",
    "data/audit",
    "data/policy",
    "trust",
    "signatures",
)


def new_pack(root: Path, identity: PackIdentity, policy: SigningPolicy) -> Path:
    """Begin a pack: a staged folder, hidden beside where the pack will stand.

    A staged folder left by a broken run is removed.

    Returns:
        The staged folder, to be filled and given to :func:`finish_draft`.

    Raises:
        LotproofError: a pack of that id and version exists already.
    """
    target = root / identity.folder
    if target.exists():
        raise LotproofError(
            f"pack {identity.folder} exists already",
            "a version not yet used",
            f"make version {identity.version + 1}, or move the old folder away",
            target,
        )
    staged = root / f".{identity.folder}.part"
    if staged.exists():
        shutil.rmtree(staged)
    for folder in _FOLDERS:
        (staged / folder).mkdir(parents=True)
    data = policy.to_json()
    (staged / POLICY_PATH).write_bytes(data)
    write_record(staged, new_record(identity, canonical.digest(data)))
    return staged


def finish_draft(pack: Path, *, actor: str, at: datetime, anchors: tuple[Path, ...] = ()) -> Path:
    """Close a staged pack: audit trail, guide, bag; then give it its name.

    Args:
        pack: the folder :func:`new_pack` made, with evidence manifest and reports in place.
        actor: who or what composed the pack, for the audit trail.
        at: when, aware.
        anchors: certificates to copy into ``trust/``, for convenience; nobody trusts them there.

    Returns:
        The pack, in state draft.

    Raises:
        LotproofError: evidence manifest or reports are missing, or a file has a name a pack must
            not hold.
    """
    record = read_record(pack)
    _require_complete(pack, record)
    for anchor in anchors:
        shutil.copyfile(anchor, pack / "trust" / anchor.name)
    (pack / VERIFY_PATH).write_bytes(
        guide(record, stamped=read_policy(pack).timestamps is not None).encode()
    )
    trail = audit.extend(b"", _composed(pack, record, actor, at))
    (pack / audit.AUDIT_PATH).write_bytes(trail)
    _remove_empty_folders(pack)
    _require_names(pack)
    bag.write_bag(pack, record.model_copy(update={"audit_head": audit.head(trail)}))
    target = pack.parent / record.folder
    if target.exists():
        raise LotproofError(f"pack {record.folder} appeared meanwhile", where=target)
    return pack.rename(target)


def reports(pack: Path) -> list[str]:
    """Paths of the PDF reports of a pack, sorted."""
    found = (pack / "data/reports").glob("*.pdf")
    return sorted(path.relative_to(pack).as_posix() for path in found)


def read_record(pack: Path) -> PackRecord:
    """Read ``pack.json``.

    Raises:
        LotproofError: not a pack, or not one of this format.
    """
    path = pack / "pack.json"
    try:
        return PackRecord.model_validate(canonical.load(path.read_bytes()))
    except (OSError, canonical.NotCanonicalError, ValidationError) as error:
        raise LotproofError(
            f"no readable pack.json: {error}",
            "a folder made by `lotproof pack`",
            "name the folder of a pack, or make the pack again",
            path,
        ) from error


def read_policy(pack: Path) -> SigningPolicy:
    """Read the signing policy a pack carries.

    Raises:
        LotproofError: missing or unreadable.
    """
    path = pack / POLICY_PATH
    try:
        return parse_policy(path.read_bytes())
    except (OSError, canonical.NotCanonicalError, ValidationError) as error:
        raise LotproofError(
            f"no readable signing policy: {error}", "the policy of the pack", where=path
        ) from error


def write_record(pack: Path, record: PackRecord) -> None:
    """Write ``pack.json``."""
    bag.replace(pack / "pack.json", canonical.dump(record.model_dump(mode="json")))


@contextmanager
def changed_copy(pack: Path) -> Iterator[Path]:
    """A copy of a pack that takes its place when the block ends well, and is removed when not.

    Files are hard-linked where possible: replace them (:func:`.bag.replace`), never write into
    them. While the copy exists nobody else can change the pack.

    Raises:
        LotproofError: someone else is changing the pack, or a change was broken off by a crash.
    """
    aside = pack.parent / f".{pack.name}.change"
    try:
        aside.mkdir()
    except FileExistsError as error:
        raise LotproofError(
            f"pack {pack.name} is being changed by someone else, or a change was broken off",
            "one change at a time",
            f"if nobody is signing, delete {aside.name} and try again",
            aside,
        ) from error
    try:
        for path in bag.files(pack):
            _link(pack / path, aside / path)
        yield aside
        _take_place(aside, pack)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _take_place(fresh: Path, pack: Path) -> None:
    old = pack.parent / f".{pack.name}.old"
    shutil.rmtree(old, ignore_errors=True)  # left by a crash after its change was done
    pack.rename(old)
    try:
        fresh.rename(pack)
    except OSError:
        old.rename(pack)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _require_complete(pack: Path, record: PackRecord) -> None:
    if record.evidence_manifest_sha256 is None:
        raise LotproofError(
            "no evidence manifest", "write_evidence_manifest() before the reports", where=pack
        )
    if not reports(pack):
        raise LotproofError("no report", "at least one PDF in data/reports", where=pack)


def _require_names(pack: Path) -> None:
    paths = bag.files(pack)
    for path in paths:
        require_name(path)
    for one, other in collisions(paths):
        raise LotproofError(
            f"files {one} and {other}", "names that differ on every file system", where=pack
        )


def _composed(
    pack: Path, record: PackRecord, actor: str, at: datetime
) -> Iterator[audit.AuditEvent]:
    moment = utc(at)
    yield audit.AuditEvent(
        moment, actor, "compose", record.folder, after=record.evidence_manifest_sha256
    )
    for path, digest in bag.digests(pack, reports(pack)).items():
        yield audit.AuditEvent(moment, actor, "render", path, after=digest)


def _remove_empty_folders(pack: Path) -> None:
    for folder, _, _ in os.walk(pack, topdown=False):
        if not any(Path(folder).iterdir()):
            Path(folder).rmdir()

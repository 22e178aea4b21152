"""Do report, evidence, policy and audit trail belong together? Rules over values.

Only :func:`check_rows` reads files: the private copies of the Parquet files that were hashed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from ...errors import LotproofError
from .. import audit, canonical
from ..evidence_manifest import EVIDENCE_MANIFEST, Dataset, EvidenceManifest, FileDigest
from ..guide import VERIFY_PATH
from ..model import PackRecord, utc
from ..policy import SigningPolicy
from ..rowtree import RowTree, row_trees
from .findings import Finding
from .pdf_facts import PdfFacts

_UNBOUND = ("data/reports/", "data/audit/")


def check_record(record: PackRecord, digests: Mapping[str, str], name: str) -> Iterator[Finding]:
    """Does ``pack.json`` name the evidence manifest, the audit trail and the folder of this pack?

    Args:
        record: as read.
        digests: SHA-256 of every file.
        name: of the folder, when the container fixes it; else the record's own.
    """
    found = digests.get(EVIDENCE_MANIFEST, "missing")
    if record.evidence_manifest_sha256 != found:
        expected = str(record.evidence_manifest_sha256)
        yield Finding("E_EVIDENCE_BINDING", EVIDENCE_MANIFEST, expected, found)
    if record.folder != name:
        yield Finding("E_ZIP_HEADER_MISMATCH", "pack.json", f"folder {record.folder}", name)


def check_version(record: PackRecord, expected: int | None) -> Iterator[Finding]:
    """Is it the version the reader expects?"""
    if expected is not None and record.version != expected:
        yield Finding("E_ROLLBACK", "pack.json", f"version {expected}", str(record.version))


def check_policy(
    record: PackRecord,
    manifest: EvidenceManifest | None,
    digest: str | None,
    verifier: SigningPolicy | None,
) -> Iterator[Finding]:
    """Is the policy in the pack the one signed for, and the verifier's, if one is given?"""
    from ..policy import POLICY_PATH

    listed = {file.path: file.sha256 for file in manifest.files} if manifest else {}
    for what, expected in (
        ("pack.json", record.policy_sha256),
        ("the evidence manifest", listed.get(POLICY_PATH) if manifest else digest),
        ("your policy", canonical.digest(verifier.to_json()) if verifier else digest),
    ):
        if expected != digest:
            yield Finding("E_POLICY_DIGEST", POLICY_PATH, f"{expected} ({what})", str(digest))
    if verifier is None:
        yield Finding("N_POLICY_FROM_PACK", POLICY_PATH, found=str(digest))


def check_manifest(
    manifest: EvidenceManifest, record: PackRecord | None, sizes: Mapping[str, tuple[int, str]]
) -> Iterator[Finding]:
    """Does the evidence manifest list exactly the evidence of this pack?

    Args:
        manifest: as read.
        record: of the pack.
        sizes: size and SHA-256 of every file.
    """
    if record and (manifest.pack_id, manifest.version) != (record.pack_id, record.version):
        found = f"{manifest.pack_id} version {manifest.version}"
        yield Finding("E_EVIDENCE_BINDING", EVIDENCE_MANIFEST, record.folder, found)
    listed = {file.path: file for file in _files(manifest)}
    apart = {EVIDENCE_MANIFEST, VERIFY_PATH}
    present = {
        path
        for path in sizes
        if path.startswith("data/") and not path.startswith(_UNBOUND) and path not in apart
    }
    for path in sorted(present - set(listed)):
        yield Finding("E_EVIDENCE_BINDING", path, "a file the evidence manifest lists", "unlisted")
    for path in sorted(listed):
        if path not in present:
            yield Finding("E_EVIDENCE_BINDING", path, "a file in the pack", "missing")
        else:
            yield from _same_file(path, listed[path], *sizes[path])


def check_rows(
    manifest: EvidenceManifest, copies: Mapping[str, tuple[Path, str]]
) -> Iterator[Finding]:
    """Are the rows those the manifest's row roots stand for?

    Args:
        manifest: as read.
        copies: private copy and SHA-256 of each Parquet file.
    """
    with row_trees() as read:
        for dataset in manifest.datasets:
            for file in dataset.files:
                if file.path in copies:
                    copy, digest = copies[file.path]
                    changed = digest != file.sha256
                    yield from _rows(dataset, file, partial(read, copy), changed=changed)


def check_attachment(facts: PdfFacts, manifest: bytes | None) -> Iterator[Finding]:
    """Is the evidence manifest attached to a report byte for byte, and once?"""
    if facts.fault is None and facts.attached != ((manifest,) if manifest else ()):
        found = f"{len(facts.attached)} attached, " + (
            "another" if facts.attached else "none of that name"
        )
        yield Finding("E_EVIDENCE_BINDING", facts.path, "this evidence manifest, attached", found)


def check_audit(
    trail: bytes | None,
    record: PackRecord | None,
    reports: list[PdfFacts],
    digests: Mapping[str, str],
    policy: SigningPolicy | None,
) -> Iterator[Finding]:
    """Is the audit trail whole, and does it tell the same as the signatures?"""
    events, faults = audit.read(trail or b"")
    if record and trail is not None and record.audit_head != audit.head(trail):
        faults.append(f"ends in {audit.head(trail)}, not in {record.audit_head}")
    yield from (Finding("E_AUDIT_CHAIN", audit.AUDIT_PATH, "one chain", f) for f in faults)
    for event in events:
        if event.action == "reject":
            yield Finding("E_REJECTED", event.object, found=f"{event.actor}: {event.reason}")
    if policy is None:
        return
    for facts in reports:
        signed = [event for event in audit.signatures(events) if event.object == facts.path]
        told = [(e.role, e.actor, e.certificate, e.meaning, e.at) for e in signed]
        shown = list(_shown(facts, policy))
        if facts.fault is None and told != shown:
            expected = f"the {len(shown)} signatures in the report"
            found = f"{len(told)} signatures, or others"
            yield Finding("E_AUDIT_MISMATCH", facts.path, expected, found)
        if signed and signed[-1].after != digests.get(facts.path):
            expected, found = str(signed[-1].after), str(digests.get(facts.path))
            yield Finding("E_AUDIT_MISMATCH", facts.path, expected, found)


def parse(
    path: str, data: bytes | None, build: Callable[[bytes], object], findings: list[Finding]
) -> object | None:
    """Read a JSON file of the pack, or say why it cannot be read."""
    from pydantic import ValidationError

    if data is None:
        return None
    try:
        return build(data)
    except canonical.NotCanonicalError as error:
        findings.append(Finding("E_CANONICAL", path, "canonical JSON", str(error)))
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors())
        findings.append(Finding("E_FORMAT", path, "a file of this format", found[:300]))
    return None


def _files(manifest: EvidenceManifest) -> Iterator[FileDigest]:
    yield from manifest.files
    for dataset in manifest.datasets:
        yield from dataset.files


def _same_file(path: str, listed: FileDigest, size: int, digest: str) -> Iterator[Finding]:
    if size != listed.size:
        yield Finding("E_FILE_SIZE", path, f"{listed.size} bytes", f"{size} bytes")
    if digest != listed.sha256:
        yield Finding("E_EVIDENCE_BINDING", path, listed.sha256, digest)


def _rows(
    dataset: Dataset, file: FileDigest, read: Callable[[], RowTree], *, changed: bool
) -> Iterator[Finding]:
    try:
        tree = read()
    except LotproofError as error:
        yield Finding("E_FORMAT", file.path, "readable Parquet", error.found)
        return
    columns = tuple((column.name, column.type) for column in dataset.columns)
    listed = RowTree(columns, dataset.rows, dataset.row_root)
    if tree != listed:
        expected = f"{listed.rows} rows, root {listed.root}"
        yield Finding("E_ROW_ROOT", file.path, expected, f"{tree.rows} rows, root {tree.root}")
    elif changed:
        yield Finding("N_ROW_ROOT_EQUAL", file.path, found=tree.root)


def _shown(facts: PdfFacts, policy: SigningPolicy) -> Iterator[tuple[str | None, ...]]:
    roles = {role.field: name for name, role in policy.roles.items()}
    for item in facts.signatures:
        person = policy.holder(item.certificate)
        claimed = utc(item.claimed_at) if item.claimed_at else None
        actor = person.person_id if person else None
        yield roles.get(item.field), actor, item.certificate, item.reason, claimed

"""The order of a verification: each stage once, each finding kept, nothing taken for granted.

A stage that fails unexpectedly is a finding itself. The rules are left to the modules beside this
one; only a container that cannot be read safely ends the work early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from ...errors import LotproofError
from .. import audit, bag, canonical
from ..evidence_manifest import EVIDENCE_MANIFEST, EvidenceManifest
from ..model import PackRecord
from ..policy import POLICY_PATH, SigningPolicy, parse_policy
from .bindings import (
    check_attachment,
    check_audit,
    check_manifest,
    check_policy,
    check_record,
    check_rows,
    check_version,
    parse,
)
from .findings import Finding, VerificationReport, verdict_of
from .folder import read_folder
from .inventory import check_inventory
from .pdf_facts import PdfFacts
from .pdf_rules import check_pdf
from .roles import check_roles, signature_lines
from .seal import check_seal, read_renewals, read_seal_time, seal_files
from .snapshot import Snapshot
from .stages import STAGES, stages_of
from .timestamps import TokenFacts, check_end, check_times
from .trust import Anchors, load_anchors
from .ziparchive import read_zip

Judge = Callable[[Snapshot, PackRecord], Iterable[Finding]]
"""Judges the evidence of a pack again and says what comes out otherwise."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the verifier brings along.

    Attributes:
        anchors: root certificates.
        policy: their own signing policy, which then counts instead of the pack's.
        version: the version they expect.
        now: the time of the verification, to find signatures from the future.
        thorough: run pyHanko's difference analysis as well.
        judge: judges the evidence again; ``None`` leaves it at what the pack says.
    """

    anchors: Anchors
    policy: SigningPolicy | None
    version: int | None
    now: datetime | None
    thorough: bool
    judge: Judge | None


@dataclass(slots=True)
class _Work:
    """A verification under way."""

    snapshot: Snapshot
    question: Question
    findings: list[Finding] = field(default_factory=list)
    record: PackRecord | None = None
    manifest: EvidenceManifest | None = None
    policy: SigningPolicy | None = None
    reports: list[PdfFacts] = field(default_factory=list)
    seal_time: TokenFacts | None = None

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of every file."""
        return {path: entry.sha256 for path, entry in self.snapshot.entries.items()}


def verify_pack(
    path: Path,
    anchors: list[Path],
    *,
    policy: SigningPolicy | None = None,
    expect_version: int | None = None,
    now: datetime | None = None,
    thorough: bool = False,
    judge: Judge | None = None,
) -> VerificationReport:
    """Verify a pack, folder or zip, and list everything found.

    No network is used and no clock is read. Signing times count as stamped, or without a timestamp
    as claimed.

    Args:
        path: the pack.
        anchors: root certificates the verifier trusts; with none, nothing can be VERIFIED.
        policy: the verifier's own signing policy; it must equal the pack's, and counts.
        expect_version: the version that must be there.
        now: when given, signatures must not be from later.
        thorough: also run pyHanko's difference analysis of each report (seconds on long ones).
        judge: judges the evidence again, such as ``lotproof.evidence.recomputation.judge_again``.

    Raises:
        LotproofError: there is no such pack, or an anchor cannot be read. Whatever is wrong with
            the pack itself is a finding.
    """
    question = Question(load_anchors(anchors), policy, expect_version, now, thorough, judge)
    if not path.exists():
        raise LotproofError("no such pack", "a pack's folder or zip", "check the name", path)
    with TemporaryDirectory() as aside:
        read = read_folder if path.is_dir() else read_zip
        try:
            snapshot = read(path, Path(aside))
        except Exception as error:  # noqa: BLE001 - a verdict must come out whatever happens
            snapshot = Snapshot(path.name, path.is_file(), {}, (), (_internal("reading", error),))
        return _report(_verify(snapshot, question), path.name)


def _verify(snapshot: Snapshot, question: Question) -> _Work:
    work = _Work(snapshot, question, list(snapshot.findings))
    if snapshot.entries:
        stages = (
            _inventory, _documents, _pdfs, _seal, _roles, _times, _evidence, _audit, _judgement,
        )  # fmt: skip
        for stage in stages:
            work.findings += _guarded(stage, work)
    elif not work.findings:
        work.findings.append(Finding("E_MANIFEST_MISSING", bag.MANIFEST))
    if not question.anchors.certificates:
        work.findings.append(Finding("U_NO_ANCHOR", "signatures", "at least one root certificate"))
    return work


def _guarded(stage: Callable[[_Work], Iterable[Finding]], work: _Work) -> list[Finding]:
    found: list[Finding] = []
    try:
        for finding in stage(work):
            found.append(finding)  # noqa: PERF402 - what was found before a failure must stay
    except Exception as error:  # noqa: BLE001 - a verdict must come out whatever happens
        found.append(_internal(stage.__name__.strip("_"), error))
    return found


def _internal(what: str, error: Exception) -> Finding:
    if isinstance(error, LotproofError):
        return Finding("E_INTERNAL", what, error.fix or error.expected, error.found[:300])
    return Finding("E_INTERNAL", what, "", f"{type(error).__name__}: {error}"[:300])


def _inventory(work: _Work) -> Iterator[Finding]:
    data = {name: work.snapshot.data(name) for name in (bag.MANIFEST, bag.TAGMANIFEST)}
    manifests = {name: value for name, value in data.items() if value is not None}
    yield from check_inventory(work.digests, manifests, work.snapshot.folders)


def _documents(work: _Work) -> Iterator[Finding]:
    """Read what the pack says of itself; the verifier's own policy counts before the pack's."""
    found: list[Finding] = []
    read = work.snapshot.data
    work.record = cast(
        "PackRecord | None",
        parse("pack.json", read("pack.json"), _reader(PackRecord), found),
    )
    work.manifest = cast(
        "EvidenceManifest | None",
        parse(EVIDENCE_MANIFEST, read(EVIDENCE_MANIFEST), _reader(EvidenceManifest), found),
    )
    own = parse(POLICY_PATH, read(POLICY_PATH), parse_policy, found)
    work.policy = work.question.policy or cast("SigningPolicy | None", own)
    yield from found
    if work.record:
        name = work.snapshot.name if work.snapshot.is_zip else work.record.folder
        yield from check_record(work.record, work.digests, name)
        yield from check_version(work.record, work.question.version)
        digest = work.digests.get(POLICY_PATH)
        yield from check_policy(work.record, work.manifest, digest, work.question.policy)


def _reader(
    model: type[PackRecord] | type[EvidenceManifest],
) -> Callable[[bytes], PackRecord | EvidenceManifest]:
    return lambda data: model.model_validate(canonical.load(data))


def _seal(work: _Work) -> Iterator[Finding]:
    files = seal_files(work.snapshot.entries, work.snapshot.data)
    anchors = work.question.anchors
    work.seal_time = read_seal_time(files, work.policy, anchors)
    keys = {signature.key for facts in work.reports for signature in facts.signatures}
    yield from check_seal(files, work.seal_time, work.policy, anchors, keys)


def _pdfs(work: _Work) -> Iterator[Finding]:
    from .pdf_read import read_pdf

    for path in work.snapshot.reports():
        data = work.snapshot.data(path)
        if data is None:
            facts = PdfFacts(path, 0, fault="too large to be read safely")
        else:
            anchors, thorough = work.question.anchors, work.question.thorough
            facts = read_pdf(path, data, anchors, thorough=thorough)
        work.reports.append(facts)
        trusting = bool(work.question.anchors.certificates)
        yield from check_pdf(facts, work.policy, trusting=trusting)
    if not work.reports:
        yield Finding("E_FILE_MISSING", "data/reports", "at least one report")


def _roles(work: _Work) -> Iterator[Finding]:
    if work.policy:
        for facts in work.reports:
            yield from check_roles(facts, work.policy, work.question.now)


def _times(work: _Work) -> Iterator[Finding]:
    question = work.question
    yield from check_times(work.reports, work.seal_time, work.policy, question.now)
    renewals = read_renewals(work.snapshot.entries, work.snapshot.data, question.anchors)
    yield from check_end(
        work.reports,
        work.seal_time,
        renewals,
        work.policy,
        question.now,
        trusting=bool(question.anchors.certificates),
    )


def _evidence(work: _Work) -> Iterator[Finding]:
    data = work.snapshot.data(EVIDENCE_MANIFEST)
    for facts in work.reports:
        yield from check_attachment(facts, data)
    if work.manifest:
        entries = work.snapshot.entries.items()
        sizes = {path: (entry.size, entry.sha256) for path, entry in entries}
        yield from check_manifest(work.manifest, work.record, sizes)
        copies = {path: (entry.copy, entry.sha256) for path, entry in entries if entry.copy}
        yield from check_rows(work.manifest, copies)


def _audit(work: _Work) -> Iterator[Finding]:
    trail = work.snapshot.data(audit.AUDIT_PATH)
    yield from check_audit(trail, work.record, work.reports, work.digests, work.policy)


def _judgement(work: _Work) -> Iterator[Finding]:
    """Judge the evidence again; a report that could not be read safely is not read once more."""
    if work.question.judge and work.record:
        faulty = {facts.path for facts in work.reports if facts.fault}
        kept = {path: found for path, found in work.snapshot.entries.items() if path not in faulty}
        yield from work.question.judge(replace(work.snapshot, entries=kept), work.record)


def _report(work: _Work, name: str) -> VerificationReport:
    from .... import __version__

    findings = sorted(set(work.findings))
    entries = work.snapshot.entries
    tagmanifest = entries.get(bag.TAGMANIFEST)
    policy = work.policy
    return VerificationReport(
        verdict=verdict_of(findings),
        pack=work.record.folder if work.record else name,
        findings=tuple(finding for finding in findings if finding.code[0] != "N"),
        notes=tuple(finding for finding in findings if finding.code[0] == "N"),
        signatures=tuple(
            line for facts in work.reports if policy for line in signature_lines(facts, policy)
        ),
        anchors=work.question.anchors.fingerprints,
        files=len(entries),
        octets=sum(entry.size for entry in entries.values()),
        tagmanifest_sha256=tagmanifest.sha256 if tagmanifest else None,
        thorough=work.question.thorough,
        tool=f"lotproof {__version__}",
        stages=stages_of(findings, _unreached(work)),
        record=work.record,
    )


def _unreached(work: _Work) -> set[int]:
    """Stages that had nothing to look at: no files, no policy, no evidence manifest."""
    if not work.snapshot.entries:
        return set(range(2, len(STAGES) + 1))
    without = {4} if work.snapshot.data(bag.SEAL) is None else set()
    without |= {5} if work.record is None else set()
    without |= {7} if work.policy is None else set()
    return without | ({8} if work.manifest is None else set())

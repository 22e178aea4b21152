"""The qualification of the tool as a report, and as a pack to be signed like any other."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from . import words
from .definitions import ReportDefinition, definition_of
from .document import Frame, frame
from .left_out import Withheld
from .request import ReportRequest, Signer

if TYPE_CHECKING:
    from ..evidence.qualification import Trial
    from ..evidence.seal import PackIdentity, SigningPolicy
    from ..evidence.workspace import Workspace

REPORT = "validation"
_SIGNS = {"passed": ("met", "●"), "failed": ("gap", "▲"), "not tried": ("not_applicable", "–")}


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A trial as it is printed."""

    name: str
    expected: str
    found: str
    state: str
    sign: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Qualification:
    """Everything the report says."""

    request: ReportRequest
    definition: ReportDefinition
    frame: Frame
    statement: str
    state: str
    sign: str
    groups: dict[str, tuple[tuple[str, tuple[TrialLine, ...]], ...]]
    duties: tuple[str, ...]


_DUTIES = (
    "The performance qualification: the site's own data, maps and procedures, tried by its people.",
    "Accounts, keys and passphrases, and the training of those who sign.",
    "Keeping packs, and trying to restore and verify them.",
)


def compose_qualification(
    request: ReportRequest, trials: Sequence[Trial], digest: str, at: datetime
) -> Qualification:
    """Put the report together.

    Args:
        request: who it is from and who signs.
        trials: what was tried.
        digest: SHA-256 of the pack's evidence manifest, in hex.
        at: when it was tried, aware.
    """
    definition = definition_of(REPORT)
    failed = [trial for trial in trials if trial.outcome == "failed"]
    tried = [trial for trial in trials if trial.outcome != "not tried"]
    statement = (
        f"{words.capital(words.counted(len(tried), 'trial'))}, "
        f"{words.count_word(len(failed)) if failed else 'none'} of them failed."
    )
    head = frame(
        request, definition, {"name": "the tool itself", "site_id": "lotproof"}, digest,
        title="Lotproof", subtitle="installation and operation", running=request.tool,
        facts=(("Tool", request.tool), ("Tried", f"{at:%Y-%m-%d %H:%M} UTC"),
               ("Lock file", words.digest_groups(lock_digest())[:44] + " …")),
    )  # fmt: skip
    state, sign = _SIGNS["failed" if failed else "passed"]
    return Qualification(
        request, definition, head, statement, state, sign,
        {part: _groups(trials, part) for part in ("installation", "operation")}, _DUTIES,
    )  # fmt: skip


def _groups(trials: Sequence[Trial], part: str) -> tuple[tuple[str, tuple[TrialLine, ...]], ...]:
    own = [trial for trial in trials if trial.part == part]
    return tuple(
        (group, tuple(_line(trial) for trial in found))
        for group, found in groupby(own, lambda trial: trial.group)
    )


def _line(trial: Trial) -> TrialLine:
    return TrialLine(trial.name, trial.expected, trial.found, *_SIGNS[trial.outcome], trial.outcome)


def lock_digest() -> str:
    """SHA-256 of the lock file of the dependencies, in hex."""
    return hashlib.sha256(files("lotproof").joinpath("requirements.lock").read_bytes()).hexdigest()


def qualification_pack(workspace: Workspace, trials: Sequence[Trial], at: datetime) -> Path:
    """Make a pack of the trials, ready to be signed.

    Args:
        workspace: whose signing policy it is signed by.
        trials: what was tried.
        at: when, aware.

    Returns:
        The folder of the pack, in state draft.

    Raises:
        LotproofError: the workspace names no signing policy. Nothing is left behind.
    """
    from ..evidence.seal import finish_draft, new_pack
    from .pack import anchors_of, packs_of, policy_of

    policy = policy_of(workspace)
    request = _request(workspace, policy, at)
    staged = new_pack(packs_of(workspace), _identity(request, at), policy)
    try:
        _fill(staged, request, trials, policy, at)
        return finish_draft(staged, actor="lotproof", at=at, anchors=anchors_of(workspace))
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _request(workspace: Workspace, policy: SigningPolicy, at: datetime) -> ReportRequest:
    from .. import __version__
    from .pack import next_version, packs_of

    pack_id = f"QR-{at:%Y-%m-%d}"
    return ReportRequest(
        report=REPORT, site_id="", period=f"{at:%Y-%m}", as_of=at, company=workspace.company,
        pack_id=pack_id, version=next_version(packs_of(workspace), pack_id),
        example=workspace.example, tool=f"lotproof {__version__}",
        signers=tuple(Signer(key, role.title, role.meaning) for key, role in policy.in_order()),
        withheld=Withheld("inspection"),
    )  # fmt: skip


def _identity(request: ReportRequest, at: datetime) -> PackIdentity:
    from .. import __version__
    from ..evidence.seal import PackIdentity, Tool

    return PackIdentity(
        pack_id=request.pack_id, version=request.version, title="Qualification of lotproof",
        report=REPORT, as_of=at, timezone="UTC", example=request.example,
        profile=request.withheld.profile,
        tool=Tool(name="lotproof", version=__version__, lock_sha256=lock_digest()),
    )  # fmt: skip


def _fill(
    staged: Path, request: ReportRequest, trials: Sequence[Trial], policy: SigningPolicy,
    at: datetime,
) -> None:  # fmt: skip
    from ..evidence.seal import SignatureBox, place_signature_fields, write_evidence_manifest
    from .rendering import AttachedFile, render_pdf

    _write_trials(staged / "data" / "evidence", trials)
    lock = files("lotproof").joinpath("requirements.lock").read_bytes()
    (staged / "data" / "originals" / "requirements.lock").write_bytes(lock)
    digest = write_evidence_manifest(staged).digest
    model = compose_qualification(request, trials, digest, at)
    name = "evidence-manifest.json"
    manifest = (staged / "data" / "evidence" / name).read_bytes()
    rendered = render_pdf(model, [AttachedFile(name, manifest, "Hash of every evidence file")])
    pdf = staged / "data" / "reports" / rendered.file
    pdf.write_bytes(rendered.pdf)
    boxes = {
        role: SignatureBox(box.page, box.x1, box.y1, box.x2, box.y2)
        for role, box in rendered.signature_boxes.items()
    }
    place_signature_fields(pdf, boxes, policy)


def _write_trials(folder: Path, trials: Sequence[Trial]) -> None:
    import duckdb

    with duckdb.connect() as con:
        con.execute(
            "create table trials (place integer, part varchar, kind varchar, name varchar, "
            "expected varchar, found varchar, outcome varchar)"
        )
        con.executemany(
            "insert into trials values (?, ?, ?, ?, ?, ?, ?)",
            [[place, trial.part, trial.group, trial.name, trial.expected, trial.found,
              trial.outcome] for place, trial in enumerate(trials, 1)],
        )  # fmt: skip
        con.execute(f"copy trials to '{folder / 'trials.parquet'}' (format parquet)")
        con.execute(f"copy trials to '{folder / 'trials.csv'}' (header, null '')")

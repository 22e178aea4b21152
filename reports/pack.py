"""Assembles a pack: evidence, its manifest, the report over it, the pages to browse, the draft bag.

What a report says is left to :mod:`.composition`, what a pack is to ``lotproof.evidence.seal``.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ..evidence.assignments import read_assignments
from ..evidence.errors import LotproofError
from . import reading, words
from .composition import compose
from .definitions import ReportDefinition, definition_of
from .enclosures import enclose
from .evidence import export_evidence
from .exception_rows import export_exceptions
from .left_out import Withheld
from .lot import find_lot
from .rendering import AttachedFile, RenderedReport, render_pdf
from .request import ReportRequest, Signer
from .withholding import withhold

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.profiles import ProfileName
    from ..evidence.seal import PackIdentity, PackReference, SigningPolicy
    from ..evidence.workspace import Workspace

Progress = Callable[[str], None]
_SERIES = {"monthly": "AP", "dossier": "BD", "coa": "CA", "recall": "RC", "executive": "EX"}
_MANIFEST = "evidence-manifest.json"


@dataclass(frozen=True, slots=True)
class PackOrder:
    """Which pack is wanted.

    Attributes:
        report: ``monthly``, ``dossier``, ``coa``, ``recall`` or ``executive``.
        site_id: the site; for a report about a lot it may be left out.
        period: the month, ``2026-10``; by default the month that was built.
        lot: identifier or number of a lot; for a monthly pack, the lot that is drawn.
        customer_id: the customer a certificate is for.
        shipment_id: the delivery a certificate goes with.
        disclosable: whether fields can later be handed over one by one, each proven.
        profile: internal, inspection or customer; by default the report's own.
    """

    report: str
    site_id: str | None = None
    period: str | None = None
    lot: str | None = None
    customer_id: str | None = None
    shipment_id: str | None = None
    disclosable: bool = False
    profile: ProfileName | None = None


def assemble(
    workspace: Workspace,
    order: PackOrder,
    *,
    at: datetime,
    actor: str = "lotproof",
    progress: Progress | None = None,
) -> Path:
    """Make a pack from the last build, ready to be signed.

    Args:
        workspace: the workspace; packs go into its ``packs/``.
        order: which pack.
        at: when, for the audit trail; aware.
        actor: who or what makes it, for the audit trail.
        progress: told of each step as it begins.

    Returns:
        The folder of the pack, in state draft.

    Raises:
        LotproofError: nothing was built, or for another month; the site, lot or report is unknown;
            the workspace names no signing policy. Nothing is left behind under the pack's name.
    """
    from ..evidence.seal import finish_draft, new_pack
    from ..evidence.warehouse import open_warehouse

    tell = progress or _silent
    definition = definition_of(order.report)
    if definition.about == "tool":
        raise LotproofError(
            f"report {order.report!r}, which is about the tool", "a report about a site or a lot",
            "run: lotproof validate --pack",
        )  # fmt: skip
    policy, anchors = policy_of(workspace), anchors_of(workspace)
    with open_warehouse(workspace) as con:
        request = _request(con, workspace, order, definition, policy)
        identity = _identity(con, workspace, request, definition)
        staged = new_pack(packs_of(workspace), identity, policy)
        try:
            tell("profile")
            request = _narrowed(con, workspace, request)
            _fill(con, workspace, request, staged, policy, tell, disclosable=order.disclosable)
            tell("bag")
            return finish_draft(staged, actor=actor, at=at, anchors=anchors)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise


def _fill(
    con: DuckDBPyConnection, workspace: Workspace, request: ReportRequest, staged: Path,
    policy: SigningPolicy, tell: Progress, *, disclosable: bool,
) -> None:  # fmt: skip
    from ..evidence.seal import write_evidence_manifest

    tell("evidence")
    export_evidence(con, request, staged / "data" / "evidence")
    if request.withheld.profile == "internal":
        export_exceptions(con, workspace, request.site_id, staged / "data" / "evidence")
    if request.report != "coa":
        cut = enclose(con, workspace, request.site_id, staged, request.withheld.cuts)
        withheld = request.withheld.with_originals(cut.lines, tuple(cut.files))
        request = replace(request, withheld=withheld)
    request.withheld.write(staged)
    if disclosable:
        _commit(workspace, request, staged, tell)
    manifest = write_evidence_manifest(staged)
    tell("pages")
    write_reports(con, request, staged, manifest.digest, policy)


def _narrowed(
    con: DuckDBPyConnection, workspace: Workspace, request: ReportRequest
) -> ReportRequest:  # fmt: skip
    """The request, after the connection was narrowed to what its profile lets out."""
    profile = request.withheld.profile
    return replace(
        request, withheld=withhold(con, request, profile, workspace.packs.left_out(profile))
    )


def _profile(definition: ReportDefinition, asked: ProfileName | None) -> ProfileName:
    """For whom a pack is; what holds other customers' data goes to no customer."""
    if asked is None or asked == definition.profile:
        return definition.profile
    if "customer" in (asked, definition.profile):
        raise LotproofError(
            f"report {definition.report!r} for {asked}",
            "coa for a customer; every other report for inspection or internal",
            "leave --profile out, or hand over an excerpt: see docs/disclosing.md",
        )
    return asked


def _commit(workspace: Workspace, request: ReportRequest, staged: Path, tell: Progress) -> None:
    from ..evidence.disclosure import commit, secret_of

    tell("disclosure")
    name = f"{request.pack_id}_v{request.version}"
    commit(staged, name, secret_of(workspace.root, make=True))


def _silent(_step: str) -> None:
    """Progress that nobody watches."""


def write_reports(
    con: DuckDBPyConnection, request: ReportRequest, staged: Path, digest: str,
    policy: SigningPolicy,
) -> RenderedReport:  # fmt: skip
    """Render the report into a staged pack, with its signature fields, and the pages to browse.

    Args:
        con: the warehouse.
        request: what the report is about.
        staged: the staged folder, with its evidence manifest.
        digest: the manifest's SHA-256, in hex.
        policy: who signs.
    """
    from ..evidence.seal import SignatureBox, place_signature_fields
    from .browsing import render_index
    from .enclosures import enclosed_originals

    model = compose(con, request, digest)
    manifest = (staged / "data" / "evidence" / _MANIFEST).read_bytes()
    attached = AttachedFile(_MANIFEST, manifest, "Hash of every evidence file, root of its rows")
    rendered = render_pdf(model, [attached])
    folder = staged / "data" / "reports"
    pdf = folder / rendered.file
    pdf.write_bytes(rendered.pdf)
    boxes = {
        role: SignatureBox(box.page, box.x1, box.y1, box.x2, box.y2)
        for role, box in rendered.signature_boxes.items()
    }
    place_signature_fields(pdf, boxes, policy)
    page = render_index(con, model, enclosed_originals(con, request.site_id, staged))
    if page is not None:
        (folder / "index.html").write_text(page, encoding="utf-8")
    return rendered


def policy_of(workspace: Workspace) -> SigningPolicy:
    """The signing policy a workspace names.

    Raises:
        LotproofError: it names none.
    """
    from ..evidence.seal import load_policy

    if workspace.signing_policy is None:
        raise LotproofError(
            "a workspace without a signing policy", "signing_policy: policy/signing-policy.yml",
            "say in lotproof.yml who signs packs", workspace.path,
        )  # fmt: skip
    return load_policy(workspace.root / workspace.signing_policy)


def anchors_of(workspace: Workspace) -> tuple[Path, ...]:
    """The root certificates a workspace trusts.

    Raises:
        LotproofError: one of them is not there.
    """
    found = tuple(workspace.root / name for name in workspace.trust)
    for path in found:
        if not path.is_file():
            raise LotproofError(
                "a certificate named under trust is not there", "the root certificate as PEM",
                "put it there, or take it out of lotproof.yml", path,
            )  # fmt: skip
    return found


def packs_of(workspace: Workspace) -> Path:
    """The folder packs go into; made where it is not there yet."""
    folder = workspace.root / "packs"
    folder.mkdir(exist_ok=True)
    return folder


def _request(
    con: DuckDBPyConnection, workspace: Workspace, order: PackOrder, definition: ReportDefinition,
    policy: SigningPolicy,
) -> ReportRequest:  # fmt: skip
    from ..evidence.lots.exposure import accounts_of

    pin = reading.rows(con, "select * from pin")[0]
    period = _period(order, pin)
    lot = find_lot(con, order.lot, order.site_id or "") if order.lot else None
    if definition.about == "lot" and lot is None:
        raise LotproofError(
            f"report {definition.report!r} without a lot", "the lot it is about", "add --lot LOT"
        )
    site_id = order.site_id or (lot["site_id"] if lot else workspace.one_site(None).site_id)
    profile = _profile(definition, order.profile)
    pack_id = _pack_id(definition.report, site_id, period, lot, order)
    pack_id += f"-{profile}" if profile != definition.profile else ""
    as_of = pin["as_of"].replace(tzinfo=UTC)
    return ReportRequest(
        report=definition.report,
        site_id=site_id,
        period=period,
        as_of=as_of,
        company=workspace.company,
        pack_id=pack_id,
        version=next_version(packs_of(workspace), pack_id),
        example=workspace.example,
        lot_id=lot["lot_id"] if lot else None,
        customer_id=order.customer_id,
        shipment_id=order.shipment_id,
        signers=tuple(Signer(key, role.title, role.meaning) for key, role in policy.in_order()),
        governance=workspace.governance,
        assignments=read_assignments(workspace.root / "register", as_of),
        previous_verdicts=_previous_verdicts(workspace, site_id, period),
        withheld=Withheld(profile),
        accounts=accounts_of(workspace.root) if definition.report == "recall" else {},
    )


def _period(order: PackOrder, pin: reading.Row) -> str:
    built: str = pin["period"]
    if order.period in (None, built) and pin["site_id"] in (None, order.site_id):
        return built
    only = f" for site {pin['site_id']}" if pin["site_id"] else ""
    wanted = order.period or built
    raise LotproofError(
        f"the last build is of {built}{only}",
        f"a build of {wanted}{f' for {order.site_id}' if order.site_id else ''}",
        f"run: lotproof build --period {wanted}",
    )


def _pack_id(
    report: str, site_id: str, period: str, lot: reading.Row | None, order: PackOrder
) -> str:
    """The name of a pack: series, month, site; a lot goes in by digest, as it may have any sign."""
    from ..evidence.seal import safe_name

    site = safe_name(site_id).replace(".", "-").replace("_", "-")
    if report == "monthly" or lot is None:
        return f"{_SERIES[report]}-{period}-{site}"
    about = "\n".join((lot["lot_id"], order.customer_id or "", order.shipment_id or ""))
    digest = base64.b32encode(hashlib.sha256(about.encode()).digest()).decode()
    return f"{_SERIES[report]}-{site}-{digest[:8]}"


def _versions(packs: Path, pack_id: str) -> list[int]:
    names = (path.name.removeprefix(f"{pack_id}_v") for path in packs.glob(f"{pack_id}_v*"))
    return sorted(int(name) for name in names if name.isdigit())


def next_version(packs: Path, pack_id: str) -> int:
    """The version after the last one that stands in a folder, from 1."""
    return max(_versions(packs, pack_id), default=0) + 1


def _previous_verdicts(workspace: Workspace, site_id: str, period: str) -> Path | None:
    before, folder = words.previous_period(period), workspace.state_dir / "verdicts"
    found = (folder / f"{before}-{site_id}.parquet", folder / f"{before}.parquet")
    return next((path for path in found if path.is_file()), None)


def _identity(
    con: DuckDBPyConnection, workspace: Workspace, request: ReportRequest,
    definition: ReportDefinition,
) -> PackIdentity:  # fmt: skip
    from .. import __version__
    from ..evidence.seal import PackIdentity, Tool

    site = reading.site(con, request.site_id)
    lock = files("lotproof") / "requirements.lock"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None
    about = request.lot_id if definition.about == "lot" else words.month(request.period)
    packs = packs_of(workspace)
    last = request.version - 1
    return PackIdentity(
        pack_id=request.pack_id,
        version=request.version,
        title=f"{definition.title}: {site['name']}, {about}",
        report=definition.report,
        as_of=request.as_of,
        timezone=site["timezone"],
        tool=Tool(name="lotproof", version=__version__, lock_sha256=digest),
        site=request.site_id,
        lot=request.lot_id if definition.about == "lot" else None,
        period=request.period,
        supersedes=_reference(packs, request.pack_id, last) if last else None,
        previous=_previous(packs, request) if definition.about == "site" else None,
        example=request.example,
        profile=request.withheld.profile,
    )


def _previous(packs: Path, request: ReportRequest) -> PackReference | None:
    """The pack of the month before: the last one sealed, for one that is not still changes."""
    before = request.pack_id.replace(request.period, words.previous_period(request.period), 1)
    versions = _versions(packs, before)
    sealed = [v for v in versions if (packs / f"{before}_v{v}/signatures/seal.p7s").is_file()]
    last = (sealed or versions)[-1:]
    return _reference(packs, before, last[0]) if last else None


def _reference(packs: Path, pack_id: str, version: int) -> PackReference | None:
    from ..evidence.seal import PackReference

    listing = packs / f"{pack_id}_v{version}" / "tagmanifest-sha256.txt"
    if not listing.is_file():
        return None
    digest = hashlib.sha256(listing.read_bytes()).hexdigest()
    return PackReference(pack_id=pack_id, version=version, tagmanifest_sha256=digest)

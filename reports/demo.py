"""The demonstration: the example company from extracts to signed, sealed and verified packs.

Each step is left alone when what it depends on has not changed, so a second run does only what is
new. What the steps do is left to the modules that do them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from ..evidence.workspace import FILE_NAME, Workspace, load_workspace
from .terminal import Progress

if TYPE_CHECKING:
    from ..evidence.seal import VerificationReport
    from ..evidence.sources.ingest import IngestReport
    from .pack import PackOrder

PERIOD = "2026-10"
SITE = "LEU"
POLICY = "policy/signing-policy.yml"
ANCHOR = "trust/demo-ca.pem"
_FINISHED = """
    select subject_id from verdict_list
    where site_id = ? and subject_type = 'lot' and state = 'gap' and subject_id in (
        select lots.lot_id from lots join materials using (material_id)
        where lots.is_current and materials.is_current and materials.class = 'finished'
    )
    order by severity, subject_id limit 1
"""
_DELIVERED = """
    select events.lot_id, shipments.customer_id from events
    join lots on lots.lot_id = events.lot_id and lots.is_current
    join materials on materials.material_id = lots.material_id and materials.is_current
    join shipments on shipments.shipment_id = events.shipment_id and shipments.is_current
    join parties on parties.party_id = shipments.customer_id and parties.is_current
    where events.is_current and events.event_type = 'shipment' and events.site_id = ?
        and materials.class = 'finished'
        and exists (
            select 1 from test_results where lot_id = events.lot_id and is_current
        )
    order by events.occurred_at, events.record_id limit 1
"""


@dataclass(frozen=True, slots=True)
class DemoPack:
    """One pack of the demo, and what its verification said."""

    folder: Path
    report: VerificationReport


def prepare(root: Path, at: datetime) -> Workspace:
    """Write the example company, its demo authority and its signing policy, unless they are there.

    Args:
        root: the folder.
        at: start of the demo certificates, aware.

    Raises:
        LotproofError: the folder holds something that is not the demo.
    """
    from ..evidence.example.workspace import write_company

    if (root / FILE_NAME).is_file():
        workspace = load_workspace(root)
        if not workspace.example:
            raise LotproofError(
                found="a workspace that is not the demo",
                expected="an empty folder, or an earlier demo",
                fix="give another folder: lotproof demo DIR",
                where=workspace.path,
            )
    else:
        if root.is_dir() and any(root.iterdir()):
            raise LotproofError(
                found="a folder with files in it",
                expected="an empty folder, or an earlier demo",
                fix="give another folder: lotproof demo DIR",
                where=root,
            )
        write_company(root)
    _write_authority(root, at)
    return load_workspace(root)


def _write_authority(root: Path, at: datetime) -> None:
    from ..evidence.seal import demo_policy, make_demo_ca, policy_yaml

    policy, anchor = root / POLICY, root / ANCHOR
    if policy.is_file() and anchor.is_file():
        return
    authority = make_demo_ca(policy.parent / "keys", at=at)
    anchor.parent.mkdir(exist_ok=True)
    anchor.write_bytes(authority.root.read_bytes())
    policy.write_text(policy_yaml(demo_policy(authority)), encoding="utf-8")


def take_in(workspace: Workspace, progress: Progress) -> IngestReport:
    """Ingest the extracts, dated as the example's own world is, so that every demo is the same."""
    from ..evidence.example.timeline import AS_OF
    from ..evidence.sources.ingest import ingest

    return ingest(workspace, at=AS_OF.replace(tzinfo=UTC), progress=progress)


def make_packs(
    workspace: Workspace, digest: str, progress: Progress, now: Callable[[], datetime]
) -> list[Path]:
    """Assemble, sign and seal the demo's packs, unless those of the same build are there.

    Args:
        workspace: the demo.
        digest: of the build.
        progress: told of each step.
        now: the clock, for the signatures.
    """
    note = workspace.state_dir / "demo.json"
    made = _noted(note, digest, workspace.root)
    if made:
        return made
    orders = list(_orders(workspace))
    steps = len(orders) * 5
    done = 0

    def step(what: str) -> None:
        nonlocal done
        done += 1
        progress(what, min(done, steps), steps)

    for order in orders:
        made.append(_signed_pack(workspace, order, step, now))
    names = [pack.relative_to(workspace.root).as_posix() for pack in made]
    note.write_text(json.dumps({"digest": digest, "packs": names}) + "\n", encoding="utf-8")
    return made


def _noted(note: Path, digest: str, root: Path) -> list[Path]:
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
        packs = [root / name for name in noted["packs"]]
    except (OSError, ValueError, KeyError):
        return []
    fits = noted.get("digest") == digest and all(pack.is_dir() for pack in packs)
    return packs if fits else []


def _orders(workspace: Workspace) -> Iterator[PackOrder]:
    """The monthly pack of a site, the dossier of a batch, the certificate of a delivered one."""
    from ..evidence.warehouse import open_warehouse
    from .pack import PackOrder

    with open_warehouse(workspace) as con:
        delivered = con.execute(_DELIVERED, [SITE]).fetchone()
        with_gap = con.execute(_FINISHED, [SITE]).fetchone()
    told = with_gap or delivered
    yield PackOrder("monthly", SITE, PERIOD, lot=told[0] if told else None)
    if told:
        yield PackOrder("dossier", SITE, PERIOD, lot=told[0])
    if delivered:
        yield PackOrder("coa", SITE, PERIOD, lot=delivered[0], customer_id=delivered[1])


def _signed_pack(
    workspace: Workspace, order: PackOrder, step: Callable[[str], None], now: Callable[[], datetime]
) -> Path:
    from ..evidence.seal import (
        DEMO_PASSPHRASE,
        load_credentials,
        load_policy,
        open_time_source,
        seal_pack,
        sign_pack,
    )
    from .pack import assemble

    policy_file = workspace.root / POLICY
    policy = load_policy(policy_file)
    step(f"{order.report}: pages")
    pack = assemble(workspace, order, at=now())
    roots = [workspace.root / name for name in workspace.trust]
    source = open_time_source(policy, policy_file, roots, DEMO_PASSPHRASE)
    for name, role in policy.in_order():
        person = next(who for who in policy.people if name in who.roles)
        step(f"{order.report}: {role.meaning} by {person.person_id}")
        key = load_credentials(policy_file.parent / str(person.key), DEMO_PASSPHRASE)
        sign_pack(pack, person.person_id, role.meaning, key, at=now(), source=source)
    step(f"{order.report}: seal")
    key = load_credentials(policy_file.parent / str(policy.seal.key), DEMO_PASSPHRASE)
    return seal_pack(pack, key, at=now(), source=source)


def check_packs(
    workspace: Workspace, packs: list[Path], progress: Progress, at: datetime
) -> tuple[DemoPack, ...]:
    """Verify the packs against the demo's root certificate."""
    from ..evidence.seal import verify_pack

    anchors = [workspace.root / name for name in workspace.trust]
    checked = []
    for done, pack in enumerate(packs, 1):
        progress(pack.name, done, len(packs))
        checked.append(DemoPack(pack, verify_pack(pack, anchors, now=at)))
    return tuple(checked)

"""Commands on packs: pack, sign, reject and verify."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, TextFormat, now, open_workspace, passphrase

if TYPE_CHECKING:
    from ..evidence.pack_folder import FolderReport
    from ..evidence.seal import Credentials, SigningPolicy, TimeSource, VerificationReport
    from ..evidence.seal.policy import InToken
    from ..evidence.seal.verify.run import Judge
    from ..evidence.workspace import Workspace

_MOST_PACKS: Final = 20
_ONE_ACT: Final = timedelta(minutes=5)
"""How many packs, and how long, one authentication may serve (21 CFR 11.200(a)(1))."""


class Profile(StrEnum):
    """For whom a pack is made, and what it therefore leaves out."""

    internal = "internal"
    inspection = "inspection"
    customer = "customer"


def pack(
    report: Annotated[
        str, typer.Argument(help="monthly, dossier, coa, recall, executive, or one of your own.")
    ],
    lot: Annotated[str | None, typer.Option(help="The lot, for a dossier or certificate.")] = None,
    period: Annotated[str | None, typer.Option(help="The month; by default the one built.")] = None,
    site: OneSite = None,
    customer: Annotated[str | None, typer.Option(help="Whose certificate it is.")] = None,
    shipment: Annotated[str | None, typer.Option(help="The delivery it goes with.")] = None,
    profile: Annotated[
        Profile | None, typer.Option(help="For whom; by default the report's own.")
    ] = None,
    as_zip: Annotated[bool, typer.Option("--zip", help="Also write it as one zip.")] = False,
    disclosable: Annotated[
        bool, typer.Option("--disclosable", help="So that parts of it can be proven; disclose.")
    ] = False,
    workspace: InWorkspace = None,
) -> None:
    """Make a pack from the last build, ready to be signed."""
    from ..evidence.seal import zip_pack
    from ..reports.pack import PackOrder, assemble
    from ..reports.terminal import say

    order = PackOrder(
        report, site, period, lot, customer, shipment, disclosable,
        profile.value if profile else None,
    )  # fmt: skip
    made = assemble(open_workspace(workspace), order, at=now(), progress=say)
    typer.echo(made)
    if as_zip:
        typer.echo(zip_pack(made))


def sign(
    packs: Annotated[list[Path], typer.Argument(metavar="PACK...", help="Folders of packs.")],
    person: Annotated[str, typer.Option("--as", help="Who signs, such as P-004.")],
    meaning: Annotated[
        str | None, typer.Option(help="authorship, review, approval, …; asked for otherwise.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:
    """Show what is to be signed, then sign every report of it; the last signature also seals.

    The passphrase of the key is asked for, or taken from LOTPROOF_PASSPHRASE; that of the seal,
    from LOTPROOF_SEAL_PASSPHRASE. For a key in a token it is the PIN, from LOTPROOF_PIN and
    LOTPROOF_SEAL_PIN. Several packs are shown as a whole and signed as one act.
    """
    from ..evidence.seal import load_policy
    from ..evidence.seal.attempts import logged_attempt

    where = open_workspace(workspace)
    policy_file = policy_file_of(where)
    policy = load_policy(policy_file)
    _require_few(packs)
    meaning = _shown_and_meant(packs, meaning)
    begun = now()
    with logged_attempt(where.state_dir, person, ", ".join(pack.name for pack in packs), begun):
        name, key = _key_of(policy, policy_file, person)
        try:
            source = time_source(where, policy, policy_file)
            for pack in packs:
                _require_one_act(begun, pack)
                _sign_one(pack, person, name, meaning, key, source)
                seal_when_ready(pack, policy, policy_file, source)
        finally:
            key.close()


def _require_one_act(begun: datetime, pack: Path) -> None:
    if now() - begun > _ONE_ACT:
        raise LotproofError(
            found=f"more than {_ONE_ACT} since the passphrase was given",
            expected="one act of signing",
            fix=f"sign the rest again, from {pack.name} on",
        )


def _require_few(packs: list[Path]) -> None:
    if len(packs) > _MOST_PACKS:
        raise LotproofError(
            found=f"{len(packs)} packs",
            expected=f"at most {_MOST_PACKS} under one passphrase",
            fix="sign them in parts",
        )


def _shown_and_meant(packs: list[Path], meaning: str | None) -> str:
    """Show each pack; on a terminal ask for the meaning, and whether it is to be signed."""
    from ..evidence.seal.summary import summary

    for pack in packs:
        typer.echo("\n".join(summary(pack)), err=True)
    if not sys.stdin.isatty():
        if meaning is None:
            raise LotproofError(
                found="no meaning, and nobody to ask",
                expected="what the signature says, such as approval",
                fix="add --meaning",
            )
        return meaning
    meaning = meaning or str(typer.prompt("Meaning of your signature", err=True))
    typer.confirm(f"Sign {len(packs)} pack(s), meaning {meaning}?", abort=True, err=True)
    return meaning


def _sign_one(
    pack: Path, person: str, name: str, meaning: str, key: Credentials, source: TimeSource | None
) -> None:
    from ..evidence.seal import sign_pack

    signed = sign_pack(pack, person, meaning, key, at=now(), source=source)
    typer.echo(f"● {name} ({person}) signed {len(signed.reports)} reports: {meaning}")
    if signed.next_role:
        typer.echo(f"Next to sign: {signed.next_role}", err=True)


def seal_when_ready(
    pack: Path, policy: SigningPolicy, policy_file: Path, source: TimeSource | None
) -> None:
    """Seal a pack that all have signed; say how to go on where that fails.

    Raises:
        LotproofError: the key of the seal does not open, or the pack cannot be sealed.
    """
    from ..evidence.seal import read_record, seal_pack

    if read_record(pack).state != "approved":
        return
    if policy.seal.key is None:
        typer.echo("All have signed; the policy names no key of the seal.", err=True)
        return
    try:
        seal = _opened(policy.seal.key, policy_file, "LOTPROOF_SEAL_", "the seal")
        try:
            seal_pack(pack, seal, at=now(), source=source)
        finally:
            seal.close()
    except LotproofError:
        typer.echo(f"All have signed. To seal it: lotproof seal complete {pack}", err=True)
        raise
    typer.echo(f"● sealed {pack}")


def disclose(
    pack: Annotated[Path, typer.Argument(help="Folder of a sealed pack made --disclosable.")],
    choice: Annotated[Path, typer.Option(help="What is handed over, to whom (YAML).")],
    out: Annotated[Path, typer.Option(help="The folder to write; it must not exist.")],
    workspace: InWorkspace = None,
) -> None:
    """Hand over part of a pack, each field proven against the seal; the rest is counted."""
    from ..evidence import disclosure

    where = open_workspace(workspace)
    secret = disclosure.secret_of(where.root, make=False)
    handed = disclosure.disclose(pack, disclosure.load_choice(choice, where.packs), secret, out)
    typer.echo(handed.folder)
    typer.echo(
        f"{handed.fields:,} fields handed over; {handed.fields_withheld:,} fields withheld, "
        f"{handed.rows_withheld:,} rows wholly",
        err=True,
    )


def reject(
    pack: Annotated[Path, typer.Argument(help="Folder of the pack.")],
    person: Annotated[str, typer.Option("--as", help="Who rejects, such as P-011.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the audit trail.")],
    workspace: InWorkspace = None,
) -> None:
    """Send a pack back to its preparer; nobody signs it on.

    What is corrected becomes the next version, which names this one as superseded.
    """
    from ..evidence.seal import load_policy, reject_pack

    policy_file = policy_file_of(open_workspace(workspace))
    name, key = _key_of(load_policy(policy_file), policy_file, person)
    try:
        reject_pack(pack, person, reason, key, at=now())
    finally:
        key.close()
    typer.echo(f"▲ {name} ({person}) rejected {pack}")
    typer.echo("Next: correct what it says, build, and make the pack again", err=True)


def time_source(
    workspace: Workspace, policy: SigningPolicy, policy_file: Path
) -> TimeSource | None:
    """Where trusted time comes from; an authority of one's own is opened with its passphrase."""
    from ..evidence.seal import DEMO_PASSPHRASE, open_time_source

    if policy.timestamps is None:
        return None
    secret = ""
    if not str(policy.timestamps.authority).startswith("http"):
        asked = "LOTPROOF_TIMESTAMP_PASSPHRASE", "Passphrase of the timestamp keys"
        secret = DEMO_PASSPHRASE if workspace.example else passphrase(*asked)
    roots = [workspace.root / name for name in workspace.trust]
    return open_time_source(policy, policy_file, roots, secret)


def _key_of(policy: SigningPolicy, policy_file: Path, person: str) -> tuple[str, Credentials]:
    """A person's printed name and key, opened with the passphrase or PIN."""
    who = policy.person(person)
    if who is None or who.key is None:
        raise LotproofError(
            found=f"no person {person} with a key",
            expected=f"one of: {', '.join(p.person_id for p in policy.people if p.key)}",
            fix="name a person of the signing policy",
            where=policy_file,
        )
    return who.printed_name, _opened(who.key, policy_file, "LOTPROOF_", person)


def _opened(key: str | InToken, policy_file: Path, variable: str, whose: str) -> Credentials:
    """A key file opened with its passphrase, or a token with its PIN."""
    from ..evidence.seal import load_credentials
    from ..evidence.seal.tokens import open_token

    if isinstance(key, str):
        secret = passphrase(f"{variable}PASSPHRASE", f"Passphrase of {whose}")
        return load_credentials(policy_file.parent / key, secret)
    return open_token(key.pkcs11, passphrase(f"{variable}PIN", f"PIN of {whose}"))


def verify(
    pack: Annotated[Path, typer.Argument(help="Folder or zip of the pack; or a folder of packs.")],
    trust: Annotated[
        list[Path] | None,
        typer.Option(help="Root certificate (PEM) you trust; by default those of the workspace."),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option("--full", "--thorough", help="Also analyse every change inside each PDF."),
    ] = False,
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Also judge the enclosed evidence again.")
    ] = False,
    memory: Annotated[
        str, typer.Option(help="What judging again may hold at once.", metavar="SIZE")
    ] = "4GB",
    policy: Annotated[
        Path | None, typer.Option(help="Your own signing policy; it must equal the pack's.")
    ] = None,
    expect_version: Annotated[
        int | None, typer.Option("--expect-version", help="The version it has to be.")
    ] = None,
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """Check a pack, or every pack of a folder and how they follow on one another.

    0 verified, 1 failed, 2 undecided, 3 wrong usage or not run.
    """
    from ..evidence.pack_folder import is_folder_of_packs, verify_folder
    from ..evidence.seal import load_policy

    anchors, own = trust or _anchors(workspace), load_policy(policy) if policy else None
    one = partial(
        _verified, anchors=anchors, policy=own, expect_version=expect_version, thorough=thorough,
        judge=_judge(memory) if recompute else None,
    )  # fmt: skip
    if is_folder_of_packs(pack):
        _require_no_version(expect_version, pack)
        report: FolderReport | VerificationReport = verify_folder(pack, one)
    else:
        report = one(pack)
    typer.echo(_told(report, output_format))
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _told(report: FolderReport | VerificationReport, output_format: TextFormat) -> str:
    """A report as it is printed; half a character, as in the name of a folder, is escaped."""
    import json

    if output_format is TextFormat.text:
        return "\n".join(report.lines())
    told = json.dumps(report.to_json(), indent=2, ensure_ascii=False)
    return told.encode("utf-8", "backslashreplace").decode()


def _verified(
    pack: Path, *, anchors: list[Path], policy: SigningPolicy | None, expect_version: int | None,
    thorough: bool, judge: Judge | None,
) -> VerificationReport:  # fmt: skip
    from ..evidence.disclosure import is_disclosed, verify_disclosed
    from ..evidence.seal import verify_pack

    if is_disclosed(pack):
        return verify_disclosed(pack, anchors, policy)
    _require_pack(pack)
    return verify_pack(
        pack, anchors, policy=policy, expect_version=expect_version, now=now(), thorough=thorough,
        judge=judge,
    )  # fmt: skip


def _judge(memory: str) -> Judge:
    from ..evidence.recomputation import judge_again
    from ..reports.retelling import retell

    if not re.fullmatch(r"[1-9][0-9]*(MB|GB)", memory):
        raise LotproofError(f"--memory {memory}", "a size such as 8GB", "name one in MB or GB")
    return partial(judge_again, retell=retell, memory=memory)


def _require_no_version(version: int | None, folder: Path) -> None:
    if version is not None:
        raise LotproofError(
            found=f"version {version} expected of a folder of packs",
            expected="--expect-version with one pack",
            fix="leave it out, or name the pack",
            where=folder,
        )


def _require_pack(path: Path) -> None:
    """Refuse a folder that holds nothing of a pack; one that was tampered with is verified."""
    from ..evidence.pack_folder import MARKS, is_pack

    if path.is_dir() and not is_pack(path):
        raise LotproofError(
            found="a folder that is no pack and holds none",
            expected=f"a folder with {' and '.join(MARKS[:2])}, a zip of one, or a folder of packs",
            fix="name the pack itself, such as packs/AP-2026-10-LEU_v1",
            where=path,
        )


def _anchors(given: Path | None) -> list[Path]:
    """The roots the workspace trusts; none outside of one."""
    try:
        found = open_workspace(given)
    except LotproofError:
        if given is not None:
            raise
        return []
    return [found.root / name for name in found.trust]


def policy_file_of(workspace: Workspace) -> Path:
    """The signing policy of a workspace; refused where there is none."""
    if workspace.signing_policy is None:
        raise LotproofError(
            found="a workspace without a signing policy",
            expected="signing_policy: policy/signing-policy.yml",
            fix="say in a policy who prepares, reviews and approves; see docs/signing-a-pack.md",
            where=workspace.path,
        )
    return workspace.root / workspace.signing_policy

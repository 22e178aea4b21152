"""Commands on seals: complete and renew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import InWorkspace, now, open_workspace
from .packs import policy_file_of, seal_when_ready, time_source

app = typer.Typer(help="Seal what all have signed; longer life for seals.", no_args_is_help=True)


@app.callback()
def seals() -> None:
    """Seal what all have signed; longer life for seals."""


@app.command()
def complete(
    packs: Annotated[list[Path], typer.Argument(help="Folders of packs that all have signed.")],
    workspace: InWorkspace = None,
) -> None:
    """Seal packs whose last signature could not seal them.

    The authority did not answer then, say, or the seal's token was not there. The passphrase of
    the seal is asked for, or taken from LOTPROOF_SEAL_PASSPHRASE; of a token, the PIN.
    """
    from ..evidence.errors import LotproofError
    from ..evidence.seal import load_policy, read_record

    where = open_workspace(workspace)
    policy_file = policy_file_of(where)
    policy = load_policy(policy_file)
    source = time_source(where, policy, policy_file)
    for pack in packs:
        state = read_record(pack).state
        if state != "approved":
            raise LotproofError(
                found=f"a pack that is {state}", expected="all to have signed, and no seal",
                fix="lotproof sign shows who has still to sign", where=pack,
            )  # fmt: skip
        seal_when_ready(pack, policy, policy_file, source)


@app.command()
def renew(
    packs: Annotated[list[Path], typer.Argument(help="Folders of sealed packs.")],
    workspace: InWorkspace = None,
) -> None:
    """Add a timestamp over the newest one of each seal, before that one ends.

    Nothing in a pack is changed; the new timestamp lies beside the seal. `lotproof verify` says
    until when a pack can be checked.
    """
    from ..evidence.errors import LotproofError
    from ..evidence.seal import load_policy, renew_seal

    where = open_workspace(workspace)
    policy_file = policy_file_of(where)
    source = time_source(where, load_policy(policy_file), policy_file)
    if source is None:
        raise LotproofError(
            found="a signing policy without timestamps",
            expected="timestamps: authority: an address or a key file",
            fix="name the authority that stamps from now on; see docs/signing-a-pack.md",
            where=policy_file,
        )
    for pack in packs:
        typer.echo(f"● renewed {renew_seal(pack, source, at=now())}")

"""Commands on seals: renew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import InWorkspace, now, open_workspace
from .packs import policy_file_of, time_source

app = typer.Typer(help="Longer life for the seals of packs.", no_args_is_help=True)


@app.callback()
def seals() -> None:
    """Longer life for the seals of packs."""


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

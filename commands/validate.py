"""The tool's own qualification: validate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from .options import InWorkspace, TextFormat, now, open_workspace

if TYPE_CHECKING:
    from ..evidence.qualification import Trial

_SIGN = {"passed": "●", "failed": "▲", "not tried": "–"}


def validate(
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the maps' scenarios.")] = False,
    as_pack: Annotated[
        bool, typer.Option("--pack", help="Write a pack to be signed, into the workspace.")
    ] = False,
    output: Annotated[
        TextFormat, typer.Option("--format", help="For people or for programs.")
    ] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """Qualify this installation: versions and files, a pack harmed in many ways, every scenario.

    0 when every trial came out as it must, 1 when one did not.
    """
    from ..evidence.qualification import harmed_packs, installation_trials, scenarios
    from ..reports.qualification import qualification_pack
    from ..reports.terminal import say

    at = now()
    place = open_workspace(workspace) if as_pack else None
    say("Installation …")
    trials = installation_trials()
    say("A pack, harmed in many ways …")
    trials += harmed_packs(at)
    if not quick:
        say("The scenarios of the maps …")
        trials += scenarios()
    typer.echo(_json(trials) if output is TextFormat.json else "\n".join(_lines(trials)))
    if place:
        typer.echo(f"To be signed: {qualification_pack(place, trials, at)}", err=True)
    if any(trial.outcome == "failed" for trial in trials):
        raise typer.Exit(1)


def _lines(trials: list[Trial]) -> list[str]:
    """Each group with its count; what failed is told one by one."""
    lines = []
    for group in dict.fromkeys(trial.group for trial in trials):
        own = [trial for trial in trials if trial.group == group]
        passed = sum(trial.outcome == "passed" for trial in own)
        untried = sum(trial.outcome == "not tried" for trial in own)
        failed = [trial for trial in own if trial.outcome == "failed"]
        sign = _SIGN["failed" if failed else "passed" if passed else "not tried"]
        rest = f", {untried} not tried" if untried else ""
        lines.append(f"{sign} {group}: {passed} of {len(own) - untried} passed{rest}")
        lines += [f"  ▲ {t.name}: {t.found}, expected {t.expected}" for t in failed]
    return lines


def _json(trials: list[Trial]) -> str:
    found = [
        {"part": t.part, "group": t.group, "name": t.name, "expected": t.expected,
         "found": t.found, "outcome": t.outcome}
        for t in trials
    ]  # fmt: skip
    failed = sum(t.outcome == "failed" for t in trials)
    return json.dumps({"trials": found, "failed": failed}, indent=2, ensure_ascii=False)

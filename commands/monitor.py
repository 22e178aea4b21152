"""The command that writes the page of what is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import InWorkspace, now, open_workspace, write

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.lots.exceptions import Finding
    from ..evidence.workspace import Workspace
    from ..reports.gap_list import OpenGap


def monitor(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="By default monitor.html here.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:
    """Write a page of what is open, overdue and new, by regime and site; needs no network."""
    from ..evidence.warehouse import open_warehouse
    from ..reports.monitor import compose_monitor, render_monitor

    found = open_workspace(workspace)
    with open_warehouse(found) as con:
        gaps, findings = _open(found, con)
        page = compose_monitor(
            con, gaps, findings, _seen(found, _numbers(gaps, findings)),
            company=found.company, example=found.example, today=now().date(),
        )  # fmt: skip
    target = output or Path("monitor.html")
    write(render_monitor(page), target)
    typer.echo(f"Wrote {target}", err=True)


def note_open(workspace: Workspace) -> None:
    """Note what is open in a build just made, so that the next one can tell what is new."""
    from ..evidence.warehouse import open_warehouse

    with open_warehouse(workspace) as con:
        _seen(workspace, _numbers(*_open(workspace, con)))


def _open(
    workspace: Workspace, con: DuckDBPyConnection
) -> tuple[list[OpenGap], list[Finding]]:  # fmt: skip
    from ..evidence.assignments import read_assignments
    from ..evidence.lots.exceptions import find_exceptions, read_decisions
    from ..reports.gap_list import open_gaps

    register = workspace.root / "register"
    gaps = open_gaps(con, workspace.governance, read_assignments(register, now()))
    return gaps, find_exceptions(con, workspace.exceptions, read_decisions(register))


def _numbers(gaps: list[OpenGap], findings: list[Finding]) -> list[str]:
    return sorted({*(gap.number for gap in gaps), *(f.id for f in findings)})


def _seen(workspace: Workspace, numbers: list[str]) -> frozenset[str] | None:
    """The numbers of the build before; notes those of this one."""
    path = workspace.state_dir / "monitor.json"
    build = (workspace.state_dir / "build.json").read_text(encoding="utf-8")
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        noted = {"build": None, "numbers": None, "before": None}
    if noted["build"] != build:
        noted = {"build": build, "numbers": numbers, "before": noted["numbers"]}
        write(json.dumps(noted), path)
    return None if noted["before"] is None else frozenset(noted["before"])

"""The command that tells what must be kept until when, and what may go: retention."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, now, open_workspace
from .verdicts import ListFormat


def retention(
    site: OneSite = None,
    table: Annotated[
        str | None, typer.Option("--table", help="Only this table, such as documents.")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", help="may_go, keep, held or not_known.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="As of this day, 2030-01-31; default: today.")
    ] = None,
    output_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.table,
    workspace: InWorkspace = None,
) -> None:
    """Say what must be kept until when, what a legal hold blocks, and what may go."""
    from ..evidence.warehouse.retention import retention as schedule
    from ..reports.retention_list import STATES, as_csv, as_json, as_lines, rows_on
    from .register import day

    if state is not None and state not in STATES:
        raise LotproofError(
            found=f"state {state!r}", expected=f"one of: {', '.join(STATES)}", fix="correct it"
        )
    when = now().date() if on is None else day(on, "--on")
    rows = [
        row for row in rows_on(schedule(open_workspace(workspace)), datetime.combine(when, time()))
        if site in (None, row["site_id"]) and table in (None, row["table"])
        and state in (None, row["state"])
    ]  # fmt: skip
    if output_format is ListFormat.json:
        typer.echo(as_json(rows), nl=False)
    elif output_format is ListFormat.csv:
        typer.echo(as_csv(rows), nl=False)
    else:
        typer.echo("\n".join(as_lines(rows, when.isoformat())))

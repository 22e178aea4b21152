"""Commands on exceptions: list what looks wrong; accept or dismiss one, for the register."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, now, open_workspace
from .signing_options import As, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from ..evidence.lots.exceptions.decisions import Decision

app = typer.Typer(
    help="What looks wrong in the lot records, and who should look.", invoke_without_command=True
)
Number = Annotated[str, typer.Argument(metavar="ID", help="Its identifier, EX-…")]
Role = Annotated[
    str | None, typer.Option("--role", help="Role they act in; by default the one it goes to.")
]


class ListFormat(StrEnum):
    """How a list is written."""

    table = "table"
    json = "json"
    csv = "csv"


@app.callback()
def exceptions(
    context: typer.Context,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    site: OneSite = None,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only what nobody has decided on.")
    ] = False,
    output_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.table,
    workspace: InWorkspace = None,
) -> None:
    """List what looks wrong: score, reason, rows, what hangs on it, who should look."""
    if context.invoked_subcommand is not None:
        return
    from ..evidence.lots.exceptions import KINDS, find_exceptions, read_decisions
    from ..evidence.warehouse import open_warehouse
    from ..reports.exception_list import FORMATS

    found = open_workspace(workspace)
    if kind is not None and kind not in KINDS:
        raise LotproofError(f"kind {kind!r}", f"one of: {', '.join(KINDS)}", "correct the name")
    if site is not None:
        found.site(site)
    decided = read_decisions(found.root / "register")
    with open_warehouse(found) as con:
        listed = find_exceptions(con, found.exceptions, decided, kind=kind, site=site)
        proposed = (
            _proposed(con, site) if kind is None and output_format is ListFormat.table else ""
        )
    if open_only:
        listed = [finding for finding in listed if finding.decision is None]
    typer.echo(FORMATS[output_format](listed) + proposed, nl=False)


def _proposed(con: DuckDBPyConnection, site: str | None) -> str:
    from ..evidence.lots.classifying import classify_deviations
    from ..reports.classified import as_text

    try:
        return as_text(classify_deviations(con, site=site))
    except LotproofError as error:
        typer.echo(f"Open deviations are not classified: {error}", err=True)
        return ""


@app.command()
def deviations(
    site: OneSite = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    workspace: InWorkspace = None,
) -> None:
    """Open deviations with the class that closed ones like them got; a proposal, no decision."""
    from ..evidence.lots.classifying import classify_deviations
    from ..evidence.warehouse import open_warehouse
    from ..reports import classified

    found = open_workspace(workspace)
    if site is not None:
        found.site(site)
    with open_warehouse(found) as con:
        told = classify_deviations(con, site=site)
    typer.echo(classified.as_json(told) if as_json else classified.as_text(told), nl=False)


@app.command()
def accept(
    number: Number, person: As, reason: Reason, role: Role = None, workspace: InWorkspace = None
) -> None:
    """It is right, and somebody acts on it: record who says so, and why."""
    _decide(number, "accepted", person, reason, role, workspace)


@app.command()
def dismiss(
    number: Number, person: As, reason: Reason, role: Role = None, workspace: InWorkspace = None
) -> None:
    """It is none: record who says so, and why."""
    _decide(number, "dismissed", person, reason, role, workspace)


def _decide(
    number: str, decision: Decision, person: str, reason: str, role: str | None,
    workspace: Path | None,
) -> None:  # fmt: skip
    from ..evidence.decisions import role_held
    from ..evidence.lots.exceptions import decide, find_exceptions
    from ..evidence.lots.exceptions.decisions import the_finding
    from ..evidence.warehouse import open_warehouse

    found = open_workspace(workspace)
    at = now()
    with open_warehouse(found) as con:
        finding = the_finding(find_exceptions(con, found.exceptions, {}), number)
        acting = role or finding.role
        if not role_held(con, finding.site_id, person, acting, at):
            raise LotproofError(
                f"{person} does not hold the role {acting!r} now",
                "a person whom the last build knows in that role",
                "name another person, or the role they hold with --role",
            )
    entry = decide(
        found.root / "register", finding, decision, by=person, role=acting, reason=reason, at=at
    )
    typer.echo(f"◆ {person} ({acting}) {decision} {number}: exception_decisions {entry.number}")
    typer.echo("Nothing was released, held or closed in any source", err=True)

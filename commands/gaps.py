"""Commands on open gaps: who has them and by when (gaps), and giving one to somebody (assign)."""

from __future__ import annotations

from typing import Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, TextFormat, now, open_workspace
from .signing_options import As, InRole, Reason

app = typer.Typer(
    help="Open gaps: who has them, and by when they are due.", invoke_without_command=True
)


@app.callback()
def gaps(
    context: typer.Context,
    site: OneSite = None,
    role: Annotated[str | None, typer.Option("--role", help="Only what is with this role.")] = None,
    severity: Annotated[str | None, typer.Option(help="Only this severity.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past due.")] = False,
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """List open gaps with who has them, and by when they are due."""
    if context.invoked_subcommand is not None:
        return
    from ..evidence.assignments import read_assignments
    from ..evidence.warehouse import open_warehouse
    from ..reports.gap_list import as_json, as_lines, open_gaps

    found = open_workspace(workspace)
    given = read_assignments(found.root / "register", now())
    before = now().date() if overdue else None
    with open_warehouse(found) as con:
        listed = open_gaps(
            con, found.governance, given,
            site=site, role=role, severity=severity, due_before=before,
        )  # fmt: skip
    typer.echo(as_json(listed) if output_format is TextFormat.json else "\n".join(as_lines(listed)))


@app.command()
def assign(
    number: Annotated[str, typer.Argument(metavar="GAP", help="Its number, such as LEU-QYPCZ5.")],
    to: Annotated[str, typer.Option("--to", help="The role that answers for it.")],
    due: Annotated[str, typer.Option("--due", help="Last day for closing it, 2026-12-15.")],
    person: As,
    role: InRole,
    reason: Reason,
    named: Annotated[str | None, typer.Option("--person", help="And who of them.")] = None,
    escalate: Annotated[str | None, typer.Option("--escalate-to", help="Who is told next.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Give a gap to a role or person, by a day; it stands before the usual route."""
    from ..evidence.assignments import Assignment, assign_gap
    from ..evidence.warehouse import open_warehouse
    from ..reports import reading
    from ..reports.gap_numbers import gap_number
    from .register import day

    found = open_workspace(workspace)
    with open_warehouse(found) as con:
        open_ones = reading.rows(
            con, "select * from verdict_list where state in ('gap', 'accepted_risk')"
        )
    gap = next((row for row in open_ones if gap_number(row) == number), None)
    if gap is None:
        raise LotproofError(
            found=f"gap {number}, which the last build does not have",
            expected="a gap that `lotproof gaps` lists",
            fix="check its number",
        )
    assignment = Assignment(number, to, named, day(due, "--due"), escalate)
    assign_gap(
        found.root / "register", gap, assignment, by=person, role=role, reason=reason, at=now()
    )
    typer.echo(f"● {number} is with {named or to}, due {due}")

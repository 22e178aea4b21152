"""Commands on what people sign for: accept, attest and register (with withdraw)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, TextFormat, now, open_workspace
from .signing_options import As, InRole, PreparedBy, Reason, Until

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.decisions import Signature
    from ..evidence.register import Entry
    from ..evidence.register_review import RegisterFinding, RoleConflict

ClauseName = Annotated[str, typer.Argument(metavar="CLAUSE", help="Such as us-21cfr211:211.84-a.")]

app = typer.Typer(
    help="What people signed for, and what is wrong with it by now.", invoke_without_command=True
)


def accept(
    clause: ClauseName,
    site: Annotated[str, typer.Option("--site", help="The site of the gap.")],
    person: As, role: InRole, prepared_by: PreparedBy, reason: Reason, until: Until,
    gap: Annotated[
        str | None, typer.Option("--gap", help="Number of the gap; left out: all of the site.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:  # fmt: skip
    """Accept a risk: sign for a gap that stays open, for a time. It is never counted as met."""
    from ..evidence.decisions import accept_risk
    from ..evidence.warehouse import open_warehouse

    found = open_workspace(workspace)
    signed = signature(person, role, prepared_by, reason)
    with open_warehouse(found) as con:
        row = _gap(con, clause, site, gap)
        entry = accept_risk(
            con, found.root / "register", found.governance, row, day(until, "--until"), signed,
            whole_site=gap is None,
        )  # fmt: skip
    said(entry, f"accepted {row['clause']} at {site}, until {until}")


def attest(
    clause: ClauseName,
    site: Annotated[str, typer.Option("--site", help="The site it is stated for.")],
    person: As, role: InRole, prepared_by: PreparedBy, reason: Reason, until: Until,
    statement: Annotated[
        str | None, typer.Option("--statement", help="By default the words of the map.")
    ] = None,
    part: Annotated[
        str | None, typer.Option("--part", help="Which, where a clause asks for several.")
    ] = None,
    workspace: InWorkspace = None,
) -> None:  # fmt: skip
    """State what data cannot show, for a time."""
    from ..evidence.decisions import attest as state
    from ..evidence.warehouse import open_warehouse
    from .obligations import find_clause

    found = open_workspace(workspace)
    of, requirement = find_clause(clause, workspace)
    asked = requirement.attest
    if asked is None and (part is None or statement is None):
        raise LotproofError(
            found=f"{of.map}:{requirement.id}, which is judged from data",
            expected="a clause that asks for a statement, or --part and --statement",
            fix="see: lotproof obligations list",
        )
    name = f"{of.map}:{requirement.id}" + (f"#{part}" if part else "")
    words = statement or (asked.statement if asked else "")
    signed = signature(person, role, prepared_by, reason)
    with open_warehouse(found) as con:
        entry = state(
            con, found.root / "register",
            {"clause": name, "role": asked.role if asked else None},
            found.site(site).site_id, words, day(until, "--until"), signed,
        )  # fmt: skip
    said(entry, f"attested {name} at {site}, until {until}")


@app.callback()
def register(
    context: typer.Context,
    site: OneSite = None,
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """List what is wrong with the register: 1 when there is something, 0 when not.

    Entries that have run out, cover nothing, or were signed by somebody who could not; and people
    who hold two roles at once that `governance:` in lotproof.yml keeps apart.
    """
    if context.invoked_subcommand is not None:
        return
    from ..evidence.register import verify_register
    from ..evidence.register_review import review_register, role_conflicts
    from ..evidence.warehouse import open_warehouse

    found = open_workspace(workspace)
    counts = verify_register(found.root / "register")
    with open_warehouse(found) as con:
        findings = review_register(con, site)
        conflicts = role_conflicts(con, found.governance.separate_roles, site)
    if output_format is TextFormat.json:
        answer = {
            "entries": counts,
            "findings": [asdict(finding) for finding in findings],
            "role_conflicts": [asdict(conflict) for conflict in conflicts],
        }
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=str))
    else:
        for line in _lines(counts, findings, conflicts):
            typer.echo(line)
    if findings or conflicts:
        raise typer.Exit(1)


@app.command()
def withdraw(
    kind: Annotated[str, typer.Argument(help="accepted_risks, attestations or adoptions.")],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Its identifier.")],
    person: As, role: InRole, reason: Reason,
    workspace: InWorkspace = None,
) -> None:  # fmt: skip
    """End an entry now: it stays in the register and holds no longer."""
    from ..evidence.decisions import withdraw as end

    found = open_workspace(workspace)
    signed = signature(person, role, "", reason)
    said(end(found.root / "register", kind, entry, signed), f"withdrew {entry}")


def signature(person: str, role: str, prepared_by: str, reason: str) -> Signature:
    """Who signs, now."""
    from ..evidence.decisions import Signature

    return Signature(by=person, role=role, prepared_by=prepared_by, reason=reason, at=now())


def day(text: str, option: str) -> date:
    """A day, as people write it in ISO 8601.

    Raises:
        LotproofError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LotproofError(
            found=f"{option} {text!r}", expected="a day such as 2027-03-31", fix="write it so"
        ) from None


def said(entry: Entry, what: str) -> None:
    """Say what was entered, and what to do for it to count."""
    typer.echo(f"◆ {entry.by} ({entry.role}) {what}: {entry.id}, entry {entry.number}")
    typer.echo("It counts from the next ingest and build on", err=True)


def _gap(con: DuckDBPyConnection, clause: str, site: str, number: str | None) -> dict[str, Any]:
    """The gap that is accepted; for a whole site, any of them."""
    from ..reports import reading
    from ..reports.gap_numbers import gap_number

    rows = reading.rows(
        con,
        "select * from verdict_list where state in ('gap', 'accepted_risk') and site_id = ? and "
        "(clause = ? or requirement_id = ?) order by clause, subject_id",
        site, clause, clause,
    )  # fmt: skip
    matching = [row for row in rows if number is None or gap_number(row) == number]
    if matching:
        return matching[0]
    numbers = ", ".join(gap_number(row) for row in rows[:8])
    raise LotproofError(
        found=f"no gap {number or ''} of {clause} at {site}".replace("  ", " "),
        expected=f"a gap of the last build: {numbers}" if numbers else "an open gap to accept",
        fix="see: lotproof gaps",
    )


def _lines(
    counts: dict[str, int], findings: list[RegisterFinding], conflicts: list[RoleConflict]
) -> Iterator[str]:
    for kind, count in sorted(counts.items()):
        yield f"● {kind:<16} {count:,} entries, chain whole"
    for finding in findings:
        yield f"▲ {finding.site_id or 'all':<5} {finding.about}: {finding.sentence}"
    for conflict in conflicts:
        since = f" since {conflict.since:%Y-%m-%d}" if isinstance(conflict.since, datetime) else ""
        yield (
            f"▲ {conflict.person} holds {conflict.roles[0]} and {conflict.roles[1]}{since}; "
            f"{conflict.did} verdicts of the month say so of their records"
        )
    yield f"{len(findings)} findings, {len(conflicts)} role conflicts."

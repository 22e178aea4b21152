"""Commands on what was taken in as a whole: sources findings, rules, reconcile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from .options import InWorkspace, TextFormat, instant, open_workspace

if TYPE_CHECKING:
    from ..evidence.intake.findings import Findings, Group
    from ..evidence.intake.rules import ProposedRule

Format = Annotated[TextFormat, typer.Option("--format")]
OneSource = Annotated[str | None, typer.Option("--source", help="Only this source.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Only what was known by then; default: all.")
]
LateAfter = Annotated[
    int, typer.Option("--late-after", min=0, help="Hours after which an entry is late.")
]


def findings(
    source: OneSource = None,
    examples: Annotated[int, typer.Option(min=0, help="Rows to show of each kind.")] = 3,
    late_after: LateAfter = 24,
    as_of: AsOf = None,
    workspace: InWorkspace = None,
    output_format: Format = TextFormat.text,
) -> None:
    """List exceptions among what landed: lost, doubled, changed, unbalanced, late. 1 when some."""
    from ..evidence.intake.findings import find
    from ..evidence.intake.landed import open_landing

    found = open_workspace(workspace)
    if source is not None:
        found.source(source)
    with open_landing(found, instant(as_of, "--as-of")) as con:
        listed = find(con, found, examples=examples, late_hours=late_after, source=source)
    if output_format is TextFormat.json:
        typer.echo(json.dumps(asdict(listed), indent=2, ensure_ascii=False))
    else:
        for line in _found_lines(listed):
            typer.echo(line)
    if listed.groups:
        raise typer.Exit(1)


def _found_lines(listed: Findings) -> Iterator[str]:
    for (kind, title), groups in groupby(listed.groups, key=lambda g: (g.kind, g.title)):
        yield f"▲ {title}  ({kind})"
        for group in groups:
            yield from _group_lines(group)
    yield ""
    yield "How late entries come, in hours after it happened (times known to the minute or finer)"
    yield f"  {'source':<20}{'entries':>10}{'median':>10}{'95%':>10}{'longest':>10}{'late':>8}"
    for lag in listed.lags:
        yield (
            f"  {lag.source:<20}{lag.entries:>10,}{lag.median:>10,.2f}{lag.p95:>10,.2f}"
            f"{lag.longest:>10,.2f}{lag.late:>8,}"
        )
    for kind, title in listed.not_examined:
        yield f"– not examined, for no source sends such rows: {title}  ({kind})"
    total = sum(group.count for group in listed.groups)
    yield f"{total:,} exceptions of {len({g.kind for g in listed.groups}):,} kinds"


def _group_lines(group: Group) -> Iterator[str]:
    yield f"    {group.source}: {group.count:,} of {group.examined:,} rows"
    for example in group.examples:
        yield f"      {example.place}  {_short(example.said)}"
        for change in example.differences:
            yield f"          {change.column}: {change.before or '–'}  →  {change.after or '–'}"


def _short(text: str, width: int = 160) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def rules(
    source: OneSource = None,
    again: Annotated[int, typer.Option(min=1, help="Rows from which to propose a rule.")] = 2,
    late_after: LateAfter = 24,
    workspace: InWorkspace = None,
    output_format: Format = TextFormat.text,
) -> None:
    """Propose what to validate at the source, for each kind of defect found again and again."""
    from ..evidence.intake.findings import find
    from ..evidence.intake.landed import open_landing
    from ..evidence.intake.rules import propose

    found = open_workspace(workspace)
    if source is not None:
        found.source(source)
    with open_landing(found) as con:
        listed = find(con, found, examples=3, late_hours=late_after, source=source)
    proposed = list(propose(found, listed.groups, again))
    if output_format is TextFormat.json:
        typer.echo(json.dumps([asdict(rule) for rule in proposed], indent=2, ensure_ascii=False))
        return
    for line in (line for rule in proposed for line in _rule_lines(rule)):
        typer.echo(line)
    if not proposed:
        typer.echo(f"No kind of defect came {again:,} times or more: nothing to propose.")


def _rule_lines(rule: ProposedRule) -> Iterator[str]:
    yield f"▲ {rule.source}: {_short(rule.title, 100)}"
    places = ", ".join(rule.examples)
    yield f"    seen      {rule.count:,} of {rule.examined:,} rows, as in {places}"
    yield f"    validate  {rule.validate_that}"
    yield f"    where     {rule.where}"

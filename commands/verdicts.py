"""Commands that show what a build found: check (for CI) and verdicts."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import InWorkspace, OneSite, open_workspace, write


class CheckFormat(StrEnum):
    """How ``check`` writes its answer."""

    text = "text"
    json = "json"
    junit = "junit"
    sarif = "sarif"
    github = "github"
    markdown = "markdown"


class ListFormat(StrEnum):
    """How ``verdicts`` writes its answer."""

    table = "table"
    csv = "csv"
    json = "json"


def check(
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", help="STATE:SEVERITY that fails, such as gap:major."),
    ] = None,
    regime: Annotated[list[str] | None, typer.Option(help="Only this regime.")] = None,
    site: OneSite = None,
    output_format: Annotated[CheckFormat, typer.Option("--format")] = CheckFormat.text,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier --format json; what it lists is known.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Fail CI on gaps: 0 no gap and nothing undetermined at the threshold, 1 some, 2 not run."""
    from ..evidence.warehouse import open_warehouse
    from ..reports.assurance import assurances_of
    from ..reports.check import check_build, parse_threshold
    from ..reports.check_formats import FORMATS
    from ..reports.map_places import clause_places

    threshold = parse_threshold(fail_on or ())
    found = open_workspace(workspace)
    with open_warehouse(found) as con:
        result = check_build(
            con, threshold, regimes=tuple(regime or ()), site=site, baseline=baseline
        )
        if not regime:  # both percentages are of everything that binds a site
            result = replace(result, assurances=assurances_of(con, site))
    if output_format in (CheckFormat.sarif, CheckFormat.github):
        result = replace(result, places=clause_places(found.root, Path.cwd()))
    write(FORMATS[output_format](result), output)
    if not result.passed:
        raise typer.Exit(1)


def verdicts(
    state: Annotated[str | None, typer.Option(help="Only this state.")] = None,
    clause: Annotated[
        str | None, typer.Option(help="Only this clause, by full name, map or number.")
    ] = None,
    site: OneSite = None,
    output_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.table,
    workspace: InWorkspace = None,
) -> None:
    """List the verdicts of the last build."""
    from ..evidence.warehouse import open_warehouse
    from ..reports.assurance import assurances_of
    from ..reports.listing import FORMATS, list_verdicts

    with open_warehouse(open_workspace(workspace)) as con:
        listed = list_verdicts(con, state=state, clause=clause, site=site)
        sites = assurances_of(con, site)
    typer.echo(FORMATS[output_format](listed), nl=False)
    for one in sites if clause is None else ():
        typer.echo(f"{one.site_id:<5} {' '.join(one.lines())}", err=True)

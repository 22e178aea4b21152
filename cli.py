"""The commands: each parses its arguments, makes one call and prints the answer.

Answers go to standard output, everything else (progress, what to do next) to standard error. What
is slow to import is imported by the command that uses it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from lotproof import __version__
from lotproof.evidence.errors import LotproofError

if TYPE_CHECKING:
    from lotproof.evidence.workspace import Workspace

app = typer.Typer(
    name="lotproof",
    help="Turns the lot records of a regulated manufacturer into proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
obligations = typer.Typer(help="Work on the maps of regulations.", no_args_is_help=True)
app.add_typer(obligations, name="obligations")

InWorkspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="The workspace; by default the nearest lotproof.yml upwards."
    ),
]
Sites = Annotated[str | None, typer.Option("--site", help="Only this site.")]


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


class TextFormat(StrEnum):
    """For people or for programs."""

    text = "text"
    json = "json"


def _workspace(given: Path | None) -> Workspace:
    from lotproof.evidence.workspace import find_workspace

    return find_workspace(given)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _instant(text: str | None, option: str) -> datetime | None:
    """An ISO 8601 instant; without an offset it is UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise LotproofError(
            found=f"{option} {text!r}",
            expected="a date or instant such as 2026-11-04 or 2026-11-04T18:00+01:00",
            fix="write it in ISO 8601",
        ) from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    aside = output.with_name(f".{output.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(output)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lotproof {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Turns the lot records of a regulated manufacturer into proof."""


@app.command()
def doctor(
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
) -> None:
    """Say what is installed, what is missing, and how to get it."""
    import json
    from dataclasses import asdict

    from lotproof.evidence.installation import requirements

    found = list(requirements())
    if output_format is TextFormat.json:
        typer.echo(json.dumps([asdict(r) for r in found], indent=2))
    else:
        for r in found:
            sign = "●" if r.found else ("▲" if r.needed else "–")
            typer.echo(f"{sign} {r.name:<16} {r.found or 'missing':<24} {r.purpose}")
            if not r.found:
                typer.echo(f"{'':<19}to get it: {r.get}")
    if any(r.needed and not r.found for r in found):
        raise typer.Exit(1)


@app.command()
def check(
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", help="STATE:SEVERITY that fails, such as gap:major."),
    ] = None,
    regime: Annotated[list[str] | None, typer.Option(help="Only this regime.")] = None,
    site: Sites = None,
    output_format: Annotated[CheckFormat, typer.Option("--format")] = CheckFormat.text,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier --format json; what it lists is known.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """For CI: 0 no gap and nothing undetermined at or above the threshold, 1 some, 2 not run."""
    from lotproof.evidence.warehouse import open_warehouse
    from lotproof.reports.check import check_build, parse_threshold
    from lotproof.reports.check_formats import FORMATS

    threshold = parse_threshold(fail_on or ())
    with open_warehouse(_workspace(workspace)) as con:
        result = check_build(
            con, threshold, regimes=tuple(regime or ()), site=site, baseline=baseline
        )
    _write(FORMATS[output_format](result), output)
    if not result.passed:
        raise typer.Exit(1)


@app.command()
def verdicts(
    state: Annotated[str | None, typer.Option(help="Only this state.")] = None,
    clause: Annotated[
        str | None, typer.Option(help="Only this clause, by full name, map or number.")
    ] = None,
    site: Sites = None,
    output_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.table,
    workspace: InWorkspace = None,
) -> None:
    """List the verdicts of the last build."""
    from lotproof.evidence.warehouse import open_warehouse
    from lotproof.reports.listing import FORMATS, list_verdicts

    with open_warehouse(_workspace(workspace)) as con:
        listed = list_verdicts(con, state=state, clause=clause, site=site)
    typer.echo(FORMATS[output_format](listed), nl=False)


def main() -> NoReturn:
    """Run a command. Whatever goes wrong becomes a message and an exit code, never a traceback."""
    not_run = 3 if sys.argv[1:2] == ["verify"] else 2
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except LotproofError as error:
        typer.echo(str(error), err=True)
        sys.exit(not_run)
    except typer.Abort:
        typer.echo("stopped", err=True)
        sys.exit(130)
    except TyperException as error:  # wrong usage; only the private subclass can print itself
        getattr(error, "show", lambda: typer.echo(str(error), err=True))()
        sys.exit(not_run)

"""Commands that bring data in and judge it: init, ingest, build, doctor."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, TextFormat, instant, now, open_workspace

if TYPE_CHECKING:
    from ..evidence.new_workspace import FirstSite
    from ..evidence.workspace import Workspace


def doctor(
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
) -> None:
    """Say what is installed, what is missing, and how to get it."""
    import json
    from dataclasses import asdict

    from ..evidence.installation import requirements

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


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
    empty: Annotated[
        bool, typer.Option("--empty", help="Without the example plant: your own site, no extract.")
    ] = False,
) -> None:
    """Make a new workspace: a commented lotproof.yml and an example plant to judge at once."""
    from ..evidence.new_workspace import FirstSite, make_example, make_workspace

    asks = not no_input and sys.stdin.isatty()
    ours = empty or (asks and not typer.confirm("Begin with an example plant?", default=True))
    if ours:
        written = make_workspace(folder, _asked() if asks else FirstSite(), empty=empty)
        todo = f"fill in {written[0]}, put extracts where it says, then run: lotproof ingest"
    else:
        written = make_example(folder)
        todo = (
            f"cd {folder}; lotproof ingest; lotproof build --period 2026-10; lotproof check\n"
            "Then put your own plant into lotproof.yml; its comments say where."
        )
    typer.echo(f"{written[0]}")
    typer.echo(f"Made a workspace of {len(written)} files. Next: {todo}", err=True)


def _asked() -> FirstSite:
    """The first site, as the person at the terminal says."""
    from ..evidence.new_workspace import FirstSite

    usual = FirstSite()
    return FirstSite(
        company=typer.prompt("Company", usual.company),
        site_id=typer.prompt("Code of the first site", usual.site_id),
        name=typer.prompt("Name of that site", usual.name),
        country=typer.prompt("Country (two letters)", usual.country),
        timezone=typer.prompt("Time zone", usual.timezone),
        regulated_as=typer.prompt(
            "Regulated as (drug, food, chemical, packaging, controlled_substances)",
            usual.regulated_as,
        ),
    )


def ingest(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Only the sources that these files belong to.")
    ] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Only this source.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Take in extracts: what was read, landed, set aside. 1 when something was kept out."""
    from ..evidence.sources.ingest import ingest as take_in
    from ..reports.terminal import ingest_lines, progress_of

    found = open_workspace(workspace)
    names = [*(source or []), *(_source_of(found, file) for file in files or [])]
    with progress_of("Ingesting") as progress:
        report = take_in(found, names or None, at=now(), progress=progress)
    for line in ingest_lines(report):
        typer.echo(line)
    held = [file for file in report.files if file.rows_quarantined]
    lines = list(_held_lines(found, {(file.source, file.name) for file in held})) if held else []
    for line in lines:
        typer.echo(line)
    if held and not lines:
        typer.echo("  what was held back came again, corrected")
    if lines or not report.is_complete:
        raise typer.Exit(1)


def _held_lines(
    workspace: Workspace, files: set[tuple[str, str]], shown: int = 20
) -> Iterator[str]:
    """Where rows in quarantine stand, why they were held back, and what to do; each reason once."""
    from ..evidence.intake.landed import open_landing

    with open_landing(workspace) as con:
        groups = con.execute(
            "select source_file, min(source_row) as first, arg_min(reason, source_row), "
            "arg_min(expected, source_row), any_value(fix), "
            "list_sort(list(distinct source_row)) as found "
            "from quarantine where list_contains(?, source || '/' || source_file) "
            "group by source_file, column_name, split_part(reason, ': ', 1) order by all",
            [sorted("/".join(file) for file in files)],
        ).fetchall()
    for file, first, reason, expected, fix, found in groups[:shown]:
        yield f"▲ {file}:{first}: {reason}"
        yield f"    expected: {expected}" if expected else ""
        yield f"    to do: {fix}" if fix else ""
        if len(found) > 1:
            likewise = ", ".join(map(str, found[1:6])) + (", …" if len(found) > 6 else "")
            yield f"    likewise {len(found) - 1:,} more rows: {likewise}"
    if len(groups) > shown:
        yield f"  and {len(groups) - shown:,} more reasons; see: lotproof sources findings"


def _source_of(workspace: Workspace, file: Path) -> str:
    """The source a file belongs to."""
    for source in workspace.sources:
        if any(file.resolve() in workspace.root.glob(pattern) for pattern in source.globs):
            return source.name
    raise LotproofError(
        found="a file that belongs to no source",
        expected="a file that one of the sources in lotproof.yml names",
        fix="put it where a source looks for its files, or add a source",
        where=file,
    )


def build(
    period: Annotated[str, typer.Option(help="The month, such as 2026-10.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Only what was known by then; default: all.")
    ] = None,
    site: OneSite = None,
    workspace: InWorkspace = None,
) -> None:
    """Judge a month: landing to verdicts."""
    from ..evidence.warehouse import build as judge
    from ..reports import states
    from ..reports.terminal import progress_of
    from .monitor import note_open

    found = open_workspace(workspace)
    with progress_of(f"Building {period}") as progress:
        result = judge(found, period, instant(as_of, "--as-of"), site, progress)
    if result.skipped:
        typer.echo("Nothing changed since the last build; it stands.", err=True)
    else:
        note_open(found)
    counts = "  ".join(
        f"{states.sign(s)} {result.counts[s]:,} {states.word(s)}"
        for s in states.SIGNS
        if s in result.counts
    )
    typer.echo(
        f"{period}, as recorded by {result.pin.as_of:%Y-%m-%d %H:%M} UTC: {counts or 'none'}"
    )

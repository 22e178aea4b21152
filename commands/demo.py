"""The command that shows everything on the example company: demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import now


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where; a second run does only what changed.")
    ] = Path("lotproof-demo"),
) -> None:
    """Build, sign, seal and verify the packs of the example company. Needs no network."""
    from ..evidence.warehouse import build, open_warehouse
    from ..reports import demo as steps
    from ..reports.check import check_build, parse_threshold
    from ..reports.terminal import progress_of, say
    from .monitor import note_open

    say("The example company: six plants, one month, invented throughout.")
    workspace = steps.prepare(folder, now())
    with progress_of("Extracts to landing") as progress:
        taken = steps.take_in(workspace, progress)
    with progress_of("Lot model, chains and verdicts") as progress:
        built = build(workspace, steps.PERIOD, progress=progress)
    with open_warehouse(workspace) as con:
        checked = check_build(con, parse_threshold(["gap:critical"]))
    note_open(workspace)
    with progress_of("Packs: pages, three signatures, seal") as progress:
        made = steps.make_packs(workspace, built.digest, progress, now)
    with progress_of("Verifying the packs") as progress:
        packs = steps.check_packs(workspace, made, progress, now())

    rows = sum(file.rows_read for file in taken.files)
    typer.echo("")
    typer.echo(f"Read      {rows:,} rows" if rows else "Read      nothing new")
    for line in _counted(built.counts):
        typer.echo(line)
    typer.echo(f"Check     {len(checked.failures):,} critical gaps or undetermined")
    for pack in packs:
        typer.echo(f"Pack      {pack.folder}  {pack.report.verdict.lower()}")
    typer.echo("")
    first = packs[0].folder / "data" / "reports"
    typer.echo(f"Open first     {next(iter(sorted(first.glob('*.pdf'))))}")
    typer.echo(f"or browse      {first / 'index.html'}")
    typer.echo(f"Planted        {folder / 'planted.csv'}  (every fault that was to be found)")
    typer.echo(f"Verify it      lotproof verify {packs[0].folder} --trust {folder / steps.ANCHOR}")
    if any(pack.report.exit_code for pack in packs):
        for pack in packs:
            typer.echo("\n".join(pack.report.lines()), err=True)
        raise typer.Exit(1)


def _counted(counts: dict[str, int]) -> list[str]:
    from ..reports import states

    return [
        f"{'Judged' if first else '':<9} {states.sign(s)} {counts[s]:,} {states.word(s)}"
        for first, s in ((s == "met", s) for s in states.SIGNS if s in counts)
    ]

"""The command that follows a lot to suppliers and customers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import InWorkspace, OneSite, instant, write

if TYPE_CHECKING:
    from ..evidence.lots.trace import Trace


class TraceFormat(StrEnum):
    """How a trace is written."""

    text = "text"
    json = "json"
    csv = "csv"
    graphml = "graphml"
    svg = "svg"


def trace(
    lot: Annotated[
        str,
        typer.Argument(help="Its identifier, number, supplier's number, or traceability code."),
    ],
    site: OneSite = None,
    up: Annotated[bool, typer.Option("--up", help="Only what it was made from.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what was made from it.")] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As it was then; what came later is left out.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", help="By what had been recorded then; slower."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Fold nothing in the tree.")] = False,
    output_format: Annotated[TraceFormat, typer.Option("--format")] = TraceFormat.text,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into this file.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Follow a lot both ways: to suppliers and customers, through every link between."""
    from ..evidence.lots.places import built_as_of, chains_of
    from ..evidence.lots.trace import find_one
    from ..evidence.lots.trace import trace as follow

    directions = [d for d, wanted in (("up", up), ("down", down)) if wanted or up == down]
    moment, recorded_by = instant(as_of, "--as-of"), instant(known_at, "--known-at")
    if recorded_by is not None:
        found = _known(lot, site, directions, moment, recorded_by, workspace)
    else:
        chains = chains_of(workspace)
        found = follow(chains, find_one(chains, lot, site), directions, moment)
    built = built_as_of(workspace)
    if built and any(when and when > built for when in (moment, recorded_by)):
        typer.echo(f"The build knows what was recorded by {built:%Y-%m-%d %H:%M} UTC, no later.",
                   err=True)  # fmt: skip
    write(_written(found, output_format, full=full), output)


def _known(
    lot: str, site: str | None, directions: list[str], moment: datetime | None,
    recorded_by: datetime, workspace: Path | None,
) -> Trace:  # fmt: skip
    from ..evidence.lots.known import chains_known_at
    from ..evidence.lots.trace import Known, find_one
    from ..evidence.lots.trace import trace as follow
    from ..evidence.workspace import find_workspace

    until = min(moment or recorded_by, recorded_by)
    with chains_known_at(find_workspace(workspace), recorded_by) as (chains, untold):
        place = find_one(chains, lot, site)
        return follow(chains, place, directions, until, Known(recorded_by, untold))


def _written(found: Trace, output_format: TraceFormat, *, full: bool) -> str:
    if output_format is TraceFormat.text:
        from ..reports.trace_text import as_text

        return as_text(found, unfolded=full)
    if output_format is TraceFormat.svg:
        from ..reports.trace_picture import as_svg

        return as_svg(found)
    from ..reports import trace_formats

    writers = {
        TraceFormat.json: trace_formats.as_json,
        TraceFormat.csv: trace_formats.as_csv,
        TraceFormat.graphml: trace_formats.as_graphml,
    }
    return writers[output_format](found)

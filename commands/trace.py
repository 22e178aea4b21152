"""The command that follows a lot to suppliers and customers."""

from __future__ import annotations

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
    full: Annotated[bool, typer.Option("--full", help="Fold nothing in the tree.")] = False,
    output_format: Annotated[TraceFormat, typer.Option("--format")] = TraceFormat.text,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into this file.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Follow a lot both ways: to suppliers and customers, through every link between."""
    from ..evidence.lots.places import chains_of
    from ..evidence.lots.trace import find_one
    from ..evidence.lots.trace import trace as follow

    chains = chains_of(workspace)
    directions = [d for d, wanted in (("up", up), ("down", down)) if wanted or up == down]
    found = follow(chains, find_one(chains, lot, site), directions, instant(as_of, "--as-of"))
    write(_written(found, output_format, full=full), output)


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

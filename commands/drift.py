"""The command drift: what the sources have changed since a pack was sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import InWorkspace, TextFormat, now, open_workspace

if TYPE_CHECKING:
    from ..evidence.intake.drift import Drift, Drifted

_SIGNS = {"changed": "▲ changed", "removed": "▲ removed", "new": "▲ new"}
_SHOWN = 200


def drift(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="The pack, a folder or a zip.")],
    workspace: InWorkspace = None,
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
) -> None:
    """Say which rows of a sealed pack its sources tell otherwise today. 0 none, 1 some."""
    from ..evidence.intake.drift import drift as compare
    from ..reports.terminal import progress_of

    found = open_workspace(workspace)
    with progress_of("Reading the sources again") as progress:
        answer = compare(found, pack, at=now(), progress=progress)
    if output_format is TextFormat.json:
        typer.echo(json.dumps(asdict(answer), indent=2, ensure_ascii=False))
    else:
        for line in _lines(answer):
            typer.echo(line)
    if answer.rows or answer.unreadable:
        raise typer.Exit(1)


def _lines(answer: Drift) -> Iterator[str]:
    for row in answer.rows[:_SHOWN]:
        yield from _row_lines(row)
    if len(answer.rows) > _SHOWN:
        yield f"  and {len(answer.rows) - _SHOWN:,} more; --format json has all"
    for source, count in sorted(answer.unreadable.items()):
        yield f"? {source}: {count:,} rows of the pack cannot be read at the source any more"
    for error in answer.refused:
        yield f"? {error}"
    counts = {kind: sum(row.kind == kind for row in answer.rows) for kind in _SIGNS}
    yield (
        f"{answer.pack_id}, as recorded by {answer.as_of}: {answer.examined:,} rows compared; "
        + ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
    )


def _row_lines(row: Drifted, width: int = 44) -> Iterator[str]:
    place = "  →  ".join(part for part in (row.in_pack, row.now) if part)
    yield f"{_SIGNS[row.kind]}  {row.table} {row.record_id}  ({row.source}, {place})"
    for change in row.differences:
        before, after = change.before or "–", change.after or "–"
        yield f"    {change.column:<18}{before:<{width}}  {after}".rstrip()

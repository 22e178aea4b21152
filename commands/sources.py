"""Commands for who connects a plant: sources lint, preview, profile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from .intake import findings, rules
from .options import InWorkspace, TextFormat, open_workspace
from .reconciling import reconcile

if TYPE_CHECKING:
    from ..evidence.sources.rehearsal import Linted, Profile, ShownRow
    from ..evidence.sources.results import Finding, IngestReport

app = typer.Typer(help="Look at sources before they are taken in.", no_args_is_help=True)
Source = Annotated[str, typer.Argument(help="Name of the source in lotproof.yml.")]
Format = Annotated[TextFormat, typer.Option("--format")]


@app.command()
def lint(
    source: Annotated[list[str] | None, typer.Argument(help="Only these sources.")] = None,
    workspace: InWorkspace = None,
    output_format: Format = TextFormat.text,
) -> None:
    """Say what is wrong with sources and mappings, and which file is of which feed."""
    from ..evidence.sources.rehearsal import lint as look

    found = list(look(open_workspace(workspace), source))
    if output_format is TextFormat.json:
        said = [
            {"source": item.source, "mapping": item.mapping, "files": item.files,
             "faults": [str(error) for error in item.faults],
             "warnings": [str(error) for error in item.warnings]}
            for item in found
        ]  # fmt: skip
        typer.echo(json.dumps(said, indent=2))
    else:
        for line in (line for item in found for line in _linted(item)):
            typer.echo(line)
    if any(item.faults for item in found):
        raise typer.Exit(1)


def _linted(item: Linted) -> Iterator[str]:
    sign = "▲" if item.faults else "●"
    yield f"{sign} {item.source}  {item.mapping or 'its mapping has faults'}"
    for name, feed in item.files:
        yield f"    {name}  is of feed  {feed}"
    for warning in item.warnings:
        yield f"? {warning}"
    for error in item.faults:
        yield f"▲ {error}"


@app.command()
def preview(
    source: Source,
    table: Annotated[str | None, typer.Option(help="Only rows for this table.")] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many of each kind of file.")] = 3,
    workspace: InWorkspace = None,
    output_format: Format = TextFormat.text,
) -> None:
    """Show the first rows side by side: as sent, and as mapped. Nothing lands."""
    from ..evidence.sources.rehearsal import preview as look

    shown, report = look(open_workspace(workspace), source, table, rows)
    if output_format is TextFormat.json:
        typer.echo(json.dumps([asdict(row) for row in shown], indent=2, ensure_ascii=False))
    else:
        for line in (line for row in shown for line in _side_by_side(row)):
            typer.echo(line)
    _end(report)


def _side_by_side(row: ShownRow, left_width: int = 44) -> Iterator[str]:
    yield f"{row.place}  ({row.feed})"
    left = [f"{_end_of(name)}  {value}" for name, value in row.sent.items()]
    right: list[str] = []
    for table, cells in row.mapped:
        right += [f"→ {table}", *(f"  {name}  {value}" for name, value in cells.items())]
    right += [f"▲ {table}: {reason}" for table, reason in row.held]
    right = right or ["says nothing new, or is left out by the mapping"]
    for number in range(max(len(left), len(right))):
        sent = left[number] if number < len(left) else ""
        sent = sent if len(sent) < left_width else sent[: left_width - 2] + "…"
        mapped = right[number] if number < len(right) else ""
        yield f"  {sent:<{left_width}}{mapped}".rstrip()
    yield ""


def _end_of(name: str, width: int = 28) -> str:
    """Return a long name of nested keys by its last ones."""
    if len(name) <= width or "." not in name:
        return name
    parts = name.split(".")
    while len(parts) > 1 and len(".".join(parts)) > width - 2:
        parts.pop(0)
    return "…" + ".".join(parts)


@app.command()
def profile(
    source: Source,
    feed: Annotated[str | None, typer.Option(help="Only this feed.")] = None,
    workspace: InWorkspace = None,
    output_format: Format = TextFormat.text,
) -> None:
    """Say what values each column has, and which of them no word map knows."""
    from ..evidence.sources.rehearsal import profile as look

    columns, unmapped, report = look(open_workspace(workspace), source, feed)
    if output_format is TextFormat.json:
        said = {"columns": [asdict(item) for item in columns],
                "unmapped": [asdict(item) for item in unmapped]}  # fmt: skip
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        for line in (*_profiled(columns), *_without_word(unmapped)):
            typer.echo(line)
    _end(report)


def _without_word(unmapped: list[Finding]) -> Iterator[str]:
    for item in unmapped:
        yield (
            f"? {item.table}.{item.column}: "
            f"{'no known unit is' if item.kind == 'unknown_unit' else 'no word for'} "
            f"{item.value!r}, {item.row_count:,} rows, first {item.example}"
        )


def _end(report: IngestReport) -> None:
    """Say which files were refused, of which nothing was shown, and end with 1 if any was."""
    for error in report.refused:
        typer.echo(f"▲ {error}", err=True)
    if report.refused:
        raise typer.Exit(1)


def _profiled(columns: list[Profile]) -> Iterator[str]:
    for feed, of_feed in groupby(columns, key=lambda item: item.feed):
        items = list(of_feed)
        yield f"{feed}  {items[0].rows:,} rows"
        yield from _filled_columns([item for item in items if item.filled])
        empty = ", ".join(item.column for item in items if not item.filled)
        yield f"    never filled: {empty}" if empty else ""
    yield "  ● is read by the mapping, – is not"


def _filled_columns(columns: list[Profile]) -> Iterator[str]:
    for item in columns:
        sign = "●" if item.is_read else "–"
        most = ", ".join(f"{value} ({count:,})" for value, count in item.most)
        more = ", …" if item.distinct > len(item.most) else ""
        yield (
            f"  {sign} {item.column:<18} {item.filled:>9,} filled  {item.distinct:>8,} different"
            f"  {most}{more}"
        )


for command in (findings, rules, reconcile):
    app.command()(command)

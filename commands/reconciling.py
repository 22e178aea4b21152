"""The command sources reconcile: two systems of a site against each other."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, instant, open_workspace

if TYPE_CHECKING:
    from ..evidence.intake.reconcile import Reconciliation


class TableFormat(StrEnum):
    """For people, for programs, for a spreadsheet."""

    text = "text"
    json = "json"
    csv = "csv"


def reconcile(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="[A B]", help="Two sources; by default all pairs.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Only what was known then.")] = None,
    workspace: InWorkspace = None,
    output_format: Annotated[TableFormat, typer.Option("--format")] = TableFormat.text,
) -> None:
    """Hold systems of one site against each other: lots, quantities, statuses. 1: some differ."""
    from ..evidence.intake.landed import open_landing
    from ..evidence.intake.reconcile import pairs
    from ..evidence.intake.reconcile import reconcile as compare

    found = open_workspace(workspace)
    for name in source or ():
        found.source(name)
    if source and len(source) != 2:
        raise LotproofError(
            found=f"{len(source)} source to compare",
            expected="two sources, or none for all pairs",
            fix="lotproof sources reconcile A B",
        )
    with open_landing(found, instant(as_of, "--as-of")) as con:
        wanted = [(source[0], source[1])] if source else pairs(con)
        compared = [compare(con, a, b) for a, b in wanted]
    typer.echo(_as(output_format, compared), nl=False)
    if any(pair.differences for pair in compared):
        raise typer.Exit(1)


def _as(output_format: TableFormat, compared: list[Reconciliation]) -> str:
    if output_format is TableFormat.json:
        return json.dumps([asdict(pair) for pair in compared], indent=2, ensure_ascii=False) + "\n"
    if output_format is TableFormat.csv:
        return _as_csv(compared)
    return "".join(f"{line}\n" for pair in compared for line in _lines(pair)) or (
        "No two sources serve the same site: nothing to compare.\n"
    )


def _as_csv(compared: list[Reconciliation]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["a", "b", "what", "site_id", "lot_id", "says_a", "says_b", "at_a", "at_b"])
    for pair in compared:
        for d in pair.differences:
            writer.writerow(
                [pair.a, pair.b, d.what, d.site_id, d.lot_id, d.a, d.b, d.place_a, d.place_b]
            )
    return text.getvalue()


def _lines(pair: Reconciliation, shown: int = 20) -> Iterator[str]:
    yield f"{'▲' if pair.differences else '●'} {pair.a}  against  {pair.b}"
    if not pair.totals:
        yield "    they send nothing in common"
    else:
        yield (
            f"    {'compared':<34}{'site':<6}{pair.a[:14]:>16}{pair.b[:14]:>16}"
            f"{'lots agree':>12}{'differ':>8}"
        )
    for total in pair.totals:
        yield (
            f"    {total.what:<34}{total.site_id:<6}{total.a:>16}{total.b:>16}"
            f"{total.agree:>12,}{total.differ:>8,}"
        )
    for d in pair.differences[:shown]:
        yield (
            f"    ▲ {d.what}  {d.lot_id}: {d.a or 'nothing'} ({d.place_a or pair.a})"
            f"  against  {d.b or 'nothing'} ({d.place_b or pair.b})"
        )
    if len(pair.differences) > shown:
        yield f"      and {len(pair.differences) - shown:,} more; --format csv has all"
    for line in pair.not_compared:
        yield f"    – not compared: {line}"

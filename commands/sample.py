"""The command with which an auditor picks or draws what they want to see."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, TextFormat, now, open_workspace
from .signing_options import Reason

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from ..evidence.lots.sampling import Sample


class SampleKind(StrEnum):
    """What is sampled."""

    lots = "lots"
    shipments = "shipments"
    days = "days"


def sample(
    kind: Annotated[SampleKind, typer.Argument(help="lots, shipments or days.")],
    items: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Which; or draw them.")
    ] = None,
    draw: Annotated[int | None, typer.Option("--draw", help="Draw so many at random.")] = None,
    seed: Annotated[str | None, typer.Option(help="Says which; the auditor's choice.")] = None,
    site: OneSite = None,
    *,
    person: Annotated[str, typer.Option("--as", help="Who chooses.")],
    role: Annotated[str, typer.Option("--role", help="In which role, such as auditor.")],
    reason: Reason,
    output_format: Annotated[TextFormat, typer.Option("--format")] = TextFormat.text,
    workspace: InWorkspace = None,
) -> None:
    """Choose lots, shipments or days of the month built; a sheet for each, with its originals.

    Choice and population are in the register before the first sheet is written.
    """
    from ..evidence.lots.sampling import record_sample
    from ..evidence.warehouse import open_warehouse
    from ..reports import reading
    from ..reports.sample_sheets import write_sheets

    found = open_workspace(workspace)
    with open_warehouse(found) as con:
        chosen = _chosen(con, kind, items or [], draw, seed, found.one_site(site).site_id)
        entry = record_sample(
            found.root / "register", chosen, by=person, role=role, reason=reason, at=now()
        )
        typer.echo(f"Register: {entry.kind} {entry.number}, sha256 {entry.hash}", err=True)
        as_of = reading.one(con, "select as_of from pin")
        sheets = write_sheets(con, found, chosen, entry, as_of)
    typer.echo(_told(chosen, sheets, entry.hash, output_format))


def _chosen(
    con: DuckDBPyConnection, kind: SampleKind, items: list[str], draw: int | None,
    seed: str | None, site_id: str,
) -> Sample:  # fmt: skip
    from ..evidence.lots.sampling import Sample, drawn, named, population
    from ..reports import reading
    from ..reports.lot import find_lot

    if bool(items) == (draw is not None) or (draw is None) != (seed is None):
        raise LotproofError(
            found="names and a draw, or neither, or a draw without seed",
            expected="names, or --draw 5 --seed of the auditor's choice",
            fix="write: lotproof sample lots --draw 5 --seed 4711 --as PERSON --role auditor",
        )
    period = str(reading.one(con, "select period from pin"))
    every = population(con, kind.value, site_id, period)
    if kind is SampleKind.lots:
        items = [str(find_lot(con, item, site_id)["lot_id"]) for item in items]
    picked = named(every, items) if draw is None else drawn(every, draw, seed or "")
    return Sample(kind.value, site_id, period, every, picked, seed)


def _told(chosen: Sample, sheets: list[Path], digest: str, output_format: TextFormat) -> str:
    if output_format is TextFormat.text:
        lines = (f"● {item}  {sheet}" for item, sheet in zip(chosen.chosen, sheets, strict=True))
        return "\n".join(lines)
    value = {
        "kind": chosen.kind, "site": chosen.site_id, "period": chosen.period, "seed": chosen.seed,
        "population": len(chosen.population), "population_sha256": chosen.population_sha256,
        "register_sha256": digest,
        "chosen": [{"name": item, "sheet": str(sheet)}
                   for item, sheet in zip(chosen.chosen, sheets, strict=True)],
    }  # fmt: skip
    return json.dumps(value, indent=2, ensure_ascii=False)

"""The command that writes the example company at any size: example."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def example(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    lots: Annotated[
        int,
        typer.Option(
            "--lots",
            min=1,
            metavar="N",
            help="At least so many lots; 1000000 take minutes, and 4 GiB of memory.",
        ),
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Everything random follows from it.")] = 2026,
    faults: Annotated[bool, typer.Option("--faults/--clean", help="Plant the faults.")] = True,
) -> None:
    """Write the example company at any size, as Parquet: data to measure and to try things on."""
    from ..evidence.errors import LotproofError
    from ..evidence.example.scale import write_scaled

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LotproofError(
            found="a folder with files in it" if folder.is_dir() else "a file",
            expected="a folder that is new or empty",
            fix="give another folder: lotproof example DIR",
            where=folder,
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = write_scaled(folder, lots, seed, faults=faults)
    typer.echo(f"Lots      {written:,}")
    typer.echo(f"Workspace {folder / 'lotproof.yml'}")
    if faults:
        typer.echo(f"Planted   {folder / 'planted.csv'}  (every fault that is to be found)")
    where = f"--workspace {folder}"
    typer.echo(f"Next: lotproof ingest {where}; lotproof build --period 2026-10 {where}", err=True)

"""The command that answers a recall, and rehearses one."""

from __future__ import annotations

import time
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, moment_of, now, open_workspace, write

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.lots.recall import Recall
    from ..evidence.workspace import Workspace
    from ..reports.recall_text import Timing


class RecallFormat(StrEnum):
    """How a recall is written."""

    text = "text"
    json = "json"
    csv = "csv"


class DrawnBy(StrEnum):
    """What a drill draws first."""

    plant = "plant"
    family = "family"
    risk = "risk"


def recall(
    lot: Annotated[str | None, typer.Argument(help="A lot by any of its names.")] = None,
    supplier_lot: Annotated[str | None, typer.Option(help="A supplier's lot number.")] = None,
    material: Annotated[str | None, typer.Option(help="All lots of a material.")] = None,
    complaint: Annotated[str | None, typer.Option(help="The lot of a quality record.")] = None,
    site: OneSite = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As it was then; default: the build's moment.")
    ] = None,
    target_hours: Annotated[float, typer.Option(help="How long the answer may take [h].")] = 4.0,
    files: Annotated[
        Path | None,
        typer.Option("--files", help="Write notifications, letters and proposed holds here."),
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Draw a lot, and record it.")] = False,
    seed: Annotated[int | None, typer.Option(help="Which lot a drill draws.")] = None,
    by: Annotated[DrawnBy, typer.Option(help="What a drill draws first.")] = DrawnBy.plant,
    person: Annotated[str | None, typer.Option("--as", help="Who does the drill.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="In which role.")] = None,
    output_format: Annotated[RecallFormat, typer.Option("--format")] = RecallFormat.text,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into this file.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Answer a recall: lots, stock, customers, orders, balance, money. Nothing is held by it."""
    from ..evidence.warehouse import open_warehouse
    from ..reports.recall_text import Timing

    began, clock = now(), time.perf_counter()
    found = open_workspace(workspace)
    with open_warehouse(found) as con:
        if drill:
            _demand(person, role)
            lot = _drawn(con, seed, by, site, (lot, supplier_lot, material, complaint))
            _hold(con, lot, person or "", role or "", began)
        wanted = {"lot": lot, "supplier_lot": supplier_lot, "material": material,
                  "complaint": complaint, "site": None if drill else site}  # fmt: skip
        told = _answer(con, found, wanted, moment_of(con, as_of))
        timing = Timing(time.perf_counter() - clock, target_hours)
        write(_written(told, timing, output_format), output)
        if files is not None:
            _files(files, told, timing, found, is_drill=drill)
        if drill:
            _record(con, found, told, timing, (person or "", role or ""), (seed or 0, by), began)


def _drawn(
    con: DuckDBPyConnection, seed: int | None, by: DrawnBy, site: str | None,
    others: tuple[str | None, ...],
) -> str:  # fmt: skip
    from ..evidence.lots.drills import draw

    if seed is None or any(others):
        raise LotproofError(
            "a drill without seed" if seed is None else "a drill of something named",
            "a seed, which draws the lot",
            "write: lotproof recall --drill --seed 7 --as PERSON --role ROLE",
        )
    lot, stratum = draw(con, seed, by.value, site)
    typer.echo(f"Drawn with seed {seed}, {by.value} {stratum}: {lot}", err=True)
    return lot


def _demand(person: str | None, role: str | None) -> None:
    if not person or not role:
        raise LotproofError(
            "a drill by nobody", "who does it, in which role", "add --as PERSON --role ROLE"
        )


def _hold(
    con: DuckDBPyConnection, lot: str, person: str, role: str, at: datetime
) -> None:  # fmt: skip
    """Refuse a drill by somebody whom the build does not know in that role."""
    from ..evidence.decisions import role_held

    row = con.execute("select site_id from lots where is_current and lot_id = ?", [lot]).fetchone()
    if not role_held(con, str(row[0]) if row else "", person, role, at):
        raise LotproofError(
            f"{person} does not hold the role {role!r} now",
            "a person whom the last build knows in that role",
            "name another person, or the role they hold with --role",
        )


def _answer(
    con: DuckDBPyConnection, workspace: Workspace, wanted: dict[str, str | None],
    as_of: datetime,
) -> Recall:  # fmt: skip
    from ..evidence.lots.exposure import accounts_of
    from ..evidence.lots.places import chains_of
    from ..evidence.lots.recall import answer, lots_asked_for

    chains = chains_of(workspace.root)
    question, start = lots_asked_for(con, chains, **wanted)
    return answer(con, chains, question, start, as_of, accounts_of(workspace.root))


def _written(told: Recall, timing: Timing, output_format: RecallFormat) -> str:
    from ..reports import recall_text

    if output_format is RecallFormat.json:
        return recall_text.as_json(told, timing)
    if output_format is RecallFormat.csv:
        return recall_text.as_csv(told)
    return recall_text.as_text(told, timing)


def _files(
    folder: Path, told: Recall, timing: Timing, workspace: Workspace, *, is_drill: bool
) -> None:  # fmt: skip
    from ..reports.recall_files import LETTER, write_files

    own = workspace.root / LETTER
    for path in write_files(
        folder, told, timing, workspace.company, is_drill=is_drill, own_letter=own
    ):
        typer.echo(path, err=True)


def _record(
    con: DuckDBPyConnection, workspace: Workspace, told: Recall, timing: Timing,
    who: tuple[str, str], drawn: tuple[int, DrawnBy], began: datetime,
) -> None:  # fmt: skip
    from ..evidence.lots.drills import past_drills, record_drill
    from ..reports.recall_text import drill_trend, least_accounted
    from ..reports.words import counted as counted_words

    percent, counted, of = least_accounted(told)
    proof = (
        f"at least {percent:.2f} % of each material accounted for"
        if percent is not None
        else "nothing counted"
    )
    said = (
        f"seed {drawn[0]} by {drawn[1].value}: {counted_words(of, 'lot')}, "
        f"{counted_words(len(told.deliveries), 'delivery', 'deliveries')}, "
        f"{proof} ({counted} of {of} counted), answered in {timing.seconds:.1f} s"
    )
    site = next((b.site_id for b in told.books if b.lot_id == told.start[0]), None)
    register = workspace.root / "register"
    record_drill(
        register, told.start[0], site, by=who[0], role=who[1], said=said, began=began, ended=now()
    )
    for line in drill_trend(past_drills(con, register), timing.target_hours):
        typer.echo(line, err=True)

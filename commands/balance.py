"""The command that balances lots, materials, orders and labels."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError
from .options import InWorkspace, OneSite, a_month, moment_of, open_workspace, write

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.lots.balance import Limits, Line
    from ..evidence.tolerances import Tolerances


class BalanceFormat(StrEnum):
    """How balances are written."""

    text = "text"
    json = "json"
    csv = "csv"
    svg = "svg"


class Per(StrEnum):
    """What is balanced."""

    lot = "lot"
    material = "material"
    order = "order"
    label = "label"
    period = "period"


def balance(
    per: Annotated[Per, typer.Option("--per", help="What is balanced.")] = Per.material,
    site: OneSite = None,
    material: Annotated[str | None, typer.Option(help="Only this material.")] = None,
    order: Annotated[str | None, typer.Option(help="Only this order.")] = None,
    period: Annotated[
        str | None,
        typer.Option(help="Only this month, of orders, labels or the stock of a period."),
    ] = None,
    controlled: Annotated[
        bool, typer.Option("--controlled", help="Only controlled substances.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As it was then; default: the build's moment.")
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(help="Difference that is still in balance [%]; default: lotproof.yml says."),
    ] = None,
    lowest: Annotated[float, typer.Option("--yield-from", help="Lowest yield [%].")] = 95,
    highest: Annotated[float, typer.Option("--yield-to", help="Highest yield [%].")] = 105,
    every: Annotated[bool, typer.Option("--all", help="Also what is in balance.")] = False,
    output_format: Annotated[BalanceFormat, typer.Option("--format")] = BalanceFormat.text,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into this file.")] = None,
    workspace: InWorkspace = None,
) -> None:
    """Balance what came in against what went out, is left, was lost and was counted."""
    from ..evidence.lots.balance import label_lines, order_lines
    from ..evidence.lots.factors import factors_of
    from ..evidence.warehouse import open_warehouse

    found = open_workspace(workspace)
    if site is not None:
        found.site(site)
    month = _month(period, per)
    limits = _limits(found.balance, tolerance, lowest, highest)
    with open_warehouse(found) as con:
        _demand_known(con, {"material": material, "order": order})
        if per in (Per.order, Per.label):
            of = order_lines if per is Per.order else label_lines
            lines = of(con, limits, site=site, order=order, period=month)
        elif per is Per.period:
            lines = _stock(con, limits, (site, material, as_of), month)
        else:
            lines = _books(con, per, limits, (site, material, as_of), controlled=controlled)
    factors = factors_of(found.root) if controlled else {}
    title = f"Balance by {per.value}{f': {material}' if material else ''}"
    write(_written(lines, limits, output_format, factors, title, every=every), output)


def _limits(said: Tolerances, tolerance: float | None, lowest: float, highest: float) -> Limits:
    """What the workspace declares; a tolerance given with the command goes for every material."""
    from ..evidence.lots.balance import Limits

    if not 0 <= (tolerance or 0) < 100 or not 0 <= lowest <= highest:
        raise LotproofError(
            f"a tolerance of {tolerance or 0:g} %, yields from {lowest:g} to {highest:g} %",
            "a tolerance from 0 to 100 %, and yields of which the first is the lower",
            "write for example: --tolerance 0.5 --yield-from 97 --yield-to 102",
        )
    yields = Decimal(str(lowest)), Decimal(str(highest))
    if tolerance is not None:
        return Limits(Decimal(str(tolerance)), *yields)
    return Limits(said.tolerance, *yields, said.materials)


def _month(period: str | None, per: Per) -> str | None:
    if period is not None and per in (Per.lot, Per.material):
        raise LotproofError(
            f"--period with --per {per.value}", "a balance of all that was recorded",
            "for a month: --per period, order or label; for a moment: --as-of",
        )  # fmt: skip
    return a_month(period)


def _stock(
    con: DuckDBPyConnection, limits: Limits,
    asked: tuple[str | None, str | None, str | None], period: str | None,
) -> list[Line]:  # fmt: skip
    from ..evidence.lots.stock import stock_line, stock_of
    from ..reports import reading

    site, material, as_of = asked
    month = period or str(reading.one(con, "select period from pin"))
    found = stock_of(con, month, moment_of(con, as_of), site=site, material=material)
    return [stock_line(stock, limits) for stock in found]


def _demand_known(con: DuckDBPyConnection, named: dict[str, str | None]) -> None:
    for kind, name in named.items():
        known = f"select 1 from {kind}s where is_current and {kind}_id = ? limit 1"
        if name is not None and con.execute(known, [name]).fetchone() is None:
            every = f"select distinct {kind}_id from {kind}s where is_current order by 1"
            names = [str(one) for (one,) in con.execute(every).fetchall()]
            from ..evidence.near_names import did_you_mean, near_names

            raise LotproofError(
                f"{kind} {name!r}", "one of the last build",
                did_you_mean(near_names(name, names), f"see: lotproof balance --per {kind} --all"),
            )  # fmt: skip


def _books(
    con: DuckDBPyConnection, per: Per, limits: Limits,
    asked: tuple[str | None, str | None, str | None], *, controlled: bool,
) -> list[Line]:  # fmt: skip
    from ..evidence.lots.balance import all_books, lot_lines, material_lines

    site, material, as_of = asked
    found = all_books(
        con, moment_of(con, as_of), site=site, material=material, scheduled=controlled
    )
    return (lot_lines if per is Per.lot else material_lines)(found, limits)


def _written(
    lines: list[Line], limits: Limits, output_format: BalanceFormat,
    factors: dict[str, Decimal], title: str, *, every: bool,
) -> str:  # fmt: skip
    from ..reports import balance_text

    if output_format is BalanceFormat.json:
        return balance_text.as_json(lines, limits, factors)
    if output_format is BalanceFormat.csv:
        return balance_text.as_csv(lines, factors)
    if output_format is BalanceFormat.svg:
        from ..reports.balance_picture import as_svg

        return as_svg(lines, title)
    return balance_text.as_text(lines, limits, factors, every=every)

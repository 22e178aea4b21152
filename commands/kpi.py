"""The command that shows indicators of traceability."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from .exceptions import ListFormat
from .options import InWorkspace, OneSite, a_month, open_workspace


class SplitBy(StrEnum):
    """What figures are split by."""

    site = "site"
    family = "family"
    supplier = "supplier"
    source = "source"


def kpi(
    period: Annotated[
        str | None, typer.Option("--period", help="The month; by default that of the build.")
    ] = None,
    site: OneSite = None,
    by: Annotated[SplitBy | None, typer.Option("--by", help="Split by this.")] = None,
    output_format: Annotated[ListFormat, typer.Option("--format")] = ListFormat.table,
    workspace: InWorkspace = None,
) -> None:
    """Indicators of traceability, each with formula, unit, denominator, months and limits."""
    from ..evidence.lots.drills import drill_times
    from ..evidence.lots.indicators import indicators
    from ..evidence.warehouse import open_warehouse
    from ..reports.indicator_list import FORMATS

    found = open_workspace(workspace)
    if site is not None:
        found.site(site)
    with open_warehouse(found) as con:
        built = con.execute("select period from pin").fetchone()
        month = a_month(period) or (str(built[0]) if built else "")
        figures = indicators(
            con, month, site=site, by=by.value if by else None,
            more={"recall_time": drill_times(con, found.root / "register")},
        )  # fmt: skip
    typer.echo(FORMATS[output_format](figures), nl=False)

"""Options of the commands with which somebody signs for something in the register."""

from __future__ import annotations

from typing import Annotated

import typer

As = Annotated[str, typer.Option("--as", help="Who signs for it, such as P-002.")]
InRole = Annotated[str, typer.Option("--role", help="The role they sign in; it is looked up.")]
PreparedBy = Annotated[str, typer.Option("--prepared-by", help="Who wrote it; somebody else.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stays in the register.")]
Until = Annotated[str, typer.Option("--until", help="Last day on which it holds, 2027-03-31.")]

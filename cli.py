"""The commands: each parses its arguments, makes one call and prints the answer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lotproof import __version__
from lotproof.evidence.errors import LotproofError

app = typer.Typer(
    name="lotproof",
    help="Turns the lot records of a regulated manufacturer into proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lotproof {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Turns the lot records of a regulated manufacturer into proof."""


def main() -> None:
    """Run a command; a :class:`LotproofError` becomes a message and exit code 2."""
    try:
        app()
    except LotproofError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)

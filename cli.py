"""The command line: the groups of commands put together, and what becomes of an error.

Answers go to standard output, everything else (progress, what to do next) to standard error. What
is slow to import is imported by the command that uses it.
"""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from lotproof import __version__
from lotproof.commands import data, demo, obligations, packs, verdicts
from lotproof.evidence.errors import LotproofError

app = typer.Typer(
    name="lotproof",
    help="Turns the lot records of a regulated manufacturer into proof.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    demo.demo,
    data.init,
    data.ingest,
    data.build,
    verdicts.check,
    verdicts.verdicts,
    packs.pack,
    packs.sign,
    packs.verify,
    data.doctor,
):
    app.command()(command)
app.add_typer(obligations.app, name="obligations")


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


def main() -> NoReturn:
    """Run a command. Whatever goes wrong becomes a message and an exit code, never a traceback."""
    not_run = 3 if sys.argv[1:2] == ["verify"] else 2
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except LotproofError as error:
        typer.echo(str(error), err=True)
        sys.exit(not_run)
    except typer.Abort:
        typer.echo("stopped", err=True)
        sys.exit(130)
    except TyperException as error:  # wrong usage; only the private subclass can print itself
        show = getattr(error, "show", None)
        if show is None:
            typer.echo(str(error), err=True)
        else:
            show()
        sys.exit(not_run)

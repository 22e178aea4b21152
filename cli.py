"""The command line: the groups of commands put together, and what becomes of an error.

Answers go to standard output, everything else (progress, what to do next) to standard error. What
is slow to import is imported by the command that uses it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from lotproof import __version__
from lotproof.evidence.errors import LotproofError

COMMANDS = {
    "demo": "demo", "example": "example", "init": "data", "ingest": "data", "build": "data",
    "check": "verdicts", "verdicts": "verdicts", "pack": "packs", "sign": "packs",
    "reject": "packs", "verify": "packs", "disclose": "packs", "drift": "drift",
    "trace": "trace", "recall": "recall", "balance": "balance", "accept": "register",
    "attest": "register", "retention": "retention", "kpi": "kpi", "monitor": "monitor",
    "sample": "sample", "doctor": "data", "validate": "validate",
}  # fmt: skip
"""The module of :mod:`lotproof.commands` that holds each command."""
GROUPS = ("gaps", "exceptions", "register", "seal", "sources", "obligations")
"""Commands that hold commands, each a module of that name."""


def app_of(named: str | None = None) -> typer.Typer:
    """The command line; with one command alone where one is named, so that it starts at once."""
    app = typer.Typer(
        name="lotproof",
        help="Turns the lot records of a regulated manufacturer into proof.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help starts in a quarter of the time
        context_settings={"max_content_width": 100},
    )
    app.callback()(options)
    known = named in COMMANDS or named in GROUPS
    for command, module in COMMANDS.items():
        if not known or command == named:
            app.command()(getattr(_module(module), command))
    for group in GROUPS:
        if not known or group == named:
            app.add_typer(_module(group).app, name=group)
    return app


def _module(name: str) -> ModuleType:
    return import_module(f"lotproof.commands.{name}")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lotproof {__version__}")
        raise typer.Exit


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
        sys.exit(app_of(*sys.argv[1:2])(prog_name="lotproof", standalone_mode=False) or 0)
    except LotproofError as error:
        typer.echo(str(error), err=True)
        sys.exit(not_run)
    except BrokenPipeError:  # the reader (such as `head`) has had enough
        _close_output()
        sys.exit(141)
    except OSError as error:
        typer.echo(str(_unreachable(error)), err=True)
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
    except Exception as error:  # noqa: BLE001 - the last resort: a fault of our own, said as such
        typer.echo(str(_own_fault(error)), err=True)
        sys.exit(not_run)


def _unreachable(error: OSError) -> LotproofError:
    """What the operating system refused, in our words."""
    return LotproofError(
        found=(error.strerror or str(error)).lower(),
        expected="a file or folder that can be read and written here",
        fix="check the name, the permissions and the free space",
        where=str(error.filename) if error.filename else None,
    )


def _own_fault(error: Exception) -> LotproofError:
    """A fault of lotproof itself; where it happened goes to a file, not to the terminal."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="lotproof-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write("".join(traceback.format_exception(error)))
    return LotproofError(
        found=f"a fault in lotproof itself: {type(error).__name__}: {error}",
        expected="an answer, or a message that says what to mend",
        fix=f"run `lotproof build` again; if it stays, report it with {report.name}",
    )


def _close_output() -> None:
    """Let nothing be flushed into the closed pipe when Python ends."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

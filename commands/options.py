"""What several commands share: the workspace, instants, formats, and where answers go."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..evidence.errors import LotproofError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.workspace import Workspace

InWorkspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="The workspace; by default the nearest lotproof.yml upwards."
    ),
]
OneSite = Annotated[str | None, typer.Option("--site", help="Only this site.")]


class TextFormat(StrEnum):
    """For people or for programs."""

    text = "text"
    json = "json"


def open_workspace(given: Path | None) -> Workspace:
    """The workspace given, or the nearest one upwards."""
    from ..evidence.workspace import find_workspace

    return find_workspace(given)


def now() -> datetime:
    """The time, for what people do; no model, page or manifest reads the clock."""
    return datetime.now(UTC).replace(microsecond=0)


def instant(text: str | None, option: str) -> datetime | None:
    """An ISO 8601 instant; without an offset it is UTC."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise LotproofError(
            found=f"{option} {text!r}",
            expected="a date or instant such as 2026-11-04 or 2026-11-04T18:00+01:00",
            fix="write it in ISO 8601",
        ) from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def moment_of(con: DuckDBPyConnection, as_of: str | None) -> datetime:
    """The moment asked for, by default the build's; never later than what the build knows [UTC]."""
    from ..reports import reading

    built: datetime = reading.one(con, "select as_of from pin")
    asked = instant(as_of, "--as-of")
    if asked is None:
        return built
    if asked.replace(tzinfo=None) > built:
        typer.echo(
            f"The build knows what was recorded by {built:%Y-%m-%d %H:%M} UTC, no later.", err=True
        )
    return min(asked.replace(tzinfo=None), built)


def a_month(text: str | None) -> str | None:
    """A month given as a period, such as 2026-10."""
    if text is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise LotproofError(f"--period {text!r}", "a month such as 2026-10", "write it so")
    return text


def write(text: str, output: Path | None) -> None:
    """Print an answer, or write it to a file as a whole."""
    if output is None:
        typer.echo(text, nl=False)
        return
    if output.is_dir() or not output.parent.is_dir():
        raise LotproofError(
            found="a folder" if output.is_dir() else "a folder that is not there",
            expected="the name of a file in a folder that exists",
            fix="make the folder, or give another --output",
            where=output if output.is_dir() else output.parent,
        )
    target = output.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe, never to be replaced
        target.write_text(text, encoding="utf-8")
        return
    aside = target.with_name(f".{target.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(target)


def passphrase(variable: str, prompt: str) -> str:
    """A passphrase from the environment, else asked for without showing it."""
    import os

    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise LotproofError(
            found="no passphrase, and nobody to ask",
            expected=f"a terminal, or the passphrase in {variable}",
            fix=f"set {variable} for this one command",
        )
    return str(typer.prompt(prompt, hide_input=True, err=True))

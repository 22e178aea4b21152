"""Where the tables of the last build live, and a read-only way in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError
from .staging import code_digest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..workspace import Workspace


def database_of(workspace: Workspace) -> Path:
    """The DuckDB file of the last complete build."""
    return workspace.state_dir / "warehouse.duckdb"


def note_of(workspace: Workspace) -> Path:
    """The file that says which build it is."""
    return workspace.state_dir / "build.json"


def noted(workspace: Workspace) -> dict[str, Any]:
    """What is noted of the last complete build; nothing where there is none."""
    try:
        found: dict[str, Any] = json.loads(note_of(workspace).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def open_warehouse(workspace: Workspace) -> DuckDBPyConnection:
    """Open the last complete build, read-only; to be closed, or used with ``with``.

    Raises:
        LotproofError: nothing has been built yet, or by another version of lotproof, whose tables
            may differ from those that are asked for.
    """
    import duckdb

    path = database_of(workspace)
    if not path.is_file():
        raise LotproofError(
            found="a workspace without a build",
            expected="the verdicts of a period",
            fix="run: lotproof ingest, then: lotproof build --period 2026-10",
            where=workspace.path,
        )
    _demand_our_own(workspace, path)
    con = duckdb.connect(str(path), read_only=True)
    con.execute("set TimeZone = 'UTC'")
    return con


def _demand_our_own(workspace: Workspace, path: Path) -> None:
    """Refuse tables that another version of the models wrote."""
    note = noted(workspace)
    if note and note.get("code") != code_digest():
        raise LotproofError(
            found="a build made by another version of lotproof",
            expected="tables as this version makes them",
            fix=f"build again: lotproof build --period {note.get('period', '2026-10')}",
            where=path,
        )

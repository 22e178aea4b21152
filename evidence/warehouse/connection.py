"""Where the tables of the last build live, and a read-only way in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LotproofError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..workspace import Workspace


def database_of(workspace: Workspace) -> Path:
    """The DuckDB file of the last complete build."""
    return workspace.state_dir / "warehouse.duckdb"


def open_warehouse(workspace: Workspace) -> DuckDBPyConnection:
    """Open the last complete build, read-only; to be closed, or used with ``with``.

    Raises:
        LotproofError: nothing has been built yet.
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
    con = duckdb.connect(str(path), read_only=True)
    con.execute("set TimeZone = 'UTC'")
    return con

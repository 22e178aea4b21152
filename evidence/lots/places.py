"""Where the chain files of a workspace lie, found without reading its configuration."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .chains import Chains

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHAINS = "chains"
"""Name of the folder, beside the warehouse."""

_CONFIG, _STATE, _NOTE = "lotproof.yml", ".lotproof", "build.json"


def chains_of(start: Path | None) -> Chains:
    """The chain files of the last build; written now where that build has none yet.

    Args:
        start: the workspace, or a folder in it; by default where the command runs.

    Raises:
        LotproofError: there is no workspace, or nothing was built in it.
    """
    root = _root(start)
    note = _note(root / _STATE / _NOTE) if root else None
    if root is not None and note is not None:
        folder = root / _STATE / CHAINS
        if _note(folder / "about.json") == note:
            return Chains(folder)
    return _written(start)


def built_as_of(start: Path | None) -> datetime | None:
    """Until when the last build knows what was recorded [aware]; none where nothing says so."""
    root = _root(start)
    try:
        told = json.loads((root / _STATE / _NOTE).read_text(encoding="utf-8")) if root else {}
        return datetime.fromisoformat(told["as_of"]).replace(tzinfo=UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _root(start: Path | None) -> Path | None:
    here = (start or Path.cwd()).resolve()
    return next((p for p in (here, *here.parents) if (p / _CONFIG).is_file()), None)


def _note(path: Path) -> str | None:
    try:
        digest = json.loads(path.read_text(encoding="utf-8")).get("digest")
    except (OSError, ValueError, AttributeError):
        return None
    return str(digest) if digest else None


def _written(start: Path | None) -> Chains:
    """Write the files from the warehouse: the slow way, once."""
    from ..warehouse import open_warehouse
    from ..workspace import find_workspace

    workspace = find_workspace(start)
    with open_warehouse(workspace) as con:
        return write_from(con, workspace.state_dir)


def write_from(con: DuckDBPyConnection, state: Path) -> Chains:
    """Write the chain files of the build that is open, and read them.

    Args:
        con: the build.
        state: the workspace's ``.lotproof`` folder.
    """
    from .chain_files import write_chains

    folder = state / CHAINS
    write_chains(con, folder, _note(state / _NOTE) or "")
    return Chains(folder)

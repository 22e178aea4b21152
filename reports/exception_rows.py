"""What looks wrong, as a dataset of an internal pack: hints with their scores, never evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..evidence.lots.exceptions import find_exceptions, read_decisions
from ..evidence.profiles import EXCEPTIONS
from .evidence import write_dataset

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.workspace import Workspace

_COLUMNS = (
    "id varchar, kind varchar, subject_type varchar, subject_id varchar, noticed_at timestamp, "
    "score integer, reason varchar, role varchar, decision varchar, records varchar, lots varchar"
)


def export_exceptions(
    con: DuckDBPyConnection, workspace: Workspace, site_id: str, dest: Path
) -> None:
    """Write the exceptions of a site as Parquet and CSV.

    Args:
        con: the last build.
        workspace: whose rules and decisions count.
        site_id: the site.
        dest: the folder, ``data/evidence`` of a staged pack.
    """
    decided = read_decisions(workspace.root / "register")
    found = find_exceptions(con, workspace.exceptions, decided, site=site_id)
    con.execute(f"create or replace temp table scope_exceptions ({_COLUMNS})")
    for f in found:
        con.execute(
            "insert into scope_exceptions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [f.id, f.kind, f.subject_type, f.subject_id, f.at, f.score, f.reason, f.role,
             f.decision, " ".join(f.records), " ".join(f.lots)],
        )  # fmt: skip
    columns = [
        (name, kind) for name, kind in (part.split() for part in _COLUMNS.split(", "))
    ]  # fmt: skip
    write_dataset(con, EXCEPTIONS, "from scope_exceptions order by score desc, id", columns, dest)

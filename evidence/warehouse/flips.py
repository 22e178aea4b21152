"""Which verdicts of the last build would be others under another version of a map.

The other version is judged on a copy of the build's tables, with the same pin; the build itself is
left as it is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LotproofError
from .building import overrides_of
from .calendars import last_day
from .connection import database_of, open_warehouse
from .map_models import map_statements
from .staging import Pin

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..maps import ObligationMap
    from ..workspace import Workspace

_FLIPS = """
select
    coalesce(old.requirement_id, new.requirement_id), coalesce(old.site_id, new.site_id),
    coalesce(old.subject_type, new.subject_type), subjects.subject_id, subjects.subject_label,
    old.state, new.state, old.code, new.code, coalesce(new.sentence, old.sentence)
from before as old
full join after as new using (requirement_id, subject_type, subject_key)
left join subjects
    on subjects.subject_kind = split_part(coalesce(old.subject_type, new.subject_type), '.', 1)
    and subjects.subject_key = coalesce(old.subject_key, new.subject_key)
where coalesce(old.state, 'not_applicable') <> coalesce(new.state, 'not_applicable')
    or (old.state = new.state and old.state = 'gap' and old.code is distinct from new.code)
order by all
"""
_VERDICTS = "requirement_id, subject_type, subject_key, site_id, state, code, sentence"


@dataclass(frozen=True, slots=True)
class Flip:
    """A verdict that would be another; no state where it was, or would be, none at all."""

    requirement: str
    site_id: str
    subject_type: str
    subject_id: str | None
    subject_label: str | None
    before: str | None
    after: str | None
    code_before: str | None
    code_after: str | None
    sentence: str | None


def flips(
    workspace: Workspace, before: ObligationMap, after: ObligationMap, changed: Collection[str]
) -> list[Flip]:
    """Judge both versions on the last build's tables and compare.

    Args:
        workspace: the workspace, with a build.
        before: the version compared with; taken from the build where it is the one judged there.
        after: the other version; of the same name.
        changed: ids of the requirements that differ; only these are judged and compared.

    Raises:
        LotproofError: nothing was built, the versions are of two maps, or a model failed.
    """
    import duckdb

    if before.map != after.map:
        raise LotproofError(
            f"two maps, {before.map} and {after.map}",
            "two versions of one map",
            "compare files that say the same under `map:`",
        )
    if not changed:
        return []
    before, after = _only(before, changed), _only(after, changed)
    with open_warehouse(workspace) as con:
        pin, judged = pin_of(con), _judged_digest(con, before.map)
    with tempfile.TemporaryDirectory(prefix="lotproof-") as folder:
        aside = Path(folder)
        own = judged == before.digest
        old = database_of(workspace) if own else _judge(workspace, before, pin, aside / "before")
        new = _judge(workspace, after, pin, aside / "after")
        with duckdb.connect() as con:
            for name, path in (("old", old), ("new", new)):
                con.execute(f"attach '{quoted(path)}' as {name} (read_only)")
            for name, db in (("before", "old"), ("after", "new")):
                con.execute(
                    f"create table {name} as select {_VERDICTS} from {db}.verdicts "
                    "where map_id = ? and requirement_id in (select unnest(?))",
                    [after.map, sorted(changed)],
                )
            con.execute("create view subjects as select * from new.subjects")
            return [Flip(*row) for row in con.execute(_FLIPS).fetchall()]


def _only(of: ObligationMap, requirements: Collection[str]) -> ObligationMap:
    """A map with some of its requirements; it keeps its digest."""
    kept = tuple(found for found in of.requirements if found.id in requirements)
    return of.model_copy(update={"requirements": kept})


def pin_of(con: DuckDBPyConnection) -> Pin:
    """What the last build is pinned by."""
    (row,) = con.execute("select period, as_of, as_of_ingested, site_id from pin").fetchall()
    return Pin(*row)


def _judged_digest(con: DuckDBPyConnection, map_id: str) -> str | None:
    (row,) = con.execute(
        "select min(map_digest) from requirements where map_id = ?", [map_id]
    ).fetchall()
    return str(row[0]) if row[0] else None


def copy_of_tables(workspace: Workspace, folder: Path) -> Path:
    """A copy of the last build's tables, to be added to; its views name it as they do there."""
    database = folder / "building.duckdb"
    shutil.copyfile(database_of(workspace), database)
    return database


def _judge(workspace: Workspace, of: ObligationMap, pin: Pin, state: Path) -> Path:
    """A copy of the build's tables with the verdicts of one version of one map."""
    import duckdb

    from ..maps import compile_map

    state.mkdir()
    database = copy_of_tables(workspace, state)
    with duckdb.connect(str(database)) as con:
        for table in ("verdicts", "evidence", "requirements"):
            con.execute(f"delete from {table}")
        overrides = overrides_of(workspace).get(of.map, ())
        con.execute("set TimeZone = 'UTC'")
        for statement in map_statements(compile_map(of, overrides, last_day(pin.period))):
            con.execute(statement)
    return database


def quoted(path: Path) -> str:
    """A path between single quotes of SQL."""
    return str(path).replace("'", "''")

"""Landing as tables to ask: every version a source sent of every record, and the latest of each.

Only complete loads count, and nothing that a source recorded after, or that came after, the
instant asked for.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError
from ..sources.landing import LOAD_COLUMNS, LOADS, QUARANTINE, SETTLED, UNMAPPED
from ..sources.lot_model import lot_model
from ..sources.sql_text import named, quoted
from ..sources.units import unit_sizes_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..workspace import Workspace

Row = dict[str, Any]

_FAULT_COLUMNS = {
    "load_id": "varchar", "source": "varchar", "table_name": "varchar", "column_name": "varchar",
    "reason": "varchar", "expected": "varchar", "fix": "varchar", "sha256": "varchar",
}  # fmt: skip
_HELD_COLUMNS = _FAULT_COLUMNS | {
    "source_file": "varchar", "source_row": "bigint", "raw": "varchar", "record_id": "varchar",
}  # fmt: skip
_SETTLED_COLUMNS = {
    "load_id": "varchar", "held_by": "varchar", "source_file": "varchar", "source_row": "bigint",
    "table_name": "varchar",
}  # fmt: skip
_FINDING_COLUMNS = _FAULT_COLUMNS | {
    "value": "varchar", "row_count": "bigint", "example_file": "varchar",
    "example_row": "bigint", "kind": "varchar",
}  # fmt: skip

# as models/landing/quarantine.sql and loads of one file have it
_READINGS = """
    create view last_readings as
    select * from (
        select *, min(ingested_at) over (partition by source, sha256) as came_at,
            row_number() over (
                partition by source, sha256 order by ingested_at desc, load_id desc
            ) as place
        from loads
    ) where place = 1;
    create view came_again as
    select distinct earlier.load_id, earlier.sha256
    from last_readings as earlier join last_readings as later
        on earlier.source = later.source and earlier.source_file = later.source_file
            and earlier.sha256 <> later.sha256 and earlier.came_at < later.came_at
            and earlier.rows_landed + earlier.exact_duplicates
                <= coalesce(later.rows_repeated, later.exact_duplicates)
            and earlier.rows_read <= later.rows_read
            and coalesce(later.rows_repeated, later.exact_duplicates) > 0;
    create view quarantine as
    select * from quarantine_landed
    where (sha256 is null or (load_id, sha256) in (select load_id, sha256 from last_readings))
        and (sha256 is null or (load_id, sha256) not in (select load_id, sha256 from came_again))
        and (load_id, source_file, source_row, table_name) not in (
            select held_by, source_file, source_row, table_name from settled
        );
    create view unmapped as
    select * from unmapped_landed
    where sha256 is null or (
        (load_id, sha256) in (select load_id, sha256 from last_readings)
        and (load_id, sha256) not in (select load_id, sha256 from came_again)
    );
"""


@contextmanager
def open_landing(
    workspace: Workspace, as_of: datetime | None = None, landing: Path | None = None
) -> Iterator[DuckDBPyConnection]:
    """Open what has landed: for each table of the lot model ``<table>`` and all versions.

    ``<table>`` has the last version of each record, ``<table>_versions`` every one with
    ``version_no``; both have every column of the lot model, null where nothing fills it.
    ``unit_sizes`` says which units convert into each other. ``quarantine`` and ``unmapped`` have
    what the last reading of each file held back or reported, and nothing has settled since.

    Args:
        workspace: the workspace.
        as_of: nothing recorded or ingested later is seen; by default all is.
        landing: another landing folder.

    Raises:
        LotproofError: nothing has been ingested yet.
    """
    import duckdb

    root = landing or workspace.landing_dir
    if not any((root / LOADS).glob("*.parquet")):
        raise LotproofError(
            found="a workspace into which nothing has been ingested",
            expected="extracts that have landed",
            fix="run: lotproof ingest",
            where=workspace.path,
        )
    with (
        tempfile.TemporaryDirectory(prefix="lotproof-") as aside,
        duckdb.connect(f"{aside}/landed.duckdb") as con,
    ):
        con.execute("set TimeZone = 'UTC'")
        _views(con, root, as_of)
        yield con


def rows(con: DuckDBPyConnection, sql: str, values: Iterable[Any] = ()) -> list[Row]:
    """Return the rows of a select, each by its columns' names."""
    found = con.execute(sql, list(values))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _views(con: DuckDBPyConnection, root: Path, as_of: datetime | None) -> None:
    until = "timestamp '9999-01-01'" if as_of is None else f"timestamp {quoted(_plain(as_of))}"
    seen = f"ingested_at <= {until}"
    con.execute(unit_sizes_sql())
    con.execute(_view(root, LOADS, LOAD_COLUMNS, LOADS, seen))
    of_loads = "load_id in (select load_id from loads)"
    con.execute(_view(root, QUARANTINE, _HELD_COLUMNS, f"{QUARANTINE}_landed", of_loads))
    con.execute(_view(root, UNMAPPED, _FINDING_COLUMNS, f"{UNMAPPED}_landed", of_loads))
    con.execute(_view(root, SETTLED, _SETTLED_COLUMNS, SETTLED, of_loads))
    con.execute(_READINGS)
    for name, table in lot_model().items():
        if not any((root / name).glob("*.parquet")):
            con.execute(_nothing(name, table.types))
            continue
        seen_row = f"{of_loads} and (recorded_at is null or recorded_at <= {until})"
        con.execute(_view(root, name, table.types, f"{name}_landed", seen_row))
        con.execute(
            f"create view {name}_versions as select *, row_number() over ("
            "partition by source, record_id order by ingest_seq) as version_no "
            f"from {name}_landed"
        )
        con.execute(
            f"create table {name} as select * exclude (place) from (select *, row_number() over ("
            "partition by source, record_id order by ingest_seq desc) as place "
            f"from {name}_landed) where place = 1"
        )


def tables_landed(con: DuckDBPyConnection) -> tuple[str, ...]:
    """Return the tables of the lot model of which rows have landed."""
    counts = " union all ".join(
        f"select '{name}' where exists (select 1 from {name})" for name in lot_model()
    )
    some = {row[0] for row in con.execute(counts).fetchall()}
    return tuple(name for name in lot_model() if name in some)


def _plain(when: datetime) -> str:
    return when.replace(tzinfo=None).isoformat(" ")


def _nothing(name: str, types: dict[str, str]) -> str:
    columns = ", ".join(f"{named(column)} {kind}" for column, kind in types.items())
    return (
        f"create table {name} ({columns}); create view {name}_landed as select * from {name}; "
        f"create view {name}_versions as select *, 1 as version_no from {name}"
    )


def _view(root: Path, table: str, types: dict[str, str], name: str, condition: str) -> str:
    """SQL of a view with the given columns, whatever columns the files have."""
    empty = ", ".join(f"null::{kind} as {named(column)}" for column, kind in types.items())
    pattern = root / table / "*.parquet"
    if not any((root / table).glob("*.parquet")):
        return f"create view {name} as select {empty} where false"
    columns = ", ".join(
        f"{named(column)}::{kind} as {named(column)}" for column, kind in types.items()
    )
    return (
        f"create view {name} as select {columns} from ("
        f"select {empty} where false union all by name "
        f"select * from read_parquet({quoted(str(pattern))}, union_by_name = true)"
        f") where {condition}"
    )

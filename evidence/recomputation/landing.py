"""The evidence of a pack as if it had just been ingested: a landing that the models can read.

Every version of every record lands, as one load from each source, in an order that depends on
nothing but the rows. What the models do with them is left to dbt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import LotproofError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MODELLED: Final = (
    "sites", "materials", "parties", "authorisations", "people", "lots", "identifiers",
    "lot_status", "events", "lot_links", "containment", "orders", "specifications", "spec_limits",
    "test_results", "documents", "document_links", "signatures", "quality_records", "shipments",
    "changes", "attestations", "valuations", "postings", "counts", "submissions", "coverage",
    "accepted_risks", "adoptions",
)  # fmt: skip
"""Tables of the lot model, in its order; rows of other datasets are told, not judged."""
_TOLD: Final = ("untold", "quarantine", "unmapped")
_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*")
_WORKED_OUT: Final = {"version", "is_current", "record_hash", "is_implied"}


def land(datasets: Mapping[str, Path], folder: Path, ingested_at: datetime) -> None:
    """Write the rows of a pack where the models look for what was ingested.

    Args:
        datasets: the Parquet file of each dataset, by name.
        folder: where the landing goes.
        ingested_at: the moment all of it counts as ingested [UTC].

    Raises:
        duckdb.Error: a file is no Parquet, or lacks a column that every record has.
        LotproofError: a column has a name that no table of the lot model has.
    """
    import duckdb

    at = f"timestamp '{ingested_at.replace(tzinfo=None).isoformat(sep=' ')}'"
    with duckdb.connect(config={"threads": 2, "autoload_known_extensions": False}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("create table landed_files (source varchar, source_file varchar)")
        first = 0
        for name in MODELLED:
            if name in datasets:
                first += _land_records(con, datasets[name], folder / name, at, first)
        for name in _TOLD:
            if name in datasets:
                _land_told(con, name, datasets[name], folder / name, at)
        _land_loads(con, datasets.get("loads"), folder / "loads", at)


def _land_records(
    con: DuckDBPyConnection, parquet: Path, folder: Path, at: str, first: int
) -> int:  # fmt: skip
    """Land a table's records and return how many; their order of arrival begins at ``first``."""
    columns = _columns(con, parquet)
    kept = ", ".join(f'"{name}"' for name in columns if name not in _WORKED_OUT)
    sent = "where not is_implied" if "is_implied" in columns else ""
    order = "version, source, source_file, source_row, record_id"
    con.execute(
        f"create or replace temp table landing as select {kept}, source as load_id, "
        f"{at} as ingested_at, {first} + row_number() over (order by {order}) as ingest_seq "
        f"from read_parquet(?) {sent}",
        [str(parquet)],
    )
    con.execute("insert into landed_files select distinct source, source_file from landing")
    _copy(con, "landing", folder)
    return int(con.execute("select count(*) from landing").fetchall()[0][0])


def _land_told(con: DuckDBPyConnection, name: str, parquet: Path, folder: Path, at: str) -> None:
    file = "example_file" if name == "unmapped" else "source_file"
    moment = "" if name == "unmapped" else f", {at} as ingested_at"
    con.execute(
        f"create or replace temp table landing as select *, source as load_id{moment} "
        "from read_parquet(?)",
        [str(parquet)],
    )
    con.execute(f'insert into landed_files select distinct source, "{file}" from landing')
    _copy(con, "landing", folder)


def _land_loads(con: DuckDBPyConnection, parquet: Path | None, folder: Path, at: str) -> None:
    """One load for each source; a file that only its rows tell of gets a line of its own."""
    told = "select distinct source, source_file from landed_files"
    if parquet is None:
        con.execute(
            "create or replace temp table landing as select source, source_file, source as load_id,"
            f" source_file as sha256, {at} as ingested_at from ({told})"
        )
    else:
        con.execute(
            "create or replace temp table landing as "
            f"select *, source as load_id, {at} as ingested_at from read_parquet(?) "
            f"union all by name select source, source_file, source as load_id, "
            f"source_file as sha256, {at} as ingested_at from ({told}) as told "
            "where not exists (select 1 from read_parquet(?) as known where "
            "known.source = told.source and known.source_file = told.source_file)",
            [str(parquet), str(parquet)],
        )
    _copy(con, "landing", folder)


def _columns(con: DuckDBPyConnection, parquet: Path) -> list[str]:
    described = con.execute("describe select * from read_parquet(?)", [str(parquet)]).fetchall()
    names = [str(name) for name, *_ in described]
    odd = [name for name in names if not _COLUMN.fullmatch(name)]
    if odd:
        raise LotproofError(
            f"a column named {ascii(odd[0])[:80]}", "the columns of the lot model",
            "judge no pack of which you do not know the origin",
        )  # fmt: skip
    return names


def _copy(con: DuckDBPyConnection, table: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    target = str(folder / "pack.parquet").replace("'", "''")
    con.execute(f"copy {table} to '{target}' (format parquet)")

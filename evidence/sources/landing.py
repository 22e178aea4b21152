"""Landing: rows as read, in append-only Parquet files, one for each load and table.

A load counts once its file under `loads/` stands, which is written last; what an interrupted load
left behind is removed before the next. What the rows say is left to canonical.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from ..errors import LotproofError
from .sql_text import quoted

LOADS = "loads"
QUARANTINE = "quarantine"
UNMAPPED = "unmapped"
UNTOLD = "untold"
"""What a file does not tell: columns that nothing in it fills, cells that were left empty."""

KEYS = "keys"
"""Keys that rows have in the whole world, each with the digest of what the row says."""

SETTLED = "settled"
"""Rows of quarantine whose record has landed since, each with the load that brought it."""


LOAD_COLUMNS = {
    "load_id": "varchar",
    "source": "varchar",
    "site_id": "varchar",
    "source_file": "varchar",
    "sha256": "varchar",
    "bytes": "bigint",
    "rows_read": "bigint",
    "rows_landed": "bigint",
    "rows_quarantined": "bigint",
    "rows_ignored": "bigint",
    "exact_duplicates": "bigint",
    "ingested_at": "timestamp",
    "extracted_at": "timestamp",
    "extracted_by": "varchar",
    "query": "varchar",
    "custody_shown": "boolean",
    "feed": "varchar",
    "mapping": "varchar",
    "mapping_digest": "varchar",
    "rows_without_partner": "bigint",
    "rows_repeated": "bigint",
    "last_seq": "bigint",
}
"""Columns of `loads`, one row for each file of a load; those from `feed` on are ingest's own."""


_MOST_WORDS = 1000
"""Values that a column may have beyond which none is looked up: keys and times are all different,
and to look for each costs a tenth of writing."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that an earlier load took in, as of the last load that did.

    Attributes:
        sha256: its digest; the file itself lies under `originals/` by that name.
        name: what it was called.
        feed: the feed it was read as.
        mapping_digest: what it was read with.
        waiting: rows that found no partner in another feed.
    """

    sha256: str
    name: str
    feed: str
    mapping_digest: str
    waiting: int


class Landing:
    """The landing folder of a workspace.

    Attributes:
        root: the folder.
        originals: where every file that was taken in lies under its digest.
    """

    def __init__(self, state_dir: Path) -> None:
        self.root = state_dir / "landing"
        self.originals = state_dir / "originals"
        self.working = state_dir / "ingest"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other ingest out of the workspace meanwhile.

        Raises:
            LotproofError: another one is at work.
        """
        self.working.mkdir(parents=True, exist_ok=True)
        with (self.working / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LotproofError(
                    "another ingest is at work in this workspace", fix="wait until it has ended"
                ) from None
            yield

    def clean(self) -> None:
        """Remove what loads that never ended left behind."""
        done = {path.stem for path in (self.root / LOADS).glob("*.parquet")}
        for path in sorted(self.root.glob("*/*")):
            if path.suffix == ".part" or path.stem not in done:
                path.unlink()
        for path in sorted(self.working.glob("*")):
            if path.is_dir():
                shutil.rmtree(path)

    def files(self, table: str) -> str | None:
        """Return SQL that reads all files of a landing table; ``None`` when there is none."""
        if not any((self.root / table).glob("*.parquet")):
            return None
        pattern = quoted(str(self.root / table / "*.parquet"))
        return f"read_parquet({pattern}, union_by_name = true)"

    def known(self, connection: DuckDBPyConnection, source: str) -> dict[str, KnownFile]:
        """Return the files of a source that were taken in, by digest."""
        loads = self.files(LOADS)
        if loads is None:
            return {}
        rows = connection.execute(
            "select sha256, source_file, feed, mapping_digest, rows_without_partner "
            f"from {loads} where source = ? order by ingested_at, load_id",
            [source],
        ).fetchall()
        return {row[0]: KnownFile(*row) for row in rows}

    def last_seq(self, connection: DuckDBPyConnection) -> int:
        """Return the position of the last row ever landed."""
        loads = self.files(LOADS)
        if loads is None:
            return 0
        row = connection.execute(f"select max(last_seq) from {loads}").fetchone()
        return int(row[0] or 0) if row else 0

    def new_load_id(self, source: str, at: datetime) -> str:
        """Return the identifier of a load of a source that begins now."""
        base = f"{at:%Y%m%dT%H%M%SZ}-{source}"
        load_id, number = base, 1
        while (self.root / LOADS / f"{load_id}.parquet").exists():
            number += 1
            load_id = f"{base}-{number}"
        return load_id

    def write(self, connection: DuckDBPyConnection, table: str, load_id: str, sql: str) -> None:
        """Write the rows of a select as the load's file of a table."""
        folder = self.root / table
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{load_id}.parquet.part"
        connection.execute(
            f"copy ({sql}) to {quoted(str(part))} "
            "(format parquet, parquet_version v2, compression zstd, compression_level 1, "
            f"dictionary_size_limit {_MOST_WORDS})"
        )
        part.rename(folder / f"{load_id}.parquet")

    def keep_original(self, path: Path, sha256: str) -> None:
        """Keep a copy of a file, byte for byte, under its digest."""
        self.originals.mkdir(parents=True, exist_ok=True)
        kept = self.originals / sha256
        if not kept.exists():
            part = self.originals / f"{sha256}.part"
            shutil.copyfile(path, part)
            part.rename(kept)

    def write_loads(
        self, connection: DuckDBPyConnection, load_id: str, rows: list[dict[str, Any]]
    ) -> None:
        """Write the load's own file, which makes it count."""
        columns = ", ".join(f"{name} {kind}" for name, kind in LOAD_COLUMNS.items())
        connection.execute(f"create or replace temp table _loads ({columns})")
        marks = ", ".join("?" for _ in LOAD_COLUMNS)
        for row in rows:
            connection.execute(
                f"insert into _loads values ({marks})", [row.get(name) for name in LOAD_COLUMNS]
            )
        self.write(connection, LOADS, load_id, "select * from _loads")

"""The chain files as they would have been had they been written from what was recorded by a moment.

Of each record the last version that its source had stored by then counts; records that do not say
when they were stored are left out and counted, since nobody can show that they were known. What
happened by a moment, whenever it was recorded, is left to :mod:`.trace`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .chain_files import write_chains
from .chains import Chains

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..workspace import Workspace

THINGS = ("lots", "orders", "shipments", "identifiers")
"""Tables that name things: a row without its time of recording stays."""

ACTS = (
    "lot_links", "lot_status", "test_results", "documents", "document_links", "events",
    "containment", "quality_records",
)  # fmt: skip
"""Tables that say what happened or was found: a row without its time of recording goes."""

_RECORDED = {
    # stored last when it was closed: opened before, so known then, and not yet closed
    "quality_records": "case when recorded_at >= closed_at then opened_at else recorded_at end"
}


@contextmanager
def chains_known_at(workspace: Workspace, moment: datetime) -> Iterator[tuple[Chains, int]]:
    """The chains from what had been recorded by a moment, and how many rows cannot tell.

    Args:
        workspace: with a build; its tables are read, never changed.
        moment: the moment [aware].
    """
    from ..warehouse import open_warehouse

    with (
        tempfile.TemporaryDirectory(prefix="lotproof-known-") as folder,
        open_warehouse(workspace) as con,
    ):
        untold = _shadow(con, moment.astimezone(UTC).replace(tzinfo=None))
        target = Path(folder) / "chains"
        write_chains(con, target, "known")
        yield Chains(target), untold


def _shadow(con: DuckDBPyConnection, then: datetime) -> int:
    """Put views of what was known before the tables; count the rows that do not say since when."""
    (built,) = con.execute("select current_database()").fetchall()[0]
    untold = 0
    for name in (*THINGS, *ACTS):
        when = _RECORDED.get(name, "recorded_at")
        unsaid = " or recorded_at is null" if name in THINGS else ""
        con.execute(f"""
            create temp view {name} as
            select * replace (true as is_current) from "{built}".main.{name}
            where {when} <= timestamp '{then}'{unsaid}
            qualify row_number() over (
                partition by record_id order by version desc, record_key desc
            ) = 1
        """)
        if name in ACTS:
            found = con.execute(
                f'select count(*) from "{built}".main.{name} '
                "where is_current and recorded_at is null"
            ).fetchall()
            untold += int(found[0][0])
    return untold

"""Rows of quarantine that are settled: the record that they are of has landed since.

Since is after the file came that they stand in, so that a file read again, with other words and
beside its own correction, holds nothing back that was corrected before. Who writes it down is
:mod:`.write_load`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from duckdb import DuckDBPyConnection

from .extracts import Extract
from .landing import LOADS, QUARANTINE, Landing
from .sql_text import quoted


def settled_before(landing: Landing, source: str, landed: Sequence[str]) -> Iterator[str]:
    """Yield SQL of rows that earlier loads held back, and whose record lands now.

    Args:
        landing: where the earlier loads are.
        source: name of the source.
        landed: tables of which rows land.
    """
    files = landing.files(QUARANTINE)
    if files is not None and landed:
        yield (
            "select load_id as held_by, source_file, source_row, table_name, record_id "
            f"from {files} where source = {quoted(source)} "
            f"and (table_name, record_id) in (select table_name, record_id from ({_now(landed)}))"
        )


def settled_here(
    connection: DuckDBPyConnection,
    landing: Landing,
    source: str,
    load_id: str,
    extracts: Sequence[Extract],
    landed: Sequence[str],
) -> Iterator[str]:
    """Yield SQL of rows that the load itself holds back of files that were corrected.

    Their record lands from a later file of the load, or has landed from another file after their
    own first came. Rows are told by the name of their file: where two files of one name hold the
    same row back, neither is settled.
    """
    names = [extract.name for extract in extracts if extract.is_new]
    loads = landing.files(LOADS)
    if loads is None or not _some_record(connection):
        return
    if len(set(names)) < len(names) and landed:
        yield _held_sql(load_id, f"({_now(landed)}) as since", "since._file > held._file")
    came = (
        f"(select sha256, min(ingested_at) as came_at from {loads} "
        f"where source = {quoted(source)} group by sha256)"
    )
    tables = connection.execute(
        "select distinct table_name from _held where record_id is not null order by all"
    ).fetchall()
    for (table,) in tables:
        files = landing.files(table)
        if files is not None:
            since = (
                f"(select {quoted(table)} as table_name, record_id, ingested_at, load_id, "
                f"source_file from {files} where source = {quoted(source)} "
                "and record_id in (select record_id from _held)) as since "
                f"join {came} as came on came.came_at < since.ingested_at "
                f"join {loads} as told on told.load_id = since.load_id "
                "and told.source_file = since.source_file"
            )
            own = "came.sha256 = _files.sha256 and told.sha256 <> _files.sha256"
            yield _held_sql(load_id, since, own)


def _now(landed: Sequence[str]) -> str:
    return " union all ".join(
        f"select {quoted(table)} as table_name, record_id, _file from kept_{table}"
        for table in landed
    )


def _some_record(connection: DuckDBPyConnection) -> bool:
    found = connection.execute("select 1 from _held where record_id is not null limit 1")
    return found.fetchone() is not None


def _held_sql(load_id: str, since: str, condition: str) -> str:
    return f"""
        select {quoted(load_id)} as held_by, _files.name as source_file, held.source_row,
            held.table_name, held.record_id
        from _held as held join _files on held._file = _files._file
        where exists (
            select 1 from {since} where since.table_name = held.table_name
                and since.record_id = held.record_id and {condition}
        ) and not exists (
            select 1 from _held as other join _files as named on other._file = named._file
            where other._file <> held._file and named.name = _files.name
                and other.source_row = held.source_row and other.table_name = held.table_name
        )
    """

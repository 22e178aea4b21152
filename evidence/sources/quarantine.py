"""Rows that are held back, and findings: what is wrong, with the whole row and what to do.

Writes the temporary tables ``_held`` and ``_findings`` of a load.
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import Extract
from .lot_model import lot_model
from .plan import Plan
from .sql_text import named, quoted
from .target_faults import ASK, ONE, SEVERAL
from .target_sql import TargetSql

_CUT_OFF_AT = 8000
_OUR_OWN = frozenset(("_file", "_row", "_line", "_is_new", "_is_repeat", "_clash"))


def note_faults(connection: DuckDBPyConnection, target: TargetSql) -> None:
    """Note what is wrong with the rows in ``_suspect``: held back, or a finding.

    Args:
        connection: the load's database.
        target: the target that made them.
    """
    texts = ", ".join(
        f"({index}, {fault.held_back}, {quoted(fault.kind)}, {quoted(fault.reason)}, "
        f"{quoted(fault.expected)}, {quoted(fault.fix)})"
        for index, fault in enumerate(target.faults)
    )
    table = lot_model()[target.target.table]
    lot = "lot_id" if "lot_id" in table.types else "null"
    said = f"(values {texts}) as said(fault, held_back, kind, reason, expected, fix)"
    found = (
        f"(select _file, _row, site_id, record_id, {lot} as lot_id, _is_held, "
        "unnest(_faults, recursive := true) from _faulty) as found"
    )
    connection.execute(
        f"create or replace temp table _faulty as select * from ({target.faulty}) "
        "where _faults is not null"
    )
    connection.execute(
        f"""
        insert into _held
        select distinct found._file, found.site_id, {quoted(table.name)}, found._row,
            found."column", null, found.lot_id,
            said.reason || coalesce(': ' || found.value, ''), said.expected, said.fix, false,
            found.record_id
        from {found} join {said} on found.fault = said.fault
        where said.held_back
        """
    )
    connection.execute(
        f"""
        insert into _findings
        select {quoted(table.name)}, found."column", coalesce(found.value, '(empty)'),
            count(distinct (found._file, found._row)), min(found._file),
            arg_min(found._row, (found._file, found._row)),
            said.kind, said.reason, said.expected, said.fix
        from {found} join {said} on found.fault = said.fault
        where not said.held_back or said.kind = 'unmapped'
        group by all
        """
    )
    _note_untold(connection, table.name, found, said)


def _note_untold(connection: DuckDBPyConnection, table: str, found: str, said: str) -> None:
    """Note the cells of rows that land which were left empty, because nothing could read them."""
    connection.execute(
        f"""
        insert into _untold
        select distinct found._file, {quoted(table)}, found."column", found.record_id,
            'unmapped', found.value
        from {found} join {said} on found.fault = said.fault
        where not said.held_back and said.kind in ('unmapped', 'unreadable')
            and not found._is_held
        """
    )


def raw_sql(connection: DuckDBPyConnection, feed: str, which: str = "true") -> str:
    """Return SQL of the whole rows of a feed as JSON.

    Args:
        connection: the load's database.
        feed: a feed that files are of.
        which: SQL of which rows.
    """
    described = connection.execute(f"describe {named(feed)}").fetchall()
    cells = ", ".join(
        f"{named(row[0])} := {named(row[0])}" for row in described if row[0] not in _OUR_OWN
    )
    whole = f"cast(to_json(struct_pack({cells})) as varchar)" if cells else "'{}'"
    return f"select _file, _row, {whole} as raw from {named(feed)} where {which}"


def held_rows_sql(connection: DuckDBPyConnection, extracts: Sequence[Extract]) -> str:
    """Return SQL of what was held back, each with its whole row."""
    feeds = dict.fromkeys(extract.feed for extract in extracts if extract.is_new)
    which = "(_file, _row) in (select _file, source_row from _held where not rejected)"
    raws = " union all ".join(raw_sql(connection, feed, which) for feed in feeds)
    return (
        "select _held.* replace (coalesce(_held.raw, raws.raw) as raw) "
        f"from _held left join ({raws}) as raws "
        "on not _held.rejected and _held._file = raws._file and _held.source_row = raws._row"
    )


def reject(connection: DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract]) -> None:
    """Hold back the records that could not be read, for every table they can matter to."""
    marks = ", ".join("?" * 12)
    for extract in extracts:
        if not extract.is_new:
            continue
        feeds = [extract.feed, *(part.name for part in plan.parts_of(extract.feed))]
        tables = dict.fromkeys(table for feed in feeds for table in plan.tables_of(feed))
        for item in extract.rejected:
            said = (item.raw[:_CUT_OFF_AT], None, item.reason, item.expected, item.fix, True, None)
            for table in tables:
                place = (extract.number, plan.source.site, table, item.row, None)
                connection.execute(f"insert into _held values ({marks})", [*place, *said])


def hold_back(connection: DuckDBPyConnection, table: str, kept: str, which: str) -> None:
    """Hold back rows that would land, because their record has several contents."""
    lot = "lot_id" if "lot_id" in lot_model()[table].types else "null"
    connection.execute(
        f"""
        insert into _held
        select distinct _file, site_id, {quoted(table)}, _row, 'record_id', null, {lot},
            {quoted(SEVERAL)} || ': ' || record_id, {quoted(ONE)}, {quoted(ASK)}, false,
            record_id
        from {kept} where {which}
        """
    )

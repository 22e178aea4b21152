"""Rows that are held back, and findings: what is wrong, with the whole row and what to do.

Writes the temporary tables ``_held`` and ``_findings`` of a load.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import Extract
from .lot_model import lot_model
from .plan import Plan
from .sql_text import named, quoted
from .target_faults import ASK, ONE, SEVERAL
from .target_sql import TargetSql

_CUT_OFF_AT = 8000
_OUR_OWN = json.dumps(dict.fromkeys(("_file", "_row", "_line", "_is_new", "_is_repeat", "_clash")))


def note_faults(connection: DuckDBPyConnection, made: str, target: TargetSql, plan: Plan) -> None:
    """Note what is wrong with the rows of a target: held back, or a finding."""
    texts = ", ".join(
        f"({index}, {fault.held_back}, {quoted(fault.kind)}, {quoted(fault.reason)}, "
        f"{quoted(fault.expected)}, {quoted(fault.fix)})"
        for index, fault in enumerate(target.faults)
    )
    table = lot_model()[target.target.table]
    lot = "lot_id" if "lot_id" in table.types else "null"
    said = f"(values {texts}) as said(fault, held_back, kind, reason, expected, fix)"
    found = (
        f"(select _file, _row, site_id, record_id, {lot} as lot_id, "
        "unnest(_faults, recursive := true) "
        f"from {made} where len(_faults) > 0) as found"
    )
    raw = raw_sql(target.target.feed, plan)
    connection.execute(
        f"""
        insert into _held
        select distinct found._file, found.site_id, {quoted(table.name)}, found._row,
            found."column", raw.raw, found.lot_id,
            said.reason || coalesce(': ' || found.value, ''), said.expected, said.fix, false,
            found.record_id
        from {found} join {said} on found.fault = said.fault
        left join {raw} on found._file = raw._file and found._row = raw._row
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
    _note_untold(connection, made, table.name, found, said)


def _note_untold(
    connection: DuckDBPyConnection, made: str, table: str, found: str, said: str
) -> None:
    """Note the cells of rows that land which were left empty, because nothing could read them."""
    connection.execute(
        f"""
        insert into _untold
        select distinct found._file, {quoted(table)}, found."column", found.record_id,
            'unmapped', found.value
        from {found} join {said} on found.fault = said.fault
        join (select _file, _row, _is_held from {made}) as made
            on found._file = made._file and found._row = made._row
        where not said.held_back and said.kind in ('unmapped', 'unreadable') and not made._is_held
        """
    )


def raw_sql(feed: str, plan: Plan) -> str:
    """Return SQL of the whole source rows as JSON; of a part, the row it is part of."""
    planned = plan.feeds.get(feed)
    name = (planned.feed.part_of if planned else None) or feed
    return (
        "(select _file, _row, cast(json_merge_patch("
        f"to_json(whole), {quoted(_OUR_OWN)}) as varchar) "
        f"as raw from {named(name)} as whole) as raw"
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


def hold_back(
    connection: DuckDBPyConnection, table: str, kept: str, number: int, which: str, plan: Plan
) -> None:
    """Hold back rows that would land, because their record has several contents."""
    lot = "kept.lot_id" if "lot_id" in lot_model()[table].types else "null"
    connection.execute(
        f"""
        insert into _held
        select distinct kept._file, kept.site_id, {quoted(table)}, kept._row, 'record_id',
            raw.raw, {lot}, {quoted(SEVERAL)} || ': ' || kept.record_id, {quoted(ONE)},
            {quoted(ASK)}, false, null
        from (select * from {kept} where {which}) as kept
        left join {raw_sql(plan.targets[number].target.feed, plan)}
            on kept._file = raw._file and kept._row = raw._row
        """
    )

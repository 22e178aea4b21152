"""From feeds to rows that land, rows that are held back, and findings.

All of it is set-based SQL over temporary tables of one load. What is written, and when the load
counts, is left to :mod:`.load`.

Tables made here: ``made_<n>`` (rows of a target), ``kept_<table>`` (what lands), ``_held`` (what
went to quarantine), ``_findings``, ``_landed`` and ``_repeated`` (source rows of which some lands,
or repeats what was said), ``_untold`` (what files do not tell).
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import ROWS_FEED, Extract
from .landing import Landing
from .lot_model import lot_model
from .plan import Plan
from .quarantine import note_faults, raw_sql, reject
from .repeats import drop_known, drop_landed, keep_first
from .sql_text import named, quoted
from .target_faults import LEFT_OUT
from .target_sql import TargetSql


def stage(
    connection: DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract], landing: Landing
) -> list[str]:
    """Make the rows of a load, prepared before; return the tables of which some land."""
    fresh = {extract.feed for extract in extracts if extract.is_new}
    fresh |= {part.name for feed in list(fresh) for part in plan.parts_of(feed)} | {ROWS_FEED}
    at_work = [(nr, t) for nr, t in enumerate(plan.targets) if t.target.feed in fresh]
    for number, target in at_work:
        _make(connection, number, target, plan)
    reject(connection, plan, extracts)
    tables = [name for name in lot_model() if any(t.target.table == name for _, t in at_work)]
    for table in tables:
        made = [(n, t) for n, t in at_work if t.target.table == table]
        keep_first(connection, table, made, plan)
        for number, target in made:
            if not target.target.join:
                connection.execute(f"drop table made_{number}")
        drop_known(connection, table, landing, plan.source.name)
        drop_landed(connection, table, landing, made, plan)
        connection.execute(f"insert into _landed select _file, _row from kept_{table}")
    _unused(connection, plan, at_work)
    return [name for name in tables if _some(connection, f"kept_{name}")]


def prepare(connection: DuckDBPyConnection) -> None:
    """Make the empty tables in which a load notes what is not plain."""
    connection.execute(
        """
        create or replace temp table _held (
            _file integer, site_id varchar, table_name varchar, source_row bigint,
            column_name varchar, raw varchar, lot_id varchar, reason varchar, expected varchar,
            fix varchar, rejected boolean, record_id varchar
        );
        create or replace temp table _findings (
            table_name varchar, column_name varchar, value varchar, row_count bigint,
            _file integer, example_row bigint, kind varchar, reason varchar, expected varchar,
            fix varchar
        );
        create or replace temp table _untold (
            _file integer, table_name varchar, column_name varchar, record_id varchar,
            reason varchar, value varchar
        );
        create or replace temp table _landed (_file integer, _row bigint);
        create or replace temp table _repeated (_file integer, _row bigint);
        create or replace temp table _unpaired (_file integer, _row bigint);
        """
    )


def _make(connection: DuckDBPyConnection, number: int, target: TargetSql, plan: Plan) -> None:
    made = f"made_{number}"
    held = [
        index
        for index, fault in enumerate(target.faults)
        if fault.held_back or fault.kind == LEFT_OUT
    ]
    inside = f"list_contains([{', '.join(map(str, held))}], x.fault)"
    connection.execute(
        f"create or replace temp table {made} as select *, {number} as _target, "
        f"len(_faults) > 0 and len(list_filter(_faults, lambda x: {inside})) > 0 as _is_held "
        f"from ({target.select})"
    )
    _note_unpaired(connection, made, target)
    if _some(connection, f"(select 1 from {made} where len(_faults) > 0)"):
        note_faults(connection, made, target, plan)


def _note_unpaired(connection: DuckDBPyConnection, made: str, target: TargetSql) -> None:
    for alias, join in target.target.join.items():
        if join.awaited:
            connection.execute(
                f"insert into _unpaired select _file, _row from {made} "
                f"where {named(f'_row_{alias}')} is null"
            )


def _unused(
    connection: DuckDBPyConnection, plan: Plan, at_work: list[tuple[int, TargetSql]]
) -> None:
    """Count rows that stand beside landed ones as landed; hold back others where asked."""
    for number, target in at_work:
        kept = named(f"kept_{target.target.table}")
        for alias in target.target.join:
            file, row = named(f"_file_{alias}"), named(f"_row_{alias}")
            connection.execute(
                f"insert into _landed select distinct {file}, {row} from made_{number} "
                f"where {row} is not null and (_file, _row) in (select _file, _row from {kept})"
            )
    for feed in plan.feeds.values():
        if feed.feed.unused == "report":
            _report_alone(connection, feed.name, plan, at_work)
        if feed.feed.unused != "quarantine":
            continue
        for table in plan.tables_of(feed.name):
            connection.execute(
                f"""
                insert into _held
                select feed._file, {quoted(plan.source.site or "")}, {quoted(table)}, feed._row,
                    null, raw.raw, null, {quoted(f"no row belongs to this row of {feed.name}")},
                    'rows that name it', 'send the missing rows and ingest again', false, null
                from {named(feed.name)} as feed
                left join {raw_sql(feed.name, plan)}
                    on feed._file = raw._file and feed._row = raw._row
                where feed._is_new
                    and (feed._file, feed._row) not in (select _file, _row from _landed)
                    and (feed._file, feed._row) not in (select _file, _row from _repeated)
                """
            )


def _report_alone(
    connection: DuckDBPyConnection, feed: str, plan: Plan, at_work: list[tuple[int, TargetSql]]
) -> None:
    """Report rows that nothing refers to, such as headers without lines."""
    taken = [
        f"select {named(f'_file_{alias}')}, {named(f'_row_{alias}')} from made_{number}"
        for number, target in at_work
        for alias, join in target.target.join.items()
        if join.feed == feed
    ]
    used = " union all ".join(taken) or "select -1, -1"
    tables = plan.tables_of(feed)
    connection.execute(
        f"""
        insert into _findings
        select {quoted(tables[0] if tables else "")}, '', {quoted(feed)}, count(*), min(_file),
            arg_min(_row, (_file, _row)), 'alone', {quoted(f"no row refers to this row of {feed}")},
            'rows that belong to it', 'find out at the source why it has none'
        from {named(feed)} where _is_new
            and not exists (select 1 from ({used}) as used(f, r) where f = _file and r = _row)
        having count(*) > 0
        """
    )


def _some(connection: DuckDBPyConnection, relation: str) -> bool:
    return connection.execute(f"select 1 from {relation} limit 1").fetchone() is not None

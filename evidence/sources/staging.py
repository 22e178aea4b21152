"""From feeds to rows that land, rows that are held back, findings, and a place for every row read.

All of it is set-based SQL over temporary tables of one load. What is written, and when the load
counts, is left to :mod:`.ingest`.

Tables made here: ``made_<n>`` (rows of a target), ``kept_<table>`` (what lands), ``_held`` (what
went to quarantine), ``_findings``, ``_places`` (each source row once, with what became of it).
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .extracts import ROWS_FEED, Extract
from .landing import Landing
from .lot_model import lot_model
from .plan import Plan
from .sql_text import named, quoted
from .target_sql import LEFT_OUT, TargetSql

_CUT_OFF_AT = 8000
_SEVERAL = "one record with several contents"
_ONE = "one content for each record, or a correction in a later extract"
_ASK = "find out at the source which is right"
_OUR_OWN = '{"_file": null, "_row": null, "_line": null, "_is_new": null}'


def stage(
    connection: DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract], landing: Landing
) -> list[str]:
    """Make the rows of a load; return the tables of which some land."""
    _prepare(connection)
    fresh = {extract.feed for extract in extracts if extract.is_new}
    fresh |= {part.name for feed in list(fresh) for part in plan.parts_of(feed)} | {ROWS_FEED}
    at_work = [(nr, t) for nr, t in enumerate(plan.targets) if t.target.feed in fresh]
    for number, target in at_work:
        _make(connection, number, target, plan)
    _reject(connection, plan, extracts)
    tables = [name for name in lot_model() if any(t.target.table == name for _, t in at_work)]
    for table in tables:
        _keep(connection, table, [(n, t) for n, t in at_work if t.target.table == table], plan)
        made = [(n, t) for n, t in at_work if t.target.table == table]
        _drop_known(connection, table, landing, plan.source.name)
        _drop_landed(connection, table, landing, made, plan)
        connection.execute(f"insert into _landed select _file, _row from kept_{table}")
    _unused(connection, plan, at_work)
    return [name for name in tables if _some(connection, f"kept_{name}")]


def place_rows(connection: DuckDBPyConnection, extracts: Sequence[Extract]) -> None:
    """Give every row read one place: quarantined, landed, duplicate or ignored."""
    feeds = sorted({extract.feed for extract in extracts if extract.is_new} | {ROWS_FEED})
    read = " union all ".join(
        f"select _file, _row from {named(feed)} where _is_new" for feed in feeds
    )
    connection.execute(
        f"""
        create or replace temp table _places as
        with read as (
            select _file, _row from ({read})
            union all
            select _file, source_row from _held where rejected
        ), held as (select distinct _file, source_row as _row from _held)
        , landed as (select distinct _file, _row from _landed)
        , repeated as (select distinct _file, _row from _repeated)
        select read._file, read._row, case
            when held._row is not null then 'quarantined'
            when landed._row is not null then 'landed'
            when repeated._row is not null then 'duplicate'
            else 'ignored' end as place
        from (select distinct _file, _row from read) as read
        left join held on read._file = held._file and read._row = held._row
        left join landed on read._file = landed._file and read._row = landed._row
        left join repeated on read._file = repeated._file and read._row = repeated._row
        """
    )


def totals_of(connection: DuckDBPyConnection) -> dict[int, dict[str, int]]:
    """Return how many rows of each file have which place."""
    rows = connection.execute(
        "select _file, place, count(*) from _places group by all order by all"
    ).fetchall()
    totals: dict[int, dict[str, int]] = {}
    for number, place, count in rows:
        totals.setdefault(number, {})[place] = count
    return totals


def waiting_of(connection: DuckDBPyConnection) -> dict[int, int]:
    """Return how many rows of each file found no partner in another feed."""
    return dict(
        connection.execute(
            "select _file, count(distinct _row) from _unpaired group by all order by all"
        ).fetchall()
    )


def _prepare(connection: DuckDBPyConnection) -> None:
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
        f"len(list_filter(_faults, lambda x: {inside})) > 0 as _is_held from ({target.select})"
    )
    _note_unpaired(connection, made, target)
    if _some(connection, f"(select 1 from {made} where len(_faults) > 0)"):
        _note_faults(connection, made, target, plan)


def _note_unpaired(connection: DuckDBPyConnection, made: str, target: TargetSql) -> None:
    for alias, join in target.target.join.items():
        if join.awaited:
            connection.execute(
                f"insert into _unpaired select _file, _row from {made} "
                f"where {named(f'_row_{alias}')} is null"
            )


def _note_faults(connection: DuckDBPyConnection, made: str, target: TargetSql, plan: Plan) -> None:
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
    raw = _raw_sql(target.target.feed, plan)
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


def _raw_sql(feed: str, plan: Plan) -> str:
    """Return SQL of the whole source rows as JSON; of a part, the row it is part of."""
    planned = plan.feeds.get(feed)
    name = (planned.feed.part_of if planned else None) or feed
    return (
        "(select _file, _row, cast(json_merge_patch("
        f"to_json(whole), {quoted(_OUR_OWN)}) as varchar) "
        f"as raw from {named(name)} as whole) as raw"
    )


def _reject(connection: DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract]) -> None:
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


def _keep(
    connection: DuckDBPyConnection, table: str, made: list[tuple[int, TargetSql]], plan: Plan
) -> None:
    """Put the rows of a table together; of rows that say the same, keep the first."""
    columns = ", ".join(named(name) for name in lot_model()[table].own)
    rows = " union all ".join(
        f"select _file, _row, _target, source_ref, {columns}, record_hash from made_{number} "
        "where not _is_held"
        for number, _ in made
    )
    kept = named(f"kept_{table}")
    connection.execute(f"create or replace temp table {kept} as {rows}")
    counts = connection.execute(f"select count(*), count(distinct record_id) from {kept}")
    total, ids = counts.fetchone() or (0, 0)
    if total != ids:
        _drop_repeated(connection, table, kept)
        _drop_mentions(connection, kept, made)
        _conflicts(connection, table, kept, made, plan)


def _drop_repeated(connection: DuckDBPyConnection, table: str, kept: str) -> None:
    ranked = named(f"ranked_{table}")
    connection.execute(
        f"create or replace temp table {ranked} as select *, row_number() over ("
        f"partition by record_id, record_hash order by _file, _row, _target) as _rank from {kept}"
    )
    connection.execute(f"insert into _repeated select _file, _row from {ranked} where _rank > 1")
    connection.execute(
        f"create or replace temp table {kept} as "
        f"select * exclude (_rank) from {ranked} where _rank = 1"
    )
    connection.execute(f"drop table {ranked}")


def _drop_mentions(
    connection: DuckDBPyConnection, kept: str, made: list[tuple[int, TargetSql]]
) -> None:
    """Of rows that only count while nothing else is known of a record, keep the first."""
    mentions = [number for number, t in made if t.target.only_new]
    if not mentions:
        return
    connection.execute(
        f"""
        create or replace temp table _later as
        select rowid as row_id from (
            select rowid, _target, row_number() over (
                partition by record_id
                order by _target in ({", ".join(map(str, mentions))}), _file, _row, _target
            ) as place
            from {kept}
        ) where place > 1 and _target in ({", ".join(map(str, mentions))})
        """
    )
    later = "rowid in (select row_id from _later)"
    connection.execute(f"insert into _repeated select _file, _row from {kept} where {later}")
    connection.execute(f"delete from {kept} where {later}")


def _conflicts(
    connection: DuckDBPyConnection,
    table: str,
    kept: str,
    made: list[tuple[int, TargetSql]],
    plan: Plan,
) -> None:
    """Report records that one load gives two contents, and hold back where the mapping asks."""
    strict = [number for number, t in made if t.target.on_conflict == "quarantine"]
    several = f"(select record_id from {kept} group by record_id having count(*) > 1)"
    connection.execute(
        f"""
        insert into _findings
        select {quoted(table)}, 'record_id', record_id, count(*), min(_file),
            arg_min(_row, (_file, _row)), 'conflict', {quoted(_SEVERAL)}, {quoted(_ONE)},
            {quoted(_ASK)}
        from {kept} group by record_id, _file having count(*) > 1
        """
    )
    for number in strict:
        which = f"_target = {number} and record_id in {several}"
        _hold_back(connection, table, kept, number, which, plan)
    if strict:
        numbers = ", ".join(map(str, strict))
        connection.execute(
            f"delete from {kept} where _target in ({numbers}) and record_id in {several}"
        )


def _hold_back(
    connection: DuckDBPyConnection, table: str, kept: str, number: int, which: str, plan: Plan
) -> None:
    lot = "kept.lot_id" if "lot_id" in lot_model()[table].types else "null"
    connection.execute(
        f"""
        insert into _held
        select distinct kept._file, kept.site_id, {quoted(table)}, kept._row, 'record_id',
            raw.raw, {lot}, {quoted(_SEVERAL)} || ': ' || kept.record_id, {quoted(_ONE)},
            {quoted(_ASK)}, false, null
        from (select * from {kept} where {which}) as kept
        left join {_raw_sql(plan.targets[number].target.feed, plan)}
            on kept._file = raw._file and kept._row = raw._row
        """
    )


def _drop_known(connection: DuckDBPyConnection, table: str, landing: Landing, source: str) -> None:
    """Drop what the source said before: its latest word on a record, or any of several."""
    files = landing.files(table)
    kept = named(f"kept_{table}")
    if files is not None:
        landed = f"(select * from {files} where source = {quoted(source)})"
        connection.execute(
            f"""
            create or replace temp table _said_before as
            with several as (
                select record_id, count(*) as contents from {kept} group by record_id
            ), landed as (
                select record_id, record_hash, ingest_seq from {landed}
                where record_id in (select record_id from several)
            ), latest as (
                select record_id, arg_max(record_hash, ingest_seq) as record_hash
                from landed group by record_id
            )
            select several.record_id, latest.record_hash from several
            join latest on several.record_id = latest.record_id where several.contents = 1
            union
            select several.record_id, landed.record_hash from several
            join landed on several.record_id = landed.record_id where several.contents > 1
            """
        )
        repeated = "(record_id, record_hash) in (select record_id, record_hash from _said_before)"
        connection.execute(f"insert into _repeated select _file, _row from {kept} where {repeated}")
        connection.execute(f"delete from {kept} where {repeated}")


def _drop_landed(
    connection: DuckDBPyConnection,
    table: str,
    landing: Landing,
    made: list[tuple[int, TargetSql]],
    plan: Plan,
) -> None:
    """Drop mentions of records that have landed, and hold back what contradicts them."""
    files = landing.files(table)
    if files is None:
        return
    kept = named(f"kept_{table}")
    landed = f"(select record_id from {files} where source = {quoted(plan.source.name)})"
    for number, target in made:
        known = f"_target = {number} and record_id in {landed}"
        if target.target.only_new:
            connection.execute(
                f"insert into _repeated select _file, _row from {kept} where {known}"
            )
        elif target.target.on_conflict == "quarantine":
            _hold_back(connection, table, kept, number, known, plan)
        else:
            continue
        connection.execute(f"delete from {kept} where {known}")


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
                left join {_raw_sql(feed.name, plan)}
                    on feed._file = raw._file and feed._row = raw._row
                where feed._is_new
                    and (feed._file, feed._row) not in (select _file, _row from _landed)
                    and (feed._file, feed._row) not in (select _file, _row from _repeated)
                """
            )


def _some(connection: DuckDBPyConnection, relation: str) -> bool:
    return connection.execute(f"select 1 from {relation} limit 1").fetchone() is not None

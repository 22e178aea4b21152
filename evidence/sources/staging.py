"""From feeds to rows that land, rows that are held back, and findings.

All of it is set-based SQL over temporary tables of one load. What is written, and when the load
counts, is left to :mod:`.load`.

Tables made here: ``kept_<table>`` (what lands), ``_held`` (what went to quarantine), ``_findings``,
``_landed`` and ``_repeated`` (source rows of which some lands, or repeats what was said),
``_beside`` (rows that others were read with, and whether any of those was not held back),
``_untold`` (what files do not tell).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence, Set

from duckdb import DuckDBPyConnection

from .asked import with_rows
from .extracts import Extract
from .kinds import kind_name, kind_words, one_word
from .landing import Landing
from .lot_model import lot_model
from .partners import make_partners
from .plan import ROWS_FEED, Plan
from .quarantine import note_faults, reject
from .repeats import Made, drop_known, drop_landed, keep_first
from .sql_text import named, quoted
from .target_sql import SUSPECT, TargetSql


def stage(
    connection: DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract], landing: Landing
) -> list[str]:
    """Make the rows of a load, prepared before; return the tables of which some land."""
    fresh = {extract.feed for extract in extracts if extract.is_new}
    fresh |= {part.name for feed in list(fresh) for part in plan.parts_of(feed)} | {ROWS_FEED}
    at_work = [(nr, t) for nr, t in enumerate(plan.targets) if t.target.feed in fresh]
    found = with_rows(connection, at_work)
    reads = _ruled_out(connection, [(nr, t) for nr, t in at_work if nr in found])
    make_partners(connection, (item for nr, t in at_work if nr in reads for item in t.partners))
    tables = [name for name in lot_model() if any(t.target.table == name for _, t in at_work)]
    by_table = {table: [(n, t) for n, t in at_work if t.target.table == table] for table in tables}
    made_rows = 0
    for table, made in by_table.items():
        made_rows += _make(connection, table, made, reads)
    reject(connection, plan, extracts)
    for table, made in by_table.items():
        keep_first(connection, table, made)
        drop_known(connection, table, landing, plan.source.name)
        drop_landed(connection, table, landing, made, plan)
    _note_landed(connection, {t: _aliases(made, reads) for t, made in by_table.items()}, made_rows)
    _unused(connection, plan)
    return [name for name in tables if _some(connection, f"kept_{name}")]


def prepare(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Make the empty tables in which a load notes what is not plain."""
    feeds = ", ".join(map(quoted, plan.feeds))
    connection.execute(
        f"""
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
        create or replace temp table _repeated (_file integer, _row bigint);
        create or replace temp table _unpaired (_file integer, _row bigint);
        create or replace temp table _beside (
            feed enum({feeds}), _file integer, _row bigint, lands boolean
        );
        """
    )


def _ruled_out(connection: DuckDBPyConnection, targets: Made) -> dict[int, Set[int]]:
    """Return which faults no row has that a target reads, by the target's number."""
    asked = dict.fromkeys(fault.only_if for _, t in targets for fault in t.faults if fault.only_if)
    never = {sql for sql in asked if not _gives(connection, sql)}
    return {
        number: {nr for nr, fault in enumerate(target.faults) if fault.only_if in never}
        for number, target in targets
    }


def _make(
    connection: DuckDBPyConnection, table: str, made: Made, reads: Mapping[int, Set[int]]
) -> int:
    """Make the rows of a table, and note what is wrong with them; those that land stay.

    Returns how many do.

    Args:
        connection: the load's database.
        table: the table.
        made: its targets.
        reads: numbers of those that find rows to read, each with the faults that none of them has:
            to join for none costs as much as for many.
    """
    kept = named(f"kept_{table}")
    aliases = _aliases(made, reads)
    types = _types(connection, table, [target for number, target in made if number in reads])
    own = ", ".join(f"{named(name)} {kind}" for name, kind in types.items())
    beside = "".join(
        f", {named(f'_file_{alias}')} integer, {named(f'_row_{alias}')} bigint" for alias in aliases
    )
    connection.execute(
        f"create or replace temp table {kept} (_file integer, _row bigint, _target integer, "
        f"source_ref varchar, {own}, _is_faulty boolean, _is_held boolean{beside})"
    )
    for number, target in made:
        if number not in reads:
            continue
        connection.execute(
            f"insert into {kept} by name "
            f"select * exclude (_line), {number} as _target from ({target.select(reads[number])})"
        )
        _note_partners(connection, kept, number, target)
        faulty = f"{kept} where _target = {number} and _is_faulty"
        if _some(connection, faulty):
            connection.execute(
                f"create or replace temp table {SUSPECT} as "
                f"select distinct _file, _row from {faulty}"
            )
            note_faults(connection, target)
    connection.execute(f"delete from {kept} where _is_held")
    return _count(connection, kept)


def _types(
    connection: DuckDBPyConnection, table: str, targets: Sequence[TargetSql]
) -> dict[str, str]:
    """Return the types of a table's columns, with those of fixed words made.

    A column of which some target does not know the words beforehand is text; one that none fills
    is kept as what takes the least room.
    """
    types: dict[str, str] = {}
    for column in lot_model()[table].own:
        if words := kind_words(table, column):
            listed = ", ".join(map(quoted, words))
            connection.execute(
                f"create type if not exists {kind_name(table, column)} as enum ({listed})"
            )
        kinds = {target.kinds.get(column, "") for target in targets if column in target.filled}
        usual = lot_model()[table].types[column]
        if usual == "varchar" and not kinds:
            kinds = {one_word("")}
        kind = kinds.pop() if len(kinds) == 1 else ""
        types[column] = kind or usual
    return types


def _note_partners(
    connection: DuckDBPyConnection, kept: str, number: int, target: TargetSql
) -> None:
    for alias, join in target.target.join.items():
        file, row = named(f"_file_{alias}"), named(f"_row_{alias}")
        of_target = f"from {kept} where _target = {number}"
        connection.execute(
            f"insert into _beside select {quoted(join.feed)}, {file}, {row}, "
            f"bool_or(not _is_held) {of_target} and {row} is not null group by {file}, {row}"
        )
        if join.awaited:
            connection.execute(
                f"insert into _unpaired select _file, _row {of_target} and {row} is null"
            )


def _aliases(made: Made, reads: Container[int]) -> list[str]:
    """Return the names under which targets that find rows to read join other feeds."""
    joins = (target.target.join for number, target in made if number in reads)
    return list(dict.fromkeys(alias for join in joins for alias in join))


def _note_landed(
    connection: DuckDBPyConnection, beside: Mapping[str, Sequence[str]], made_rows: int
) -> None:
    """Make ``_landed``: the rows that land, and those that stand beside them.

    While all rows that were made land, it is known what stands beside them.

    Args:
        connection: the load's database.
        beside: by table, the names under which other feeds are joined.
        made_rows: how many rows were made that were not held back.
    """
    places = [f"select _file, _row from {named(f'kept_{table}')}" for table in beside]
    if made_rows == sum(_count(connection, named(f"kept_{table}")) for table in beside):
        places.append("select _file, _row from _beside where lands")
        beside = {}
    for table, aliases in beside.items():
        kept = named(f"kept_{table}")
        for alias in aliases:
            file, row = named(f"_file_{alias}"), named(f"_row_{alias}")
            places.append(f"select {file}, {row} from {kept} where {row} is not null")
    nowhere = "select 0::integer as _file, 0::bigint as _row where false"
    connection.execute(
        f"create or replace temp view _landed as {' union all '.join([nowhere, *places])}"
    )


def _unused(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Hold back or report rows that nothing was made of, where asked."""
    for feed in plan.feeds.values():
        if feed.feed.unused == "report":
            _report_alone(connection, feed.name, plan)
        if feed.feed.unused != "quarantine":
            continue
        for table in plan.tables_of(feed.name):
            connection.execute(
                f"""
                insert into _held
                select feed._file, {quoted(plan.source.site or "")}, {quoted(table)}, feed._row,
                    null, null, null, {quoted(f"no row belongs to this row of {feed.name}")},
                    'rows that name it', 'send the missing rows and ingest again', false, null
                from {named(feed.name)} as feed
                where feed._is_new
                    and (feed._file, feed._row) not in (select _file, _row from _landed)
                    and (feed._file, feed._row) not in (select _file, _row from _repeated)
                """
            )


def _report_alone(connection: DuckDBPyConnection, feed: str, plan: Plan) -> None:
    """Report rows that nothing refers to, such as headers without lines."""
    tables = plan.tables_of(feed)
    connection.execute(
        f"""
        insert into _findings
        select {quoted(tables[0] if tables else "")}, '', {quoted(feed)}, count(*), min(_file),
            arg_min(_row, (_file, _row)), 'alone', {quoted(f"no row refers to this row of {feed}")},
            'rows that belong to it', 'find out at the source why it has none'
        from {named(feed)} where _is_new
            and (_file, _row) not in (
                select _file, _row from _beside where feed = {quoted(feed)}
            )
        having count(*) > 0
        """
    )


def _count(connection: DuckDBPyConnection, relation: str) -> int:
    found = connection.execute(f"select count(*) from {relation}").fetchone()
    return int(found[0]) if found else 0


def _some(connection: DuckDBPyConnection, relation: str) -> bool:
    return _gives(connection, f"select 1 from {relation} limit 1")


def _gives(connection: DuckDBPyConnection, sql: str) -> bool:
    return connection.execute(sql).fetchone() is not None

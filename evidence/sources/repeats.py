"""Rows that say what was said before: dropped, or told apart, or held back as contradictions.

Works on the temporary tables ``kept_<table>`` of a load, and counts what it drops in ``_repeated``.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from .doubled import may_come_twice
from .landing import Landing
from .plan import Plan
from .quarantine import hold_back
from .record_hash import content_hash_sql
from .sql_text import named, quoted
from .target_faults import ASK, ONE, SEVERAL
from .target_sql import TargetSql

Made = list[tuple[int, TargetSql]]
"""Targets of one table, each with its number."""


def keep_first(connection: DuckDBPyConnection, table: str, made: Made) -> None:
    """Of rows of a table that say the same, keep the first."""
    kept = named(f"kept_{table}")
    if may_come_twice(connection, kept, "record_id"):
        _hold_contradictions(connection, table, kept, made)
        _drop_repeated(connection, table, kept)
        _drop_mentions(connection, kept, made)
        _conflicts(connection, table, kept, made)


def _hold_contradictions(connection: DuckDBPyConnection, table: str, kept: str, made: Made) -> None:
    """Hold back rows of one file that contradict each other, as if no other file were read."""
    strict = [number for number, t in made if t.target.on_conflict == "quarantine"]
    if not strict:
        return
    which = (
        f"_target in ({', '.join(map(str, strict))}) and (_file, record_id) in (select _file, "
        f"record_id from {kept} group by all having count(distinct {content_hash_sql(table)}) > 1)"
    )
    _drop_repeated(connection, table, kept, of_file=True)
    connection.execute(
        f"""
        insert into _findings
        select {quoted(table)}, 'record_id', record_id, count(*), _file, min(_row), 'conflict',
            {quoted(SEVERAL)}, {quoted(ONE)}, {quoted(ASK)}
        from {kept} where {which} group by record_id, _file
        """
    )
    hold_back(connection, table, kept, which)
    connection.execute(f"delete from {kept} where {which}")


def _drop_repeated(
    connection: DuckDBPyConnection, table: str, kept: str, *, of_file: bool = False
) -> None:
    """Of rows that say the same of a record, in one file or in all, keep the first."""
    within = "_file, record_id" if of_file else "record_id"
    connection.execute(
        f"""
        create or replace temp table _again as
        select row_id, _file, _row from (
            select rowid as row_id, _file, _row, row_number() over (
                partition by {within}, {content_hash_sql(table)} order by _file, _row, _target
            ) as place
            from {kept}
            where record_id in (select record_id from {kept} group by record_id having count(*) > 1)
        ) where place > 1
        """
    )
    _drop_again(connection, kept)


def _drop_again(connection: DuckDBPyConnection, kept: str) -> None:
    """Drop the rows of ``_again``, counted as repeating what was said."""
    connection.execute("insert into _repeated select _file, _row from _again")
    connection.execute(f"delete from {kept} where rowid in (select row_id from _again)")


def _drop_mentions(connection: DuckDBPyConnection, kept: str, made: Made) -> None:
    """Of rows that only count while nothing else is known of a record, keep the first."""
    mentions = [number for number, t in made if t.target.only_new]
    if not mentions:
        return
    connection.execute(
        f"""
        create or replace temp table _again as
        select row_id, _file, _row from (
            select rowid as row_id, _file, _row, _target, row_number() over (
                partition by record_id
                order by _target in ({", ".join(map(str, mentions))}), _file, _row, _target
            ) as place
            from {kept}
        ) where place > 1 and _target in ({", ".join(map(str, mentions))})
        """
    )
    _drop_again(connection, kept)


def _conflicts(connection: DuckDBPyConnection, table: str, kept: str, made: Made) -> None:
    """Report records that one load gives two contents, and hold back where the mapping asks."""
    strict = [number for number, t in made if t.target.on_conflict == "quarantine"]
    several = f"(select record_id from {kept} group by record_id having count(*) > 1)"
    connection.execute(
        f"""
        insert into _findings
        select {quoted(table)}, 'record_id', record_id, count(*), min(_file),
            arg_min(_row, (_file, _row)), 'conflict', {quoted(SEVERAL)}, {quoted(ONE)},
            {quoted(ASK)}
        from {kept} group by record_id, _file having count(*) > 1
        """
    )
    for number in strict:
        which = f"_target = {number} and record_id in {several}"
        hold_back(connection, table, kept, which)
    if strict:
        numbers = ", ".join(map(str, strict))
        connection.execute(
            f"delete from {kept} where _target in ({numbers}) and record_id in {several}"
        )


def drop_known(connection: DuckDBPyConnection, table: str, landing: Landing, source: str) -> None:
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
                select record_id, {content_hash_sql(table)} as said, ingest_seq from {landed}
                where record_id in (select record_id from several)
            ), latest as (
                select record_id, arg_max(said, ingest_seq) as said from landed group by record_id
            )
            select several.record_id, latest.said from several
            join latest on several.record_id = latest.record_id where several.contents = 1
            union
            select several.record_id, landed.said from several
            join landed on several.record_id = landed.record_id where several.contents > 1
            """
        )
        connection.execute(
            f"""
            create or replace temp table _again as
            select row_id, _file, _row from (
                select rowid as row_id, _file, _row, record_id, {content_hash_sql(table)} as said
                from {kept} where record_id in (select record_id from _said_before)
            ) where (record_id, said) in (select record_id, said from _said_before)
            """
        )
        _drop_again(connection, kept)


def drop_landed(
    connection: DuckDBPyConnection,
    table: str,
    landing: Landing,
    made: Made,
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
            hold_back(connection, table, kept, known)
        else:
            continue
        connection.execute(f"delete from {kept} where {known}")

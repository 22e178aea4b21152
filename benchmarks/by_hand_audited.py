"""The twenty clauses by hand once more, with all that an auditor asks for: verdicts and rows.

Each query gives one row per subject: its identifier and site, the code and sentence of a gap, the
time the verdict is about, how many items were looked at, and the rows that decided, as pairs of
table and record. What comes of it is written into two tables, as a plant without lotproof would
have to keep it. The bare yes or no, for which less need be joined, is ``by_hand``.

What was written is held against the verdicts and evidence of a build, subject by subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

from . import (
    by_hand,
    by_hand_audited_others,
    by_hand_audited_records,
    by_hand_audited_release,
)

QUERIES: dict[str, str] = (
    by_hand_audited_release.QUERIES
    | by_hand_audited_records.QUERIES
    | by_hand_audited_others.QUERIES
)
"""For each clause the query that follows the common part."""

_MACROS = (
    "create or replace temp macro proof(name, id) as {'record_table': name, 'record_id': id}",
    """
    create or replace temp macro stamp(local_at, utc_offset) as
        strftime(local_at, '%Y-%m-%d %H:%M ') || utc_offset
    """,
    """
    create or replace temp macro happening(kind, lot, material, local_at, utc_offset) as concat(
        upper(left(kind, 1)), replace(substr(kind, 2), '_', ' '), ' of lot ', lot,
        ' (' || material || ')', ' on ' || stamp(local_at, utc_offset)
    )
    """,
    """
    create or replace temp macro local_time(moment, zone) as
        strftime(timezone(zone, timezone('UTC', moment)), '%Y-%m-%d %H:%M ') || zone
    """,
    """
    create or replace temp macro and_more(faults) as
        case when faults > 1 then '; and ' || (faults - 1) || ' more.' else '.' end
    """,
)

_COMMON = """
, signed as (
    select marks.record_type, marks.meaning, marks.signed_record_id, marks.signed_at,
        marks.record_id, marks.signer_id, roles.holder_id is not null as by_quality
    from signatures as marks left join authorisations as roles
        on roles.holder_id = marks.signer_id and roles.is_current
        and roles.holder_type = 'person' and roles.kind = 'role'
        and (roles.scope is null or roles.scope = 'quality-unit')
        and (roles.valid_from is null or roles.valid_from <= marks.signed_at)
        and (roles.valid_to is null or roles.valid_to > marks.signed_at)
    where marks.is_current
)
"""

_TABLES = (
    """
    create table verdicts_by_hand (
        clause string, subject_id string, site_id string, period string, state string,
        code string, sentence string, at_ts timestamp
    )
    """,
    """
    create table evidence_by_hand (
        clause string, subject_id string, record_table string, record_id string
    )
    """,
)

_WRITTEN = (
    "create or replace temp table audited as {query}",
    """
    insert into verdicts_by_hand
    select '{clause}', subject_id, site_id, '{period}',
        case when code is null then 'met' else 'gap' end, code,
        case
            when code is not null then sentence
            when items = 1 then 'Holds for the one item looked at.'
            else 'Holds for all ' || items || ' items looked at.'
        end,
        at_ts
    from audited
    """,
    """
    insert into evidence_by_hand
    select '{clause}', subject_id, found.record_table, found.record_id
    from (select subject_id, unnest(proofs) as found from audited)
    where found.record_id is not null
    """,
)

_BY_MAP = """
    select subjects.subject_id, verdicts.*
    from verdicts join subjects using (subject_key)
    where map_id = '{map}' and requirement_id = '{requirement}'
        and subject_kind = case when subject_type like 'event.%' then 'event' else subject_type end
        and state <> 'not_applicable'
        and (state <> 'undetermined' or n_true + n_false + n_unknown + n_pending > 0)
"""
"""The map's verdicts on the subjects that SQL by hand is about: left out are those that the clause
does not apply to, and those of which it cannot be told because of what lies in quarantine."""

_COMPARED = """
    with
    by_map as ({by_map}),
    by_hand as (select * from verdicts_by_hand where clause = '{clause}'),
    rows_by_map as (
        select by_map.subject_id, record_table, records.record_id
        from evidence join by_map using (map_id, requirement_id, subject_key)
        join records using (record_table, record_key)
    ),
    rows_by_hand as (select * exclude (clause) from evidence_by_hand where clause = '{clause}'),
    told as (
        select 'subject ' || subject_id || ' is judged by the map only' as difference
        from by_map anti join by_hand using (subject_id)
        union all
        select 'subject ' || subject_id || ' is judged by hand only'
        from by_hand anti join by_map using (subject_id)
        union all
        select concat(
            'subject ', subject_id, ' is ', by_map.state, ' ', by_map.code, ' at ', by_map.site_id,
            ' by the map, ', by_hand.state, ' ', by_hand.code, ' at ', by_hand.site_id, ' by hand'
        )
        from by_map join by_hand using (subject_id)
        where (by_map.state = 'gap') <> (by_hand.state = 'gap')
            or by_map.site_id is distinct from by_hand.site_id
            or (by_map.state = 'gap' and by_map.code is distinct from by_hand.code)
            or (by_map.state = 'gap' and by_map.at_ts is distinct from by_hand.at_ts)
        union all
        select 'the row ' || record_table || ' ' || record_id || ' of subject ' || subject_id
            || ' is evidence by hand only'
        from rows_by_hand anti join rows_by_map using (subject_id, record_table, record_id)
        union all
        select 'subject ' || subject_id || ' has no evidence by hand'
        from by_hand anti join rows_by_hand using (subject_id)
        union all
        select 'gap ' || subject_id || ' has no sentence by hand'
        from by_hand where state = 'gap' and coalesce(sentence, '') = ''
    )
    select difference from told order by difference limit 5
"""


def query(clause: str, first: str, last: str) -> str:
    """The query of a clause from the first local day of a month to before that of the next."""
    return by_hand.written(_COMMON + QUERIES[clause], clause, first, last)


def prepare(con: DuckDBPyConnection) -> None:
    """Make the two tables that are written to, and the macros that the queries use."""
    for statement in (*_MACROS, *_TABLES):
        con.execute(statement)


def write(con: DuckDBPyConnection, clause: str, period: tuple[str, str]) -> None:
    """Judge a clause, and write its verdicts and the rows behind them."""
    text = query(clause, *period)
    for statement in _WRITTEN:
        con.execute(statement.format(query=text, clause=clause, period=period[0][:7]))


def differences(con: DuckDBPyConnection, clause: str) -> list[str]:
    """Where what was written of a clause is not what the map says; at most five sentences.

    Subjects, which of them have a gap, its code and time, and the site are the same both ways.
    Every row behind a verdict by hand is one behind the map's.
    """
    map_id, requirement = clause.split(":")
    by_map = _BY_MAP.format(map=map_id, requirement=requirement)
    found = con.execute(_COMPARED.format(by_map=by_map, clause=clause)).fetchall()
    return [row[0] for row in found]


def gaps(con: DuckDBPyConnection, clause: str) -> tuple[set[str], set[str]]:
    """The subjects that verdicts were written on for a clause, and those that have a gap."""
    found = con.execute(
        "select subject_id, state from verdicts_by_hand where clause = ?", [clause]
    ).fetchall()
    judged = dict(found)
    return set(judged), {subject for subject, state in judged.items() if state == "gap"}


def rows(con: DuckDBPyConnection, clause: str) -> int:
    """How many rows behind verdicts were written for a clause."""
    found = con.execute("select count(*) from evidence_by_hand where clause = ?", [clause])
    return int(found.fetchall()[0][0])

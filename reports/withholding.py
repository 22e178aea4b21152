"""Narrows a build to what a profile lets out, before anything is exported, composed or drawn.

Views stand in front of the tables, so pages, evidence and the page to browse see the same rows and
none of them can forget to leave something out. Originals are cut by :mod:`.cut_originals`, what was
left out is told by :mod:`.left_out`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ..evidence.errors import LotproofError
from ..evidence.profiles import EXCEPTIONS, INTERNAL_AUDIT, LeftOut, ProfileName
from ..evidence.recomputation.landing import MODELLED
from . import reading
from .evidence import scoped
from .left_out import Cut, Withheld
from .request import ReportRequest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHOWN: Final = "shown"
_KEYS: Final = {
    "record_id", "version", "is_current", "record_key", "record_hash", "site_id", "source",
    "source_ref", "source_file", "source_row", "recorded_at",
}  # fmt: skip
"""Columns without which a row cannot be told from another or found again."""
_SHORTEST: Final = 5
"""Numbers of documents this short may mean something else in another column."""
_ELSEWHERE: Final = "'Decided by records that are not part of this pack.'"


def withhold(
    con: DuckDBPyConnection, request: ReportRequest, profile: ProfileName, left_out: LeftOut
) -> Withheld:
    """Let the connection show only what may go out; nothing in the build is changed.

    Args:
        con: the last build, fresh; afterwards its tables are views.
        request: what the report is about; what is left out is counted in its scope.
        profile: for whom the pack is.
        left_out: what the profile leaves out.

    Raises:
        LotproofError: a table or column to leave out that the build does not have.
    """
    if left_out == LeftOut():
        return Withheld(profile)
    full = str(reading.one(con, "select current_database()"))
    _demand_known(con, left_out)
    con.execute(f"attach ':memory:' as {_SHOWN} (read_write)")
    _hidden_documents(con, left_out)
    views = _Views(con, full, left_out)
    before = _counted(con, request, views)
    for table in reading.tables(con):
        con.execute(f"create view {_SHOWN}.main.{table} as {views.query(table)}")
    cuts = tuple(views.cuts())
    con.execute(f"use {_SHOWN}")
    after = _counted(con, request, views)
    rows = {name: count - after[name] for name, count in before.items() if count > after[name]}
    documents = int(reading.one(con, f"select count(*) from {_SHOWN}.main.hidden_documents"))
    return Withheld(
        profile, documents if "documents" in rows else 0, rows, left_out.tables,
        dict(_present(con, left_out)), _resting(con), cuts,
    )  # fmt: skip


def _counted(con: DuckDBPyConnection, request: ReportRequest, views: _Views) -> dict[str, int]:
    """How many rows of the scope each dataset has of which something may be left out."""
    return {
        name: int(reading.one(con, f"select count(*) from ({query})"))
        for name, query in scoped(con, request)
        if views.may_cut(name)
    }


def _demand_known(con: DuckDBPyConnection, left_out: LeftOut) -> None:
    """A misspelt name would let out what it was to hold back."""
    wrong = [name for name in left_out.tables if name not in (*MODELLED, EXCEPTIONS)]
    for table, names in left_out.columns.items():
        known = reading.columns_of(con, table) - _KEYS if table in MODELLED else set()
        wrong += [f"{table}.{name}" for name in names if name not in known]
    if wrong:
        raise LotproofError(
            f"packs: leaves out {', '.join(wrong)}",
            "tables and columns of the lot model, other than those that name a row",
            "correct the names in lotproof.yml; see docs/lot-model.md",
        )


def _present(con: DuckDBPyConnection, left_out: LeftOut) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (table, tuple(dict.fromkeys(names)))
        for table, names in left_out.columns.items()
        if reading.has_table(con, table)
    ]


def _hidden_documents(con: DuckDBPyConnection, left_out: LeftOut) -> None:
    """The documents that stay inside, and every identifier by which a row could name one."""
    links = "select document_id from document_links where subject_type in ('party', 'parties')"
    own = (
        "kind = 'audit_report' and coalesce(subject_type not in ('party', 'parties'), true) "
        f"and document_id not in (select document_id from ({links}) where document_id is not null)"
    )
    kinds = [kind for kind in left_out.documents if kind != INTERNAL_AUDIT]
    audits = own if INTERNAL_AUDIT in left_out.documents else "false"
    con.execute(
        f"create table {_SHOWN}.main.hidden_documents as "
        "select distinct document_id from documents "
        f"where coalesce(kind in (select unnest(?::varchar[])) or ({audits}), false)",
        [kinds],
    )
    con.execute(
        f"create table {_SHOWN}.main.kept_inside as with hidden as (select * from documents "
        f"where document_id in (from {_SHOWN}.main.hidden_documents)) "
        "select document_id as value from hidden union select record_id from hidden "
        f"union select number from hidden where length(number) >= {_SHORTEST}"
    )
    con.execute(f"delete from {_SHOWN}.main.kept_inside where value is null")
    con.execute(
        f"create table {_SHOWN}.main.hidden_rows (record_table varchar, record_key bigint, "
        "source varchar, source_file varchar, source_row bigint)"
    )
    con.execute(f"create table {_SHOWN}.main.cut_files (source varchar, source_file varchar)")
    con.execute(f"create table {_SHOWN}.main.resting (clause varchar, subject_type varchar, "
                "subject_id varchar)")  # fmt: skip


class _Views:
    """The query behind each view; while they are made, what is hidden is written down."""

    def __init__(self, con: DuckDBPyConnection, full: str, left_out: LeftOut) -> None:
        self._con, self._full, self._left_out = con, full, left_out
        self._own = f"{_SHOWN}.main"
        self._names = bool(reading.one(con, f"select count(*) from {self._own}.kept_inside"))
        for table in reading.tables(con):
            if table in MODELLED:
                self._note_hidden(table)
        self._note_resting()

    def may_cut(self, table: str) -> bool:
        """Whether a row of a table may be left out."""
        told = ("evidence_list", "quarantine", "changes", "untold", "unmapped")
        return self._names or table in (*self._left_out.tables, *told)

    def query(self, table: str) -> str:
        """What is seen of a table."""
        kinds = dict(reading.typed_columns(self._con, table))
        replaced = [
            f'null::{kinds[name]} as "{name}"' for name in self._left_out.columns.get(table, ())
        ]
        if table == "verdict_list":
            replaced.append(self._sentence())
        star = f"* replace ({', '.join(replaced)})" if replaced else "*"
        return f"select {star} from {self._source(table)} where {self._seen(table)}"

    def cuts(self) -> Iterator[Cut]:
        """The places of originals where something stands that is left out."""
        rows = self._con.execute(
            f"select distinct source, source_file, source_row from {self._own}.hidden_rows "
            "where source_file is not null union select source, source_file, null "
            f"from {self._own}.cut_files order by all"
        ).fetchall()
        values = self._con.execute(f"select value from {self._own}.kept_inside order by value")
        named = tuple(str(value) for (value,) in values.fetchall())
        yield from (Cut(*row) for row in rows)
        yield from (Cut(None, None, None, name) for name in named)

    def _source(self, table: str) -> str:
        return f'"{self._full}".main.{table}'

    def _note_hidden(self, table: str) -> None:
        source = self._source(table)
        self._con.execute(
            f"insert into {self._own}.hidden_rows select '{table}', record_key, source, "
            f"source_file, source_row from {source} where not ({self._kept(table)})"
        )
        filled = [f'"{name}" is not null' for name in self._left_out.columns.get(table, ())]
        if table in self._left_out.tables:
            filled.append("true")
        if filled:
            self._con.execute(
                f"insert into {self._own}.cut_files select distinct source, source_file "
                f"from {source} where source_file is not null and ({' or '.join(filled)})"
            )

    def _note_resting(self) -> None:
        """Verdicts that rest on a row, or on a column of a row, that is left out."""
        tables = ", ".join(f"'{name}'" for name in self._left_out.columns) or "''"
        self._con.execute(
            f"insert into {self._own}.resting "
            "select distinct clause, subject_type, subject_id "
            f"from {self._source('evidence_list')} where record_table in ({tables}) "
            "or (record_table, record_key) in "
            f"(select record_table, record_key from {self._own}.hidden_rows)"
        )
        if self._names:
            self._con.execute(
                f"insert into {self._own}.resting select distinct clause, subject_type, subject_id "
                f"from {self._source('verdict_list')} as told where {self._names_hidden()}"
            )

    def _seen(self, table: str) -> str:
        parts = [self._kept(table)]
        if table == "evidence_list":
            hidden = f"select record_table, record_key from {self._own}.hidden_rows"
            parts.append(f"coalesce((record_table, record_key) not in ({hidden}), true)")
        if table == "quarantine":
            whole = f"select source, source_file from {self._own}.cut_files"
            rows = f"select source, source_file from {self._own}.hidden_rows"
            parts.append(
                f"coalesce((source, source_file) not in ({whole} union all {rows} "
                "where source_file is not null and record_key is not null), true)"
            )
        return " and ".join(parts)

    def _kept(self, table: str) -> str:
        """The condition on rows that may go out."""
        if table in self._left_out.tables:
            return "false"
        parts = ["true", *self._column_rows(table)]
        if self._names:
            texts = [name for name, kind in reading.typed_columns(self._con, table)
                     if kind == "VARCHAR"]  # fmt: skip
            parts += [
                f'coalesce("{name}" not in (from {self._own}.kept_inside), true)' for name in texts
            ]
        return " and ".join(parts)

    def _column_rows(self, table: str) -> Iterator[str]:
        """Rows that tell of a column left out: its changes, and what no mapping could read."""
        for other, names in self._left_out.columns.items():
            for name in names:
                if table == "changes":
                    kinds = f"record_type in ('{other}', '{other.removesuffix('s')}')"
                    yield f"coalesce(not ({kinds} and field = '{name}'), true)"
                elif table in ("untold", "unmapped"):
                    yield f"coalesce(not (table_name = '{other}' and column_name = '{name}'), true)"

    def _names_hidden(self) -> str:
        return f"exists (from {self._own}.kept_inside where contains(told.sentence, value))"

    def _sentence(self) -> str:
        if not self._names:
            return "sentence as sentence"
        named = self._names_hidden().replace("told.", "")
        return f"case when {named} then {_ELSEWHERE} else sentence end as sentence"


def _resting(con: DuckDBPyConnection) -> tuple[tuple[str, str, str], ...]:
    """Verdicts of the scope that what is left out had a part in: clause and subject."""
    found = con.execute(
        "select distinct clause, subject_type, subject_id from verdict_list "
        f"semi join {_SHOWN}.main.resting using (clause, subject_type, subject_id) order by all"
    ).fetchall()
    return tuple(found)

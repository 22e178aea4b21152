"""Holds what was judged again against what a pack says: verdicts, deciding rows, rules, hashes.

Each comparison is one query over the pack's Parquet file and the table that came out. How the rows
were judged is left to :mod:`.judging`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .documents import document_differences
from .landing import MODELLED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..seal.model import PackRecord
    from ..seal.verify import Finding
    from .pages import Retell
    from .told_apart import Apart

SHOWN: Final = 200
"""Differences listed one by one in each comparison; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: by which key, in which columns, and what a row is called.

    Attributes:
        dataset: the dataset of the pack, and the table that came out.
        key: columns that name a row.
        told: columns that have to be the same.
        about: whether rows are about subjects of verdicts.
    """

    dataset: str
    key: tuple[str, ...]
    told: tuple[str, ...]
    about: bool


_SUBJECT: Final = ("clause", "subject_type", "subject_id")
_SUBJECT_KEY: Final = "(clause, subject_type, subject_id)"
COMPARED: Final = (
    Comparison(
        "verdict_list", (*_SUBJECT, "site_id", "period"),
        ("state", "code", "sentence", "severity", "at_ts", "due_at", "n_true", "n_false",
         "n_unknown", "n_pending", "is_indicative", "is_readiness"), about=True,
    ),
    Comparison(
        "evidence_list", (*_SUBJECT, "check_no", "part", "record_table", "record_id"),
        ("record_hash", "what"), about=True,
    ),
    Comparison(
        "requirements", ("clause",),
        ("cites", "severity", "rule_digest", "map_digest", "state", "status"), about=False,
    ),
)  # fmt: skip
"""The comparisons, in the order they are told."""


def differences(
    database: Path,
    datasets: Mapping[str, Path],
    apart: Apart,
    record: PackRecord,
    documents: Mapping[str, bytes] | None = None,
    retell: Retell | None = None,
) -> Iterator[Finding]:
    """Say what came out otherwise.

    Args:
        database: the DuckDB file with the tables that came out.
        datasets: the Parquet file of each dataset of the pack.
        apart: what is not compared.
        record: the pack's ``pack.json``.
        documents: its reports, whose printed figures are compared as well.
        retell: tells the report again; without it only totals are compared.
    """
    import duckdb

    from ..seal.verify.findings import Finding

    with duckdb.connect(config={"threads": 2, "autoload_known_extensions": False}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"attach '{str(database).replace(chr(39), chr(39) * 2)}' as again (read_only)")
        _apart(con, apart)
        _subjects(con, datasets["verdict_list"], record)
        for compared in COMPARED:
            if compared.dataset in datasets:
                yield from _differences(con, compared, datasets[compared.dataset])
        yield from _hashes(con, datasets, apart.columns)
        yield from document_differences(con, datasets, documents or {}, record, retell)
        n_verdicts, n_met, n_gap = con.execute(
            "select count(*), count(*) filter (state = 'met'), count(*) filter (state = 'gap') "
            "from again.verdict_list inner join subjects using (subject_type, subject_id)"
        ).fetchall()[0]
        found = f"{n_verdicts} verdicts, {n_met} met, {n_gap} gaps"
        yield Finding("N_RECOMPUTED", record.folder, found=found)


def _apart(con: DuckDBPyConnection, apart: Apart) -> None:
    """What is not compared, as tables; a row that is no clause keeps ``executemany`` content."""
    con.execute("create table left_out (clause varchar)")
    con.executemany("insert into left_out values (?)", [[name] for name in ["", *apart.clauses]])
    con.execute("create table resting (clause varchar, subject_type varchar, subject_id varchar)")
    con.executemany("insert into resting values (?, ?, ?)", [("", "", ""), *apart.verdicts])


def _subjects(con: DuckDBPyConnection, verdicts: Path, record: PackRecord) -> None:
    """What the pack is about: everything judged for a site, or the subjects of a lot's dossier."""
    every = "" if record.lot else "union select subject_type, subject_id from again.verdict_list"
    con.execute(
        "create table subjects as select distinct subject_type, subject_id from read_parquet(?) "
        f"{every} union select 'lot', ?",
        [str(verdicts), record.lot],
    )


def _differences(
    con: DuckDBPyConnection, compared: Comparison, parquet: Path
) -> Iterator[Finding]:  # fmt: skip
    from ..seal.verify.findings import Finding

    con.execute(f"create or replace temp table told as {_numbered(compared, 'read_parquet(?)')}",
                [str(parquet)])  # fmt: skip
    again = f"again.{compared.dataset}"
    con.execute(f"create or replace temp table came as {_numbered(compared, again)}")
    for row in _unlike(con, compared):
        yield Finding("E_CONTENT_MISMATCH", *_words(compared, row))
    hidden = con.execute("select greatest(count(*) - ?, 0) from unlike", [SHOWN]).fetchall()[0][0]
    if hidden:
        yield Finding(
            "E_CONTENT_MISMATCH", f"{compared.dataset}: {hidden} more", "the same as in the pack",
            "other values",
        )  # fmt: skip


def _numbered(compared: Comparison, source: str) -> str:
    """The compared columns as text; rows of one key are numbered in the order of their values."""
    key = ", ".join(f'"{name}"::varchar as "{name}"' for name in compared.key)
    told = ", ".join(f'"{name}"::varchar as "{name}"' for name in compared.told)
    about = "semi join subjects using (subject_type, subject_id)" if compared.about else ""
    if not compared.about and source.startswith("again."):
        judged = "from again.verdict_list semi join subjects using (subject_type, subject_id)"
        about = f"semi join (select distinct map_id {judged}) using (map_id)"
    compared_alone = f"and {_SUBJECT_KEY} not in (from resting)" if compared.about else ""
    return (
        f"with texts as (select {key}, {told} from {source} as given {about} "
        f"where clause not in (from left_out) {compared_alone}) "
        f"select *, row_number() over (partition by {_quoted(compared.key)} "
        f"order by {_quoted(compared.told)}) as copy_no from texts"
    )


def _unlike(con: DuckDBPyConnection, compared: Comparison) -> list[dict[str, Any]]:
    same_key = " and ".join(
        f'told."{name}" is not distinct from came."{name}"' for name in (*compared.key, "copy_no")
    )
    other = " or ".join(f'told."{name}" is distinct from came."{name}"' for name in compared.told)
    key = ", ".join(f'coalesce(told."{name}", came."{name}") as "{name}"' for name in compared.key)
    values = ", ".join(
        f'told."{name}" as "told_{name}", came."{name}" as "came_{name}"' for name in compared.told
    )
    con.execute(
        f"create or replace temp table unlike as select {key}, {values}, "
        "told.copy_no is not null as is_told, came.copy_no is not null as has_come "
        f"from told full join came on {same_key} "
        f"where told.copy_no is null or came.copy_no is null or {other} order by all"
    )
    found = con.execute(f"select * from unlike limit {SHOWN}")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _words(compared: Comparison, row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Which row it is, what comes out, what the pack says."""
    name = " ".join(str(row[part]) for part in compared.key if row[part] is not None)
    what = {"verdict_list": "verdict", "evidence_list": "row", "requirements": "rule"}
    where = f"{what[compared.dataset]} {name}"
    if not row["is_told"]:
        return where, _values(compared, row, "came"), "nothing of it in the pack"
    if not row["has_come"]:
        return where, "nothing of it comes out", _values(compared, row, "told")
    changed = [n for n in compared.told if row[f"told_{n}"] != row[f"came_{n}"]]
    return (
        where,
        ", ".join(f"{n} {row[f'came_{n}']}" for n in changed)[:300],
        ", ".join(f"{n} {row[f'told_{n}']}" for n in changed)[:300],
    )


def _values(compared: Comparison, row: Mapping[str, Any], side: str) -> str:
    given = ((name, row[f"{side}_{name}"]) for name in compared.told)
    return ", ".join(f"{name} {value}" for name, value in given if value is not None)[:300]


def _hashes(
    con: DuckDBPyConnection, datasets: Mapping[str, Path], lacking: Collection[str]
) -> Iterator[Finding]:  # fmt: skip
    """Records whose content does not have the hash printed for it, but in tables that lack some."""
    from ..seal.verify.findings import Finding

    for table in MODELLED:
        if table not in datasets or table in lacking:
            continue
        found = con.execute(
            "select told.record_id, told.version, came.record_hash, told.record_hash "
            f"from read_parquet(?) as told left join again.{table} as came "
            "on told.record_id = came.record_id and told.version = came.version "
            "where told.record_hash is distinct from came.record_hash order by all limit ?",
            [str(datasets[table]), SHOWN],
        ).fetchall()
        for record_id, version, came, told in found:
            where = f"record {table} {record_id} version {version}"
            yield Finding("E_CONTENT_MISMATCH", where, f"hash {came}", f"hash {told}")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)

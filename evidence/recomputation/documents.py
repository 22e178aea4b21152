"""Figures and lines that the documents of a pack print, held against what was judged again.

Totals by state are counted here; for a report that can be told again each line is compared
(:mod:`.pages`). Reading a document is left to :mod:`.printed`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .pages import line_differences, said_of
from .printed import Printed, cover_totals, page_totals, tagged_lines

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..seal.model import PackRecord
    from ..seal.verify import Finding
    from .pages import Retell, Retold

_SUBJECT_KEY: Final = "(clause, subject_type, subject_id)"
_LEFT_OUT: Final = "(clause in (from memory.left_out))"
_IS_APART: Final = f"({_SUBJECT_KEY} in (from memory.resting) or {_LEFT_OUT})"
_RULES: Final = "title, cites, rule_text, remedy, remedy as closes"
_NO_KEY: Final = "(hash(subject_type, subject_id) >> 1)::bigint"


def document_differences(
    con: DuckDBPyConnection, datasets: Mapping[str, Path], documents: Mapping[str, bytes],
    record: PackRecord, retell: Retell | None,
) -> Iterator[Finding]:  # fmt: skip
    """Say which figures and lines of a document are not those of what came out.

    Args:
        con: has what came out attached as ``again``, and the tables ``subjects``, ``resting`` and
            ``left_out``.
        datasets: the Parquet file of each dataset of the pack.
        documents: bytes of each report by its path in the pack.
        record: the pack's ``pack.json``.
        retell: tells the report again.
    """
    from ..seal.verify.findings import Finding

    _count(con, datasets["verdict_list"])
    retold = None
    if retell is not None:
        _open_pages(con, datasets)
        retold = retell(con, record)
        con.execute("use memory")
    for path, data in sorted(documents.items()):
        if path.endswith(".html"):
            yield from _totals(con, page_totals(path, data))
            yield Finding("N_RECOMPUTED", path, found="totals by state, and by map and state")
        elif path.endswith(".pdf"):
            yield from _of_pdf(con, path, data, retold)


def _of_pdf(
    con: DuckDBPyConnection, path: str, data: bytes, retold: Retold | None
) -> Iterator[Finding]:  # fmt: skip
    import pikepdf

    from ..seal.verify.findings import Finding

    try:
        lines = tagged_lines(data)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"[:300]
        yield Finding("E_CONTENT_MISMATCH", path, "pages that can be read by their tags", found)
        return
    totals = list(cover_totals(path, lines))
    yield from _totals(con, totals)
    compared = ["totals by state"] if totals else []
    if retold is not None and retold.path == path:
        yield from line_differences(retold, lines)
        compared.append(said_of(retold))
    else:
        reason = "its lines, which cannot be told from a pack alone"
        yield Finding("N_NOT_RECOMPUTED", path, found=reason)
    if compared:
        yield Finding("N_RECOMPUTED", path, found="; ".join(compared))


def _open_pages(con: DuckDBPyConnection, datasets: Mapping[str, Path]) -> None:
    """Make the default what reports are told from: what came out, as told where not compared."""
    con.execute("attach ':memory:' as pages")
    found = con.execute(
        "select table_name from information_schema.tables where table_catalog = 'again'"
    ).fetchall()
    as_told = _as_told(datasets) if _has_apart(con) else {}
    for (table,) in sorted(found, key=lambda row: str(row[0]) != "requirements"):
        query = f'select * from again.main."{table}"'
        if table in as_told and table in datasets:
            apart = _LEFT_OUT if table == "requirements" else _IS_APART
            query = f"{query} where not {apart} union all by name {as_told[table]}"
        con.execute(f'create view pages.main."{table}" as {query}')
    con.execute("use pages")


def _has_apart(con: DuckDBPyConnection) -> bool:
    names = "select clause from resting union select clause from left_out"
    return bool(con.execute(f"select 1 from ({names}) where clause <> ''").fetchall())


def _as_told(datasets: Mapping[str, Path]) -> dict[str, str]:
    """What a pack says of clauses and verdicts that are not compared, with the keys of a build."""
    told = {
        name: f"(select * from read_parquet('{str(path).replace(chr(39), chr(39) * 2)}'))"
        for name, path in datasets.items()
    }
    keys = (
        "left join (select distinct subject_type, subject_id, subject_key as known "
        "from again.main.verdict_list) using (subject_type, subject_id)"
    )
    rules = f"left join (select clause, {_RULES} from pages.main.requirements) using (clause)"
    key = f"coalesce(known, {_NO_KEY}) as subject_key"
    record = "(hash(record_table, record_id) >> 1)::bigint as record_key"
    apart = f"where {_IS_APART}"
    return {
        "requirements": (f"select * from {told['requirements']} where {_LEFT_OUT}"),
        "verdict_list": (
            f"select * exclude (known), {key} from (select * from {told['verdict_list']} "
            f"{apart}) {rules} {keys}"
        ),
        "evidence_list": (
            f"select * exclude (known), {key}, {record} from (select * from "
            f"{told['evidence_list']} {apart}) {keys}"
        ),
    }


def _count(con: DuckDBPyConnection, verdicts: Path) -> None:
    """What is to be printed: verdicts that came out, and as told those that are not compared."""
    columns = "map_id, state, clause, site_id, period, subject_type, subject_id"
    con.execute(
        f"create table counted as with told as (select {columns} from read_parquet(?)), "
        f"came as (select {columns} from again.verdict_list where not ({_IS_APART}) "
        f"union all from told where {_IS_APART}) "
        "select map_id, state, count(*) as n from came "
        "semi join told using (site_id, period) semi join subjects using (subject_type, subject_id)"
        " where state <> 'not_applicable' group by all",
        [str(verdicts)],
    )


def _totals(con: DuckDBPyConnection, totals: Iterable[Printed]) -> Iterator[Finding]:
    from ..seal.verify.findings import Finding

    rows = con.execute("select map_id, state, n from counted").fetchall()
    for printed in totals:
        came: Counter[tuple[str, str]] = Counter()
        for map_id, state, count in rows:
            came[map_id if printed.by_map else "", state] += int(count)
        for map_id, state in sorted(set(came) | set(printed.counts)):
            if state == "met" and not printed.is_full:
                continue
            here, there = came[map_id, state], printed.counts[map_id, state]
            if here != there:
                where = f"{printed.path}: total of {' '.join(filter(None, (map_id, state)))}"
                yield Finding("E_CONTENT_MISMATCH", where, f"{here}", f"{there} printed")

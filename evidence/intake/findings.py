"""Exceptions of intake: each kind with its count by source, examples, and what was not asked.

Also what ingest itself set aside or reported: rows in quarantine, values without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .checks import LATE_HOURS, Check, again_sent, checks, rows_landed
from .landed import rows, tables_landed
from .silent_days import make_days_off
from .versions import Difference, differences

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..workspace import Workspace


@dataclass(frozen=True, slots=True)
class Example:
    """A row at fault.

    Attributes:
        place: file and row.
        table: table of the lot model.
        record_id: the record.
        said: what is wrong with it.
        differences: column by column, what another content of the same record says.
    """

    place: str
    table: str
    record_id: str
    said: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of exception of one source.

    Attributes:
        kind: its name.
        title: what is wrong, in words.
        source: the source.
        count: rows at fault.
        examined: rows that were looked at.
        examples: the first of them.
    """

    kind: str
    title: str
    source: str
    count: int
    examined: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """How long after it happened a source records what happened, in hours.

    Attributes:
        source: the source.
        entries: entries with both times, known to the minute or finer.
        median: half of them were recorded within so many hours.
        p95: nineteen in twenty were.
        longest: the longest.
        late: entries beyond the limit.
    """

    source: str
    entries: int
    median: float
    p95: float
    longest: float
    late: int


@dataclass(slots=True)
class Findings:
    """All of it.

    Attributes:
        groups: exceptions by kind and source, those of one kind together.
        not_examined: kinds that no row of the workspace could be asked for, with their titles.
        lags: by source, how late entries come.
    """

    groups: list[Group] = field(default_factory=list)
    not_examined: list[tuple[str, str]] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)


def find(
    con: DuckDBPyConnection,
    workspace: Workspace,
    *,
    examples: int = 5,
    late_hours: int = LATE_HOURS,
    source: str | None = None,
) -> Findings:
    """Return the exceptions among the rows that landed.

    Args:
        con: landing, as :func:`.landed.open_landing` gives it.
        workspace: whose landing it is; says on which days its sites do not work.
        examples: how many rows of each kind and source to show.
        late_hours: hours after which an entry is late.
        source: only this source.
    """
    found = Findings()
    make_days_off(con, workspace)
    tables = tables_landed(con)
    con.execute(f"create or replace temp table again_sent as {again_sent(tables)}")
    con.execute(f"create or replace temp table rows_landed as {rows_landed(tables)}")
    for check in checks(late_hours):
        examined = dict(con.execute(check.examined).fetchall())
        if not examined:
            found.not_examined.append((check.kind, check.title))
            continue
        found.groups += list(_groups(con, check, examined, examples))
    found.groups += _set_aside(con, examples)
    found.groups += _reported(con, examples)
    found.lags = _lags(con, late_hours)
    if source is not None:
        found.groups = [group for group in found.groups if group.source == source]
        found.lags = [lag for lag in found.lags if lag.source == source]
    return found


def _groups(
    con: DuckDBPyConnection, check: Check, examined: dict[str, int], shown: int
) -> Iterator[Group]:
    con.execute(f"create or replace temp table found_rows as {check.sql}")
    counted = con.execute(
        "select source, count(*) from found_rows group by source order by source"
    ).fetchall()
    for source, count in counted:
        first = rows(
            con,
            "select * from found_rows where source = ? "
            "order by source_file, source_row, record_id, said limit ?",
            [source, shown],
        )
        yield Group(
            check.kind,
            check.title,
            source,
            count,
            examined.get(source, 0),
            tuple(
                Example(
                    f"{row['source_file']}:{row['source_row']}",
                    row["table_name"],
                    row["record_id"],
                    row["said"],
                    differences(con, row["table_name"], source, row["record_id"])
                    if check.kind in ("several_contents", "changed_record")
                    else (),
                )
                for row in first
            ),
        )


def _set_aside(con: DuckDBPyConnection, shown: int) -> Iterator[Group]:
    """Rows in quarantine, by source and reason."""
    sql = (
        "select source, reason, count(*) as n, sum(count(*)) over (partition by source) as held "
        "from quarantine group by source, reason order by source, n desc, reason"
    )
    for group in rows(con, sql):
        first = rows(
            con,
            "select * from quarantine where source = ? and reason = ? "
            "order by source_file, source_row limit ?",
            [group["source"], group["reason"], shown],
        )
        yield Group(
            "quarantine",
            f"row set aside: {group['reason']}",
            group["source"],
            group["n"],
            int(group["held"]),
            tuple(
                Example(
                    f"{row['source_file']}:{row['source_row']}",
                    row["table_name"],
                    row["record_id"] or "",
                    f"{row['raw']}; to do: {row['fix'] or row['expected']}",
                )
                for row in first
            ),
        )


def _reported(con: DuckDBPyConnection, shown: int) -> Iterator[Group]:
    """What ingest reported of rows that landed, by source, kind and column."""
    sql = (
        "select source, coalesce(kind, 'unmapped') as kind, table_name, column_name, reason, "
        "sum(row_count)::bigint as n, list({'value': value, 'n': row_count, "
        "'place': example_file || ':' || example_row, 'fix': fix} "
        "order by row_count desc, value) as first from unmapped "
        "group by all order by source, kind, table_name, column_name"
    )
    for group in rows(con, sql):
        column = ".".join(part for part in (group["table_name"], group["column_name"]) if part)
        yield Group(
            group["kind"],
            f"{column}: {group['reason']}",
            group["source"],
            group["n"],
            group["n"],
            tuple(
                Example(
                    row["place"] or "",
                    group["table_name"],
                    "",
                    f"{row['value']!r} in {row['n']:,} rows; to do: {row['fix']}",
                )
                for row in group["first"][:shown]
            ),
        )


def _lags(con: DuckDBPyConnection, late_hours: int) -> list[Lag]:
    """How late entries come, of events whose time is known to the minute or finer."""
    lag = "date_diff('second', occurred_at, recorded_at) / 3600.0"
    sql = (
        f"select source, count(*) as entries, quantile_cont({lag}, 0.5) as median, "
        f"quantile_cont({lag}, 0.95) as p95, max({lag}) as longest, "
        f"count(*) filter ({lag} > {late_hours}) as late from events "
        "where recorded_at is not null and occurred_at is not null "
        "and coalesce(precision, 'second') not in ('year', 'month', 'day', 'hour') "
        "group by source order by source"
    )
    return [
        Lag(
            row["source"],
            row["entries"],
            median=round(float(row["median"]), 2),
            p95=round(float(row["p95"]), 2),
            longest=round(float(row["longest"]), 2),
            late=row["late"],
        )
        for row in rows(con, sql)
    ]

"""SQL that makes the rows of one target from its feeds: values, and what is wrong with each.

The result of :func:`target_sql` is a select over the feed tables (columns as text, with ``_file``,
``_row``, ``_line`` and ``_is_new``) and ``_sites``. Running it and landing its rows is left to
:mod:`.ingest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import LotproofError
from .column_sql import OCCURRED, READING, ColumnSql, Fault, Reading, column_sql
from .column_sql import reading_sql as laboratory_reading
from .lot_model import Table, lot_model
from .mapping import Format, Join, Target
from .partners import Partners
from .record_hash import record_hash_sql
from .sql_text import CellSql, Words, condition_sql, named, quoted, template_sql
from .target_faults import LEFT_OUT, damaged_keys, emptiness, own_faults
from .time_columns import OCCURRED_AT, STAGES
from .time_columns import occurred_sql as occurred

DRIVER = "d"
SUSPECT = "_suspect"
"""Table of the rows of a feed, `_file` and `_row`, of which a target says what is wrong."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a target is compiled in.

    Attributes:
        site_id: the source's site; ``None`` when the rows say it.
        system_zone: SQL of the zone of the source's own clock.
        words: word maps by name, the plant's own before the mapping's.
        own_words: the plant's own.
        spelling: format of the driving feed.
        unique: whether each of its rows has a key of its own in the whole world.
        keys: its columns with numbers of documents.
    """

    site_id: str | None
    system_zone: str
    words: Mapping[str, Mapping[str, str]]
    own_words: Mapping[str, Mapping[str, str]]
    spelling: Format
    unique: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetSql:
    """A compiled target.

    Attributes:
        target: what it was compiled from.
        select: SQL of its rows: `_file`, `_row`, `_line`, the table's columns, `_is_faulty`,
            `_is_held`.
        faulty: the same of the rows in :data:`SUSPECT`, with `_faults` (list of column, value and
            index into `faults`) instead of `_is_faulty`: few rows have any, and a column of lists
            costs all of them.
        some: SQL that gives a row where any is read.
        faults: what can be wrong.
        cells: columns read, by feed.
        partners: rows that it reads beside its own.
    """

    target: Target
    select: str
    faulty: str
    some: str
    faults: list[Fault]
    cells: dict[str, set[str]] = field(default_factory=dict)
    partners: tuple[Partners, ...] = ()


def target_sql(target: Target, around: Surroundings) -> TargetSql:
    """Compile a target whose ``$name`` are already replaced.

    Raises:
        LotproofError: a table, column, filter, condition or format is not known.
    """
    table = _table(target)
    cells, words = _Cells(target), around.words
    reading = Reading(
        target.table, around.spelling, words, around.own_words, around.system_zone, cells
    )
    columns = list(_columns(target, table, reading))
    raw = {name: sql for column in columns for name, sql in column.raw.items()}
    values = {name: sql for column in columns for name, sql in column.read.items()}
    named_sites = (values.get("site_id"), _own_site(target, around, cells))
    if target.elsewhere and named_sites[1]:
        raw["_own_site"] = named_sites[1]
        named_sites = (named_sites[0], "_own_site")
    site = f"coalesce({', '.join(filter(None, named_sites)) or 'null'}, null::varchar)"
    values["site_id"] = "_site"
    for alias in target.join:
        raw[f"_file_{alias}"] = f"{named(alias)}._file"
        raw[f"_row_{alias}"] = f"{named(alias)}._row"
    raw["_ref"] = template_sql(target.ref, cells, words) if target.ref else "null::varchar"
    faults = [
        *damaged_keys(around.keys, cells, raw),
        *own_faults(target, cells, words, raw, unique=around.unique),
        *(f for c in columns for f in c.faults),
    ]
    faults += list(emptiness(target, table, set(values)))
    partners = {
        alias: _partners(join, cells.of(alias), words) for alias, join in target.join.items()
    }
    joins = [
        _join_sql(alias, join, cells, words, partners[alias]) for alias, join in target.join.items()
    ]
    where = condition_sql(target.where, cells, words)
    of_suspect = f"{where} and (d._file, d._row) in (select _file, _row from {SUSPECT})"
    local = {name: sql for column in columns for name, sql in column.local.items()}
    parts = (target, table, joins, raw, site, local, values, faults)
    select = _select(*parts, where, f"{_some(faults)} as _is_faulty")
    faulty = _select(*parts, of_suspect, f"{_found(faults)} as _faults")
    some = _some_read(target, cells, words)
    return TargetSql(target, select, faulty, some, faults, cells.read, tuple(partners.values()))


def _own_site(target: Target, around: Surroundings, cells: CellSql) -> str | None:
    """Return SQL of the site of rows that name none."""
    if around.site_id is None:
        return None
    if not target.elsewhere:
        return quoted(around.site_id)
    away = condition_sql(target.elsewhere, cells, around.words)
    return f"case when {away} then null else {quoted(around.site_id)} end"


class _Cells:
    """From a cell's name to its SQL, noting which columns of which feed are read."""

    def __init__(self, target: Target) -> None:
        self._feeds = {DRIVER: target.feed} | {
            alias: join.feed for alias, join in target.join.items()
        }
        self.read: dict[str, set[str]] = {feed: set() for feed in self._feeds.values()}

    def __call__(self, name: str) -> str:
        alias, _, column = name.partition(".")
        if not column or alias not in self._feeds:
            alias, column = DRIVER, name
        self.read[self._feeds[alias]].add(column)
        return f"{named(alias)}.{named(column)}"

    def of(self, alias: str) -> Callable[[str], str]:
        """Return the same for the columns of one joined feed, named plainly."""
        return lambda column: self(f"{alias}.{column}")


def _table(target: Target) -> Table:
    table = lot_model().get(target.table)
    if table is None:
        known = ", ".join(lot_model())
        raise LotproofError(f"no table '{target.table}' in the lot model", f"one of: {known}")
    composites = {OCCURRED: table.happens, READING: target.table == "test_results"}
    for column in target.columns:
        if column not in table.own and not composites.get(column):
            known = ", ".join(name for name in table.own if name != "record_id")
            raise LotproofError(
                f"no column '{column}' in table '{target.table}'", f"one of: {known}"
            )
    return table


def _columns(target: Target, table: Table, reading: Reading) -> Iterator[ColumnSql]:
    yield column_sql("record_id", "varchar", target.record_id, reading)
    for column, value in target.columns.items():
        if column == OCCURRED:
            yield occurred(value, reading)
        elif column == READING:
            yield laboratory_reading(value, reading)
        else:
            yield column_sql(column, table.types[column], value, reading)


def _select(
    target: Target,
    table: Table,
    joins: list[str],
    raw: dict[str, str],
    site: str,
    local: dict[str, str],
    values: dict[str, str],
    faults: list[Fault],
    where: str,
    found: str,
) -> str:
    later = {name for stage in STAGES for name in stage}
    first = {name: sql for name, sql in values.items() if name not in later}
    used = [f"_{part}_{alias}" for alias in target.join for part in ("file", "row")]
    typed = [
        (column, named(f"v_{column}") if column in values else f"null::{table.types[column]}")
        for column in table.own
    ]
    return "\n".join(
        (
            "with raw as (",
            f"select d._file, d._row, d._line, {_listed(raw)}",
            f"from {named(target.feed)} as d",
            *joins,
            f"where d._is_new and not d._is_repeat and {where}",
            f"), sited as (select *, {site} as _site from raw",
            "), zoned as (",
            "select sited.*, coalesce(_sites.timezone, 'UTC') as _zone,",
            "_sites.site_id is not null as _site_known",
            "from sited left join _sites on sited._site = _sites.site_id",
            f"), told as (select *{_and(local)} from zoned",
            "), first_read as (",
            f"select *, {_listed(first, 'v_')} from told",
            "), all_read as (",
            _later(values),
            "), final as (",
            "select _file, _row, _line, _ref as source_ref,",
            _listed({name: f"cast({sql} as {table.types[name]})" for name, sql in typed}) + ",",
            *(f"{named(name)}," for name in used),
            f"{found}, {_held(faults)} as _is_held",
            f"from (select *{_judged(target, faults)} from all_read)",
            ")",
            _keyed(target, table, values),
        )
    )


def _some_read(target: Target, cells: _Cells, words: Words) -> str:
    """Return SQL that gives a row where the feed has any that the target may read."""
    asked = (condition_sql({name: wanted}, cells, words) for name, wanted in target.where.items())
    joined = tuple(f"{named(alias)}." for alias in target.join)
    parts = ["d._is_new", *(part for part in asked if not any(name in part for name in joined))]
    return f"select 1 from {named(target.feed)} as d where {' and '.join(parts)} limit 1"


def _later(values: Mapping[str, str]) -> str:
    """Return SQL of the columns that follow from others, each stage from those before it."""
    if OCCURRED_AT not in values:
        return "select * from first_read"
    read = "first_read"
    for stage in STAGES:
        read = f"(select *, {_listed({name: values[name] for name in stage}, 'v_')} from {read})"
    return f"select * from {read}"


def _judged(target: Target, faults: list[Fault]) -> str:
    """Return SQL of one column for each fault: whether a row has it."""
    alone = " or ".join(f"m_{alias}" for alias, join in target.join.items() if join.required)
    return "".join(
        f", {_unless(alone, fault)} as _fault_{number}" for number, fault in enumerate(faults)
    )


def _found(faults: list[Fault]) -> str:
    """Return SQL of the list of what is wrong with a row; null when that is nothing."""
    listed = ", ".join(
        f"case when _fault_{number} then {{'column': {quoted(fault.column)}, "
        f"'value': {fault.value}, 'fault': {number}}} end"
        for number, fault in enumerate(faults)
    )
    return f"case when {_some(faults)} then list_filter([{listed}], lambda x: x is not null) end"


def _some(faults: list[Fault]) -> str:
    """Return SQL of whether anything is wrong with a row."""
    some = " or ".join(f"_fault_{number}" for number in range(len(faults)))
    return f"coalesce({some}, false)"


def _held(faults: list[Fault]) -> str:
    """Return SQL of whether a row does not land."""
    which = [
        f"_fault_{number}"
        for number, fault in enumerate(faults)
        if fault.held_back or fault.kind == LEFT_OUT
    ]
    return f"coalesce({' or '.join(which)}, false)"


def _unless(alone: str, fault: Fault) -> str:
    """Return when a fault counts: not where a partner is missing, of which it would follow."""
    if not alone or fault.kind in ("no_partner", "damaged_key"):
        return f"({fault.when})"
    return f"(not ({alone}) and ({fault.when}))"


def _keyed(target: Target, table: Table, values: Mapping[str, str]) -> str:
    """Return SQL that gives a row without a key of its own a digest of what it says as one."""
    if not target.content_key:
        return "select * from final"
    digest = f"'content-' || left({record_hash_sql(table, set(values))}, 24)"
    return f"select * replace (coalesce(record_id, {digest}) as record_id) from final"


def _listed(items: Mapping[str, str], prefix: str = "") -> str:
    return ", ".join(f"{sql} as {named(prefix + name)}" for name, sql in items.items())


def _and(items: Mapping[str, str]) -> str:
    return f", {_listed(items)}" if items else ""


def _partners(join: Join, own: CellSql, words: Words) -> Partners:
    """Return which rows of a feed are partners.

    Args:
        join: the join.
        own: from the name of one of its columns to the SQL that reads it beside the target's own.
        words: the word maps.
    """

    def plain(column: str) -> str:
        # written against the feed itself, whose columns stand there without the alias
        return own(column).partition(".")[2]

    keys = [template_sql(f"{{{key}}}", plain, words) for key in (*join.on, *join.distinct)]
    latest = "".join(f"{plain(column)} desc nulls last, " for column in join.last_by)
    where = condition_sql(join.where, plain, words)
    rows = f"select * from {named(join.feed)} where {where}"
    if join.many and not join.distinct:
        return Partners(rows)
    return Partners(
        rows, ", ".join(keys), "_file, _row" if join.many else f"{latest}_file desc, _row desc"
    )


def _join_sql(alias: str, join: Join, cells: _Cells, words: Words, partners: Partners) -> str:
    on = " and ".join(
        f"{template_sql(f'{{{alias}.{key}}}', cells, words)} = ({template_sql(text, cells, words)})"
        for key, text in join.on.items()
    )
    return f"left join {partners.name} as {named(alias)} on {on}"

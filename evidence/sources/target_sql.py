"""SQL that makes the rows of one target from its feeds: values, and what is wrong with each.

The result of :func:`target_sql` is a select over the feed tables (columns as text, with ``_file``,
``_row``, ``_line`` and ``_is_new``) and ``_sites``. Running it and landing its rows is left to
:mod:`.ingest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import partial

from ..errors import LotproofError
from .column_sql import NOTHING, OCCURRED, READING, ColumnSql, Fault, Reading, column_sql
from .column_sql import reading_sql as laboratory_reading
from .kinds import one_word
from .lot_model import Table, lot_model
from .mapping import Format, Join, Target
from .moments import OF_ROW, Beside
from .partners import Partners
from .record_hash import record_hash_sql
from .site_sql import SiteSql, own_site
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
        system_zone: SQL of the zone of the source's own clock; ``None`` for that of the site.
        words: word maps by name, the plant's own before the mapping's.
        own_words: the plant's own.
        spelling: format of the driving feed.
        zones: time zones of the sites.
        unique: whether each of its rows has a key of its own in the whole world.
        keys: its columns with numbers of documents.
    """

    site_id: str | None
    system_zone: str | None
    words: Mapping[str, Mapping[str, str]]
    own_words: Mapping[str, Mapping[str, str]]
    spelling: Format
    zones: Mapping[str, str] = field(default_factory=dict)
    unique: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetSql:
    """A compiled target.

    Attributes:
        target: what it was compiled from.
        select: from the numbers of faults that no row has to SQL of its rows: `_file`, `_row`,
            `_line`, the table's columns, `_is_faulty`, `_is_held`.
        faulty: the same of the rows in :data:`SUSPECT`, with `_faults` (list of column, value and
            index into `faults`) instead of `_is_faulty`: few rows have any, and a column of lists
            costs all of them.
        faults: what can be wrong.
        cells: columns read, by feed.
        partners: rows that it reads beside its own.
        kinds: types of columns whose values have another than the lot model says, by name.
        filled: columns that it fills; the others are null in all of its rows.
    """

    target: Target
    select: Callable[[Set[int]], str]
    faulty: str
    faults: list[Fault]
    cells: dict[str, set[str]] = field(default_factory=dict)
    partners: tuple[Partners, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()


def target_sql(target: Target, around: Surroundings) -> TargetSql:
    """Compile a target whose ``$name`` are already replaced.

    Raises:
        LotproofError: a table, column, filter, condition or format is not known.
    """
    table = _table(target)
    cells, words = _Cells(target), around.words
    site_id, reading = _site_and_reading(target, around, cells)
    columns = list(_columns(target, table, reading))
    raw = {name: sql for column in columns for name, sql in column.raw.items()}
    values = {name: sql for column in columns for name, sql in column.read.items()}
    kinds = {name: kind for column in columns for name, kind in column.kinds.items()}
    site = SiteSql(f"coalesce({values.get('site_id', 'null')}, null::varchar)")
    if site_id is not None:
        kinds["site_id"] = one_word(site_id)
        name = f"{quoted(site_id)}::{kinds['site_id']}"
        site = SiteSql(name, reading.site_zone, str(site_id in around.zones))
    elif around.site_id is not None:
        raw["_own_site"] = own_site(target, around.site_id, cells, words)
        site = SiteSql(f"coalesce({values.get('site_id', 'null')}, _own_site)")
    values["site_id"] = "_site"
    for alias in target.join:
        raw[f"_file_{alias}"] = f"{named(alias)}._file"
        raw[f"_row_{alias}"] = f"{named(alias)}._row"
    raw["_ref"] = template_sql(target.ref, cells, words) if target.ref else "null::varchar"
    faults = [
        *damaged_keys(around.keys, target.feed, cells, raw),
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
    where = _where(target, cells, words)
    of_suspect = f"{where} and (d._file, d._row) in (select _file, _row from {SUSPECT})"
    local = {name: sql for column in columns for name, sql in column.local.items()}
    types = table.types | kinds
    parts = (target, types, joins, raw, site, local, values, faults)
    select = partial(_select, *parts, where, f"{_some(faults)} as _is_faulty")
    faulty = _select(*parts, of_suspect, f"{_found(faults)} as _faults", frozenset())
    asked = tuple(_asked(partners[alias], alias, cells, reading) for alias in target.join)
    return TargetSql(target, select, faulty, faults, cells.read, asked, kinds, frozenset(values))


def _site_and_reading(
    target: Target, around: Surroundings, cells: CellSql
) -> tuple[str | None, Reading]:
    """Return the site of all rows, where no row can name another; and what columns are read with.

    The zone of that site is written out: nothing is looked up row by row.
    """
    system = around.system_zone or OF_ROW
    reading = Reading(
        target.table,
        around.spelling,
        around.words,
        around.own_words,
        OF_ROW,
        system,
        cells,
        Beside({alias: join.feed for alias, join in target.join.items()}, target.feed),
    )
    named_site = target.columns.get("site_id")
    if around.site_id is None or target.elsewhere:
        return None, reading
    if named_site is not None:
        read = column_sql("site_id", "varchar", named_site, reading).read
        if read != {"site_id": NOTHING}:
            return None, reading
    zone = quoted(around.zones.get(around.site_id, "UTC"))
    return around.site_id, replace(reading, site_zone=zone, system_zone=around.system_zone or zone)


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

    def feed_of(self, alias: str) -> str:
        """Return the feed of an alias."""
        return self._feeds[alias]

    def of(self, alias: str) -> Callable[[str], str]:
        """Return the same for the columns of one joined feed, named plainly."""
        return lambda column: self(f"{alias}.{column}")


def _where(target: Target, cells: CellSql, words: Words) -> str:
    """Return SQL of which rows a target takes.

    What is asked of a required partner is not asked where there is none: such a row is held back
    for it, and not left out as if on purpose.
    """
    required = [named(alias) for alias, join in target.join.items() if join.required]
    parts = []
    for name, wanted in target.where.items():
        asked = condition_sql({name: wanted}, cells, words)
        lacking = [f"{alias}._row is null or " for alias in required if f"{alias}." in asked]
        parts.append(f"({''.join(lacking)}{asked})" if lacking else asked)
    return " and ".join(parts) or "true"


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
    types: Mapping[str, str],
    joins: list[str],
    raw: dict[str, str],
    site: SiteSql,
    local: dict[str, str],
    values: dict[str, str],
    faults: list[Fault],
    where: str,
    found: str,
    ruled_out: Set[int],
) -> str:
    later = {name for stage in STAGES for name in stage}
    first = {name: sql for name, sql in values.items() if name not in later}
    used = [f"_{part}_{alias}" for alias in target.join for part in ("file", "row")]
    typed = [
        (column, named(f"v_{column}") if column in values else f"null::{types[column]}")
        for column in lot_model()[target.table].own
    ]
    return "\n".join(
        (
            "with raw as (",
            f"select d._file, d._row, d._line, {_listed(raw)}",
            f"from {named(target.feed)} as d",
            *joins,
            f"where d._is_new and not d._is_repeat and {where}",
            *site.stages,
            f"), told as (select *{_and(local)} from zoned",
            "), first_read as (",
            f"select *, {_listed(first, 'v_')} from told",
            "), all_read as (",
            _later(values),
            "), final as (",
            "select _file, _row, _line, _ref as source_ref,",
            _listed({name: f"cast({sql} as {types[name]})" for name, sql in typed}) + ",",
            *(f"{named(name)}," for name in used),
            f"{found}, {_held(faults)} as _is_held",
            f"from (select *{_judged(target, faults, ruled_out)} from all_read)",
            ")",
            _keyed(target, values),
        )
    )


def _later(values: Mapping[str, str]) -> str:
    """Return SQL of the columns that follow from others, each stage from those before it."""
    if OCCURRED_AT not in values:
        return "select * from first_read"
    read = "first_read"
    for stage in STAGES:
        read = f"(select *, {_listed({name: values[name] for name in stage}, 'v_')} from {read})"
    return f"select * from {read}"


def _judged(target: Target, faults: list[Fault], ruled_out: Set[int]) -> str:
    """Return SQL of one column for each fault: whether a row has it."""
    alone = " or ".join(f"m_{alias}" for alias, join in target.join.items() if join.required)
    return "".join(
        f", {'false' if number in ruled_out else _unless(alone, fault)} as _fault_{number}"
        for number, fault in enumerate(faults)
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


def _keyed(target: Target, values: Mapping[str, str]) -> str:
    """Return SQL that gives a row without a key of its own a digest of what it says as one."""
    if not target.content_key:
        return "select * from final"
    digest = f"'content-' || left({record_hash_sql(lot_model()[target.table], set(values))}, 24)"
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
        """SQL of a column against the feed itself, whose columns stand there without the alias."""
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


def _asked(partners: Partners, alias: str, cells: _Cells, reading: Reading) -> Partners:
    """Return partners with what is read of them, once everything is."""
    columns = frozenset(cells.read[cells.feed_of(alias)])
    told = tuple(reading.beside.stages.get(alias, {}).values())
    return replace(partners, columns=columns, told=told)


def _join_sql(alias: str, join: Join, cells: _Cells, words: Words, partners: Partners) -> str:
    on = " and ".join(
        f"{template_sql(f'{{{alias}.{key}}}', cells, words)} = ({template_sql(text, cells, words)})"
        for key, text in join.on.items()
    )
    return f"left join {partners.name} as {named(alias)} on {on}"

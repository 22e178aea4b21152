"""SQL for one column of a target: the text it comes from, its reading, and what can go wrong.

A column is read in two steps: first the text (`raw`), of the first alternative that has one, then
its reading by that alternative's spelling. Rows are put together in :mod:`.target_sql`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .cells import boolean_sql, decimal_sql
from .chosen import Alternative, Chosen, alternatives
from .kinds import kind_name
from .mapping import Cell, Format, Value, inherit
from .moments import Beside, local_and_instants, own_spelling, times, told_raw, twices
from .sql_text import CellSql, named, quoted, word_sql
from .words import fixed_words

OCCURRED = "occurred"
READING = "reading"
UNITS = ("uom", "per_uom")
NOTHING = "null::varchar"
"""SQL of a text that no row has."""

_LATER_OF_TWO = "the later of the two is taken"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can be wrong with a row, and what a person is told.

    Attributes:
        column: column of the lot model.
        when: SQL that is true where it is wrong.
        value: SQL of the text that is wrong.
        held_back: whether the row goes to quarantine; otherwise it lands and is a finding.
        kind: unreadable, unmapped, ambiguous, unknown_unit, missing, unknown_site, no_partner.
        reason: what is wrong.
        expected: what should stand there.
        fix: what to do.
        only_if: SQL that gives a row where any row may have it, and costs less than to look at
            each; empty where none does.
    """

    column: str
    when: str
    value: str
    held_back: bool
    kind: str
    reason: str
    expected: str
    fix: str
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class ColumnSql:
    """One column, or the columns of one composite.

    Attributes:
        raw: SQL over the source rows, by name: the texts.
        read: SQL over those names, by column of the lot model: the values.
        local: SQL over the texts, by name: times by the clocks of wherever they are told.
        kinds: types of columns whose values have another than the lot model says, by name.
        faults: what can be wrong; over `raw` names and columns (`read` under ``v_<column>``).
    """

    raw: dict[str, str]
    read: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    local: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the columns of one target are read with.

    Attributes:
        table: table of the lot model.
        spelling: format of the feed.
        words: word maps by name.
        own_words: the plant's own, which hold for a column without its naming them.
        site_zone: SQL of the zone of the row's site.
        system_zone: SQL of the zone of the source's own clock.
        cell: from a cell's name to its SQL.
        beside: what is read in the rows of other feeds.
    """

    table: str
    spelling: Format
    words: Mapping[str, Mapping[str, str]]
    own_words: Mapping[str, Mapping[str, str]]
    site_zone: str
    system_zone: str
    cell: CellSql
    beside: Beside

    def zone(self, name: str | None) -> str:
        """Return the SQL of a zone by its name in the mapping."""
        if name == "utc":
            return "'UTC'"
        if name in (None, "site"):
            return self.site_zone
        return self.system_zone if name == "system" else quoted(str(name))

    def words_for(self, column: str, cell: Cell) -> Mapping[str, str] | None:
        """Return the word map of a column: the one it names, else the plant's own for it."""
        if cell.words is not None:
            return self.words.get(cell.words, {})
        return self.own_words.get(f"{self.table}.{column}", self.own_words.get(column))


def column_sql(column: str, sql_type: str, value: Value, reading: Reading) -> ColumnSql:
    """Return the SQL of one plain column."""
    if sql_type == "timestamp":
        return _time_column(column, Chosen(column, times(value, reading)), reading)
    chosen = Chosen(column, list(alternatives(value, reading)))
    if sql_type == "varchar":
        return _text_column(column, chosen, reading)
    readings = [_typed(chosen.text, sql_type, item.cell, reading) for item in chosen.alternatives]
    read = {column: chosen.read(readings)}
    return ColumnSql(chosen.raw(trims=True), read, [_unreadable(column, sql_type, chosen, reading)])


def _time_column(column: str, chosen: Chosen, reading: Reading) -> ColumnSql:
    local, instants = local_and_instants(chosen, reading)
    faults = [_unreadable(column, "timestamp", chosen, reading)]
    twice = twices(chosen, named(f"v_{column}"), reading)
    if set(twice) != {"false"}:
        faults.append(twice_fault(chosen, column, chosen.read(twice), _LATER_OF_TWO))
    read = {column: chosen.read(instants)}
    return ColumnSql(chosen.raw(trims=True) | told_raw(chosen, reading), read, faults, local)


def _unreadable(column: str, sql_type: str, chosen: Chosen, reading: Reading) -> Fault:
    return Fault(
        column,
        f"{chosen.text} is not null and {named(f'v_{column}')} is null",
        chosen.text,
        not chosen.optional,
        "unreadable",
        f"'{column}' cannot be read",
        expected(sql_type, chosen.alternatives[0].cell, reading.spelling),
        "correct the cell at its source, or declare its spelling in the mapping",
    )


def twice_fault(chosen: Chosen, column: str, twice: str, until_then: str) -> Fault:
    """Return the finding of a local time that came twice, and how it is taken until mended."""
    return Fault(
        column,
        twice,
        chosen.text,
        False,
        "ambiguous",
        "this local time came twice, before and after clocks went back",
        "the offset beside it, such as +02:00",
        f"send the offset, or times in UTC; until then {until_then}",
    )


def _typed(text: str, sql_type: str, cell: Cell, reading: Reading) -> str:
    spelling = inherit(own_spelling(cell), reading.spelling)
    if sql_type == "boolean":
        return boolean_sql(text, spelling.true_words or (), spelling.false_words or ())
    return decimal_sql(text, spelling.decimal or ".", spelling.thousands or "", sql_type)


def expected(sql_type: str, cell: Cell, spelling: Format) -> str:
    """Return in words what a cell of a type should have looked like."""
    spelling = inherit(own_spelling(cell), spelling)
    if sql_type == "timestamp":
        return "a date or time spelt " + " or ".join(spelling.formats or ())
    if sql_type == "boolean":
        return "one of: " + ", ".join((*(spelling.true_words or ()), *(spelling.false_words or ())))
    whole = "" if sql_type.startswith("decimal") else "whole "
    point = spelling.decimal or "."
    return f"a {whole}number with '{point}' before the decimals" + (
        f" and '{spelling.thousands}' between thousands" if spelling.thousands else ""
    )


def _text_column(column: str, chosen: Chosen, reading: Reading) -> ColumnSql:
    maps = [reading.words_for(column, item.cell) for item in chosen.alternatives]
    if column in UNITS:
        return _unit_column(column, chosen, maps, reading)
    closed = fixed_words().closed.get(f"{reading.table}.{column}")
    if closed is None and not any(words is not None for words in maps):
        return ColumnSql(chosen.raw(), {column: chosen.text})
    ours = {word for words in maps if words for word in words.values()}
    is_kind = closed is not None and ours <= set(closed)
    kind = kind_name(reading.table, column) if is_kind else "varchar"
    readings = [
        _worded(chosen.text, words, closed, item, kind)
        for words, item in zip(maps, chosen.alternatives, strict=True)
    ]
    if chosen.optional and not any(maps):
        return ColumnSql(chosen.raw(), {column: NOTHING})
    fault = Fault(
        column,
        f"{chosen.text} is not null and {named(f'v_{column}')} is null",
        chosen.text,
        column in fixed_words().needed[reading.table],
        "unmapped",
        f"no word for this value of '{column}'",
        _known_words(maps, closed),
        "add the value to the word map of the source's `values:` file",
    )
    kinds = {column: kind} if is_kind else {}
    return ColumnSql(chosen.raw(), {column: chosen.read(readings)}, [fault], kinds=kinds)


def _worded(
    text: str,
    words: Mapping[str, str] | None,
    closed: tuple[str, ...] | None,
    item: Alternative,
    kind: str,
) -> str:
    if words is not None:
        found = word_sql(text, words, kind)
        return f"coalesce({found}, {text})" if item.cell.keep and closed is None else found
    if closed is None:
        return text
    if item.template in closed:
        return f"{quoted(item.template)}::{kind}"
    known = ", ".join(quoted(word) for word in closed)
    return f"case when {text} in ({known}) then {text}::{kind} end"


def _known_words(maps: list[Mapping[str, str] | None], closed: tuple[str, ...] | None) -> str:
    known = sorted({word for words in maps if words for word in words}) or list(closed or ())
    return "one of: " + ", ".join(known[:30]) + (", …" if len(known) > 30 else "")


def _unit_column(
    column: str, chosen: Chosen, maps: list[Mapping[str, str] | None], reading: Reading
) -> ColumnSql:
    readings = [
        f"coalesce({word_sql(chosen.text, words)}, {chosen.text})" if words else chosen.text
        for words in maps
    ]
    known = ", ".join(quoted(unit) for unit in sorted({u.upper() for u in _units()}))
    value = named(f"v_{column}")
    raw, read = chosen.raw(trims=True), chosen.read(readings)
    unknown = f"{value} is not null and upper({value}) not in ({known})"
    fault = Fault(
        column,
        unknown,
        chosen.text,
        False,
        "unknown_unit",
        "the unit is not known; quantities in it cannot be compared",
        "a UCUM or UN/ECE code such as kg, KGM, g, l, EA",
        "add the unit to the word map `uom` of the source's `values:` file",
        _among_few(chosen, raw, f"select *, {read} as {value}", unknown, reading),
    )
    return ColumnSql(raw, {column: read}, [fault])


def _among_few(
    chosen: Chosen, raw: Mapping[str, str], read: str, when: str, reading: Reading
) -> str:
    """Return SQL that gives a row where a text of the column's few is wrong."""
    place = reading.beside.place_of([item.template for item in chosen.alternatives])
    if place is None or not all(item.is_its_text for item in chosen.alternatives):
        return ""
    texts = ", ".join(f"{sql} as {named(name)}" for name, sql in raw.items())
    few = f"select distinct {texts} from {place}"
    return f"select 1 from ({read} from ({few})) where {when} limit 1"


def _units() -> tuple[str, ...]:
    return fixed_words().known_units


def reading_sql(value: Value, reading: Reading) -> ColumnSql:
    """Return the SQL of a laboratory result: number, qualifier and the text as written."""
    chosen = Chosen(READING, list(alternatives(value, reading)))
    text = chosen.text
    sign = f"nullif(regexp_extract({text}, '^ *(<=|>=|<|>|≤|≥)', 1), '')"
    rest = f"regexp_replace({text}, '^ *(<=|>=|<|>|≤|≥) *', '')"
    numbers = [_typed(rest, "decimal(28,9)", item.cell, reading) for item in chosen.alternatives]
    plain_sign = f"replace(replace({sign}, '≤', '<='), '≥', '>=')"
    read = {
        "value": chosen.read(numbers),
        "value_text": text,
        "qualifier": f"case when {text} = 'ND' then 'ND' else {plain_sign} end",
    }
    return ColumnSql(chosen.raw(trims=True), read)

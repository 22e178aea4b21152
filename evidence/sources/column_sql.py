"""SQL for one column of a target: the text it comes from, its reading, and what can go wrong.

A column is read in two steps: first the text (`raw`), of the first alternative that has one, then
its reading by that alternative's spelling. Rows are put together in :mod:`.target_sql`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .cells import (
    ISO,
    boolean_sql,
    decimal_sql,
    has_clock_sql,
    instant_sql,
    local_sql,
    own_offset_sql,
)
from .chosen import Chosen, alternatives
from .mapping import Cell, Format, Value, inherit
from .sql_text import CellSql, named, quoted, word_sql
from .words import fixed_words

OCCURRED = "occurred"
READING = "reading"
UNITS = ("uom", "per_uom")
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
    """

    column: str
    when: str
    value: str
    held_back: bool
    kind: str
    reason: str
    expected: str
    fix: str


@dataclass(frozen=True, slots=True)
class ColumnSql:
    """One column, or the columns of one composite.

    Attributes:
        raw: SQL over the source rows, by name: the texts.
        read: SQL over those names, by column of the lot model: the values.
        local: SQL over the texts, by name: times by the clocks of wherever they are told.
        faults: what can be wrong; over `raw` names and columns (`read` under ``v_<column>``).
    """

    raw: dict[str, str]
    read: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    local: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the columns of one target are read with.

    Attributes:
        table: table of the lot model.
        spelling: format of the feed.
        words: word maps by name.
        own_words: the plant's own, which hold for a column without its naming them.
        system_zone: SQL of the zone of the source's own clock.
        cell: from a cell's name to its SQL.
    """

    table: str
    spelling: Format
    words: Mapping[str, Mapping[str, str]]
    own_words: Mapping[str, Mapping[str, str]]
    system_zone: str
    cell: CellSql

    def zone(self, name: str | None) -> str:
        """Return the SQL of a zone by its name in the mapping."""
        if name == "utc":
            return "'UTC'"
        if name in (None, "site"):
            return "_zone"
        return self.system_zone if name == "system" else quoted(str(name))

    def words_for(self, column: str, cell: Cell) -> Mapping[str, str] | None:
        """Return the word map of a column: the one it names, else the plant's own for it."""
        if cell.words is not None:
            return self.words.get(cell.words, {})
        return self.own_words.get(f"{self.table}.{column}", self.own_words.get(column))


def column_sql(column: str, sql_type: str, value: Value, reading: Reading) -> ColumnSql:
    """Return the SQL of one plain column."""
    chosen = Chosen(column, list(alternatives(value, reading)))
    if sql_type == "varchar":
        return _text_column(column, chosen, reading)
    if sql_type == "timestamp":
        return _time_column(column, chosen, reading)
    readings = [_typed(chosen.text, sql_type, item.cell, reading) for item in chosen.alternatives]
    read = {column: chosen.read(readings)}
    return ColumnSql(chosen.raw(trims=True), read, [_unreadable(column, sql_type, chosen, reading)])


def _time_column(column: str, chosen: Chosen, reading: Reading) -> ColumnSql:
    local, instants = local_and_instants(chosen, reading)
    faults = [_unreadable(column, "timestamp", chosen, reading)]
    twice = [twice_sql(column, chosen.text, item.cell, reading) for item in chosen.alternatives]
    if set(twice) != {"false"}:
        faults.append(twice_fault(chosen, column, chosen.read(twice), _LATER_OF_TWO))
    read = {column: chosen.read(instants)}
    return ColumnSql(chosen.raw(trims=True), read, faults, local)


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


def twice_sql(column: str, text: str, cell: Cell, reading: Reading, no_offset: str = "") -> str:
    """Return SQL for whether a text is a local time that came twice when clocks went back.

    The calendar of the zone is only asked on days near a change of its offset.

    Args:
        column: the column that is read, whose value is ``v_<column>``.
        text: SQL of the text.
        cell: how the text is read.
        reading: what else it is read with.
        no_offset: SQL for whether no offset stands beside the text; empty where none can.
    """
    spelling = inherit(own_spelling(cell), reading.spelling)
    formats = spelling.formats or ()
    zone = reading.zone(spelling.timezone)
    plain, value = with_month_numbers(text, cell), named(f"v_{column}")
    has_clock = has_clock_sql(plain, formats)
    if zone == "'UTC'" or has_clock == "false":
        return "false"
    now, hour_before = (
        f"timezone({zone}, timezone('UTC', {at}))" for at in (value, f"{value} - interval 1 hour")
    )
    conditions = [
        f"{now} = {hour_before}",
        *([no_offset] if no_offset else []),
        *([f"{own_offset_sql(plain)} is null"] if ISO in formats else []),
        has_clock,
    ]
    steady = f"steady_minutes({zone}, {value}) is not null"
    return f"case when {steady} then false else {' and '.join(conditions)} end"


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


def local_and_instants(chosen: Chosen, reading: Reading) -> tuple[dict[str, str], list[str]]:
    """Return SQL of a time by its own clocks, by name, and of its UTC instant by alternative."""
    name = f"l_{chosen.name}"
    locals_, instants = [], []
    for item in chosen.alternatives:
        spelling = inherit(own_spelling(item.cell), reading.spelling)
        formats = spelling.formats or ()
        text = with_month_numbers(chosen.text, item.cell)
        zones = (reading.zone(spelling.timezone), reading.zone(spelling.days))
        locals_.append(local_sql(text, formats, ends=item.cell.day == "end"))
        instants.append(instant_sql(named(name), text, formats, *zones))
    return {name: chosen.read(locals_)}, instants


def _typed(text: str, sql_type: str, cell: Cell, reading: Reading) -> str:
    spelling = inherit(own_spelling(cell), reading.spelling)
    if sql_type == "boolean":
        return boolean_sql(text, spelling.true_words or (), spelling.false_words or ())
    return decimal_sql(text, spelling.decimal or ".", spelling.thousands or "", sql_type)


def own_spelling(cell: Cell) -> Format:
    """Return the spelling that a cell has of its own."""
    return Format(
        formats=cell.formats,
        timezone=cell.timezone,
        days=cell.days,
        decimal=cell.decimal,
        thousands=cell.thousands,
    )


def with_month_numbers(text: str, cell: Cell) -> str:
    """Return SQL of the text with names of months replaced by their numbers."""
    if cell.months is None:
        return text
    name = f"lower(regexp_extract({text}, '\\p{{L}}+'))"
    number = word_sql(name, {key.lower(): f"{nr:02d}" for key, nr in cell.months.items()})
    return f"regexp_replace({text}, '\\p{{L}}+', {number})"


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
        return _unit_column(column, chosen, maps)
    closed = fixed_words().closed.get(f"{reading.table}.{column}")
    if closed is None and not any(words is not None for words in maps):
        return ColumnSql(chosen.raw(), {column: chosen.text})
    readings = [
        _worded(chosen.text, words, closed, item.cell.keep)
        for words, item in zip(maps, chosen.alternatives, strict=True)
    ]
    if chosen.optional and not any(maps):
        return ColumnSql(chosen.raw(), {column: "null::varchar"})
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
    return ColumnSql(chosen.raw(), {column: chosen.read(readings)}, [fault])


def _worded(
    text: str, words: Mapping[str, str] | None, closed: tuple[str, ...] | None, keep: bool
) -> str:
    if words is not None:
        found = word_sql(text, words)
        return f"coalesce({found}, {text})" if keep and closed is None else found
    if closed is None:
        return text
    return f"case when {text} in ({', '.join(quoted(word) for word in closed)}) then {text} end"


def _known_words(maps: list[Mapping[str, str] | None], closed: tuple[str, ...] | None) -> str:
    known = sorted({word for words in maps if words for word in words}) or list(closed or ())
    return "one of: " + ", ".join(known[:30]) + (", …" if len(known) > 30 else "")


def _unit_column(column: str, chosen: Chosen, maps: list[Mapping[str, str] | None]) -> ColumnSql:
    readings = [
        f"coalesce({word_sql(chosen.text, words)}, {chosen.text})" if words else chosen.text
        for words in maps
    ]
    known = ", ".join(quoted(unit) for unit in sorted({u.upper() for u in _units()}))
    value = named(f"v_{column}")
    fault = Fault(
        column,
        f"{value} is not null and upper({value}) not in ({known})",
        chosen.text,
        False,
        "unknown_unit",
        "the unit is not known; quantities in it cannot be compared",
        "a UCUM or UN/ECE code such as kg, KGM, g, l, EA",
        "add the unit to the word map `uom` of the source's `values:` file",
    )
    return ColumnSql(chosen.raw(trims=True), {column: chosen.read(readings)}, [fault])


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

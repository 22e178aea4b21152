"""SQL of times: by the clocks of wherever they are told, as instants, and whether they came twice.

Times whose text stands in the rows of another feed are read there, once for each of its rows: a
header has one time and many lines. What is wrong with times, and what follows from them, is said in
:mod:`.column_sql` and :mod:`.time_columns`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .cells import ISO, has_clock_sql, instant_sql, local_sql, own_offset_sql
from .chosen import Alternative, Chosen, alternatives
from .mapping import Cell, Format, Value, inherit
from .sql_text import cells_of, is_tight, named, template_sql, word_sql

if TYPE_CHECKING:
    from .column_sql import Reading

OF_ROW = "_zone"
"""SQL of the zone of a row's site, where rows may be of several sites."""

Stages = tuple[tuple[tuple[str, str], ...], ...]
"""Columns, name and SQL, in the order in which they follow from each other."""


@dataclass(frozen=True, slots=True)
class Told:
    """A time that rows of another feed tell: SQL of it, beside the rows of a target.

    Attributes:
        text: its text, where the rows are joined.
        raw: what else is taken over from the other feed, by name.
        local: the time by the clocks of wherever it is told.
        at: the instant; empty where that depends on the row.
        twice: whether the local time came twice.
        minutes: the offset of the site's zone [minutes east of UTC]; null near a change of it.
    """

    text: str
    raw: dict[str, str]
    local: str
    at: str
    twice: str
    minutes: str


@dataclass(slots=True)
class Beside:
    """What the rows of other feeds tell to those of a target.

    Attributes:
        feeds: by the name under which each is joined.
        driver: the target's own feed.
        stages: by name of a join, what its rows are to be read for, by name.
    """

    feeds: Mapping[str, str]
    driver: str
    stages: dict[str, dict[str, Stages]] = field(default_factory=dict)

    def alias_of(self, template: str) -> str | None:
        """Return the join that a text is read from alone."""
        found = self._read(template)
        return found.pop() if len(found) == 1 and "" not in found else None

    def place_of(self, templates: Iterable[str]) -> str | None:
        """Return SQL of the one feed that texts are read from, under the name it has there."""
        found = {alias for template in templates for alias in self._read(template)}
        if len(found) != 1:
            return None
        alias = found.pop()
        if alias:
            return f"{named(self.feeds[alias])} as {named(alias)}"
        return f"(select * from {named(self.driver)} where _is_new) as d"

    def _read(self, template: str) -> set[str]:
        """Return the joins that a text is read from; empty for the target's own feed."""
        names = {cell.partition(".")[0] for cell in cells_of(template) if "." in cell}
        joined = names & set(self.feeds)
        own = any(cell.partition(".")[0] not in joined for cell in cells_of(template))
        return joined | ({""} if own else set())


def times(value: Value, reading: Reading) -> list[Alternative]:
    """Return the ways to get a time."""
    return list(alternatives(value, reading, _text))


def _text(template: str, cell: Cell, reading: Reading) -> str:
    told = _told(template, cell, reading)
    return told.text if told else template_sql(template, reading.cell, reading.words)


def told_raw(chosen: Chosen, reading: Reading) -> dict[str, str]:
    """Return what is taken over from the rows of other feeds to read a time."""
    told = (told_of(item, reading) for item in chosen.alternatives)
    return {name: sql for one in told if one for name, sql in one.raw.items()}


def told_of(item: Alternative, reading: Reading) -> Told | None:
    """Return the time of an alternative, where rows of another feed tell it."""
    return _told(item.template, item.cell, reading) if item.template else None


def _told(template: str, cell: Cell, reading: Reading) -> Told | None:
    alias = reading.beside.alias_of(template)
    if alias is None or not is_tight(template) or cell.offset or cell.words:
        return None
    key = (template, inherit(own_spelling(cell), reading.spelling), cell.day, cell.months,
           reading.site_zone, reading.system_zone)  # fmt: skip
    name = f"_told_{hashlib.sha256(repr(key).encode()).hexdigest()[:12]}"
    for column in cells_of(template):
        reading.cell(column)
    stages = _stages(name, template, cell, reading)
    reading.beside.stages.setdefault(alias, {})[name] = stages
    columns = [column for stage in stages for column, _ in stage][1:]
    raw = {f"{alias}{column}": f"{named(alias)}.{named(column)}" for column in columns}
    found = [named(column) for column in raw]
    local, at, twice, minutes = (*found, "", "", "")[:4]
    return Told(f"{named(alias)}.{named(name)}", raw, local, at, twice, minutes)


def _stages(name: str, template: str, cell: Cell, reading: Reading) -> Stages:
    """Return what is read of a time in the rows of another feed, named as they stand there."""
    text, local, at = named(name), f"{name}_local", f"{name}_at"
    plain = template_sql(template, lambda cell: named(cell.partition(".")[2]), {})
    first: Stages = (((name, plain),), ((local, _local(text, cell, reading)),))
    if reading.site_zone == OF_ROW:
        return first
    return (
        *first,
        ((at, _instant(named(local), text, cell, reading)),),
        (
            (f"{name}_twice", twice_sql(named(at), text, cell, reading)),
            (f"{name}_minutes", f"steady_minutes({reading.site_zone}, {named(at)})"),
        ),
    )


def local_and_instants(chosen: Chosen, reading: Reading) -> tuple[dict[str, str], list[str]]:
    """Return SQL of a time by its own clocks, by name, and of its UTC instant by alternative."""
    name = f"l_{chosen.name}"
    locals_, instants = [], []
    for item in chosen.alternatives:
        told = told_of(item, reading)
        if told and told.at:
            locals_.append("null::timestamp")
            instants.append(told.at)
            continue
        locals_.append(told.local if told else _local(chosen.text, item.cell, reading))
        instants.append(_instant(named(name), chosen.text, item.cell, reading))
    return {name: chosen.read(locals_)}, instants


def twices(chosen: Chosen, at: str, reading: Reading, no_offset: str = "") -> list[str]:
    """Return by alternative the SQL for whether its time came twice, read as an instant."""
    told = [told_of(item, reading) for item in chosen.alternatives]
    return [
        one.twice if one and one.at else twice_sql(at, chosen.text, item.cell, reading, no_offset)
        for one, item in zip(told, chosen.alternatives, strict=True)
    ]


def _local(text: str, cell: Cell, reading: Reading) -> str:
    formats = inherit(own_spelling(cell), reading.spelling).formats or ()
    return local_sql(with_month_numbers(text, cell), formats, ends=cell.day == "end")


def _instant(local: str, text: str, cell: Cell, reading: Reading) -> str:
    spelling = inherit(own_spelling(cell), reading.spelling)
    zones = (reading.zone(spelling.timezone), reading.zone(spelling.days))
    return instant_sql(local, with_month_numbers(text, cell), spelling.formats or (), *zones)


def twice_sql(at: str, text: str, cell: Cell, reading: Reading, no_offset: str = "") -> str:
    """Return SQL for whether a text is a local time that came twice when clocks went back.

    The calendar of the zone is only asked on days near a change of its offset.

    Args:
        at: SQL of the instant as it was read, a column.
        text: SQL of the text.
        cell: how the text is read.
        reading: what else it is read with.
        no_offset: SQL for whether no offset stands beside the text; empty where none can.
    """
    spelling = inherit(own_spelling(cell), reading.spelling)
    formats = spelling.formats or ()
    zone = reading.zone(spelling.timezone)
    plain = with_month_numbers(text, cell)
    has_clock = has_clock_sql(plain, formats)
    if zone == "'UTC'" or has_clock == "false":
        return "false"
    now, hour_before = (
        f"timezone({zone}, timezone('UTC', {when}))" for when in (at, f"{at} - interval 1 hour")
    )
    conditions = [
        f"{now} = {hour_before}",
        *([no_offset] if no_offset else []),
        *([f"{own_offset_sql(plain)} is null"] if ISO in formats else []),
        has_clock,
    ]
    steady = f"steady_minutes({zone}, {at}) is not null"
    return f"case when {steady} then false else {' and '.join(conditions)} end"


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

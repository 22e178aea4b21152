"""The text that a column is read from: that of the first of its alternatives that has one.

How a text is read is said in :mod:`.column_sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .mapping import Cell, Value
from .sql_text import condition_sql, is_tight, named, template_sql, word_sql

if TYPE_CHECKING:
    from .column_sql import Reading


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to get a value.

    Attributes:
        guard: SQL of the condition under which it is the one, where none before it is.
        raw: SQL of its text.
        cell: how the text is read.
        is_tight: whether the text never has blanks at its ends.
        template: template of the text, where it comes from one.
    """

    guard: str
    raw: str
    cell: Cell
    is_tight: bool = True
    template: str = ""

    @property
    def is_its_text(self) -> bool:
        """Whether it is the one wherever its text is there."""
        return self.guard == f"({self.raw}) is not null"

    @property
    def trimmed(self) -> str:
        """SQL of its text without blanks at its ends."""
        return self.raw if self.is_tight else f"trim({self.raw})"


def _plain(template: str, _: Cell, reading: Reading) -> str:
    return template_sql(template, reading.cell, reading.words)


TextSql = Callable[[str, Cell, "Reading"], str]
"""From a template, the cell that it belongs to and what is read with to the SQL of its text."""


def alternatives(
    value: Value, reading: Reading, text_sql: TextSql = _plain
) -> Iterator[Alternative]:
    """Yield the ways to get a value, with the condition under which each is the one."""
    if isinstance(value, str):
        value = Cell(text=value)
    if isinstance(value, tuple):
        for item in value:
            yield from alternatives(item, reading, text_sql)
        return
    if value.cases:
        for case in value.cases:
            guard = condition_sql(case.when or {}, reading.cell, reading.words)
            yield from _case(guard, list(alternatives(case.then or (), reading, text_sql)))
        return
    texts = (value.text,) if isinstance(value.text, str) else value.text or ()
    for text in texts:
        raw = text_sql(text, value, reading)
        found = f"({raw})"
        if value.words and value.optional and not value.keep:
            found = f"({word_sql(found, reading.words.get(value.words, {}))})"
        yield Alternative(f"{found} is not null", raw, value, is_tight(text), text)


def _case(guard: str, found: list[Alternative]) -> Iterator[Alternative]:
    if len(found) == 1 and found[0].is_its_text:
        # one text is there or it is not: to ask first would be to put it together twice
        yield replace(found[0], guard=f"({guard})")
        return
    for inner in found:
        yield replace(inner, guard=f"({guard}) and {inner.guard}")
    yield Alternative(guard, "null::varchar", Cell())


@dataclass(frozen=True, slots=True)
class Chosen:
    """The alternatives of a column with the names under which their text is found."""

    name: str
    alternatives: list[Alternative]

    @property
    def text(self) -> str:
        """SQL of the text of the alternative that counts."""
        return named(f"r_{self.name}")

    def raw(self, *, trims: bool = False) -> dict[str, str]:
        """Return the SQL that finds the text, and which alternative it is of, by name."""
        found = [item.trimmed if trims else item.raw for item in self.alternatives]
        if len(found) == 1 and self.alternatives[0].is_its_text:
            return {f"r_{self.name}": found[0]}
        texts = " ".join(
            f"when {item.guard} then {text}"
            for item, text in zip(self.alternatives, found, strict=True)
        )
        which = " ".join(
            f"when {item.guard} then {number}" for number, item in enumerate(self.alternatives)
        )
        return {f"r_{self.name}": f"case {texts} end", f"w_{self.name}": f"case {which} end"}

    def read(self, readings: list[str]) -> str:
        """Return SQL that reads the text as its alternative asks."""
        if len(set(readings)) == 1:
            return readings[0]
        cases = " ".join(f"when {number} then {sql}" for number, sql in enumerate(readings))
        return f"case {named(f'w_{self.name}')} {cases} end"

    @property
    def optional(self) -> bool:
        """Whether a cell that cannot be read is a finding only."""
        return all(item.cell.optional for item in self.alternatives)

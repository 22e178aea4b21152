"""SQL for the four columns of the time at which something happened.

A local time without offset in the hour that autumn repeats happened at one of two instants: it is
known to the day only, and a finding. Other columns are read in :mod:`.column_sql`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .cells import (
    ISO,
    PRECISIONS,
    fineness_sql,
    offset_minutes_sql,
    own_offset_sql,
)
from .chosen import Chosen
from .column_sql import NOTHING, OCCURRED, ColumnSql, Fault, Reading, expected, twice_fault
from .kinds import kind_name
from .mapping import Cell, Value, inherit
from .moments import (
    local_and_instants,
    own_spelling,
    times,
    told_of,
    told_raw,
    twices,
    with_month_numbers,
)
from .sql_text import named, quoted, template_sql
from .zones import offset_text_sql

OCCURRED_AT = "occurred_at"
STAGES = (
    ("occurred_minutes", "occurred_fine"),
    ("occurred_twice", "occurred_local", "utc_offset"),
    ("precision",),
)
"""Columns that follow from the instant and from each other, in the order in which they can."""

_AT = named("v_occurred_at")
_MINUTES = named("v_occurred_minutes")
_FINE = named("v_occurred_fine")
_OFFSET = f"r_{OCCURRED}_offset"
_SAID = f"r_{OCCURRED}_precision"
_FINENESS = kind_name("", "precision")
_OF = kind_name("", "utc_offset")


def occurred_sql(value: Value, reading: Reading) -> ColumnSql:
    """Return the SQL of the four columns of the time at which something happened."""
    chosen = Chosen(OCCURRED, times(value, reading))
    raw = chosen.raw(trims=True) | told_raw(chosen, reading)
    raw[_OFFSET] = _beside(chosen, "offset", reading)
    raw[_SAID] = _beside(chosen, "precision", reading)
    local, instants = local_and_instants(chosen, reading)
    parts = [
        _time_parts(chosen.text, item.cell, reading, at)
        for item, at in zip(chosen.alternatives, instants, strict=True)
    ]
    instant, own_offset, fine = (chosen.read([part[i] for part in parts]) for i in range(3))
    read = {
        OCCURRED_AT: instant,
        "occurred_minutes": _minutes(chosen, own_offset, reading),
        "occurred_fine": fine,
        "occurred_twice": chosen.read(twices(chosen, _AT, reading, f"{_OFFSET} is null")),
        "occurred_local": f"{_AT} + to_minutes({_MINUTES})",
        "utc_offset": f"case when {_AT} is not null then {offset_text_sql(_MINUTES, _OF)} end",
        "precision": f"case when {_AT} is null then null when v_occurred_twice "
        f"then 'day'::{_FINENESS} else {_said_or(_FINE, chosen)} end",
    }
    ambiguous = twice_fault(chosen, OCCURRED_AT, "v_occurred_twice", "it is known to the day only")
    faults = [_time_fault(chosen, reading), *_beside_faults(chosen), ambiguous]
    kinds = {"precision": _FINENESS, "utc_offset": _OF}
    return ColumnSql(raw, read, faults, local, kinds)


def _minutes(chosen: Chosen, own_offset: str, reading: Reading) -> str:
    """Return SQL of the offset of the clocks where it happened [minutes east of UTC]."""
    zone = reading.site_zone
    steady = [
        told.minutes if told and told.minutes else f"steady_minutes({zone}, {_AT})"
        for told in (told_of(item, reading) for item in chosen.alternatives)
    ]
    asked = f"date_diff('minute', {_AT}, timezone({zone}, timezone('UTC', {_AT})))"
    usual = f"coalesce({chosen.read(steady)}, {asked})"
    if own_offset == NOTHING and not any(item.cell.offset for item in chosen.alternatives):
        return usual
    return f"coalesce({offset_minutes_sql(f'coalesce({_OFFSET}, {own_offset})')}, {usual})"


def _said_or(fine: str, chosen: Chosen) -> str:
    """Return SQL of how fine the time is said to be known, else of how fine its text is."""
    if not any(item.cell.precision for item in chosen.alternatives):
        return fine
    words = ", ".join(quoted(word) for word in PRECISIONS)
    return f"coalesce(case when {_SAID} in ({words}) then {_SAID}::{_FINENESS} end, {fine})"


def _beside(chosen: Chosen, what: str, reading: Reading) -> str:
    """Return SQL of a template that stands beside the text in its alternative."""
    texts = [getattr(item.cell, what) for item in chosen.alternatives]
    if not any(texts):
        return NOTHING
    found = [template_sql(text, reading.cell, reading.words) if text else "null" for text in texts]
    cases = [
        f"when {item.guard} then {sql}"
        for item, sql in zip(chosen.alternatives, found, strict=True)
    ]
    return f"case {' '.join(cases)} end"


def _beside_faults(chosen: Chosen) -> Iterator[Fault]:
    """Yield what can be wrong with what stands beside a time: its offset, and how fine it is."""
    words = ", ".join(quoted(word) for word in PRECISIONS)
    unread = f"{_OFFSET} is not null and {offset_minutes_sql(_OFFSET)} is null"
    unknown = f"{_SAID} is not null and {_SAID} not in ({words})"
    asked = (
        ("offset", "utc_offset", unread, _OFFSET, "an offset such as +02:00 or Z"),
        ("precision", "precision", unknown, _SAID, f"one of: {', '.join(PRECISIONS)}"),
    )
    for what, column, when, text, wanted in asked:
        if any(getattr(item.cell, what) for item in chosen.alternatives):
            yield Fault(
                column,
                when,
                text,
                not chosen.optional,
                "unreadable",
                f"'{column}' cannot be read",
                wanted,
                "correct the cell at its source",
            )


def _time_parts(text: str, cell: Cell, reading: Reading, instant: str) -> tuple[str, str, str]:
    spelling = inherit(own_spelling(cell), reading.spelling)
    formats = spelling.formats or ()
    plain = with_month_numbers(text, cell)
    own = own_offset_sql(plain) if ISO in formats else NOTHING
    if cell.offset and spelling.timezone != "utc":
        shift = f"to_minutes({offset_minutes_sql(_OFFSET)})"
        instant = (
            f"case when {own} is null and {_OFFSET} is not null "
            f"then l_{OCCURRED} - {shift} else {instant} end"
        )
    return instant, own, fineness_sql(plain, formats, _FINENESS)


def _time_fault(chosen: Chosen, reading: Reading) -> Fault:
    return Fault(
        "occurred_at",
        f"{chosen.text} is not null and {named('v_occurred_at')} is null",
        chosen.text,
        not chosen.optional,
        "unreadable",
        "'occurred_at' cannot be read",
        expected("timestamp", chosen.alternatives[0].cell, reading.spelling),
        "correct the cell at its source, or declare its spelling in the mapping",
    )

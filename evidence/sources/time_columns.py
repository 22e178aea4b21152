"""SQL for the four columns of the time at which something happened.

A local time without offset in the hour that autumn repeats happened at one of two instants: it is
known to the day only, and a finding. Other columns are read in :mod:`.column_sql`.
"""

from __future__ import annotations

from .cells import (
    ISO,
    PRECISIONS,
    instant_sql,
    offset_minutes_sql,
    offset_text_sql,
    own_offset_sql,
    precision_sql,
)
from .column_sql import (
    OCCURRED,
    Chosen,
    ColumnSql,
    Fault,
    Reading,
    alternatives,
    expected,
    own_spelling,
    twice_fault,
    twice_sql,
    with_month_numbers,
)
from .mapping import Cell, Value, inherit
from .sql_text import CellSql, named, quoted, template_sql

_AT = named("v_occurred_at")
_OFFSET = f"r_{OCCURRED}_offset"
_SAID = f"r_{OCCURRED}_precision"


def occurred_sql(value: Value, reading: Reading) -> ColumnSql:
    """Return the SQL of the four columns of the time at which something happened."""
    chosen = Chosen(OCCURRED, list(alternatives(value, reading)))
    raw = chosen.raw()
    raw[_OFFSET] = _beside(chosen, "offset", reading.cell)
    raw[_SAID] = _beside(chosen, "precision", reading.cell)
    parts = [_time_parts(chosen.text, item.cell, reading) for item in chosen.alternatives]
    instant, own_offset, fine, twice = (chosen.read([part[i] for part in parts]) for i in range(4))
    minutes = f"coalesce({offset_minutes_sql(f'coalesce({_OFFSET}, {own_offset})')}, "
    minutes += f"date_diff('minute', {_AT}, timezone(_zone, timezone('UTC', {_AT}))))"
    words = ", ".join(quoted(word) for word in PRECISIONS)
    read = {
        "occurred_at": instant,
        "occurred_local": f"{_AT} + to_minutes({minutes})",
        "utc_offset": f"case when {_AT} is not null then {offset_text_sql(f'({minutes})')} end",
        "precision": f"case when {_AT} is null then null when {twice} then 'day' else coalesce("
        f"case when {_SAID} in ({words}) then {_SAID} end, {fine}) end",
    }
    ambiguous = twice_fault(chosen, "occurred_at", twice, "it is known to the day only")
    return ColumnSql(raw, read, [_time_fault(chosen, reading), ambiguous])


def _beside(chosen: Chosen, what: str, cell: CellSql) -> str:
    """Return SQL of a template that stands beside the text in its alternative."""
    texts = [getattr(item.cell, what) for item in chosen.alternatives]
    if not any(texts):
        return "null::varchar"
    cases = [
        f"when {item.guard} then {template_sql(text, cell) if text else 'null'}"
        for item, text in zip(chosen.alternatives, texts, strict=True)
    ]
    return f"case {' '.join(cases)} end"


def _time_parts(text: str, cell: Cell, reading: Reading) -> tuple[str, str, str, str]:
    spelling = inherit(own_spelling(cell), reading.spelling)
    formats = spelling.formats or ()
    plain = with_month_numbers(text, cell)
    clock, days = reading.zone(spelling.timezone), reading.zone(spelling.days)
    instant = instant_sql(plain, formats, clock, days, ends=cell.day == "end")
    own = own_offset_sql(plain) if ISO in formats else "null::varchar"
    if cell.offset and spelling.timezone != "utc":
        wall_clock = instant_sql(plain, formats, "'UTC'", "'UTC'")
        shift = f"to_minutes({offset_minutes_sql(_OFFSET)})"
        instant = (
            f"case when {own} is null and {_OFFSET} is not null "
            f"then {wall_clock} - {shift} else {instant} end"
        )
    fine = precision_sql(plain, formats)
    twice = twice_sql("occurred_at", text, cell, reading, f"{_OFFSET} is null")
    return instant, own, fine, twice


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

"""SQL that reads one cell: numbers, dates and times, booleans and words, from text.

Every function takes the SQL of a text without blanks at its ends (null where the cell is empty),
and gives SQL that is null where the text cannot be read so; what becomes of such a cell is decided
in :mod:`.target_sql`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import LotproofError
from .sql_text import quoted
from .zones import utc_sql

ISO = "iso"
"""Name of the format that takes ISO 8601 dates and times, with or without offset."""

_YEAR = r"(?:1[6-9]|[2-9]\d)\d{2}"
"""From 1600 on: 0001-01-01 is what programs write for nothing, and other calendars held before."""
_OWN_OFFSET = r"(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
_ISO_PATTERN = (
    rf"^{_YEAR}(-\d{{2}}(-\d{{2}}([T ]\d{{2}}:\d{{2}}(:\d{{2}}([.,]\d+)?)? ?{_OWN_OFFSET}?)?)?)?$"
)
_ISO_OFFSET = rf"[T ].*{_OWN_OFFSET}$"

_DIRECTIVES = {
    "Y": _YEAR,
    "y": r"\d{2}",
    "m": r"\d{1,2}",
    "d": r"\d{1,2}",
    "H": r"\d{1,2}",
    "I": r"\d{1,2}",
    "M": r"\d{1,2}",
    "S": r"\d{1,2}",
    "f": r"\d{1,9}",
    "p": r"[AaPp][Mm]",
    "j": r"\d{3}",
}
_WIDTHS = {"Y": 4, "j": 3} | dict.fromkeys("ymdHIMSp", 2)
_PARTS = re.compile(r"([^%]+)|%([A-Za-z%])")
_FINENESS = (("S", "second"), ("M", "minute"), ("H", "hour"), ("I", "hour"), ("d", "day"),
             ("j", "day"), ("m", "month"), ("Y", "year"), ("y", "year"))  # fmt: skip

ODD_BLANKS = "\u00a0\u2007\u202f\u2009\u200b\ufeff"
"""Blanks that look like others or like nothing: no-break, figure, narrow, thin and of no width.
Spreadsheets and pages of HTML leave them around values, and between thousands."""

PRECISIONS = ("year", "month", "day", "hour", "minute", "second")
"""How fine a time can be known."""
CLOCK_TIMES = PRECISIONS[3:]
"""Those of a time of day."""


def decimal_sql(text: str, decimal: str, thousands: str, sql_type: str) -> str:
    """Return SQL for a number, with SAP's trailing minus and padding allowed.

    Where a blank stands between thousands, any that looks like one may.
    """
    is_blank = thousands != "" and thousands in " " + ODD_BLANKS
    group = f"[ {ODD_BLANKS}]" if is_blank else re.escape(thousands)
    whole = rf"(\d{{1,3}}({group}\d{{3}})+|\d+)" if thousands else r"\d+"
    point = re.escape(decimal)
    exponent = "([eE][+-]?[0-9]{1,2})?" if decimal == "." else ""
    pattern = rf"^([+-]? ?({whole}({point}\d*)?|{point}\d+){exponent}|{whole}({point}\d*)?-)$"
    plain = f"replace({text}, {quoted(thousands)}, '')" if thousands else text
    if is_blank:
        plain = f"translate({text}, {quoted(' ' + ODD_BLANKS)}, '')"
    if decimal != ".":
        plain = f"replace({plain}, {quoted(decimal)}, '.')"
    signed = f"regexp_replace(replace({plain}, ' ', ''), '^(.*)-$', '-\\1')"
    usual = text if decimal == "." else f"replace({text}, {quoted(decimal)}, '.')"
    bare = quoted(rf"\d+({point}\d*)?")
    return (
        f"case when regexp_full_match({text}, {bare}) "
        f"then try_cast({usual} as {sql_type}) "
        f"when regexp_matches({text}, {quoted(pattern)}) "
        f"then try_cast({signed} as {sql_type}) end"
    )


def boolean_sql(text: str, true_words: Sequence[str], false_words: Sequence[str]) -> str:
    """Return SQL for a boolean, from the words for true and false (any case)."""
    yes = ", ".join(quoted(word.lower()) for word in true_words)
    no = ", ".join(quoted(word.lower()) for word in false_words)
    word = f"lower({text})"
    return f"case when {word} in ({yes}) then true when {word} in ({no}) then false end"


def offset_minutes_sql(text: str) -> str:
    """Return SQL for an offset such as ``+02:00``, ``-0500`` or ``Z`` in minutes."""
    pattern = quoted(r"^([+-])(0?\d|1[0-4]):?([0-5]\d)?$")
    return (
        f"case when {text} = 'Z' then 0 when regexp_matches({text}, {pattern}) then "
        f"(case when {text} like '-%' then -1 else 1 end) * ("
        f"60 * cast(regexp_extract({text}, {pattern}, 2) as integer) + "
        f"coalesce(try_cast(nullif(regexp_extract({text}, {pattern}, 3), '') as integer), 0)) end"
    )


def own_offset_sql(text: str) -> str:
    """Return SQL for the offset that an ISO time carries itself, as text; null without one."""
    return f"nullif(regexp_extract({text}, {quoted(_ISO_OFFSET)}, 1), '')"


def fineness(fmt: str) -> str:
    """Return how fine a strptime format knows a time.

    Raises:
        LotproofError: the format has no year, or a directive that is not known.
    """
    found = set(re.findall(r"%([A-Za-z%])", fmt))
    unknown = sorted(found - set(_DIRECTIVES) - {"%"})
    if unknown or not found & {"Y", "y"}:
        raise LotproofError(
            f"date format '{fmt}'",
            "`iso`, or a format with a year of " + " ".join(f"%{key}" for key in _DIRECTIVES),
        )
    return next(name for key, name in _FINENESS if key in found)


def local_sql(text: str, formats: Sequence[str], *, ends: bool = False) -> str:
    """Return SQL for the date or time that a text tells, by the clocks of wherever it is told.

    Of an ISO time with an offset of its own it is the UTC instant; :func:`instant_sql` knows.

    Args:
        text: SQL of the text.
        formats: ``iso`` or strptime formats, tried in order.
        ends: of a bare date, take the first instant after it instead of its first.
    """
    parts = [_one_local(text, fmt, ends=ends) for fmt in formats]
    if len(parts) == 1:
        return parts[0]
    widths = [None if fmt == ISO else _width(fmt) for fmt in formats]
    if None in widths or len(set(widths)) < len(widths):
        return f"coalesce({', '.join(parts)})"
    cases = " ".join(f"when {width} then {part}" for width, part in zip(widths, parts, strict=True))
    return f"case length({text}) {cases} end"


def instant_sql(
    local: str, text: str, formats: Sequence[str], clock_zone: str, day_zone: str
) -> str:
    """Return SQL for the UTC instant of a date or time.

    Args:
        local: SQL of what :func:`local_sql` makes of it, a column.
        text: SQL of the text.
        formats: those by which it was read.
        clock_zone: SQL of the zone that times of day without offset are in.
        day_zone: SQL of the zone whose days bare dates are.
    """
    zone = clock_zone
    if clock_zone != day_zone:
        zone = f"case when {has_clock_sql(text, formats)} then {clock_zone} else {day_zone} end"
    instant = utc_sql(local, zone)
    if ISO not in formats or instant == local:
        return instant
    return (
        f"case when regexp_matches({text}, {quoted(_ISO_OFFSET)}) then {local} else {instant} end"
    )


def precision_sql(text: str, formats: Sequence[str], kind: str = "varchar") -> str:
    """Return SQL for how fine the first format that reads the text knows the time."""
    cases = [_one_precision(text, fmt, kind) for fmt in formats]
    return f"coalesce({', '.join(cases)})" if len(cases) > 1 else cases[0]


def fineness_sql(text: str, formats: Sequence[str], kind: str = "varchar") -> str:
    """Return SQL for how fine a text that one of the formats reads knows the time.

    Args:
        text: SQL of the text.
        formats: the formats.
        kind: type of the words for it.
    """
    words = {fmt: f"{quoted(fineness(fmt))}::{kind}" for fmt in formats if fmt != ISO}
    widths = {_width(fmt): word for fmt, word in words.items()}
    if len(words) < len(formats) or None in widths or len(widths) < len(formats):
        return precision_sql(text, formats, kind)
    cases = " ".join(f"when {width} then {word}" for width, word in widths.items())
    return f"case length({text}) {cases} end" if len(widths) > 1 else widths.popitem()[1]


def _one_local(text: str, fmt: str, *, ends: bool) -> str:
    if fmt == ISO:
        return _iso_local(text, ends=ends)
    fine = fineness(fmt)
    step = f" + interval 1 {fine}" if ends and fine in ("year", "month", "day") else ""
    return f"case when {_looks_like(text, fmt)} then try_strptime({text}, {quoted(fmt)}){step} end"


def _iso_local(text: str, *, ends: bool) -> str:
    plain = f"replace({text}, ',', '.')"
    day = f"try_cast(left({plain} || '-01-01', 10) as timestamp)"
    if ends:
        day += (
            f" + case length({plain}) when 4 then interval 1 year "
            "when 7 then interval 1 month else interval 1 day end"
        )
    with_offset = f"try_cast({plain} as timestamptz) at time zone 'UTC'"
    return (
        f"case when not regexp_matches({plain}, {quoted(_ISO_PATTERN)}) then null "
        f"when length({plain}) <= 10 then {day} "
        f"when regexp_matches({plain}, {quoted(_ISO_OFFSET)}) then {with_offset} "
        f"else try_cast({plain} as timestamp) end"
    )


def has_clock_sql(text: str, formats: Sequence[str]) -> str:
    """Return SQL for whether a text names a time of day, in the shape of one of the formats."""
    shapes = [
        f"length({text}) > {len('2026-01-31')}" if fmt == ISO else _looks_like(text, fmt)
        for fmt in formats
        if fmt == ISO or fineness(fmt) in CLOCK_TIMES
    ]
    return f"({' or '.join(shapes)})" if shapes else "false"


def _one_precision(text: str, fmt: str, kind: str) -> str:
    if fmt == ISO:
        year, month, day, _, minute, second = (f"'{word}'::{kind}" for word in PRECISIONS)
        return (
            f"case when regexp_matches({text}, {quoted(_ISO_PATTERN)}) then "
            f"case length({text}) when 4 then {year} when 7 then {month} when 10 then {day} "
            f"else case when regexp_matches({text}, ':[0-9]{{2}}:') then {second} "
            f"else {minute} end end end"
        )
    return (
        f"case when {_looks_like(text, fmt)} and "
        f"try_strptime({text}, {quoted(fmt)}) is not null "
        f"then {quoted(fineness(fmt))}::{kind} end"
    )


def _looks_like(text: str, fmt: str) -> str:
    """Return SQL for whether a text has the shape of a format; strptime itself is too lenient."""
    tight = _is_tight(fmt)
    pattern = "^"
    for literal, directive in _PARTS.findall(fmt):
        if literal:
            pattern += re.escape(literal)
        else:
            part = _DIRECTIVES.get(directive, "%")
            pattern += part.replace("{1,2}", "{2}") if tight else part
    return f"regexp_matches({text}, {quoted(pattern + '$')})"


def _is_tight(fmt: str) -> bool:
    """Return whether numbers follow each other with nothing between them, so all are in full."""
    return re.search(r"%[A-Za-z]%[A-Za-z]", fmt) is not None


def _width(fmt: str) -> int | None:
    """Return how long each text of a format is; ``None`` where that differs."""
    parts = _PARTS.findall(fmt)
    if not _is_tight(fmt) or any(directive in ("f", "%") for _, directive in parts):
        return None
    return sum(len(literal) or _WIDTHS[directive] for literal, directive in parts)

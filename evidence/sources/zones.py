"""SQL between the clocks of a zone and UTC, without asking the zone's calendar for every row.

Days near which clocks do not change have one offset, found once for each zone and load; only of
other times the calendar is asked, which costs several times as much.
"""

from __future__ import annotations

from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from .sql_text import quoted

UTC = "'UTC'"
"""SQL of the zone of which nothing has to be asked."""

_FIRST, _LAST = "2000-01-01", "2040-01-01"
_LONGEST, _EAST = 14 * 60, 12 * 60
_STEP = 15
_FARTHEST = 16 * 60
"""Minutes beyond which no zone ever was: Manila kept the day of Mexico until 1844."""


def know_zones(connection: DuckDBPyConnection, zones: Sequence[str]) -> None:
    """Make the macro ``steady_minutes(zone, moment)`` in a connection whose own zone is UTC.

    It gives the offset [minutes east of UTC] that a zone has on the day of a moment, the day before
    and the day after, whether the moment is told in UTC or by the zone's clocks; null where the
    offset changes then, for other zones, and before 2000 and after 2039.

    Offsets are looked up in strings of bits, one bit a day: DuckDB copies a constant list of as
    many numbers for every two thousand rows.
    """
    place = (
        f"cast(greatest(0, least(date '{_LAST}' - date '{_FIRST}', "
        f"cast(moment as date) - date '{_FIRST}')) as integer)"
    )
    cases = "".join(
        f" when {quoted(zone)} then {_found(connection, number, zone, place)}"
        for number, zone in enumerate(zones)
    )
    found = f"case zone{cases} end" if cases else "null::bigint"
    connection.execute(f"create or replace temp macro steady_minutes(zone, moment) as {found}")


def _found(connection: DuckDBPyConnection, number: int, zone: str, place: str) -> str:
    """Set a zone's strings of bits; return SQL that reads the offset at a place of them."""
    minutes = [row[0] for row in connection.execute(_days(zone)).fetchall()]
    offsets = sorted({item for item in minutes if item is not None})

    def bit(name: str, bits: list[bool]) -> str:
        """Keep a string of bits under a name; SQL of the bit at the place, 0 or 1."""
        text = "".join("01"[item] for item in bits)
        connection.execute(f"set variable {name}_{number} = '{text}'::bit")
        return f"get_bit(getvariable('{name}_{number}'), {place})"

    which = [0 if item is None else offsets.index(item) for item in minutes]
    steady = bit("steady", [item is not None for item in minutes])
    parts = [
        f"{1 << power} * {bit(f'offset_{power}', [bool(nr >> power & 1) for nr in which])}"
        for power in range((len(offsets) - 1).bit_length())
    ]
    return f"case when {steady} = 1 then {offsets}[{' + '.join(['1', *parts])}] end"


def _days(zone: str) -> str:
    """Return SQL of a zone's offsets day by day, null near a change and at both ends."""
    minutes = f"date_diff('minute', day, timezone({quoted(zone)}, timezone('UTC', day)))"
    return (
        "select case when least = most and days = 4 then minutes end from (select day, minutes, "
        "min(minutes) over near as least, max(minutes) over near as most, count(*) over near as "
        f"days from (select day, {minutes} as minutes from generate_series("
        f"timestamp '{_FIRST}', timestamp '{_LAST}', interval 1 day) as days(day)) "
        "window near as (order by day rows between 1 preceding and 2 following)) order by day"
    )


def utc_sql(local: str, zone: str) -> str:
    """Return SQL for the UTC instant of a time by a zone's clocks; of two, the later.

    Args:
        local: SQL of the time, which should be a column: it is named twice.
        zone: SQL of the zone.
    """
    if zone == UTC:
        return local
    steady = f"{local} - to_minutes(steady_minutes({zone}, {local}))"
    return f"coalesce({steady}, timezone({zone}, {local}) at time zone 'UTC')"


def offset_text_sql(minutes: str, kind: str = "varchar") -> str:
    """Return SQL for an offset as text, such as ``+02:00``, from minutes east of UTC.

    Args:
        minutes: SQL of the minutes.
        kind: type of the text.
    """
    usual = range(-_EAST, _LONGEST + 1, _STEP)
    texts = ", ".join(quoted(_offset_text(item)) for item in usual)
    place = f"({minutes} + {_EAST + _STEP}) // {_STEP}"
    return (
        f"case when {minutes} % {_STEP} = 0 and {minutes} between {usual[0]} and {usual[-1]} "
        f"then ([{texts}]::{kind}[])[{place}] else cast("
        f"case when {minutes} < 0 then '-' else '+' end || "
        f"lpad(cast(abs({minutes}) // 60 as varchar), 2, '0') || ':' || "
        f"lpad(cast(abs({minutes}) % 60 as varchar), 2, '0') as {kind}) end"
    )


def _offset_text(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


OFFSETS = tuple(_offset_text(minutes) for minutes in range(-_FARTHEST, _FARTHEST + 1))
"""Every offset from UTC that a time can have, as text."""

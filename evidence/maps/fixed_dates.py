"""Fixed dates as deadlines: ``15th of the following month``, ``1 March of the following year``.

Counted from the local day of what they follow; moving to business days is left to the calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .grammar import MisreadError, Operand, operand

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ROLL = " or next business day"
_DAY = re.compile(r"^(?:(\d{1,2})(?:st|nd|rd|th)|last day) of the (.+)$")
_DATE = re.compile(rf"^(\d{{1,2}}) ({'|'.join(MONTHS)}) of the (following )?year$")
_LENGTHS = {"month": 1, "quarter": 3, "year": 12}
EXPECTED = (
    "a date such as 15th of the following month, 15th of the month after the quarter, "
    "last day of the quarter or 1 March of the following year"
)


@dataclass(frozen=True, slots=True)
class FixedDate:
    """A date counted from a day: the start of its month, quarter or year, plus months, plus days.

    Attributes:
        unit: month, quarter or year of the day counted from.
        months: months from the start of that to the month meant.
        day: day of the month meant; 0 for its last.
        roll: whether it moves to the next business day.
        text: the phrase as it stands in the map.
    """

    unit: str
    months: int
    day: int
    roll: bool
    text: str


def by_phrase(value: object) -> Operand:
    """Read a fixed date, or ``$param`` whose value is one; the phrase itself is kept."""
    if isinstance(value, str) and value.startswith("$"):
        return operand(value)
    return Operand(fixed_date(value).text)


def fixed_date(value: object) -> FixedDate:
    """Read a fixed date."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    phrase = text.removesuffix(_ROLL)
    roll = phrase != text
    date = _DATE.match(phrase)
    if date is not None:
        month = MONTHS.index(date.group(2)) + (12 if date.group(3) else 0)
        return FixedDate("year", month, _day(date.group(1), text), roll, text)
    match = _DAY.match(phrase)
    if match is None:
        raise MisreadError(f"'{value}'", EXPECTED)
    day, where = match.groups()
    if where == "month after the quarter":
        return FixedDate("quarter", 3, _day(day, text), roll, text)
    unit = where.removeprefix("following ")
    if unit not in _LENGTHS or (day and unit != "month"):
        raise MisreadError(f"'{value}'", EXPECTED)
    months = _LENGTHS[unit] * (2 if unit != where else 1) - 1
    return FixedDate(unit, months, _day(day, text), roll, text)


def _day(text: str | None, phrase: str) -> int:
    day = int(text) if text else 0
    if text and not 1 <= day <= 31:
        raise MisreadError(f"'{phrase}'", "a day from 1 to 31")
    return day

"""The small phrases of the obligation language: anchors, deadlines, tolerances, actors.

Each phrase is parsed into a frozen value; whether the columns it names exist in its context is
left to ``compiling``. A phrase that cannot be read raises :class:`MisreadError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ..near_names import near_names
from .vocabulary import CHANGED, EVENT_TYPES, RECORD_KINDS, kind_of

Scalar = str | int | float | bool | Decimal
UNITS = ("hour", "day", "month", "year")
CALENDAR_UNITS = ("working_day", "business_day")
SPAN_UNITS = (*UNITS, *CALENDAR_UNITS)
_PARAM = re.compile(r"^\$([a-z][a-z0-9_]*)$")
_DOTTED = re.compile(r"^[a-z_]+\.[a-z_0-9]+$")


class MisreadError(ValueError):
    """A phrase of a map that says nothing the language knows.

    Attributes:
        found: what stands there.
        expected: what may stand there.
        fix: what to do.
        path: key path below the key that was read.
    """

    def __init__(
        self, found: str, expected: str, fix: str = "", path: tuple[str | int, ...] = ()
    ) -> None:
        self.found = found
        self.expected = expected
        self.fix = fix
        self.path = path
        super().__init__(f"{found}; expected {expected}")


def near(word: str, known: tuple[str, ...] | list[str]) -> str:
    """``write 'release'`` when the word looks like a known one, else nothing."""
    close = near_names(word, known, 1)
    return f"write '{close[0]}'" if close else ""


@dataclass(frozen=True, slots=True)
class Operand:
    """A value, or the name of the parameter that holds it."""

    value: Scalar | None = None
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time; ``unit`` is ``None`` when the parameter carries its own."""

    count: Operand
    unit: str | None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two values may lie apart: percent, amount (with ``unit``) or duration.

    ``kind`` is ``None`` when the parameter's own unit decides.
    """

    kind: str | None
    value: Operand
    unit: str | None


@dataclass(frozen=True, slots=True)
class Kinds:
    """What kind of record is meant; ``types`` names the event types of ``kind`` event."""

    kind: str
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """The record or instant that a check hangs on.

    Attributes:
        take: first, last, each, subject, column, period_end or match.
        what: kind of record of first, last and each.
        bound: ``after`` or ``before`` and the date column that narrows them.
        column: the date column of take ``column``.
        text: the phrase as it stands in the map.
    """

    take: str
    what: Kinds | None = None
    bound: tuple[str, str] | None = None
    column: str | None = None
    text: str = ""


SUBJECT = Anchor("subject", text="subject")
MATCH = Anchor("match", text="same")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person by the part played: performer, checker or signer of a record."""

    who: str
    of: Anchor
    meaning: tuple[str, ...] = ()


def operand(value: object) -> Operand:
    """Read a value or ``$param``."""
    if isinstance(value, str) and value.startswith("$"):
        match = _PARAM.match(value)
        if match is None:
            raise MisreadError(f"'{value}'", "a parameter such as $days (small letters, digits, _)")
        return Operand(param=match.group(1))
    if isinstance(value, (str, int, float, bool, Decimal)):
        return Operand(value)
    raise MisreadError(_shown(value), "a word, a number, true, false or $parameter")


def number(value: object) -> Operand:
    """Read a number or ``$param``."""
    if isinstance(value, str) and value.startswith("$"):
        return operand(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise MisreadError(_shown(value), "a number or $parameter")
    try:
        return Operand(Decimal(str(value)))
    except InvalidOperation:
        raise MisreadError(f"'{value}'", "a number or $parameter") from None


def interval(value: object) -> Interval:
    """Read ``30 days``, ``48 hours``, ``12 months``, ``$limit`` or ``$limit days``."""
    words = str(value).split() if isinstance(value, str) else []
    if len(words) == 1 and words[0].startswith("$"):
        return Interval(operand(words[0]), None)
    unit = "_".join(words[1:]).removesuffix("s")
    if unit == "week" and not words[0].startswith("$"):
        return Interval(Operand(7 * _whole(words[0])), "day")
    if unit not in SPAN_UNITS:
        raise MisreadError(
            _shown(value),
            "a span such as 30 days, 48 hours, 12 months, 7 working days, $limit or $limit days",
        )
    if words[0].startswith("$"):
        return Interval(operand(words[0]), unit)
    return Interval(Operand(_whole(words[0])), unit)


def tolerance(value: object) -> Tolerance:
    """Read ``1 %``, ``5 g``, ``24 hours`` or ``$param``; a bare number is an amount."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Tolerance("amount", number(value), None)
    words = str(value).replace("%", " %").split() if isinstance(value, str) else []
    if len(words) == 1 and words[0].startswith("$"):
        return Tolerance(None, operand(words[0]), None)
    if len(words) == 1:
        return Tolerance("amount", number(words[0]), None)
    if len(words) != 2:
        raise MisreadError(_shown(value), "a tolerance such as 1 %, 5 g, 24 hours or $parameter")
    if words[1] == "%":
        return Tolerance("percent", number(words[0]), None)
    unit = words[1].removesuffix("s")
    if unit in UNITS:
        return Tolerance("duration", number(words[0]), unit)
    return Tolerance("amount", number(words[0]), words[1])


def kinds(value: object) -> Kinds:
    """Read one kind of record, or a list of event types."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise MisreadError(
            _shown(value), "an event type, a list of them, or another kind of record"
        )
    if len(words) == 1 and words[0].startswith("change of "):
        words = words[0].split(" or ")
    return _kinds([str(word).strip() for word in words])


def anchor(value: object) -> Anchor:
    """Read ``subject``, a date column, ``period end`` or ``first|last|each KIND [or KIND]``."""
    if not isinstance(value, str) or not value.strip():
        raise MisreadError(_shown(value), "an anchor such as first consumption")
    text = " ".join(value.split())
    if text == "subject":
        return SUBJECT
    if text == "period end":
        return Anchor("period_end", text=text)
    if _DOTTED.match(text):
        return Anchor("column", column=text, text=text)
    words = text.split()
    if words[0] not in ("first", "last", "each") or len(words) < 2:
        raise MisreadError(
            f"'{text}'",
            "an anchor: subject, period end, a date column such as lot.expires_at, or "
            "first|last|each with a kind of record",
            near(text, ["subject", "period end"]),
        )
    return _records(words, text)


def actor(value: object, default: Anchor) -> Actor:
    """Read ``performer``, ``checker of each issue`` or ``signer (review) of subject``."""
    match = re.fullmatch(
        r"(performer|checker|signer)(?:\s*\(([a-z, ]+)\))?(?:\s+of\s+(.+))?",
        " ".join(str(value).split()),
    )
    if match is None:
        raise MisreadError(
            _shown(value), "a person such as performer of inspection, checker of subject or signer"
        )
    who, meaning, of = match.groups()
    meanings = tuple(part.strip() for part in (meaning or "").split(",") if part.strip())
    if of is None:
        return Actor(who, default, meanings)
    if of == "same":
        return Actor(who, MATCH, meanings)
    if kind_of(of.split()[0]) is not None:
        of = f"each {of}"
    return Actor(who, anchor(of), meanings)


def _records(words: list[str], text: str) -> Anchor:
    bound = None
    rest = words[1:]
    if len(rest) >= 3 and rest[-2] in ("after", "before"):
        if not _DOTTED.match(rest[-1]):
            raise MisreadError(f"'{rest[-1]}'", "a date column such as lot.retest_at")
        bound, rest = (rest[-2], rest[-1]), rest[:-2]
    names = [name.strip() for name in " ".join(rest).split(" or ")]
    return Anchor(words[0], _kinds(names), bound, text=text)


def _kinds(names: list[str]) -> Kinds:
    if names[0].startswith("change of "):
        return Kinds("change", _changed(names))
    found: list[str] = []
    for name in names:
        kind = kind_of(name)
        if kind is None:
            known = [*EVENT_TYPES, *(k for k in RECORD_KINDS if k != "event")]
            raise MisreadError(
                f"'{name}' is no kind of record",
                f"one of: {', '.join(known)}",
                near(name, known),
            )
        found.append(kind)
    if len(set(found)) > 1 or (found[0] != "event" and len(found) > 1):
        raise MisreadError(f"'{' or '.join(names)}'", "event types, or one other kind of record")
    return Kinds(found[0], tuple(names) if found[0] == "event" else ())


def _changed(names: list[str]) -> tuple[str, ...]:
    words = [names[0].removeprefix("change of "), *names[1:]]
    for word in words:
        if word not in CHANGED:
            known = tuple(CHANGED)
            raise MisreadError(f"changes of '{word}'", f"of: {', '.join(known)}", near(word, known))
    return tuple(CHANGED[word] for word in words)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise MisreadError(f"'{text}'", "a whole number")
    return int(text)


def _shown(value: object) -> str:
    return f"'{value}'" if isinstance(value, (str, int, float)) else "a list or mapping"

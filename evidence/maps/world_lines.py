"""One line of a scenario → rows of the lot model.

``10-12 06:52 consumption L1 120KG order=O1 by=P1 checked=P2`` is an event; ``lot L1 raw`` a lot
with its material. ``docs/obligation-language.md`` lists the kinds of line. Times are local to the
site; without a time of day they are known to the day, without a day to the month.
"""

from __future__ import annotations

import re
import shlex

from .grammar import MisreadError, near
from .vocabulary import EVENT_TYPES
from .world_rows import HAPPENING, STANDING
from .world_words import CLOCK, DAY, MONTH, Lines, Moment


def read_line(lines: Lines, text: str) -> None:
    """Turn one line into rows.

    Raises:
        MisreadError: the line says nothing a scenario can say.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise MisreadError(f"'{text}'", f"quotes in pairs ({error})") from None
    moment, words = _moment(lines, words)
    if not words:
        raise MisreadError(f"'{text}'", "a kind of row")
    kind = words[0]
    plain = [word for word in words[1:] if not re.match(r"^[a-z_]+=", word)]
    keys = dict(word.split("=", 1) for word in words[1:] if word not in plain)
    readers = HAPPENING if moment is not None else STANDING
    name = "event" if kind in EVENT_TYPES and moment is not None else kind
    if name not in readers:
        known = [*readers, *(EVENT_TYPES if moment is not None else ())]
        beside = STANDING if moment is not None else (*HAPPENING, *EVENT_TYPES)
        hint = ""
        if kind in beside:
            hint = "without a time" if moment is not None else "put a time before it"
        expected = f"one of: {', '.join(k for k in known if k != 'event')}"
        raise MisreadError(f"'{kind}'", expected, hint or near(kind, known))
    if moment is not None:
        HAPPENING[name](lines, moment, [kind, *plain] if name == "event" else plain, keys)
    else:
        STANDING[name](lines, plain, keys)


def _moment(lines: Lines, words: list[str]) -> tuple[Moment | None, list[str]]:
    if not words or not (DAY.match(words[0]) or MONTH.match(words[0])):
        return None, words
    if len(words) > 1 and CLOCK.match(words[1]):
        return lines.moment(words[0], words[1]), words[2:]
    return lines.moment(words[0]), words[1:]

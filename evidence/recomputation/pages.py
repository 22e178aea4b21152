"""The lines of a document held against those of the same document told from what came out.

Telling it is left to whoever hands in a :data:`Retell`; here nothing is known of reports but their
headings. What cannot be told from a pack stands under headings that are named with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from .printed import Line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..seal.model import PackRecord
    from ..seal.verify import Finding

COVER: Final = "Cover"
_SAID: Final = 300
_MANY: Final = 8
"""A document with so many times more lines than it should have is not compared line by line."""
_HEADINGS: Final = {"H2": 2, "H3": 3}
_NUMBERED: Final = re.compile(r"^(?:\d+|[A-Z]) ")


@dataclass(frozen=True, slots=True)
class Retold:
    """A document as it should read.

    Attributes:
        path: the document in the pack.
        lines: what it should say, in order.
        apart: what cannot be told from the pack: beginning of a heading or of a label, and why.
    """

    path: str
    lines: Sequence[Line]
    apart: Mapping[str, str]


Retell = Callable[["DuckDBPyConnection", "PackRecord"], Retold | None]
"""Tells the report of a pack from the tables that came out; None for one it does not know."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line, and the part of the document it stands in."""

    part: str
    line: Line


def said_of(retold: Retold) -> str:
    """How many lines of which parts are compared."""
    wanted = list(_compared(retold.lines, retold.apart))
    parts = ", ".join(dict.fromkeys(placed.part for placed in wanted))
    return f"{len(wanted)} lines of {parts}"


def line_differences(retold: Retold, printed: Sequence[Line]) -> Iterator[Finding]:
    """Say which lines are printed otherwise, and what could not be compared.

    Args:
        retold: what the document should say.
        printed: what it says.
    """
    from ..seal.verify.findings import Finding

    wanted = list(_compared(retold.lines, retold.apart))
    found = list(_compared(printed, retold.apart))
    if len(found) > _MANY * (len(wanted) + _MANY):
        yield Finding("E_CONTENT_MISMATCH", retold.path, f"{len(wanted)} lines", f"{len(found)}")
        return
    for part, expected, said in _unlike(wanted, found):
        where = f"{retold.path}: {part}"
        yield Finding("E_CONTENT_MISMATCH", where, expected[:_SAID], f"{said[:_SAID]} printed")
    for heading, reason in retold.apart.items():
        if any(_bears(line, heading) for line in retold.lines):
            yield Finding("N_NOT_RECOMPUTED", f"{retold.path}: {heading}", found=reason)


def _compared(lines: Sequence[Line], apart: Mapping[str, str]) -> Iterator[_Placed]:
    """Lines but those that stand under a heading or label told apart; the heading itself stays.

    A heading repeated with the number of its page, as in a list of contents, is no line either.
    """
    part, level, is_apart, label = COVER, 2, False, False
    headings = {line.key for line in lines if line.kind in _HEADINGS}
    for line in (line for line in lines if line.key):
        if line.kind == "TR" and line.key.rstrip("0123456789") in headings:
            continue
        if line.kind in _HEADINGS:
            if not is_apart or _HEADINGS[line.kind] <= level:
                level = _HEADINGS[line.kind]
                is_apart = any(_bears(line, heading) for heading in apart)
            part = _NUMBERED.sub("", line.text) if line.kind == "H2" else part
            label = False
            if not is_apart or _HEADINGS[line.kind] == level:
                yield _Placed(part, line)
            continue
        if line.kind == "LBody":
            label = label or any(_bears(line, heading) for heading in apart)
        else:
            label = False
        if not is_apart and not label:
            yield _Placed(part, line)


def _bears(line: Line, heading: str) -> bool:
    """Whether a line is that heading, numbered or not, or that label of a list."""
    if line.kind in _HEADINGS:
        return _NUMBERED.sub("", line.text).startswith(heading)
    return line.kind == "LBody" and line.text == heading


def _unlike(
    wanted: Sequence[_Placed], found: Sequence[_Placed]
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    """Part, line expected, line printed; a paragraph that a page cuts in two is the same."""
    keys = [[placed.line.key for placed in side] for side in (wanted, found)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal" or "".join(keys[0][first:last]) == "".join(keys[1][start:end]):
            continue
        for one, other in zip_longest(wanted[first:last], found[start:end]):
            if one and other and one.line.key == other.line.key:
                continue
            placed = one or other
            assert placed is not None  # noqa: S101 - the longer side always has one
            expected = one.line.text if one else "nothing"
            yield placed.part, expected, other.line.text if other else "nothing"

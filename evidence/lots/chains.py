"""Reads the chain files: lots by any of their names, and all that is before or after a lot.

Every file is mapped, not read; a walk touches the links it follows. Imports nothing slow, so that
``lotproof trace`` starts as fast as Python does. Writing the files is left to :mod:`.chain_files`.
"""

from __future__ import annotations

import gc
import json
import mmap
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import LotproofError
from .chain_files import FORMAT, fold

Direction = Literal["up", "down"]

_HELD = 5_000_000
"""Lots kept while closures are put together, before they are let go and lots walked."""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link as its source recorded it.

    Attributes:
        parent: place of the lot it comes from.
        child: place of the lot it goes into.
        kind: consumed, split, merged, repacked, reworked, returned.
        quantity: as recorded, in ``uom``; empty when the source does not say.
        uom: unit of measure.
        order_id: order it was booked to.
        at: when [UTC, ISO 8601]; empty when not recorded.
        record_id: the row.
    """

    parent: int
    child: int
    kind: str
    quantity: str
    uom: str
    order_id: str
    at: str
    record_id: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What a lot reaches in one direction.

    Attributes:
        depth: fewest links between the lot and each that it reaches; the lot itself is 0.
        links: places of all links walked, each once.
    """

    depth: dict[int, int]
    links: list[int]


class Chains:
    """The chain files of one build.

    Raises:
        LotproofError: the folder holds none, or of another format.
    """

    def __init__(self, folder: Path) -> None:
        about = _about(folder)
        self.digest: str = about["digest"]
        self.n_lots: int = about["lots"]
        self.n_links: int = about["links"]
        self._lots_at = _mapped(folder / "lots_at", "Q")
        self._links_at = _mapped(folder / "links_at", "Q")
        self._when = _mapped(folder / "when", "q")
        self._down_at, self._down_to = (_mapped(folder / f"down_{x}", "I") for x in ("at", "to"))
        self._up_at, self._up_to, self._up_link = (
            _mapped(folder / f"up_{x}", "I") for x in ("at", "to", "link")
        )
        self._lots = _bytes(folder / "lots.jsonl")
        self._links = _bytes(folder / "links.tsv")
        self._names = _bytes(folder / "names.txt")

    def find(self, name: str) -> list[int]:
        """Places of the lots that bear a name: identifier, number, supplier's number, or code."""
        return list(self._named(fold(name)))

    def find_folded(self, name: bytes) -> list[int]:
        """The same for a name that is folded already."""
        return list(self._named(name))

    def beginning(self, start: bytes, most: int) -> list[int]:
        """Places of the first lots with a name that begins so, folded; at most so many."""
        text, found, low = self._names, list[int](), self._first_at_least(start)
        while len(found) < most and low < len(text):
            end = text.find(b"\n", low)
            name, _, place = text[low:end].rpartition(b"\t")
            if not name.startswith(start):
                break
            found.append(int(place))
            low = end + 1
        return found

    def lot(self, place: int) -> dict[str, Any]:
        """What the build says of a lot."""
        told: dict[str, Any] = json.loads(
            bytes(self._lots[self._lots_at[place] : self._lots_at[place + 1]])
        )
        return told

    def link(self, place: int, parent: int, child: int) -> LinkFacts:
        """A link as it was recorded; its ends are known from the walk."""
        text = bytes(self._links[self._links_at[place] : self._links_at[place + 1] - 1]).decode()
        return LinkFacts(parent, child, *text.split("\t"))

    def ends(self, links: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Link, parent and child of links, which need not be in order."""
        for link in links:
            yield link, self._parent(link), self._down_to[link]

    def walk(self, start: int, direction: Direction, until: int | None = None) -> Walk:
        """Everything a lot reaches, level by level.

        Args:
            start: place of the lot.
            direction: to what it was made from, or to what was made from it.
            until: links that happened later are not followed [seconds since 1970]; those without
                a recorded instant are, for they may have.
        """
        at, to = (self._up_at, self._up_to) if direction == "up" else (self._down_at, self._down_to)
        own = self._up_link if direction == "up" else None
        depth, links, level, n = {start: 0}, list[int](), [start], 0
        when = self._when
        while level:
            n += 1
            following: list[int] = []
            for place in level:
                first, last = at[place], at[place + 1]
                for spot in range(first, last):
                    link = spot if own is None else own[spot]
                    if until is not None and when[link] > until:
                        continue
                    links.append(link)
                    other = to[spot]
                    if other not in depth:
                        depth[other] = n
                        following.append(other)
            level = following
        return Walk(depth, links)

    def reached(self, start: int, direction: Direction) -> list[int]:
        """The lots alone that a lot reaches, itself first: the least that a recall needs."""
        at, to = (self._up_at, self._up_to) if direction == "up" else (self._down_at, self._down_to)
        found = [start]
        seen = {start}
        for place in found:
            new = set(to[at[place] : at[place + 1]]) - seen
            seen |= new
            found += new
        return found

    def pairs(
        self, starts: Iterable[int], direction: Direction, most: int | None = None
    ) -> tuple[array[int], array[int]]:
        """The closure of many lots: each with every lot it reaches, itself among them.

        Args:
            starts: places of the lots.
            direction: as in :meth:`walk`.
            most: stop after so many pairs; never-empty tanks have as many as lots squared.

        Returns:
            Starts and lots reached, side by side, in no promised order; no longer than ``most``
            when cut off.
        """
        with _uncollected():
            return self._pairs(starts, direction, most)

    def _pairs(
        self, starts: Iterable[int], direction: Direction, most: int | None
    ) -> tuple[array[int], array[int]]:
        down = (self._down_at, self._down_to), (self._up_at, self._up_to)
        ahead, behind = down if direction == "down" else reversed(down)
        gathered = _Gathered(*ahead, behind[0])
        first, second, one = array("I"), array("I"), array("I", (0,))
        # lots are mostly numbered as they are made, and those whose neighbours are known go fast
        for start in sorted(starts, reverse=direction == "down"):
            found = gathered.of(start) or self.reached(start, direction)
            if most is not None and len(second) + len(found) > most:
                break
            one[0] = start
            first += one * len(found)
            second.fromlist(found)  # in half the time of extend
        return first, second

    def _parent(self, link: int) -> int:
        low, high = 0, self.n_lots
        while high - low > 1:
            middle = (low + high) // 2
            if self._down_at[middle] <= link:
                low = middle
            else:
                high = middle
        return low

    def _named(self, name: bytes) -> Iterator[int]:
        text, low = self._names, self._first_at_least(name)
        while low < len(text):
            end = text.find(b"\n", low)
            found, _, place = text[low:end].rpartition(b"\t")
            if found != name:
                return
            yield int(place)
            low = end + 1

    def _first_at_least(self, name: bytes) -> int:
        """Where the first line begins whose name is not before this one."""
        text = self._names
        low, high = 0, len(text)
        while low < high:
            start = text.rfind(b"\n", 0, (low + high) // 2) + 1
            end = text.find(b"\n", start)
            if text[start:end].rpartition(b"\t")[0] < name:
                low = end + 1
            else:
                high = start
        return low


class _Gathered:
    """What lots reach, each put together once from what its neighbours reach.

    Lots that nothing comes from reach most, and nobody asks for them again: they are not kept.
    """

    def __init__(self, at: memoryview[int], to: memoryview[int], behind: memoryview[int]) -> None:
        self._at, self._to, self._behind = at, to, behind
        self._known: dict[int, list[int]] = {}
        self._held = 0

    def of(self, start: int) -> list[int] | None:
        """What a lot reaches, itself among it.

        None where lots reach each other, or where so much would be kept that a walk is cheaper:
        then what was kept is let go.
        """
        found = self._known.get(start)
        if found is not None:
            return found
        near = self._to[self._at[start] : self._at[start + 1]].tolist()
        try:
            found = list({start}.union(*map(self._known.__getitem__, near)))
        except KeyError:
            if not self._gather(near):
                return None
            found = list({start}.union(*map(self._known.__getitem__, near)))
        if self._behind[start] != self._behind[start + 1]:
            self._keep(start, found)
        return found

    def _gather(self, stack: list[int]) -> bool:
        """Make known what lots reach, deepest first; not where they reach each other."""
        at, to, known, opened = self._at, self._to, self._known, set[int]()
        stack = stack.copy()
        while stack:
            place = stack[-1]
            near = to[at[place] : at[place + 1]].tolist()
            try:
                found = list({place}.union(*map(known.__getitem__, near)))
            except KeyError:
                if place in opened or self._held > _HELD:
                    known.clear()
                    self._held = 0
                    return False
                opened.add(place)
                stack += [other for other in near if other not in known]
                continue
            stack.pop()
            self._keep(place, found)
        return True

    def _keep(self, place: int, found: list[int]) -> None:
        if place not in self._known:
            self._known[place] = found  # a third of a set's memory
            self._held += len(found)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles in memory meanwhile: sets of numbers have none, and are many."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _about(folder: Path) -> dict[str, Any]:
    path = folder / "about.json"
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        about = {}
    if about.get("format") == FORMAT:
        return about
    raise LotproofError(
        "no chain files of this version",
        "those that a build writes",
        "run: lotproof build --period 2026-10",
        path,
    )


def _bytes(path: Path) -> mmap.mmap | bytes:
    if path.stat().st_size == 0:  # an empty file cannot be mapped
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _mapped(path: Path, code: Literal["I", "Q", "q"]) -> memoryview[int]:
    return memoryview(_bytes(path)).cast(code)

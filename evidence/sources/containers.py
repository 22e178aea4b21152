"""What was packed in which container, from when to when (EPCIS 2.0, AggregationEvent).

A container can be packed, unpacked and used again, and containers can hold containers. Built from
all aggregation events of a document before its other events are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Content:
    """One thing in a container.

    Attributes:
        uri: the lot, or the container inside.
        is_container: which of them.
        product: product of the lot.
        quantity: how much of it, as written.
        uom: its unit.
    """

    uri: str
    is_container: bool
    product: str | None = None
    quantity: str | None = None
    uom: str | None = None


@dataclass(slots=True)
class Stay:
    """A content in a container for a time.

    Attributes:
        container: the container.
        content: what was in it.
        event: ordinal of the event that packed it.
        packed_at: when.
        unpacked_at: when it was taken out; ``None`` when nothing says so.
    """

    container: str
    content: Content
    event: int
    packed_at: datetime
    unpacked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Packing:
    """One aggregation event.

    Attributes:
        event: its ordinal.
        at: when.
        is_packing: packed (ADD) or unpacked (DELETE).
        container: the parent.
        contents: the children; none at unpacking means all.
    """

    event: int
    at: datetime
    is_packing: bool
    container: str
    contents: tuple[Content, ...]


class Containers:
    """All stays that a document tells of.

    Attributes:
        stays: in the order of packing.
        unexplained: ordinals of unpackings of which no packing is known.
    """

    def __init__(self, packings: list[Packing]) -> None:
        self.stays: list[Stay] = []
        self.unexplained: list[int] = []
        self._of: dict[str, list[Stay]] = {}
        for packing in sorted(packings, key=lambda item: (item.at, item.event)):
            if packing.is_packing:
                self._pack(packing)
            else:
                self._unpack(packing)

    def lots_in(self, container: str, at: datetime | None) -> list[Content]:
        """Return the lots in a container at a time, also those in containers inside it."""
        return list(self._lots_in(container, at, set()))

    def _lots_in(self, container: str, at: datetime | None, seen: set[str]) -> Iterator[Content]:
        if at is None or container in seen:
            return
        seen.add(container)
        for stay in self._of.get(container, ()):
            if stay.packed_at <= at and (stay.unpacked_at is None or at < stay.unpacked_at):
                if stay.content.is_container:
                    yield from self._lots_in(stay.content.uri, at, seen)
                else:
                    yield stay.content

    def _pack(self, packing: Packing) -> None:
        for content in packing.contents:
            stay = Stay(packing.container, content, packing.event, packing.at)
            self.stays.append(stay)
            self._of.setdefault(packing.container, []).append(stay)

    def _unpack(self, packing: Packing) -> None:
        out = {content.uri for content in packing.contents}
        inside = [stay for stay in self._of.get(packing.container, ()) if stay.unpacked_at is None]
        taken = [stay for stay in inside if not out or stay.content.uri in out]
        if not taken:
            self.unexplained.append(packing.event)
        for stay in taken:
            stay.unpacked_at = packing.at

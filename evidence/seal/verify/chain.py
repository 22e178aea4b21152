"""Do the packs of a folder follow on one another? Rules over what each says of itself.

A series is what is made month after month of one site for one profile. Whether each pack is whole
is left to :mod:`.run`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..model import PackRecord, PackReference
from .findings import Finding

_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Member:
    """A pack of the folder: what it says of itself, and the digest by which others name it."""

    record: PackRecord
    digest: str


@dataclass(frozen=True, slots=True)
class Link:
    """A pack in its series.

    Attributes:
        pack: id and version.
        period: the month.
        follows: the pack it names as the one before; empty for the first.
        superseded_by: the version of this month that takes its place; None where it stands.
    """

    pack: str
    period: str
    follows: str
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """The packs of one series by month and version, and the months between them that lack one."""

    name: str
    links: tuple[Link, ...]
    missing: tuple[str, ...]


def series_of(members: Sequence[Member]) -> tuple[Series, ...]:
    """The series of a folder; a pack about a lot or a tool stands in none."""
    found: dict[str, list[PackRecord]] = defaultdict(list)
    for member in members:
        name = _series(member.record)
        if name:
            found[name].append(member.record)
    return tuple(_joined(name, records) for name, records in sorted(found.items()))


def check_chain(members: Sequence[Member]) -> Iterator[Finding]:
    """What is wrong with how packs follow on one another.

    Args:
        members: the packs, each of them once.
    """
    here: dict[tuple[str, int], set[str]] = defaultdict(set)
    for member in members:
        here[member.record.pack_id, member.record.version].add(member.digest)
    for (pack_id, version), digests in sorted(here.items()):
        if len(digests) > 1:
            expected, found = "one pack of a name and version", f"{len(digests)} that differ"
            yield Finding("E_CHAIN_FORK", f"{pack_id}_v{version}", expected, found)
    latest = _latest(members)
    for member in members:
        yield from _named(member.record, member.record.supersedes, "takes the place of", here)
        yield from _named(member.record, member.record.previous, "follows", here)
        yield from _order(member.record, here, latest)
    for series in series_of(members):
        for month in series.missing:
            yield Finding("U_CHAIN_MISSING", f"{series.name} {month}", "a pack of each month")
        for link in series.links:
            if not link.follows and link.period > series.links[0].period:
                expected = "the name of the pack before it"
                yield Finding("U_CHAIN_MISSING", link.pack, expected, "it names none")


def _named(
    record: PackRecord, reference: PackReference | None, what: str,
    here: dict[tuple[str, int], set[str]],
) -> Iterator[Finding]:  # fmt: skip
    if reference is None:
        return
    digests = here.get((reference.pack_id, reference.version), set())
    name = f"{reference.pack_id}_v{reference.version}"
    if not digests:
        expected = f"{name}, sha256 {reference.tagmanifest_sha256}"
        yield Finding("U_CHAIN_MISSING", record.folder, expected, f"{what} a pack that is not here")
    elif reference.tagmanifest_sha256 not in digests:
        expected = f"{name}, sha256 {reference.tagmanifest_sha256}"
        yield Finding("E_CHAIN_OTHER", record.folder, expected, ", ".join(sorted(digests)))


def _order(
    record: PackRecord, here: dict[tuple[str, int], set[str]], latest: dict[str, int]
) -> Iterator[Finding]:
    """Versions that stand beside each other, that were replaced, or that others still follow."""
    is_second = record.version > 1 and (record.pack_id, record.version - 1) in here
    if is_second and record.supersedes is None:
        expected = f"to take the place of version {record.version - 1}"
        yield Finding("E_CHAIN_FORK", record.folder, expected, "a version beside it")
    newer = latest[record.pack_id]
    if newer > record.version:
        found = f"version {newer} takes its place"
        yield Finding("N_CHAIN_SUPERSEDED", record.folder, found=found)
    before = record.previous
    if before and latest.get(before.pack_id, 0) > before.version:
        found = f"follows version {before.version} of {before.pack_id}, not the last one"
        yield Finding("N_CHAIN_SUPERSEDED", record.folder, found=found)


def _latest(members: Sequence[Member]) -> dict[str, int]:
    found: dict[str, int] = {}
    for member in members:
        record = member.record
        found[record.pack_id] = max(record.version, found.get(record.pack_id, 0))
    return found


def _series(record: PackRecord) -> str:
    """What a series is called: the name of its packs with an asterisk for the month."""
    month = record.period or ""
    if record.lot or not _MONTH.fullmatch(month) or month not in record.pack_id:
        return ""
    return record.pack_id.replace(month, "*", 1)


def _joined(name: str, records: list[PackRecord]) -> Series:
    latest: dict[str, int] = {}
    for record in records:
        latest[record.pack_id] = max(record.version, latest.get(record.pack_id, 0))
    ordered = sorted(records, key=lambda record: (str(record.period), record.version))
    months = sorted({str(record.period) for record in records})
    between = set(_months(months[0], months[-1])) - set(months)
    return Series(name, tuple(_link(record, latest) for record in ordered), tuple(sorted(between)))


def _link(record: PackRecord, latest: dict[str, int]) -> Link:
    before, newer = record.previous, latest[record.pack_id]
    return Link(
        pack=record.folder,
        period=str(record.period),
        follows=f"{before.pack_id}_v{before.version}" if before else "",
        superseded_by=f"{record.pack_id}_v{newer}" if newer > record.version else None,
    )


def _months(first: str, last: str) -> Iterator[str]:
    year, month = (int(part) for part in first.split("-"))
    while f"{year:04d}-{month:02d}" <= last:
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)

"""What does not fit between the pages people read: lettered annexes of a monthly pack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import reading, words
from .clauses import MapSection
from .gaps import Gaps
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SOURCES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: its letter, the template that fills it, its heading."""

    letter: str
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class MapDigest:
    """A map, pinned by the digest of its file."""

    name: str
    map_id: str
    status: str
    clauses: str
    digest: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An extract as it was read: how many rows, how many landed, its digest."""

    file: str
    source: str
    read: str
    landed: str
    quarantined: str
    digest: str


def letter_annexes(gaps: Gaps, sources: tuple[SourceFile, ...]) -> tuple[Annex, ...]:
    """The annexes that have something to say, lettered in order."""
    wanted = (
        ("gaps", "Further gaps", bool(gaps.lines or gaps.counts)),
        ("maps", "Maps in force", True),
        ("sources", "Extracts read", bool(sources)),
    )
    present = [(key, title) for key, title, is_present in wanted if is_present]
    return tuple(
        Annex(chr(ord("A") + place), key, title) for place, (key, title) in enumerate(present)
    )


def map_digests(
    requirements: list[Row], sections: tuple[MapSection, ...]
) -> tuple[MapDigest, ...]:  # fmt: skip
    """The maps in force with the digests of the files used."""
    digests = []
    for section in sections:
        rows = [row for row in requirements if row["map_id"] == section.map_id]
        status = "not adopted, indicative" if section.is_indicative else "adopted"
        digests.append(
            MapDigest(
                section.name, section.map_id, status, words.number(len(rows)),
                words.digest_groups(rows[0]["map_digest"] or "") or words.NOTHING,
            )
        )  # fmt: skip
    return tuple(digests)


def source_files(con: DuckDBPyConnection, site_id: str) -> tuple[tuple[SourceFile, ...], str]:
    """The extracts read for a site, and a line that counts those not printed.

    A build that keeps no table of loads gives none.
    """
    if not reading.has_table(con, "loads"):
        return (), ""
    found = reading.rows(
        con,
        "select * from loads where site_id = ? order by source, source_file, sha256",
        site_id,
    )
    more = len(found) - _SOURCES_SHOWN
    note = ""
    if more > 0:
        note = f"{words.capital(words.counted(more, 'further file'))} in data/evidence/loads.csv."
    return tuple(_source(row) for row in found[:_SOURCES_SHOWN]), note


def _source(row: Row) -> SourceFile:
    return SourceFile(
        row["source_file"], row["source"], words.number(row["rows_read"]),
        words.number(row["rows_landed"]), words.number(row["rows_quarantined"]),
        words.short_digest(row["sha256"]),
    )  # fmt: skip

"""Extraction manifests: who selected what, when, and which windows an extract covers in full.

A manifest stands beside a file as ``<file>.manifest.json`` or in its folder as ``manifest.json``.
Without one, and without ``covers:`` in `lotproof.yml`, nothing is covered, and whatever is absent
stays undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ..errors import LotproofError, Where
from ..workspace import Covers, Source, Workspace
from ..yaml_files import YamlFile, read_yaml, validated
from .lot_model import lot_model

FOLDER_MANIFEST = "manifest.json"
_DATE_LENGTH = 10


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Window(_Part):
    """A table of a site, covered in full from one instant or day to another.

    Attributes:
        table: table of the lot model.
        site: the site; the source's own where it is left out.
        scope: part of the table, such as event types, comma-separated.
        covers_from: first instant or local day covered (key ``from``).
        covers_to: first instant no longer covered, or last local day covered (key ``to``).
        rows: rows the source says it sent for it.
        source: the source it holds for, in a folder that several share.
    """

    table: str
    site: str | None = None
    scope: str | None = None
    covers_from: str = Field(alias="from")
    covers_to: str = Field(alias="to")
    rows: int | None = None
    source: str | None = None


class FileTotals(_Part):
    """What the source says of one file of the folder."""

    rows: int | None = None
    sha256: str | None = None


class Manifest(_Part):
    """An extraction manifest.

    Attributes:
        query: how the rows were selected.
        extracted_by: who or what made the extract.
        extracted_at: when, ISO 8601 with offset.
        rows: rows in the file (beside a file).
        sha256: digest of the file (beside a file).
        files: the same for each file of a folder.
        covers: what is covered in full.
    """

    query: str | None = None
    extracted_by: str | None = None
    extracted_at: str | None = None
    rows: int | None = None
    sha256: str | None = None
    files: dict[str, FileTotals] = {}
    covers: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundManifest:
    """A manifest, and where it was found.

    Attributes:
        path: its file.
        manifest: what it says.
        extracted_at: the same instant, naive UTC.
        file: the file with the places of its keys.
    """

    path: Path
    manifest: Manifest
    extracted_at: datetime | None
    file: YamlFile

    def totals(self, file_name: str) -> FileTotals:
        """Return what it says of a file."""
        if self.path.name != FOLDER_MANIFEST and "/" not in file_name:
            return FileTotals(rows=self.manifest.rows, sha256=self.manifest.sha256)
        return self.manifest.files.get(file_name, FileTotals())


def manifest_beside(path: Path) -> Path | None:
    """Return the manifest of an extract, if it has one."""
    for candidate in (path.with_name(f"{path.name}.manifest.json"), path.parent / FOLDER_MANIFEST):
        if candidate.is_file():
            return candidate
    return None


def is_manifest(path: Path) -> bool:
    """Return whether a file is a manifest and no extract."""
    return path.name == FOLDER_MANIFEST or path.name.endswith(".manifest.json")


def read_manifest(path: Path) -> FoundManifest:
    """Read a manifest.

    Raises:
        LotproofError: it is not JSON, has an unknown or a missing key, or a time that is none.
    """
    file = read_yaml(path)
    manifest = validated(file, Manifest)
    at = manifest.extracted_at
    where = file.where(("extracted_at",))
    return FoundManifest(path, manifest, _instant(at, None, where) if at else None, file)


def manifest_coverage(
    found: FoundManifest, source: Source, workspace: Workspace
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield the rows of `coverage` that a manifest gives, each with its number in it.

    Raises:
        LotproofError: a table, site or time is not one.
    """
    for index, window in enumerate(found.manifest.covers):
        if window.source not in (None, source.name):
            continue
        where = found.file.where(("covers", index))
        site_id = window.site or source.site
        zone = _zone(workspace, site_id, where)
        begin, end = _bounds(window, zone, where)
        row = _coverage(source, window.table, site_id, window.scope, begin, end, where)
        row |= {
            "row_count": str(window.rows) if window.rows is not None else None,
            "extracted_at": _iso(found.extracted_at) if found.extracted_at else None,
            "extracted_by": found.manifest.extracted_by,
            "query": found.manifest.query,
            "custody_shown": "true",
        }
        yield index + 1, row


def declared_coverage(
    source: Source, workspace: Workspace
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield the rows of `coverage` that `lotproof.yml` declares for a source, numbered."""
    position = workspace.sources.index(source) if source in workspace.sources else 0
    number = 0
    for index, covers in enumerate(source.covers):
        where = workspace.where("sources", position, "covers", index)
        site_id = covers.site or source.site
        zone = _zone(workspace, site_id, where)
        begin, end = _declared_bounds(covers, zone)
        for table in covers.tables:
            row = _coverage(source, table, site_id, covers.scope, begin, end, where)
            number += 1
            yield number, row | {"custody_shown": "false"}


def _coverage(
    source: Source,
    table: str,
    site_id: str | None,
    scope: str | None,
    begin: datetime,
    end: datetime,
    where: Where,
) -> dict[str, str | None]:
    if table not in lot_model():
        raise LotproofError(
            f"no table '{table}' in the lot model",
            f"one of: {', '.join(lot_model())}",
            "correct `covers`",
            where,
        )
    if end <= begin:
        raise LotproofError("the window ends before it begins", "from before to", "", where)
    parts = (source.name, table, site_id or "", scope or "", f"{begin:%Y-%m-%dT%H:%M:%S}")
    return {
        "record_id": "/".join(parts),
        "site_id": site_id,
        "table_name": table,
        "scope": scope,
        "covers_from": _iso(begin),
        "covers_to": _iso(end),
    }


def _zone(workspace: Workspace, site_id: str | None, where: Where) -> str:
    if site_id is None:
        return "UTC"
    for site in workspace.sites:
        if site.site_id == site_id:
            return site.timezone
    known = ", ".join(site.site_id for site in workspace.sites)
    raise LotproofError(f"no site '{site_id}'", f"one of: {known}", "correct `covers`", where)


def _bounds(window: Window, zone: str, where: Where) -> tuple[datetime, datetime]:
    begin = _instant(window.covers_from, zone, where)
    end = _instant(window.covers_to, zone, where)
    if len(window.covers_to) == _DATE_LENGTH:
        day = _day_after(date.fromisoformat(window.covers_to), where)
        end = _instant(day.isoformat(), zone, where)
    return begin, end


def _day_after(day: date, where: Where) -> date:
    if day.year == date.max.year:
        raise LotproofError(
            f"a window that ends on {day.isoformat()}",
            "the last day of which everything was sent",
            "say when the extract was made",
            where,
        )
    return day + timedelta(days=1)


def _declared_bounds(covers: Covers, zone: str) -> tuple[datetime, datetime]:
    nowhere = Where("lotproof.yml")
    end = _day_after(covers.covers_to, nowhere)
    return (
        _instant(covers.covers_from.isoformat(), zone, nowhere),
        _instant(end.isoformat(), zone, nowhere),
    )


def _instant(text: str, zone: str | None, where: Where) -> datetime:
    """Return a day's or an instant's beginning, naive UTC."""
    try:
        if len(text) == _DATE_LENGTH and zone is not None:
            day = datetime.combine(date.fromisoformat(text), time.min, ZoneInfo(zone))
            return day.astimezone(UTC).replace(tzinfo=None)
        when: datetime | None = datetime.fromisoformat(text)
    except (OverflowError, ValueError):
        when = None
    if when is None or when.tzinfo is None:
        raise LotproofError(
            f"'{text}' is no instant",
            "ISO 8601 with offset, such as 2026-11-04T16:30:00Z, or a day",
            "correct it where the manifest is made",
            where,
        )
    return when.astimezone(UTC).replace(tzinfo=None)


def _iso(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}Z"

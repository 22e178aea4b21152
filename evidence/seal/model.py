"""What a pack is called and what it says of itself: the values that end up in ``pack.json``.

Reading and writing files is left to :mod:`.staging`; who may sign is left to :mod:`.policy`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field

from ..errors import LotproofError
from ..profiles import ProfileName

PACK_FORMAT: Final = "lotproof-pack/1"
"""Name and version of the layout; a verifier refuses any other."""

PackState = Literal["draft", "prepared", "reviewed", "approved", "sealed", "rejected"]
"""How far a pack has come: ``prepared`` is signed by the first role, ``reviewed`` by a further one,
``approved`` by all; ``sealed`` cannot change again, ``rejected`` went back to its preparer and
cannot be signed on."""

_PACK_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}(?:\.[A-Za-z0-9-]{1,20})?")
_SHA256: Final = r"^[0-9a-f]{64}$"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackReference(_Frozen):
    """Another pack, named so that it cannot be swapped: by the digest of its tag manifest."""

    pack_id: str
    version: int = Field(ge=1)
    tagmanifest_sha256: str = Field(pattern=_SHA256)


class Tool(_Frozen):
    """The program that made the pack, pinned by the digest of its dependency lock."""

    name: str
    version: str
    lock_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Where a signature is drawn: page counted from 1, corners in PDF points from bottom left."""

    page: int
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        """Height in points."""
        return self.y2 - self.y1


@dataclass(frozen=True, slots=True)
class PackIdentity:
    """What a pack is about, decided before its first byte is written.

    Attributes:
        pack_id: letters, digits and hyphens, such as ``AP-2026-10-LEU``.
        version: counted from 1; a corrected pack gets the next one.
        title: the title people read.
        report: name of the report definition.
        as_of: what had been recorded by then is in the pack; aware.
        timezone: IANA name of the site's zone; signatures show local time with offset.
        tool: the program that makes the pack.
        site: the site judged, when the pack is about one.
        entity: the legal entity judged, when the pack is about one.
        lot: the lot, when the pack is a dossier or certificate.
        period: the site's local month, such as ``2026-10``.
        supersedes: the version this one corrects.
        previous: the pack before it in the series.
        example: the data is invented, and every page says so.
        profile: for whom the pack is made.
    """

    pack_id: str
    version: int
    title: str
    report: str
    as_of: datetime
    timezone: str
    tool: Tool
    site: str | None = None
    entity: str | None = None
    lot: str | None = None
    period: str | None = None
    supersedes: PackReference | None = None
    previous: PackReference | None = None
    example: bool = False
    profile: ProfileName = "internal"

    def __post_init__(self) -> None:
        if not _PACK_ID.fullmatch(self.pack_id):
            raise LotproofError(
                f"pack id {self.pack_id!r}",
                "letters, digits and hyphens, at most 60, such as AP-2026-10-LEU",
                "choose another pack id; names of lots go into `lot`, not into the id",
            )
        if self.version < 1:
            raise LotproofError(f"pack version {self.version}", "a whole number from 1")
        utc(self.as_of)
        zone(self.timezone)

    @property
    def folder(self) -> str:
        """Name of the pack's folder and of the single folder inside its zip."""
        return f"{self.pack_id}_v{self.version}"


class PackRecord(_Frozen):
    """``pack.json``: identity, what is bound by digest, and how far the pack has come."""

    format: Literal["lotproof-pack/1"]
    pack_id: str
    version: int = Field(ge=1)
    supersedes: PackReference | None
    previous: PackReference | None
    title: str
    report: str
    site: str | None
    entity: str | None
    lot: str | None
    period: str | None
    as_of: str
    timezone: str
    example: bool
    profile: ProfileName
    tool: Tool
    evidence_manifest_sha256: str | None = Field(pattern=_SHA256)
    policy_sha256: str = Field(pattern=_SHA256)
    audit_head: str | None = Field(pattern=_SHA256)
    state: PackState

    @property
    def folder(self) -> str:
        """Name of the pack's folder."""
        return f"{self.pack_id}_v{self.version}"


def new_record(identity: PackIdentity, policy_sha256: str) -> PackRecord:
    """The record of a pack that has only just been begun."""
    return PackRecord(
        format=PACK_FORMAT,
        pack_id=identity.pack_id,
        version=identity.version,
        supersedes=identity.supersedes,
        previous=identity.previous,
        title=identity.title,
        report=identity.report,
        site=identity.site,
        entity=identity.entity,
        lot=identity.lot,
        period=identity.period,
        as_of=utc(identity.as_of),
        timezone=identity.timezone,
        example=identity.example,
        profile=identity.profile,
        tool=identity.tool,
        evidence_manifest_sha256=None,
        policy_sha256=policy_sha256,
        audit_head=None,
        state="draft",
    )


def utc(moment: datetime) -> str:
    """An instant as every machine-read file of a pack spells it: ``2026-11-02T09:30:00Z``.

    Fractions of a second are cut off.

    Raises:
        LotproofError: the instant has no offset.
    """
    if moment.tzinfo is None:
        raise LotproofError(
            f"the time {moment.isoformat()} without offset", "an instant with offset or in UTC"
        )
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(moment: datetime, timezone: str) -> str:
    """An instant as people read it: local time with offset, ``2026-11-02 10:30:00 (+01:00)``."""
    there = moment.astimezone(zone(timezone))
    offset = there.utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"{there:%Y-%m-%d %H:%M:%S} ({sign}{hours:02d}:{rest:02d})"


def zone(timezone: str) -> ZoneInfo:
    """The time zone of that IANA name.

    Raises:
        LotproofError: no such zone.
    """
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise LotproofError(
            f"time zone {timezone!r}", "an IANA name such as Europe/Brussels"
        ) from error

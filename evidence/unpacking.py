"""What packed files may come to when they are unpacked: `unpacking:` of `lotproof.yml`.

A few megabytes can be made to unpack to as much as any disk holds. Extracts of real systems pack to
a tenth or a thirtieth; what goes far beyond is refused before it fills anything.
"""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .errors import LotproofError

_SIZES = {"MB": 10**6, "GB": 10**9}
Size = Annotated[str, Field(pattern=r"^[1-9][0-9]*(MB|GB)$")]

SMALL = 256 * 10**6
"""Below so many bytes it does not matter how well something packs."""
LEFT_FREE = 512 * 10**6
"""Bytes of the disk that unpacking leaves to others."""


class Unpacking(BaseModel):
    """How much may come out of a packed file.

    Attributes:
        most: of one archive (`.zip`, `.gz`).
        sheets: of one spreadsheet, which is an archive too and is held in memory as a whole.
        times: how many times the packed size it may come to, beyond 256 MB.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    most: Size = "20GB"
    sheets: Size = "1GB"
    times: Annotated[int, Field(ge=1)] = 200

    def demand(self, path: Path, name: str, size: int, *, is_sheet: bool = False) -> None:
        """Demand that a packed file may come to so many bytes.

        Raises:
            LotproofError: it may not; says which limit it passes, and how to raise it.
        """
        key = "sheets" if is_sheet else "most"
        limit = self.sheets if is_sheet else self.most
        if size > _bytes(limit):
            raise _refused(name, f"more than {limit}", f"`unpacking: {{{key}: …}}`")
        if size > SMALL and size > self.times * path.stat().st_size:
            what = f"more than {self.times} times its size of {path.stat().st_size:,} bytes"
            raise _refused(name, what, "`unpacking: {times: …}`")

    def demand_room(self, folder: Path, name: str, size: int) -> None:
        """Demand that the disk of a folder has room for so many further bytes.

        Raises:
            LotproofError: it has not.
        """
        free = disk_usage(folder).free
        if size > free - LEFT_FREE:
            raise LotproofError(
                f"unpacked it does not fit on the disk, which has {free // 10**6:,} MB free",
                f"room for it, and {LEFT_FREE // 10**6:,} MB left",
                "make room, or unpack it elsewhere and send what is needed",
                name,
            )


def _bytes(size: str) -> int:
    return int(size[:-2]) * _SIZES[size[-2:]]


def _refused(name: str, what: str, key: str) -> LotproofError:
    return LotproofError(
        f"unpacked it comes to {what}; nothing of it was kept",
        "an archive of extracts, which do not pack so well",
        f"get it again from whoever sent it; if it is right, {key} in lotproof.yml allows more",
        name,
    )

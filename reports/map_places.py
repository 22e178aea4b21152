"""Where each clause stands in its map: file and line, for reports that point into sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

_MAP = re.compile(r"^map:\s*['\"]?([^\s'\"#]+)", re.MULTILINE)
_ID = re.compile(r"^\s+(?:-\s+)?id:\s*['\"]?([^\s'\"#]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a map.

    Attributes:
        path: the file; of a shipped map within the package, else as the reader can open it.
        line: from 1.
        is_shipped: whether the map comes with lotproof.
    """

    path: str
    line: int
    is_shipped: bool


def clause_places(root: Path, seen_from: Path) -> dict[str, Place]:
    """The place of every clause of the shipped maps and of a workspace's own, which come first.

    Args:
        root: the workspace.
        seen_from: folder that paths of own maps are relative to, where they lie below it.
    """
    found: dict[str, Place] = {}
    with as_file(files("lotproof")) as package:
        for path in _map_files(package / "obligations"):
            found |= _places_in(path, path.relative_to(package).as_posix(), is_shipped=True)
    for path in _map_files(root / "obligations"):
        whole = path.resolve()
        base = seen_from.resolve() if whole.is_relative_to(seen_from.resolve()) else root.resolve()
        found |= _places_in(path, whole.relative_to(base).as_posix(), is_shipped=False)
    return found


def _map_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.yml")) if not path.name.endswith(".tests.yml"))


def _places_in(path: Path, name: str, *, is_shipped: bool) -> dict[str, Place]:
    text = path.read_text(encoding="utf-8", errors="replace")
    named = _MAP.search(text)
    if named is None:
        return {}
    return {
        f"{named[1]}:{found[1]}": Place(name, number, is_shipped)
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _ID.match(line))
    }

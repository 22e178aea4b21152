"""The chain files: who came from whom as compressed adjacency arrays, and what each lot says.

A folder of flat files that can be mapped into memory, so that a trace reads what it needs and
nothing else, without a database. For every lot the links out of it lie side by side
(``down_at`` says where they begin, ``down_to`` names the lot each leads to), and so do the links
into it (``up_at``, ``up_to``, ``up_link``). Reading them is left to :mod:`.chains`.
"""

from __future__ import annotations

import json
import shutil
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMAT = 1
NEVER = -(2**62)
"""What stands for an instant that is not recorded."""

Link = tuple[int, int, int | None, str]
Lot = tuple[tuple[str | None, ...], str]


def write_chains(con: DuckDBPyConnection, folder: Path, digest: str) -> None:
    """Write the chain files of a build, aside and then in the place of the old ones.

    Args:
        con: the build's tables.
        folder: where they go.
        digest: which build it is.
    """
    from .chain_sql import BOXES, IDENTIFIERS, LINKS, LOTS

    con.execute(BOXES)
    more: dict[int, list[str]] = {}
    for value, place in con.execute(IDENTIFIERS).fetchall():
        more.setdefault(place, []).append(value)
    lots = (
        ((*row[:4], *more.get(place, ())), row[4]) for place, row in enumerate(_rows(con, LOTS))
    )
    write_files(folder, digest, lots, lambda: _rows(con, LINKS))
    con.execute("drop table boxes")


def _rows(con: DuckDBPyConnection, sql: str) -> Iterator[Any]:
    result = con.execute(sql)
    while chunk := result.fetchmany(65_536):
        yield from chunk


def write_files(
    folder: Path, digest: str, lots: Iterable[Lot], links: Callable[[], Iterable[Link]]
) -> None:  # fmt: skip
    """Write chain files from lots in order and links between their places.

    Args:
        folder: where they go.
        digest: which build it is.
        lots: of each lot its names and what it says, as one line of JSON.
        links: called once, after the lots; gives ``(parent, child, seconds since 1970, told)``,
            sorted by parent.
    """
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    n_lots = _write_lots(aside, lots)
    n_links = _write_links(aside, n_lots, links())
    about = {
        "format": FORMAT, "digest": digest, "lots": n_lots, "links": n_links,
        "order": sys.byteorder,
    }  # fmt: skip
    (aside / "about.json").write_text(json.dumps(about), encoding="utf-8")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _write_lots(folder: Path, lots: Iterable[Lot]) -> int:
    starts, names = array("Q", [0]), list[tuple[bytes, int]]()
    with (folder / "lots.jsonl").open("wb") as file:
        for place, (called, told) in enumerate(lots):
            starts.append(starts[-1] + file.write(told.encode() + b"\n"))
            names += {(fold(name), place) for name in called if name}
    names.sort()
    with (folder / "names.txt").open("wb") as file:
        file.writelines(name + b"\t%d\n" % place for name, place in names)
    _save(folder / "lots_at", starts)
    return len(starts) - 1


def fold(name: str) -> bytes:
    """A name as it is looked up: without regard to case and blanks around it."""
    return " ".join(name.split()).casefold().encode()


def _write_links(folder: Path, n_lots: int, links: Iterable[Link]) -> int:
    parents, children, when, starts = array("I"), array("I"), array("q"), array("Q", [0])
    with (folder / "links.tsv").open("wb") as file:
        for parent, child, at, told in links:
            parents.append(parent)
            children.append(child)
            when.append(NEVER if at is None else at)
            starts.append(starts[-1] + file.write(told.encode() + b"\n"))
    _save(folder / "links_at", starts)
    _save(folder / "when", when)
    _save(folder / "down_at", _offsets(parents, n_lots))
    _save(folder / "down_to", children)
    up_at, up_to, up_link = turned(parents, children, n_lots)
    _save(folder / "up_at", up_at)
    _save(folder / "up_to", up_to)
    _save(folder / "up_link", up_link)
    return len(children)


def _offsets(ends: array[int], n_lots: int) -> array[int]:
    """Where the links of each lot begin, and where the last ones end."""
    counts = array("I", bytes(4 * (n_lots + 1)))
    for end in ends:
        counts[end + 1] += 1
    total = 0
    for place in range(n_lots + 1):
        total += counts[place]
        counts[place] = total
    return counts


def turned(
    parents: array[int], children: array[int], n_lots: int
) -> tuple[array[int], array[int], array[int]]:
    """The same links by child: where each lot's begin, the parents, and the link's own place."""
    at = _offsets(children, n_lots)
    free = array("I", at)
    to, link = (array("I", bytes(4 * len(children))) for _ in range(2))
    for place, child in enumerate(children):
        spot = free[child]
        to[spot], link[spot] = parents[place], place
        free[child] = spot + 1
    return at, to, link


def _save(path: Path, values: array[int]) -> None:
    with path.open("wb") as file:
        values.tofile(file)

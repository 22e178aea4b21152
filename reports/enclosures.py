"""What a pack encloses beside its evidence: original files, maps, parameters, the SQL that ran."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from . import reading
from .cut_originals import Scissors
from .left_out import Cut
from .originals import Originals

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..evidence.workspace import Workspace


def enclose(
    con: DuckDBPyConnection, workspace: Workspace, site_id: str, pack: Path, cuts: Sequence[Cut]
) -> Scissors:  # fmt: skip
    """Copy originals, maps, parameters and queries into a staged pack.

    Args:
        con: the warehouse.
        workspace: where the originals and the staged project lie.
        site_id: the site whose extracts go along.
        pack: the staged folder.
        cuts: what of the originals is left out.

    Returns:
        What was cut from the originals.

    Raises:
        LotproofError: an original that was ingested is no longer there.
    """
    scissors = Scissors(cuts)
    _originals(con, workspace, site_id, pack / "data" / "originals", scissors)
    _maps(con, workspace, pack / "data" / "obligations")
    _queries(workspace, pack / "data" / "queries")
    return scissors


def copy_originals(
    con: DuckDBPyConnection, workspace: Workspace, site_id: str, folder: Path,
    cuts: Sequence[Cut], wanted: Collection[tuple[str, str]],
) -> Originals:  # fmt: skip
    """Copy some originals of a site into ``originals/`` of a folder, as far as they may go along.

    Args:
        con: the warehouse.
        workspace: where the originals lie.
        site_id: the site.
        folder: where its pages lie.
        cuts: what of the originals is left out.
        wanted: source and file of each original to copy.
    """
    dest = folder / "originals"
    _originals(con, workspace, site_id, dest, Scissors(cuts), wanted)
    return replace(_originals_in(con, site_id, dest), base="originals/")


def _originals(
    con: DuckDBPyConnection, workspace: Workspace, site_id: str, dest: Path, scissors: Scissors,
    wanted: Collection[tuple[str, str]] | None = None,
) -> None:  # fmt: skip
    for row, name in _named(_loaded(con, site_id)):
        if wanted is not None and (row["source"], row["source_file"]) not in wanted:
            continue
        kept = workspace.state_dir / "originals" / row["sha256"]
        if not kept.is_file():
            raise LotproofError(
                f"the original of {row['source_file']} is gone",
                "every ingested file, as it came",
                f"put the file with SHA-256 {row['sha256']} back, or ingest it again",
                kept,
            )
        scissors.copy(kept, dest / name, row["source"], row["source_file"])


def enclosed_originals(con: DuckDBPyConnection, site_id: str, pack: Path) -> Originals:
    """The originals of a staged pack, by the source and file a row names.

    Args:
        con: the warehouse.
        site_id: the site whose extracts went along.
        pack: the staged folder.
    """
    return _originals_in(con, site_id, pack / "data" / "originals")


def _originals_in(con: DuckDBPyConnection, site_id: str, folder: Path) -> Originals:
    names: dict[tuple[str, str], list[str]] = {}
    for row, name in _named(_loaded(con, site_id)):
        if (folder / name).is_file():
            names.setdefault((row["source"], row["source_file"]), []).append(name)
    return Originals(folder, names)


def _loaded(con: DuckDBPyConnection, site_id: str) -> list[reading.Row]:
    """Each file that was ingested for a site, once."""
    if not reading.has_table(con, "loads"):
        return []
    return reading.rows(
        con,
        "select distinct source, source_file, sha256 from loads where site_id = ? "
        "order by source, source_file, sha256",
        site_id,
    )


def _named(found: list[reading.Row]) -> Iterator[tuple[reading.Row, str]]:
    """A name inside the pack for each original; equal names are numbered."""
    from ..evidence.seal import safe_name

    taken: set[str] = set()
    for row in found:
        stem, dot, ending = safe_name(Path(row["source_file"]).name).rpartition(".")
        folder, number = safe_name(row["source"]), 1
        name = f"{folder}/{stem}{dot}{ending}"
        while name.casefold() in taken:
            number += 1
            name = f"{folder}/{stem or 'file'}-{number}{dot}{ending}"
        taken.add(name.casefold())
        yield row, name


def _maps(con: DuckDBPyConnection, workspace: Workspace, dest: Path) -> None:
    from ..evidence.seal import safe_name
    from ..evidence.warehouse.building import chosen_maps
    from ..evidence.warehouse.calendars import workspace_days
    from ..evidence.warehouse.unit_factors import factors_of

    used = {
        map_id for (map_id,) in con.execute("select distinct map_id from requirements").fetchall()
    }
    dest.mkdir(parents=True, exist_ok=True)
    for found in chosen_maps(workspace):
        if found.map in used:
            (dest / safe_name(f"{found.map}.yml")).write_bytes(found.file.path.read_bytes())
    _write_json(dest / "parameters.json", workspace.parameters)
    period = reading.one(con, "select period from pin")
    _write_json(dest / "calendars.json", workspace_days(workspace, period))
    _write_json(dest / "unit-factors.json", factors_of(workspace))


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def _queries(workspace: Workspace, dest: Path) -> None:
    """The SQL of the last build, without the path of the machine it ran on."""
    from ..evidence.seal import safe_name

    compiled = workspace.state_dir / "dbt" / "target" / "compiled"
    machine = str(workspace.state_dir)
    for source in sorted(compiled.rglob("*.sql")):
        parts = source.relative_to(compiled).parts[1:]
        if parts and parts[0] == "models":
            target = dest.joinpath(*(safe_name(part) for part in parts[1:]))
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8").replace(machine, ".lotproof")
            target.write_text(text, encoding="utf-8")

"""One build: landing to verdicts for a month, as it was known at a moment.

The warehouse of the last build stays whole until the new one is complete. A build of the same
loads, maps, parameters, code, period and ``as_of`` is not run again. What the models say is left
to dbt; what the maps say, to ``lotproof.evidence.maps``.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError, Where
from ..lots.chain_files import write_chains
from ..lots.places import CHAINS
from .connection import database_of, note_of, noted, open_warehouse
from .dbt_runs import Progress, run_models
from .staging import Pin, code_digest, stage
from .unit_factors import factor_models, factors_of

if TYPE_CHECKING:
    from ..maps import ObligationMap, Override
    from ..workspace import Workspace

_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

KEPT = (
    "clause", "subject_type", "subject_id", "site_id", "period", "state", "code", "severity",
)  # fmt: skip
"""What of each verdict is kept for the months after it, in no order."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did.

    Attributes:
        pin: what it is pinned by.
        skipped: True when nothing had changed since the last build of the same pin.
        counts: number of verdicts by state.
        maps: name of each map that was judged.
        digest: sha256 over everything the build depends on.
    """

    pin: Pin
    skipped: bool
    counts: dict[str, int]
    maps: tuple[str, ...]
    digest: str


def build(
    workspace: Workspace,
    period: str,
    as_of: datetime | None = None,
    site: str | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Judge a month and keep the result in the workspace.

    Args:
        workspace: the workspace.
        period: the month, ``2026-10``; each site's local month.
        as_of: only what had been recorded and ingested by then counts [UTC]; by default the moment
            of the last complete ingest.
        site: judge this site only.
        progress: told of each model as it ends.

    Raises:
        LotproofError: nothing has been ingested, the period is none, a map has faults, or a model
            failed. The last build stays as it was.
    """
    pin = _pin(workspace, period, as_of, site)
    maps = chosen_maps(workspace)
    models = map_models(maps, overrides_of(workspace), period) | calendars(workspace, period)
    models |= factor_models(factors_of(workspace)) | own_models(workspace)
    digest = _digest(workspace, pin, models)
    names = tuple(m.map for m in maps)
    if noted(workspace).get("digest") == digest and database_of(workspace).is_file():
        return BuildResult(pin, True, _counts(workspace), names, digest)
    aside = workspace.state_dir / "building.duckdb"
    _remove(aside)
    project = stage(workspace.state_dir, pin, models, database=aside, memory=workspace.memory)
    run_models(project, progress or _silent)
    _publish(workspace, aside, pin, digest)
    return BuildResult(pin, False, _counts(workspace), names, digest)


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def chosen_maps(workspace: Workspace) -> list[ObligationMap]:
    """The maps a workspace is judged by: the shipped ones and its own, or those it names.

    Raises:
        LotproofError: a map has faults, or the workspace names one that does not exist.
    """
    from ..maps import load_maps, shipped_maps

    own = workspace.root / "obligations"
    maps = {m.map: m for m in shipped_maps()}
    maps |= {m.map: m for m in (load_maps([own]) if own.is_dir() else [])}
    if workspace.maps is None:
        return [maps[name] for name in sorted(maps)]
    for index, name in enumerate(workspace.maps):
        if name not in maps:
            raise LotproofError(
                found=f"map '{name}'",
                expected=f"one of: {', '.join(sorted(maps))}",
                fix="correct the name, or put the map into obligations/",
                where=workspace.where("maps", index),
            )
    return [maps[name] for name in sorted(set(workspace.maps))]


def overrides_of(workspace: Workspace) -> dict[str, list[Override]]:
    """The parameters a workspace sets, by map.

    Raises:
        LotproofError: a parameter has no value, or no reason.
    """
    return overrides_in(workspace.parameters, workspace.where)


def overrides_in(
    parameters: Mapping[str, Mapping[str, Any]], where: Callable[..., Where] | None = None
) -> dict[str, list[Override]]:
    """The same for parameters as they are written in a workspace or enclosed in a pack.

    Args:
        parameters: by map and name, each a mapping or a list of them.
        where: gives the place of a parameter, for the error.

    Raises:
        LotproofError: a parameter has no value, or no reason.
    """
    from ..maps import Override

    found: dict[str, list[Override]] = {}
    for map_id, params in parameters.items():
        for name, given in params.items():
            for entry in given if isinstance(given, list) else [given]:
                if not isinstance(entry, dict) or not {"value", "reason"} <= set(entry):
                    raise LotproofError(
                        found=f"parameter {name} of {map_id} without value or reason",
                        expected="{value: …, sites: [optional], reason: why it differs here}",
                        fix="say the value and why the site departs from the map",
                        where=where("parameters", map_id, name) if where else None,
                    )
                sites = tuple(entry.get("sites", ()))
                override = Override(name, entry["value"], sites, str(entry["reason"]))
                found.setdefault(map_id, []).append(override)
    return found


def map_models(
    maps: list[ObligationMap], overrides: dict[str, list[Override]], period: str,
    without: Collection[str] = (),
) -> dict[str, str]:  # fmt: skip
    """The generated model of each map, by file name, with the parameters in force in a month.

    Args:
        maps: the maps.
        overrides: parameters that are set otherwise, by map.
        period: the month.
        without: clauses that are not judged; the others keep their place in the map.
    """
    from ..maps import compile_map
    from .calendars import last_day
    from .map_models import generated_models

    on = last_day(period)
    compiled = [compile_map(found, overrides.get(found.map, ()), on) for found in maps]
    for one in compiled:
        judged = [rule for rule in one["requirements"] if rule["clause"] not in without]
        one["requirements"] = judged
    return generated_models(one for one in compiled if one["requirements"] or not without)


def calendars(workspace: Workspace, period: str) -> dict[str, str]:
    """The generated models of holidays and of the sites' own days, by file name."""
    from .calendars import enclosed_calendar_models, workspace_days

    return enclosed_calendar_models(workspace_days(workspace, period))


def own_models(workspace: Workspace) -> dict[str, str]:
    """The workspace's own models for `check:`, and their declarations, by file name."""
    folder = workspace.root / "models"
    return {
        path.name: path.read_text(encoding="utf-8")
        for pattern in ("*.sql", "*.yml")
        for path in sorted(folder.glob(pattern))
    }


def _pin(workspace: Workspace, period: str, as_of: datetime | None, site: str | None) -> Pin:
    if not _PERIOD.fullmatch(period):
        raise LotproofError(
            found=f"period {period!r}",
            expected="a month such as 2026-10",
            fix="write year and month",
        )
    if site is not None:
        workspace.site(site)
    last = _last_ingest(workspace)
    known = last if as_of is None else as_of.replace(tzinfo=None)
    return Pin(period, known, known, site)


def _last_ingest(workspace: Workspace) -> datetime:
    import duckdb

    loads = workspace.landing_dir / "loads"
    if not any(loads.glob("*.parquet")):
        raise LotproofError(
            found="a workspace into which nothing has been ingested",
            expected="at least one load",
            fix="run: lotproof ingest",
            where=workspace.path,
        )
    pattern = str(loads / "*.parquet")
    rows = duckdb.execute(
        "select max(ingested_at) from read_parquet(?, union_by_name = true)", [pattern]
    ).fetchall()
    latest: datetime = rows[0][0]
    return latest


def _digest(workspace: Workspace, pin: Pin, models: dict[str, str]) -> str:
    loads = sorted(p.name for p in (workspace.landing_dir / "loads").glob("*.parquet"))
    parts = {
        "code": code_digest(),
        "loads": loads,
        "models": {
            name: hashlib.sha256(text.encode()).hexdigest() for name, text in models.items()
        },
        "pin": {name: str(value) for name, value in asdict(pin).items()},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _publish(workspace: Workspace, aside: Path, pin: Pin, digest: str) -> None:
    """Put the new database in the place of the old one, then say which build it is."""
    import duckdb

    note_of(workspace).unlink(missing_ok=True)
    history = workspace.state_dir / "verdicts"
    history.mkdir(exist_ok=True)
    with duckdb.connect(str(aside), config={"memory_limit": workspace.memory}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("checkpoint")
        write_chains(con, workspace.state_dir / CHAINS, digest)
        name = pin.period if pin.site is None else f"{pin.period}-{pin.site}"
        part = history / f".{name}.part"
        con.execute(
            f"copy (select {', '.join(KEPT)} from verdict_list) to "
            f"'{str(part).replace(chr(39), chr(39) * 2)}' (format parquet)"
        )
    part.replace(history / f"{name}.parquet")
    aside.replace(database_of(workspace))
    _remove(aside)
    note = {"digest": digest, "code": code_digest()}
    note |= {key: str(value) for key, value in asdict(pin).items()}
    part = note_of(workspace).with_suffix(".part")
    part.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    part.replace(note_of(workspace))


def _remove(database: Path) -> None:
    for path in (database, database.with_name(database.name + ".wal")):
        path.unlink(missing_ok=True)
    # what a build that was killed had set aside for want of memory
    shutil.rmtree(database.with_name(database.name + ".tmp"), ignore_errors=True)


def _counts(workspace: Workspace) -> dict[str, int]:
    with open_warehouse(workspace) as con:
        return dict(
            con.execute(
                "select state, count(*) from verdicts group by state order by state"
            ).fetchall()
        )

"""The dbt project as it runs: copied from the package, with the maps and the pin of one build.

dbt writes compiled SQL beside what it reads, so nothing runs from the package itself: everything
is staged in ``<workspace>/.lotproof/dbt`` (docs/adr/0002). Running it is left to ``dbt_runs``.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

import yaml

from .literals import quoted
from .unit_factors import factor_models

CONTENT = ("dbt_project.yml", "macros", "models")
"""What of the package makes the dbt project."""

MEMORY = "4GB"
"""What DuckDB may hold at once where no workspace says it: small worlds and packs."""

_AT_ONCE = 2
"""Models that run at once: to plan the statements of one keeps a single core busy."""

_MARK = ".staged"


@dataclass(frozen=True, slots=True)
class Pin:
    """What one build is pinned by.

    Attributes:
        period: the month judged, ``2026-10``, in each site's local time.
        as_of: only what sources had recorded by then counts [UTC].
        as_of_ingested: only what had been ingested by then counts [UTC].
        site: judge this site only; ``None`` for all.
    """

    period: str
    as_of: datetime
    as_of_ingested: datetime
    site: str | None = None

    def sql(self) -> str:
        """The one row every model reads the pin from."""
        site = "null" if self.site is None else quoted(self.site)
        return (
            "-- generated for this build\n"
            f"select\n    cast({quoted(self.period)} as string) as period,\n"
            f"    {_timestamp(self.as_of)} as as_of,\n"
            f"    {_timestamp(self.as_of_ingested)} as as_of_ingested,\n"
            f"    cast({site} as string) as site_id\n"
        )


def _timestamp(instant: datetime) -> str:
    return f"timestamp '{instant.replace(tzinfo=None).isoformat(sep=' ')}'"


@dataclass(frozen=True, slots=True)
class StagedProject:
    """A dbt project ready to run.

    Attributes:
        folder: its ``dbt_project.yml`` lies here.
        database: the DuckDB file it writes.
    """

    folder: Path
    database: Path


def code_digest() -> str:
    """The sha256 over every file of the package that makes the dbt project."""
    digest = hashlib.sha256()
    with as_file(files("lotproof")) as package:
        for path in _content(package):
            name = path.relative_to(package).as_posix().encode()
            digest.update(len(name).to_bytes(4, "big") + name)
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _content(package: Path) -> Iterator[Path]:
    for name in CONTENT:
        path = package / name
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def stage(
    state: Path,
    pin: Pin,
    map_models: Mapping[str, str],
    *,
    database: Path,
    memory: str = MEMORY,
    alone: bool = False,
) -> StagedProject:
    """Stage the project and return where it is.

    Args:
        state: folder that holds ``landing/``; the project goes into ``dbt/`` beside it.
        pin: what the build is pinned by.
        map_models: text of each generated model by file name, such as ``us-21cfr211.sql``.
        database: the DuckDB file the models are written to.
        memory: what DuckDB may hold at once, such as ``1200MB``.
        alone: whether SQL can reach no file outside ``state``, for rows and maps of strangers.
    """
    folder = state / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    _renew_code(folder)
    generated = {"pin.sql": pin.sql()} | factor_models({}) | dict(map_models)
    _write_generated(folder / "models" / "generated", generated)
    settings = {"file_search_path": str(state), "memory_limit": memory, "TimeZone": "UTC"}
    _write_profile(folder, database, settings)
    if alone:
        _shut_in(folder, state)
    return StagedProject(folder, database)


def _shut_in(folder: Path, state: Path) -> None:
    """From the first statement on, the database reaches no file but those below ``state``."""
    first = [
        f"set allowed_directories = [{quoted(state)}, 'landing']",
        "set enable_external_access = false",
    ]
    project = folder / "dbt_project.yml"
    text = project.read_text(encoding="utf-8")
    project.write_text(f"{text}\n{yaml.safe_dump({'on-run-start': first})}", encoding="utf-8")


def _renew_code(folder: Path) -> None:
    digest, mark = code_digest(), folder / _MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return
    mark.unlink(missing_ok=True)
    with as_file(files("lotproof")) as package:
        for name in CONTENT:
            source, target = package / name, folder / name
            if source.is_dir():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
    mark.write_text(digest, encoding="utf-8")


def _write_generated(folder: Path, models: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for stale in {p.name for p in folder.iterdir()} - set(models):
        (folder / stale).unlink()
    for name, text in models.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _write_profile(
    folder: Path, database: Path, settings: Mapping[str, str]
) -> None:  # fmt: skip
    output = {
        "type": "duckdb",
        "path": str(database),
        "threads": _AT_ONCE,
        "settings": dict(settings),
    }
    profile = {"lotproof": {"target": "duckdb", "outputs": {"duckdb": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")

"""Judges the evidence of a pack again and says where its verdicts are others.

The rows land as if just ingested (:mod:`.landing`), the enclosed maps are read as data and written
as SQL by the macros installed here, and what comes out is held against what the pack says
(:mod:`.comparing`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from ..errors import LotproofError
from ..warehouse.staging import MEMORY
from .comparing import differences
from .landing import MODELLED, land
from .told_apart import Apart, told_apart

if TYPE_CHECKING:
    from ..maps import ObligationMap
    from ..seal.model import PackRecord
    from ..seal.verify import Finding
    from ..seal.verify.snapshot import Snapshot
    from .pages import Retell

_MAPS: Final = "data/obligations/"
_EVIDENCE: Final = "data/evidence/"
_PARAMETERS: Final = f"{_MAPS}parameters.json"
_CALENDARS: Final = f"{_MAPS}calendars.json"
_FACTORS: Final = f"{_MAPS}unit-factors.json"
_VERDICTS: Final = "verdict_list"
_COMPARED: Final = (_VERDICTS, "evidence_list", "requirements")
_PRINTED: Final = ("completeness", "loads", "quarantine", "link_pairs")
"""Models that pages are told from, beside those compared."""


def judge_again(
    snapshot: Snapshot, record: PackRecord, *, retell: Retell | None = None, memory: str = MEMORY
) -> Iterator[Finding]:  # fmt: skip
    """Judge a pack's evidence and compare verdicts, codes, sentences and numbers.

    Args:
        snapshot: the pack as it was read; nothing of the original is opened again.
        record: its ``pack.json``.
        retell: tells the pack's report again, to compare each of its lines.
        memory: what the database may hold at once, such as ``4GB``.

    Yields:
        ``E_CONTENT_MISMATCH`` for each thing that comes out otherwise, ``N_NOT_RECOMPUTED`` for
        what could not be judged here and why, ``N_RECOMPUTED`` with the numbers judged.
    """
    from ..seal.verify.findings import Finding

    datasets = _datasets(snapshot)
    if _VERDICTS not in datasets:
        yield Finding(
            "N_NOT_RECOMPUTED", record.folder, "verdicts in the evidence",
            f"a pack of kind {record.report} for a customer holds rows and no verdicts",
        )  # fmt: skip
        return
    yield from _other_version(record)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="lotproof-")))
        maps, without = enclosed_maps(snapshot, folder / "maps", of_lot=record.lot is not None)
        for clause, reason in without:
            yield Finding("N_NOT_RECOMPUTED", clause, found=reason)
        left_out = {clause for clause, _ in without}
        database = judged_database(snapshot, record, maps, folder, left_out, memory)
        cut = told_apart(snapshot) if record.profile != "internal" else ((), frozenset())
        apart = Apart(frozenset(left_out), *cut)
        if apart.verdicts or apart.columns:
            yield Finding("N_NOT_RECOMPUTED", record.folder, found=apart.sentence(record.profile))
        yield from differences(database, datasets, apart, record, _documents(snapshot), retell)


def _other_version(record: PackRecord) -> Iterator[Finding]:
    """Another version judges alike, but may word a sentence or lay out a table otherwise."""
    from ... import __version__
    from ..seal.verify.findings import Finding

    if record.tool.version != __version__:
        found = f"with lotproof {record.tool.version}, which made it and may word things otherwise"
        yield Finding("N_NOT_RECOMPUTED", record.folder, found=found)


def _datasets(snapshot: Snapshot) -> dict[str, Path]:
    return {
        path.removeprefix(_EVIDENCE).removesuffix(".parquet"): entry.copy
        for path, entry in snapshot.entries.items()
        if entry.copy is not None and path.startswith(_EVIDENCE)
    }


def _documents(snapshot: Snapshot) -> dict[str, bytes]:
    return {
        path: entry.data
        for path, entry in snapshot.entries.items()
        if path.startswith("data/reports/") and entry.data is not None
    }


def enclosed_maps(
    snapshot: Snapshot, folder: Path, *, of_lot: bool = False
) -> tuple[list[ObligationMap], list[tuple[str, str]]]:
    """The enclosed maps, and each clause that cannot be judged from the pack with the reason.

    Args:
        snapshot: the pack as read.
        folder: where the maps are put.
        of_lot: the pack holds one lot's records, so nothing that compares it with others is judged.
    """
    from ..maps.lint import faults_of
    from ..maps.loading import read_map
    from ..yaml_files import raise_all

    folder.mkdir()
    for path, entry in snapshot.entries.items():
        if path.startswith(_MAPS) and path.endswith(".yml") and entry.data is not None:
            (folder / Path(path).name).write_bytes(entry.data)
    maps, known = [read_map(file) for file in sorted(folder.iterdir())], _shipped_models()
    left_out: list[tuple[str, str]] = []
    for found in maps:
        reasons = {
            requirement.id: reason
            for requirement in found.requirements
            if (reason := _not_judged(requirement, known, of_lot=of_lot))
        }
        raise_all(faults_of(found, reasons))
        left_out += [(f"{found.map}:{name}", reason) for name, reason in reasons.items()]
    return maps, left_out


def _not_judged(requirement: object, known: Collection[str], *, of_lot: bool) -> str:
    """Why a clause cannot be judged from a pack; empty where it can."""
    from ..maps.record_checks import ModelCheck, RotationCheck, UniqueCheck

    found = list(_checks(requirement))
    models = {check.check for check in found if isinstance(check, ModelCheck)}
    missing = sorted(models - set(known))
    if missing:
        return f"judged by the site's own model {', '.join(missing)}, never executed"
    if of_lot and any(isinstance(check, RotationCheck | UniqueCheck) for check in found):
        return "compared with other lots, which a pack about one lot does not hold"
    return ""


def _checks(part: object) -> Iterator[object]:
    """Every part of a requirement, wherever it stands."""
    from pydantic import BaseModel

    if isinstance(part, BaseModel):
        yield part
        for value in vars(part).values():
            yield from _checks(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from _checks(value)


def _shipped_models() -> set[str]:
    from importlib.resources import files

    folder = files("lotproof") / "models" / "oversight"
    names = (file.name for file in folder.iterdir())
    return {name.removesuffix(".sql") for name in names if name.endswith(".sql")}


def judged_database(
    snapshot: Snapshot, record: PackRecord, maps: list[ObligationMap], folder: Path,
    without: Collection[str] = (), memory: str = MEMORY,
) -> Path:  # fmt: skip
    """Land a pack's evidence and judge it; the DuckDB file with the tables that came out.

    Args:
        snapshot: the pack as read.
        record: its ``pack.json``.
        maps: what to judge by.
        folder: where to work.
        without: clauses that are not judged.
        memory: what the database may hold at once.

    Raises:
        LotproofError: the pack names no month, or a model failed.
    """
    from ..warehouse.building import map_models, overrides_in
    from ..warehouse.dbt_runs import run_models
    from ..warehouse.staging import Pin, stage
    from ..warehouse.unit_factors import factor_models

    if record.period is None:
        raise LotproofError("a pack without a period", "the month judged", "see pack.json")
    as_of = datetime.fromisoformat(record.as_of).astimezone(UTC).replace(tzinfo=None)
    datasets = _datasets(snapshot)
    land(datasets, folder / "landing", as_of)
    overrides = overrides_in(_json(snapshot, _PARAMETERS))
    concerning = [found for found in maps if _concerns(found, datasets["sites"], record.site)]
    models = map_models(concerning, overrides, record.period, without)
    models |= _calendars(snapshot, datasets, record.period)
    models |= factor_models(_json(snapshot, _FACTORS))
    database = folder / "again.duckdb"
    pin = Pin(record.period, as_of, as_of, record.site)
    project = stage(folder, pin, models, database=database, memory=memory, alone=True)
    wanted = tuple(f"+{name}" for name in (*_COMPARED, *_PRINTED, *MODELLED))
    run_models(project, _silent, select=wanted, room="`lotproof verify --recompute --memory 8GB`")
    return database


def _concerns(found: ObligationMap, sites: Path, site_id: str | None) -> bool:
    """Whether a map may be about the site; not where each version of its row rules that out.

    A map about other kinds of site yields no verdict, and writing its SQL takes longest.
    """
    import duckdb

    regimes = duckdb.execute(
        "select regulated_as from read_parquet(?) where site_id = ?", [str(sites), site_id]
    ).fetchall()
    asked = [
        {str(value.value) for value in term.values}
        for term in found.applies_to.where
        if (term.column, term.op) == ("site.regulated_as", "has_any")
        and all(value.param is None for value in term.values)
    ]
    return not regimes or any(
        told is None or all(wanted & set(told.replace(" ", "").split(",")) for wanted in asked)
        for (told,) in regimes
    )


def _calendars(
    snapshot: Snapshot, datasets: Mapping[str, Path], period: str
) -> dict[str, str]:  # fmt: skip
    """The calendars as enclosed; of a pack without them, the holidays as known here."""
    from ..warehouse.calendars import calendar_models, enclosed_calendar_models

    enclosed = _json(snapshot, _CALENDARS)
    if enclosed:
        return enclosed_calendar_models(enclosed)
    return calendar_models(_countries(datasets["sites"]), (), period)


def _countries(sites: Path) -> list[str | None]:
    import duckdb

    found = duckdb.execute("select distinct country from read_parquet(?)", [str(sites)]).fetchall()
    return [country for (country,) in found]


def _json(snapshot: Snapshot, path: str) -> dict[str, Any]:
    data = snapshot.data(path)
    value = json.loads(data) if data else {}
    return value if isinstance(value, dict) else {}


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""

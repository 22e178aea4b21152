"""Judges small worlds that are given as rows, without extracts: for scenarios and tests.

The rows land as any other load and go the whole way through the models, in a folder that is
thrown away. Keeping the identifiers of several worlds apart is left to the caller.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .calendars import calendar_models, last_day
from .dbt_runs import run_models
from .map_models import generated_models
from .staging import Pin, stage
from .unit_factors import factor_models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..maps import ObligationMap

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

SITE_DAYS = "site_days"
"""Rows of worlds that are no table of the lot model: days on which a site departs from its
country (``site_id``, ``day``, ``is_working``)."""
UNIT_FACTORS = "unit_factors"
"""The same for materials' own factors: ``material_id``, ``from_uom``, ``to_uom``, ``factor``,
``valid_from``, ``valid_to``."""
_LOAD = "world"
_VERDICTS = """
    select
        verdict_list.*,
        site_id || '/' || subject_id as site_and_subject
    from verdict_list
    order by map_id, requirement_id, subject_type, subject_id, site_id
"""


@dataclass(frozen=True, slots=True)
class JudgedWorlds:
    """A warehouse of small worlds, open until it is closed.

    Attributes:
        con: connection to its tables.
        folder: where the staged project, its compiled SQL and the landing lie.
    """

    con: DuckDBPyConnection
    folder: Path
    _cleanup: ExitStack

    def __enter__(self) -> JudgedWorlds:
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries."""
        found = self.con.execute(query)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def judge_worlds(
    tables: Tables, maps: Sequence[ObligationMap], period: str, as_of: datetime
) -> list[dict[str, Any]]:
    """Judge worlds and return the rows of ``verdict_list``, in order.

    Args:
        tables: rows of lot-model tables by name; columns left out are null, ``site_id`` and
            ``record_id`` excepted, a row's place in the list decides its order of arrival.
        maps: the maps to judge by, with their own parameters.
        period: the month, ``2026-10``.
        as_of: only what was recorded by then counts [UTC].

    Raises:
        LotproofError: a model failed.
    """
    from ..maps import compile_map

    compiled = [compile_map(found, on=last_day(period)) for found in maps]
    with open_worlds(tables, compiled, period, as_of) as judged:
        return judged.rows(_VERDICTS)


def open_worlds(
    tables: Tables, compiled: Iterable[Mapping[str, Any]], period: str, as_of: datetime
) -> JudgedWorlds:
    """Judge worlds and leave their warehouse open, for a look at every table.

    Args:
        tables: as for :func:`judge_worlds`.
        compiled: maps as ``compile_map`` writes them down.
        period: the month.
        as_of: only what was recorded by then counts [UTC].

    Raises:
        LotproofError: a model failed.
    """
    import duckdb

    cleanup = ExitStack()
    with ExitStack() as until_open:
        folder = Path(until_open.enter_context(tempfile.TemporaryDirectory(prefix="lotproof-")))
        instant = as_of.replace(tzinfo=None)
        _land(folder / "landing", tables, instant)
        database = folder / "worlds.duckdb"
        models = generated_models(compiled) | _calendars(tables, period)
        models |= _factors(tables)
        project = stage(folder, Pin(period, instant, instant), models, database=database)
        run_models(project, _silent)
        con = until_open.enter_context(duckdb.connect(str(database), read_only=True))
        con.execute("set TimeZone = 'UTC'")
        cleanup = until_open.pop_all()
    return JudgedWorlds(con, folder, cleanup)


def _calendars(tables: Tables, period: str) -> dict[str, str]:
    """The calendars of the worlds' sites; their own days are rows of ``site_days``."""
    countries = {site.get("country") for site in tables.get("sites", ())}
    return calendar_models(countries, tables.get(SITE_DAYS, ()), period)


def _factors(tables: Tables) -> dict[str, str]:
    """The factors of the worlds' materials, rows of ``unit_factors``."""
    names = ("material_id", "from_uom", "to_uom", "factor", "valid_from", "valid_to")
    rows = [[row.get(name) for name in names] for row in tables.get(UNIT_FACTORS, ())]
    return factor_models({UNIT_FACTORS: rows})


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _land(landing: Path, tables: Tables, ingested_at: datetime) -> None:
    """Write the rows where ingest would have, as one complete load."""
    import duckdb

    order = 0
    files = {"world.csv"}
    with duckdb.connect() as con:
        for table in sorted(tables):
            if not tables[table] or table in (SITE_DAYS, UNIT_FACTORS):
                continue
            rows = []
            for given in tables[table]:
                order += 1
                rows.append(_landed(given, table, order, ingested_at))
            _write(con, landing / table, rows)
            files |= {row["source_file"] for row in rows}
        load = {"load_id": _LOAD, "source": _LOAD, "ingested_at": ingested_at}
        loads = [load | {"source_file": name, "sha256": name} for name in sorted(files)]
        _write(con, landing / "loads", loads)


def _landed(given: Row, table: str, order: int, ingested_at: datetime) -> dict[str, Any]:
    return {
        "record_id": f"{table}-{order}",
        "source": _LOAD,
        "source_file": "world.csv",
        "source_row": order,
        "load_id": _LOAD,
        "ingested_at": ingested_at,
        "ingest_seq": order,
    } | dict(given)


def _write(con: DuckDBPyConnection, folder: Path, rows: Sequence[Row]) -> None:
    """One Parquet file of text; canonical casts every column to its type."""
    folder.mkdir(parents=True)
    names = sorted({name for row in rows for name in row})
    lines = (json.dumps({name: _spelt(row.get(name)) for name in names}) for row in rows)
    spelt = folder / f"{_LOAD}.jsonl"
    spelt.write_text("\n".join(lines), encoding="utf-8")
    con.from_query(
        "select * from read_json(?, format = 'newline_delimited', columns = ?)",
        params=[str(spelt), dict.fromkeys(names, "VARCHAR")],
    ).write_parquet(str(folder / f"{_LOAD}.parquet"))
    spelt.unlink()


def _spelt(value: Any) -> str | None:  # noqa: ANN401 -- whatever a row holds
    """A value as text; instants with a zone in UTC, without one as they are."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        from datetime import UTC

        instant = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return instant.isoformat(sep=" ")
    return str(value)

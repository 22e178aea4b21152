"""The same clauses by the maps and by hand-written SQL, on the same tables, in the same run."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.evidence.maps import compile_map, shipped_maps
from lotproof.evidence.warehouse.calendars import calendar_models
from lotproof.evidence.warehouse.connection import database_of
from lotproof.evidence.warehouse.dbt_runs import run_models
from lotproof.evidence.warehouse.map_models import generated_models
from lotproof.evidence.warehouse.staging import Pin, stage
from lotproof.evidence.workspace import Workspace

from . import by_hand, children, world
from .figures import Ratio, Section, number

_MONTH = ("2026-10-01", "2026-11-01")
_MODEL = by_hand.MAP.replace("-", "_")
_EMPTIED = ("requirements", "verdicts", "evidence")


def section(workspace: Workspace, repeats: int = 5) -> Section:
    """Judge the clauses both ways and compare time and outcome.

    Args:
        workspace: one that has been built.
        repeats: how often each query by hand runs; its median counts.

    Raises:
        AssertionError: the two ways differ in the number of subjects or of gaps of a clause.
    """
    state = workspace.state_dir / "against-sql"
    state.mkdir()
    (state / "landing").symlink_to(workspace.landing_dir.resolve())
    database = state / "warehouse.duckdb"
    shutil.copyfile(database_of(workspace), database)
    told = json.loads(children.python("-m", "benchmarks.against_sql", str(state)).output)
    rows, by_sql = [], 0.0
    with duckdb.connect(str(database), read_only=True) as con:
        for clause, (what, _) in by_hand.CLAUSES.items():
            seconds, subjects, gaps = _clause(con, clause, repeats)
            by_map = told["clauses"][clause]
            by_sql += seconds
            rows.append(
                (
                    f"{clause}: {what}",
                    number(subjects),
                    number(gaps),
                    number(by_map * 1000),
                    number(seconds * 1000),
                    f"{number(by_map / seconds)} x",
                )
            )
    lots = f"{len(by_hand.CLAUSES)} clauses, {number(world.lots_of(workspace))} lots"
    shutil.rmtree(state)
    return Section(
        "The same clauses by hand-written SQL",
        "Both ways find the same number of subjects and of gaps, clause by clause: the run "
        "fails otherwise. The SQL by hand (benchmarks/by_hand.py) answers yes or no into a "
        "table. The maps give seven states, with coverage, quarantine and coarse times "
        "weighed, a sentence each, and the rows behind each verdict. A clause by map is the "
        "sum of its statements in DuckDB; the total also holds dbt's rendering of them.",
        ("clause", "subjects", "gaps", "map ms", "by hand ms", "map / by hand"),
        tuple(rows),
        (
            Ratio(f"{lots}: statements", told["statements"], "SQL by hand", by_sql, "s"),
            Ratio(f"{lots}: with rendering", told["seconds"], "SQL by hand", by_sql, "s"),
        ),
    )


def _clause(
    con: duckdb.DuckDBPyConnection, clause: str, repeats: int
) -> tuple[float, int, int]:  # fmt: skip
    found = by_hand.judged_by_hand(con, clause, _MONTH)
    verdicts = by_hand.judged_by_map(con, clause)
    assert found == verdicts, f"{clause}: {found} by hand, {verdicts} by the map"
    seconds = children.median_seconds(
        lambda: by_hand.judged_by_hand(con, clause, _MONTH), repeats
    )  # fmt: skip
    return seconds, *found


def some_requirements(clauses: set[str]) -> dict[str, Any]:
    """The shipped map, compiled, with some of its requirements only."""
    compiled = compile_map(next(m for m in shipped_maps() if m.map == by_hand.MAP))
    kept = [rule for rule in compiled["requirements"] if rule["id"] in clauses]
    return {**compiled, "requirements": kept}


def _timed_map(state: Path) -> dict[str, Any]:
    """Judge the clauses by the map on tables that are there, and time the map's model alone."""
    as_of = _as_of(state / "warehouse.duckdb")
    models = generated_models([some_requirements(set(by_hand.CLAUSES))])
    models |= calendar_models((), (), world.PERIOD)
    pin = Pin(world.PERIOD, as_of, as_of)
    project = stage(state, pin, models, database=state / "warehouse.duckdb")
    times, before = {}, time.perf_counter()

    def told(model: str, _done: int, _total: int) -> None:
        nonlocal before
        now = time.perf_counter()
        times[model], before = now - before, now

    run_models(project, told, select=(*_EMPTIED, _MODEL))
    clauses = _statements(state)
    total = sum(clauses.values())
    return {"seconds": times[_MODEL], "statements": total, "clauses": clauses}


def _as_of(database: Path) -> datetime:
    with duckdb.connect(str(database), read_only=True) as con:
        as_of: datetime = con.execute("select as_of from pin").fetchall()[0][0]
    return as_of if as_of.tzinfo is None else as_of.astimezone(UTC).replace(tzinfo=None)


def _statements(state: Path) -> dict[str, float]:
    """Run the compiled SQL of the map once more, clause by clause, without dbt [s]."""
    sql = (state / f"dbt/target/compiled/lotproof/models/generated/{_MODEL}.sql").read_text("utf-8")
    spent = dict.fromkeys(by_hand.CLAUSES, 0.0)
    with duckdb.connect(str(state / "warehouse.duckdb")) as con:
        for table in _EMPTIED:
            con.execute(f"delete from {table}")
        con.execute("begin")
        for statement in re.split("-- next (?:statement|requirement)\n", sql)[:-1]:
            clause = next(
                c for c in spent if f"{by_hand.MAP}:{c}\n" in statement.replace(": ", "\n")
            )
            start = time.perf_counter()
            con.execute(statement)
            spent[clause] += time.perf_counter() - start
        con.execute("commit")
    return spent


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_timed_map(Path(sys.argv[1]))))

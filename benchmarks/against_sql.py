"""The shipped maps and hand-written SQL for twenty of their clauses, on the same tables."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from lotproof.evidence.maps import compile_map, shipped_maps
from lotproof.evidence.warehouse import chosen_maps
from lotproof.evidence.warehouse.building import overrides_of
from lotproof.evidence.warehouse.calendars import last_day
from lotproof.evidence.warehouse.connection import database_of
from lotproof.evidence.warehouse.map_models import map_statements
from lotproof.evidence.workspace import Workspace, load_workspace

from . import by_hand, children, world
from .figures import Ratio, Section, number

_MONTH = ("2026-10-01", "2026-11-01")
_EMPTIED = ("requirements", "verdicts", "evidence")
_HEAD = re.compile(r"^-- ([\w.-]+:[\w.-]+): ", re.MULTILINE)

_NOTES = (
    "All {} requirements of the company's maps are judged, and twenty of them by hand; "
    "a clause is what the whole takes divided by the number of clauses. Both ways find the "
    "same number of subjects and of gaps, clause by clause: the run fails otherwise. The SQL "
    "by hand (benchmarks/by_hand.py) writes subject and gap or no gap into a table, for the "
    "subjects the clause is about. The maps write seven states, also for those it is not "
    "about, with coverage, quarantine and coarse times weighed, a sentence each, and the rows "
    "behind each verdict. What requirements share, eight at a time, is divided evenly. "
    "Seconds are those of processors, which leave out what others took."
)


def section(workspace: Workspace, repeats: int = 5) -> Section:
    """Judge by the maps and by hand, and compare time and outcome.

    Args:
        workspace: one that has been built.
        repeats: how often each query by hand runs; its median counts.

    Raises:
        AssertionError: the two ways differ in the number of subjects or of gaps of a clause.
    """
    told = json.loads(children.python("-m", "benchmarks.against_sql", str(workspace.root)).output)
    rows, by_sql = [], 0.0
    with duckdb.connect(str(database_of(workspace)), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
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
    each = by_sql / len(by_hand.CLAUSES)
    same = sum(told["clauses"][clause] for clause in by_hand.CLAUSES) / len(by_hand.CLAUSES)
    clauses, lots = len(told["clauses"]), f"{number(world.lots_of(workspace))} lots"
    return Section(
        f"The maps and hand-written SQL, {lots}",
        _NOTES.format(clauses),
        ("clause", "subjects", "gaps", "map ms", "by hand ms", "map / by hand"),
        tuple(rows),
        (
            Ratio(f"a clause of all {clauses}, {lots}", told["statements"] / clauses,
                  "a clause by hand", each, "s"),
            Ratio(f"the same with rendering, {lots}", told["seconds"] / clauses,
                  "a clause by hand", each, "s"),
            Ratio(f"a clause of the same 20, {lots}", same, "a clause by hand", each, "s"),
        ),
    )  # fmt: skip


def _clause(
    con: duckdb.DuckDBPyConnection, clause: str, repeats: int
) -> tuple[float, int, int]:  # fmt: skip
    found = by_hand.judged_by_hand(con, clause, _MONTH)
    verdicts = by_hand.judged_by_map(con, clause)
    assert found == verdicts, f"{clause}: {found} by hand, {verdicts} by the map"
    times = []
    for _ in range(repeats):
        start = time.process_time()
        by_hand.judged_by_hand(con, clause, _MONTH)
        times.append(time.process_time() - start)
    return median(times), *found


def some_requirements(clauses: set[str]) -> list[dict[str, Any]]:
    """The shipped maps that have some clauses, compiled, with these requirements only."""
    found = []
    for one in shipped_maps():
        compiled = compile_map(one, on=last_day(world.PERIOD))
        kept = [rule for rule in compiled["requirements"] if rule["clause"] in clauses]
        found += [{**compiled, "requirements": kept}] if kept else []
    return found


def _timed_maps(workspace: Workspace) -> dict[str, Any]:
    """Judge the maps once more on tables that are there, without dbt: processor time by clause."""
    aside = workspace.state_dir / "against-sql.duckdb"
    shutil.copyfile(database_of(workspace), aside)
    spent: dict[str, float] = {}
    overrides, on = overrides_of(workspace), last_day(world.PERIOD)
    start = time.process_time()
    statements = [
        statement
        for one in chosen_maps(workspace)
        for statement in map_statements(compile_map(one, overrides.get(one.map, ()), on))
    ]
    rendering = time.process_time() - start
    with duckdb.connect(str(aside), config={"memory_limit": workspace.memory}) as con:
        con.execute("set TimeZone = 'UTC'")
        for table in _EMPTIED:
            con.execute(f"delete from {table}")
        con.execute("begin")
        for statement in statements:
            start = time.process_time()
            con.execute(statement)
            seconds = time.process_time() - start
            named = set(_HEAD.findall(statement))
            for clause in named:
                spent[clause] = spent.get(clause, 0.0) + seconds / len(named)
        con.execute("commit")
    aside.unlink()
    total = sum(spent.values())
    return {"seconds": total + rendering, "statements": total, "clauses": spent}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_timed_maps(load_workspace(Path(sys.argv[1])))))

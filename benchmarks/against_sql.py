"""The shipped maps and hand-written SQL for twenty of their clauses, on the same tables.

``python -m benchmarks.against_sql --section WORKSPACE`` prints the comparison for a workspace that
has been built. Each way judges in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

from . import by_hand, by_hand_audited, children, world
from .figures import Ratio, Section, number, page
from .starting import versions

_MONTH = ("2026-10-01", "2026-11-01")
_EMPTIED = ("requirements", "verdicts", "evidence")
_HEAD = re.compile(r"^-- ([\w.-]+:[\w.-]+): ", re.MULTILINE)
_HEADER = (
    "clause", "subjects", "gaps", "rows", "map ms", "gap or no gap ms", "map / gap or no gap",
    "verdicts and rows ms", "map / verdicts and rows",
)  # fmt: skip
_WAYS = {
    "answers": "a clause by hand, gap or no gap",
    "verdicts": "a clause by hand, verdicts and rows",
}

_NOTES = (
    "All {} requirements of the company's maps are judged, and twenty of them by hand, in two "
    "ways; a clause is what the whole takes divided by the number of clauses. "
    "*Gap or no gap* (benchmarks/by_hand.py) writes subject and yes or no into a table. "
    "*Verdicts and rows* (benchmarks/by_hand_audited.py) writes what an auditor asks for, into two "
    "tables: site, period, state, code, sentence and time of each subject, and the rows that "
    "decided, by table and record. Both are about the subjects that the clause is about. The run "
    "fails unless all three ways find the same subjects and the same gaps, subject by subject, "
    "the codes, times and sites of gaps agree, and every row behind a verdict by hand is one of "
    "those behind the map's; *rows* is how many there are. The maps alone also write verdicts on "
    "the subjects that a clause turns out not to be about (two of three), with the reason; weigh "
    "coverage, quarantine and coarse times, which make a verdict undetermined; know pending "
    "duties, statements, accepted risks, adoption and readiness; and say of each row which check "
    "it belongs to and what part it played. What requirements share, eight at a time, is divided "
    "evenly; *with rendering* adds macros turned into SQL, and SQL by hand is a finished text. "
    "All sides have a copy of the same database, the same memory limit and as many threads, and "
    "write inside one transaction whose end is not counted. The maps judge once, each query by "
    "hand {} times, of which the median counts. Seconds are those of processors, which leave out "
    "what others took."
)


def section(workspace: Workspace, repeats: int = 5) -> Section:
    """Judge by the maps and by hand, and compare time and outcome.

    Args:
        workspace: one that has been built.
        repeats: how often each query by hand runs; its median counts.

    Raises:
        RuntimeError: the ways differ in what they find; holds where.
    """
    told = _child("--maps", workspace)
    hand = _child("--by-hand", workspace, "--repeats", str(repeats))
    clauses, lots = told["clauses"], f"{number(world.lots_of(workspace))} lots"
    each = {way: sum(one[way] for one in hand.values()) / len(hand) for way in _WAYS}
    same = sum(clauses[clause] for clause in hand) / len(hand)
    ours = {
        f"a clause of all {len(clauses)}, {lots}": told["statements"] / len(clauses),
        f"the same with rendering, {lots}": told["seconds"] / len(clauses),
        f"a clause of the same 20, {lots}": same,
    }
    return Section(
        f"The maps and hand-written SQL, {lots}",
        _NOTES.format(len(clauses), repeats),
        _HEADER,
        tuple(_row(clause, clauses[clause], found) for clause, found in hand.items()),
        tuple(
            Ratio(what, seconds, against, each[way], "s")
            for way, against in _WAYS.items()
            for what, seconds in ours.items()
        ),
    )


def _child(part: str, workspace: Workspace, *more: str) -> dict[str, Any]:
    done = children.python("-m", "benchmarks.against_sql", part, str(workspace.root), *more)
    found: dict[str, Any] = json.loads(done.output)
    return found


def _row(clause: str, by_map: float, hand: dict[str, float]) -> tuple[str, ...]:
    figures = [number(hand[name]) for name in ("subjects", "gaps", "rows")]
    times = [
        cell
        for way in _WAYS
        for cell in (number(hand[way] * 1000), f"{number(by_map / hand[way])} x")
    ]
    return (f"{clause}: {by_hand.CLAUSES[clause][0]}", *figures, number(by_map * 1000), *times)


def some_requirements(clauses: set[str]) -> list[dict[str, Any]]:
    """The shipped maps that have some clauses, compiled, with these requirements only."""
    found = []
    for one in shipped_maps():
        compiled = compile_map(one, on=last_day(world.PERIOD))
        kept = [rule for rule in compiled["requirements"] if rule["clause"] in clauses]
        found += [{**compiled, "requirements": kept}] if kept else []
    return found


@contextmanager
def _aside(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of a build that may be written to, open with the settings of a build."""
    with tempfile.TemporaryDirectory(prefix="lotproof-against-sql-") as folder:
        copy = Path(folder) / "warehouse.duckdb"
        shutil.copyfile(database_of(workspace), copy)
        with duckdb.connect(str(copy), config={"memory_limit": workspace.memory}) as con:
            con.execute("set TimeZone = 'UTC'")
            yield con


def _timed_maps(workspace: Workspace) -> dict[str, Any]:
    """Judge the maps once more on tables that are there, without dbt: processor time by clause."""
    spent: dict[str, float] = {}
    overrides, on = overrides_of(workspace), last_day(world.PERIOD)
    start = time.process_time()
    statements = [
        statement
        for one in chosen_maps(workspace)
        for statement in map_statements(compile_map(one, overrides.get(one.map, ()), on))
    ]
    rendering = time.process_time() - start
    with _aside(workspace) as con:
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
    total = sum(spent.values())
    return {"seconds": total + rendering, "statements": total, "clauses": spent}


def _timed_by_hand(workspace: Workspace, repeats: int) -> dict[str, Any]:
    """Judge the twenty clauses both ways by hand: counts and processor times by clause."""
    with _aside(workspace) as con:
        by_hand_audited.prepare(con)
        return {clause: _clause(con, clause, repeats) for clause in by_hand.CLAUSES}


def _clause(con: duckdb.DuckDBPyConnection, clause: str, repeats: int) -> dict[str, float]:
    subjects, gaps, rows = judged_alike(con, clause)
    return {
        "subjects": subjects, "gaps": gaps, "rows": rows,
        "answers": _median(con, lambda: by_hand.judge(con, clause, _MONTH), repeats),
        "verdicts": _median(con, lambda: by_hand_audited.write(con, clause, _MONTH), repeats),
    }  # fmt: skip


def judged_alike(con: duckdb.DuckDBPyConnection, clause: str) -> tuple[int, int, int]:
    """Judge a clause both ways by hand, and compare with the map.

    Returns:
        How many subjects, gaps and rows behind them there are.

    Raises:
        AssertionError: the ways differ; says where.
    """
    by_hand_audited.write(con, clause, _MONTH)
    found = by_hand_audited.differences(con, clause)
    assert not found, f"{clause}: {'; '.join(found)}"
    by_hand.judge(con, clause, _MONTH)
    answers, verdicts = by_hand.gaps(con), by_hand_audited.gaps(con, clause)
    assert answers == verdicts, f"{clause}: {answers} as bare answers, {verdicts} as verdicts"
    return len(verdicts[0]), len(verdicts[1]), by_hand_audited.rows(con, clause)


def _median(con: duckdb.DuckDBPyConnection, work: Callable[[], object], repeats: int) -> float:
    """Median processor time of something done inside a transaction that is undone after it."""
    times = []
    for _ in range(repeats):
        con.execute("begin")
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
        con.execute("rollback")
    return median(times)


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against_sql", description=__doc__)
    parser.add_argument("workspace", type=Path, help="a workspace that has been built")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="rounds by hand")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--maps", action="store_true", help="times of the maps as JSON (default)")
    part.add_argument("--by-hand", action="store_true", help="times by hand as JSON")
    part.add_argument("--section", action="store_true", help="both, compared, as a page")
    given = parser.parse_args()
    workspace = load_workspace(given.workspace)
    if given.section:
        text = page([section(workspace, given.repeats)], [", ".join(versions())])
    elif given.by_hand:
        text = json.dumps(_timed_by_hand(workspace, given.repeats))
    else:
        text = json.dumps(_timed_maps(workspace))
    sys.stdout.write(text)


if __name__ == "__main__":
    _main()

"""Evaluation of every shipped map at two sizes ten times apart: time, memory, growth."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lotproof.evidence.warehouse import build, chosen_maps
from lotproof.evidence.warehouse.connection import database_of
from lotproof.evidence.workspace import Workspace, load_workspace

from . import children, world
from .figures import Ratio, Section, number

_PARTS = ("start", "model", "maps", "lists")
_HEADER = (
    "", "lots", "events", "verdicts", "seconds", "start", "lot model", "maps", "lists", "peak MiB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    """One build of one size.

    Attributes:
        workspace: what was built.
        lots: lots in it.
        events: events in it.
        verdicts: number of verdicts by state.
        seconds: wall clock of the whole child [s].
        parts: seconds of dbt's start, lot model and chains, maps, and lists.
        peak_mib: largest resident set [MiB].
    """

    workspace: Workspace
    lots: int
    events: int
    verdicts: Mapping[str, int]
    seconds: float
    parts: Mapping[str, float]
    peak_mib: float

    @property
    def judged(self) -> int:
        """All verdicts."""
        return sum(self.verdicts.values())


def built(workspace: Workspace) -> Build:
    """Build a workspace in a child of its own, and say what that took."""
    done = children.python("-m", "benchmarks.evaluation", str(workspace.root))
    told = json.loads(done.output)
    with duckdb.connect(str(database_of(workspace)), read_only=True) as con:
        events = con.execute("select count(*) from events where is_current").fetchall()[0][0]
    lots = world.lots_of(workspace)
    return Build(
        workspace, lots, events, told["counts"], done.seconds, told["parts"], told["peak_mib"]
    )


def section(small: Build, large: Build) -> Section:
    """What the two builds say; fails when the verdicts did not grow as the data did.

    Raises:
        AssertionError: the larger world has other verdicts than so many copies of the smaller.
    """
    times = large.lots // small.lots
    expected = {state: count * times for state, count in small.verdicts.items()}
    assert dict(large.verdicts) == expected, f"{large.verdicts} is not {times} x {small.verdicts}"
    size = large.lots / small.lots
    smaller = f"1/{times} of the data"
    rows = [_row(build) for build in (small, large)]
    growth = [_growth(large.seconds, small.seconds)]
    growth += [_growth(large.parts[part], small.parts[part]) for part in _PARTS]
    factor = ("growth", f"{number(size)} x", "", "", *growth)
    return Section(
        "Evaluation of the shipped maps",
        "All shipped maps, all requirements, one month; copies of the example company with its "
        "planted faults. The verdicts of the larger world are exactly so many times those of "
        "the smaller, state by state: the run fails otherwise. "
        "*start* is Python, dbt's import and parse; *lot model* is landing to chains; *maps* "
        "is the judging; *lists* is what reports read. Growth below the growth of the data "
        "is the fixed cost of some hundred statements per map.",
        _HEADER,
        (*rows, (*factor, _growth(large.peak_mib, small.peak_mib))),
        (
            Ratio("build time", large.seconds, smaller, small.seconds, "s"),
            Ratio(
                "judging time", large.parts["maps"], smaller,
                small.parts["maps"], "s",
            ),
            Ratio(
                "peak memory", large.peak_mib, smaller, small.peak_mib, "MiB"
            ),
        ),
    )  # fmt: skip


def _row(one: Build) -> tuple[str, ...]:
    figures = [number(value) for value in (one.lots, one.events, one.judged, one.seconds)]
    parts = [number(one.parts[part]) for part in _PARTS]
    return ("build", *figures, *parts, number(one.peak_mib))


def _growth(large: float, small: float) -> str:
    return f"{number(large / small)} x" if small else ""


def _timed_build(workspace: Workspace) -> dict[str, object]:
    """Build, and give each model's time to the part it belongs to."""
    names = {found.map.replace("-", "_") for found in chosen_maps(workspace)}
    parts = dict.fromkeys(_PARTS, 0.0)
    before, judged = time.perf_counter(), False

    def told(model: str, done: int, _total: int) -> None:
        nonlocal before, judged
        now = time.perf_counter()
        judged = judged or model in names
        part = "maps" if model in names else "lists" if judged else "model"
        parts["start" if done == 1 else part] += now - before
        before = now

    result = build(workspace, world.PERIOD, progress=told)
    return {"counts": result.counts, "parts": parts, "peak_mib": children.own_peak_mib()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_timed_build(load_workspace(Path(sys.argv[1])))))

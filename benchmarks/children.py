"""Runs one program as a child and says how long it took and how much memory it held at most."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
"""The checkout; children start there, so that ``-m benchmarks.…`` is found."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a child.

    Attributes:
        seconds: wall clock from start to end.
        peak_mib: largest resident set of the process [MiB].
        output: what it printed.
    """

    seconds: float
    peak_mib: float
    output: str


def run(command: Sequence[str]) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with an error; holds what it said.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{err.read().decode(errors='replace')}")
        return Run(seconds, usage.ru_maxrss / 1024, out.read().decode())


def python(*arguments: str) -> Run:
    """Run this interpreter with the arguments."""
    return run([sys.executable, *arguments])


def median_run(command: Callable[[], Run], repeats: int) -> Run:
    """The run of median time among several."""
    runs = sorted((command() for _ in range(repeats)), key=lambda one: one.seconds)
    return runs[len(runs) // 2]


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    """Median time of something done in this process [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)

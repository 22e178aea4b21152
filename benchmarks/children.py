"""Runs a program as a child and says how long it took; what a process says of its own memory."""

from __future__ import annotations

import resource
import subprocess
import sys
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
        output: what it printed.
        processor: seconds of processors it and its own children took, which leave out what
            others took meanwhile.
    """

    seconds: float
    output: str
    processor: float = 0.0


def run(command: Sequence[str]) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with an error; holds what it said.
    """
    start, before = time.perf_counter(), _of_children()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    seconds, processor = time.perf_counter() - start, _of_children() - before
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return Run(seconds, done.stdout, processor)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def own_peak_mib() -> float:
    """Largest resident set of this process since it was started [MiB].

    The kernel's figure for a child that has ended also holds what its parent had when it forked,
    so whoever is measured says it of itself.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(x for x in status.read_text("utf-8").splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 1024)


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

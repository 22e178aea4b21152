"""A PostgreSQL server of its own, from the system's packages, for as long as it is measured."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextmanager
def server() -> Iterator[tuple[str, Path]]:
    """Address of a server that listens on a socket alone, and a folder that it can read."""
    with tempfile.TemporaryDirectory(prefix="lotproof-pg-") as name:
        folder, programs = Path(name), PROGRAMS[-1].parent
        user = "postgres" if os.getuid() == 0 else None
        if user:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, *arguments], check=True, user=user, cwd=folder,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip

        data = str(folder / "data")
        run("initdb", "-D", data, "-A", "trust", "-U", "reader", "--no-sync", "-E", "UTF8")
        options = (
            f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_buffers=512MB "
            "-c work_mem=512MB -c jit=off"
        )
        run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql:///postgres?host={folder}&user=reader", folder
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def ask_postgres(address: str, statements: Sequence[str]) -> list[tuple[float, int]]:
    """Run statements one after the other on one connection.

    Returns:
        Of each that gives a number: the seconds psql waited for it, and the number.
    """
    script = "\\timing on\n" + "".join(f"{one};\n" for one in statements)
    done = subprocess.run(
        [PROGRAMS[-1].parent / "psql", address, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"],
        input=script, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.findall(r"^(\d+)\nTime: ([\d.]+) ms", done.stdout, flags=re.MULTILINE)
    return [(float(ms) / 1000, int(number)) for number, ms in found]


def cost_in_postgres(address: str, statement: str) -> tuple[float, int]:
    """Seconds of processor that the server took for a statement that gives a number; the number."""
    own = "select pg_read_file('/proc/self/stat')"
    done = subprocess.run(
        [PROGRAMS[-1].parent / "psql", address, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"],
        input=f"{own};\n{statement};\n{own};\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    before, number, after = (line for line in done.stdout.splitlines() if line)
    return _ticks(after) - _ticks(before), int(number)


def _ticks(stat: str) -> float:
    """User and system time of a process from its line in /proc [s]."""
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

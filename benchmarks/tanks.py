"""The build's own closure of never-empty tanks: how it grows, and that it ends where it is told to.

A project of dbt's that holds the closure, its cuts and a tank instead of a company: each filling
goes into the next state of the tank, so that every lot reaches every later one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import children
from .figures import number

SIZES = (500, 1_000, 2_000, 4_000)
_BOUND = 500_000
_PROJECT = """\
name: lotproof
profile: tank
model-paths: [models]
macro-paths: [macros]
test-paths: []
"""
_PROFILE = "tank: {{target: here, outputs: {{here: {{type: duckdb, path: '{0}', threads: 1}}}}}}\n"
_FILLED = """\
select n as parent_key, n + 1 as child_key from range(1, {0} + 1) as tank(n)
union all
select n + 1000000 as parent_key, n as child_key from range(1, {0} + 1) as tank(n)
"""


@dataclass(frozen=True, slots=True)
class Closed:
    """A tank that was closed over.

    Attributes:
        seconds: of processors that dbt took, its start included.
        pairs: lots with lots that they reach.
        depth: links of the longest of the shortest ways.
        cut: lots that reach further than was followed, by direction.
    """

    seconds: float
    pairs: int
    depth: int
    cut: dict[str, set[int]]


def close(edges: str, most: int | None = None) -> Closed:
    """Close over a query of edges with the models and macros of the checkout.

    Args:
        edges: gives ``parent_key`` and ``child_key``.
        most: pairs past which it stops; by default what the model says.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="lotproof-tank-") as name:
        folder = Path(name)
        _write(folder, edges, most)
        ran = children.python(
            "-m", "dbt.cli.main", "run", "--quiet", "--project-dir", name, "--profiles-dir", name,
            "--log-path", name, "--target-path", f"{name}/target",
        )  # fmt: skip
        with duckdb.connect(str(folder / "tank.duckdb"), read_only=True) as con:
            found = con.execute("select count(*), coalesce(max(depth), 0) from link_pairs")
            pairs, depth = found.fetchone() or (0, 0)
            cut: dict[str, set[int]] = {"up": set(), "down": set()}
            for lot, direction in con.execute("select * from link_cuts").fetchall():
                cut[direction].add(lot)
    return Closed(ran.processor, pairs, depth, cut)


def _write(folder: Path, edges: str, most: int | None) -> None:
    (folder / "models").mkdir()
    (folder / "macros").mkdir()
    (folder / "dbt_project.yml").write_text(_PROJECT, encoding="utf-8")
    (folder / "profiles.yml").write_text(_PROFILE.format(folder / "tank.duckdb"), encoding="utf-8")
    (folder / "models/link_edges.sql").write_text(edges, encoding="utf-8")
    shutil.copy(children.ROOT / "macros/engine/closure.sql", folder / "macros")
    shutil.copy(children.ROOT / "models/chains/link_cuts.sql", folder / "models")
    pairs = (children.ROOT / "models/chains/link_pairs.sql").read_text(encoding="utf-8")
    if most is not None:
        pairs = pairs.replace("'closure'", f"'closure', most={most}")
    (folder / "models/link_pairs.sql").write_text(pairs, encoding="utf-8")


def growing(sizes: Sequence[int] = SIZES) -> Iterator[tuple[str, str]]:
    """Seconds of processors over the start of dbt by size, and the same with a bound.

    Raises:
        AssertionError: pairs are missing that no cut owns up to.
    """
    start = close(_FILLED.format(1)).seconds
    for lots in sizes:
        whole = close(_FILLED.format(lots))
        assert whole.pairs == lots * (lots + 2), whole.pairs
        assert not whole.cut["up"], whole.cut
        yield (f"build's closure of a tank of {lots:,} fillings, {whole.pairs:,} pairs",
               number(whole.seconds - start))  # fmt: skip
    bound = close(_FILLED.format(sizes[-1]), _BOUND)
    assert bound.cut["up"], "nothing says that the closure was cut"
    yield (f"the same, told to stop past {_BOUND:,}: {bound.pairs:,} pairs",
           number(bound.seconds - start))  # fmt: skip

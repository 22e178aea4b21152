"""Traces, closures and recalls over a large synthetic chain, against PostgreSQL, scipy and duckdb.

Lots stand in five layers, from raw material to carton; each lot but the raw ones is made from four
of the layer before, made not long before it. All sides read the same links and must find as many
lots, or the run fails.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from lotproof.evidence.lots.chain_files import write_files
from lotproof.evidence.lots.chains import Chains

from . import children
from .figures import Ratio, Section, number
from .postgres import ask_postgres, cost_in_postgres, server
from .recalling import in_traces, lotproof, write_warehouse
from .tanks import growing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LOTS, LAYERS, PARENTS, MONTHS = 1_000_000, 5, 4, 24
_WORKSPACE = """\
company: Synthetic
sites:
- {site_id: S, name: Site, entity: Synthetic, country: BE, timezone: Europe/Brussels,
   regulated_as: [drug]}
"""
_LINKS = f"""
create table links as
select distinct
    cast((n // {LAYERS} - 1 - hash(n * 31 + k) % 200) * {LAYERS} + n % {LAYERS} - 1 as integer)
        as parent,
    cast(n as integer) as child
from range(?) as lots(n), range({PARENTS}) as parents(k)
where n % {LAYERS} > 0 and n // {LAYERS} > 200
order by parent, child
"""
_FACTS: dict[str, Any] = {
    name: []
    for name in ("statuses", "results", "documents", "quality", "shipments", "moves", "containers")
} | {"site": "S", "material_id": "M", "material": "Material", "class": "raw", "family": "F",
     "supplier_id": None, "supplier": None, "supplier_lot": None, "tlc": None, "made_at": None,
     "expires_at": None, "is_implied": False, "nameless": 0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Large:
    """The synthetic world: a workspace with chain files, the links in DuckDB, its size."""

    root: Path
    con: DuckDBPyConnection
    lots: int
    links: int
    month: tuple[int, int]


def section(lots: int = LOTS, repeats: int = 30) -> Section:
    """Measure everything once; the cheap parts so many times."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="lotproof-chains-") as folder:
        with duckdb.connect(str(Path(folder) / "links.duckdb")) as con:
            con.execute("set threads = 2")
            world = _world(Path(folder), con, lots)
            rows, ratios = _measured(world, repeats)
        rows += [("peak memory of this process [MiB]", number(children.own_peak_mib()))]
    month = world.month[1] - world.month[0]
    notes = (
        f"{world.lots:,} lots and {world.links:,} links; one month is {month:,} lots. Every side "
        "finds as many lots, or the run fails. PostgreSQL has indexes on both ends, its "
        "planner's figures and 512 MiB to work in. Closures read their links from where they "
        "are stored, and give every pair. Closures, commands and tanks are compared by processor "
        "time, which leaves out what others took. Asked: at most 1.5 times scipy and a ninth of "
        "PostgreSQL, two imports, 20 traces. A never-empty tank is one in which every lot "
        "reaches every earlier one; the build's closure of it stops past so many pairs."
    )
    return Section("Chains", notes, ("", "seconds"), tuple(rows), tuple(ratios))


def _world(folder: Path, con: DuckDBPyConnection, lots: int) -> Large:
    con.execute(_LINKS, [lots])
    count = con.execute("select count(*) from links").fetchone()
    links = int(count[0]) if count else 0
    positions = lots // LAYERS
    first = positions // 2 * LAYERS
    month = (first, first + positions // MONTHS * LAYERS)
    con.execute("create table month as select cast(n as integer) as lot from range(?, ?) as t(n)",
                list(month))  # fmt: skip
    con.execute("checkpoint")
    state = folder / ".lotproof"
    state.mkdir()
    (folder / "lotproof.yml").write_text(_WORKSPACE, encoding="utf-8")
    named = (
        ((f"L{n}",), json.dumps({**_FACTS, "lot_id": f"L{n}", "lot_number": f"L{n}"}))
        for n in range(lots)
    )
    write_files(state / "chains", "d", named, lambda: _told(con))
    write_warehouse(folder, con, lots)
    return Large(folder, con, lots, links, month)


def _told(con: DuckDBPyConnection) -> Iterator[tuple[int, int, int | None, str]]:
    found = con.execute("select parent, child from links order by parent, child")
    while chunk := found.fetchmany(65_536):
        for parent, child in chunk:
            yield parent, child, None, f"consumed\t10\tKG\tO{child}\t2026-10-01T00:00:00Z\tK{child}"


def _measured(world: Large, repeats: int) -> tuple[list[tuple[str, str]], list[Ratio]]:
    chance = random.Random(7)  # noqa: S311
    picks = [chance.randrange(*world.month) for _ in range(repeats)]
    ratios = []
    chains = Chains(world.root / ".lotproof" / "chains")
    ours = {d: _each(picks, lambda n, d=d: len(chains.reached(n, d))) for d in ("down", "up")}  # type: ignore[misc]
    spent, product, pairs, rows = _closures(world)
    with server() as (address, folder):
        theirs, query, in_postgres = _by_postgres(world, picks, address, folder)
    for direction in ("down", "up"):
        _same(ours[direction][1], theirs[direction][1], f"PostgreSQL, {direction}")
        ratios.append(Ratio(f"trace {direction}, warm", ours[direction][0],
                            "PostgreSQL, recursive query", theirs[direction][0], "s"))  # fmt: skip
    _same(pairs, in_postgres, "PostgreSQL")
    ratios += [
        Ratio(f"closure of a month, {pairs:,} pairs", spent, "scipy CSR products", product, "s"),
        Ratio(f"closure of a month, {pairs:,} pairs", spent, "PostgreSQL", query, "s"),
        _command(world, picks[0]),
    ]
    raw = world.month[0] // LAYERS * LAYERS  # of the first layer, so that much is made of it
    recall, concerned = in_traces(world.root, raw)
    ratios.append(recall)
    rows += [("lots of the recall", number(concerned))]
    rows += [("lots reached, mean", number(sum(ours["down"][1]) / len(picks)))]
    rows += list(_tanks(world.root)) + list(growing())
    return rows, ratios


def _each(picks: list[int], ask: Callable[[int], int]) -> tuple[float, list[int]]:
    """Median time of a question, and the answers; asked once before, so that files are warm."""
    for pick in picks:
        ask(pick)
    timed = [_timed(lambda pick=pick: ask(pick)) for pick in picks]  # type: ignore[misc]
    return median(seconds for seconds, _ in timed), [answer for _, answer in timed]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def _same(ours: object, theirs: object, whose: str) -> None:
    assert ours == theirs, f"{whose} finds {theirs}, we find {ours}"


def _closures(
    world: Large, repeats: int = 7
) -> tuple[float, float, int, list[tuple[str, str]]]:  # fmt: skip
    """Median cost of the closure of a month by chain files and by scipy, in turns; the pairs.

    Returns:
        Processor seconds of ours and of scipy, which say what each costs when others are at work,
        too; the pairs; seconds by the clock as rows.
    """
    import scipy.sparse  # noqa: F401 - its import is not part of what is timed

    sides: dict[str, Callable[[], int]] = {
        "chain files": lambda: _by_arrays(world), "scipy": lambda: _by_scipy(world.con, world.lots),
    }  # fmt: skip
    clock: dict[str, list[float]] = {side: [] for side in sides}
    processor: dict[str, list[float]] = {side: [] for side in sides}
    found = set()
    for _ in range(repeats):
        for side, close in sides.items():
            before = time.process_time()
            seconds, pairs = _timed(close)
            processor[side].append(time.process_time() - before)
            clock[side].append(seconds)
            found.add(pairs)
    assert len(found) == 1, found
    rows = [(f"closure of a month, by the clock, {side}", number(median(spent)))
            for side, spent in clock.items()]  # fmt: skip
    ours, theirs = (median(processor[side]) for side in sides)
    return ours, theirs, found.pop(), rows


def _by_arrays(world: Large) -> int:
    """Pairs by the chain files, which are opened for it."""
    chains = Chains(world.root / ".lotproof" / "chains")
    first, second = chains.pairs(range(*world.month), "down")
    assert len(first) == len(second)
    return len(second)


def _by_scipy(con: DuckDBPyConnection, lots: int) -> int:
    """Pairs by products of sparse matrices, each level's new ones only."""
    import numpy as np
    from scipy.sparse import csr_matrix

    links = con.execute("select parent, child from links").fetchnumpy()
    month = con.execute("select lot from month").fetchnumpy()["lot"]
    ones = np.ones(len(links["parent"]), dtype=np.int32)
    after = csr_matrix((ones, (links["parent"], links["child"])), shape=(lots, lots))
    level = csr_matrix(
        (np.ones(len(month), dtype=np.int32), (np.arange(len(month)), month)),
        shape=(len(month), lots),
    )
    met = level.copy()
    while level.nnz:
        level = level @ after
        level.data[:] = 1
        level = level - level.multiply(met)
        level.eliminate_zeros()
        met = met + level
    return int(met.nnz)


_RECURSIVE = {
    "down": "with recursive r(lot) as (select {0} union select child from r join links on "
    "parent = lot) select count(*) from r",
    "up": "with recursive r(lot) as (select {0} union select parent from r join links on "
    "child = lot) select count(*) from r",
}
_CLOSURE = (
    "with recursive r(start, lot) as (select lot, lot from month union select start, child from r "
    "join links on parent = r.lot) select count(*) from r"
)


def _by_postgres(
    world: Large, picks: list[int], address: str, folder: Path
) -> tuple[dict[str, tuple[float, list[int]]], float, int]:
    for name in ("links", "month"):
        world.con.execute(f"copy {name} to '{folder / name}.csv' (header false)")
        (folder / f"{name}.csv").chmod(0o644)
    ask_postgres(
        address,
        [
            "create table links (parent int, child int)",
            "create table month (lot int)",
            f"copy links from '{folder}/links.csv' (format csv)",
            f"copy month from '{folder}/month.csv' (format csv)",
            "create index on links (parent) include (child)",
            "create index on links (child) include (parent)",
            "vacuum analyze links",
            "analyze month",
        ],
    )
    found = {}
    for way, sql in _RECURSIVE.items():
        asked = [sql.format(pick) for pick in picks]
        answers = ask_postgres(address, asked * 2)[len(asked) :]  # the first round warms
        found[way] = (median(s for s, _ in answers), [n for _, n in answers])
    seconds, pairs = cost_in_postgres(address, _CLOSURE)
    return found, seconds, pairs


def _command(world: Large, lot: int, repeats: int = 7) -> Ratio:
    runs: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(repeats):
        runs["ours"].append(lotproof("trace", f"L{lot}", "--workspace", str(world.root)).processor)
        runs["theirs"].append(children.python("-c", "import duckdb").processor)
    ours, theirs = median(runs["ours"]), median(runs["theirs"])
    return Ratio("lotproof trace, whole command", ours, "python -c 'import duckdb'", theirs, "s")


def _tanks(root: Path) -> Iterator[tuple[str, str]]:
    """Traces of the last lot of a never-empty tank: as many lots as the tank ever held."""
    for lots in (10_000, 20_000, 40_000):
        folder = root / f"tank-{lots}"
        named = (((f"L{n}",), "{}") for n in range(lots))
        links = ((n, n + 1, None, "merged\t\t\t\t\t") for n in range(lots - 1))
        write_files(folder, "d", named, lambda links=links: links)  # type: ignore[misc]
        chains = Chains(folder)
        seconds, found = _timed(lambda chains=chains, n=lots: len(chains.reached(n - 1, "up")))  # type: ignore[misc]
        _same(found, lots, "the tank")
        yield f"never-empty tank of {lots:,} lots: trace of the last", number(seconds)


if __name__ == "__main__":
    from .figures import page

    size = int(sys.argv[1]) if len(sys.argv) > 1 else LOTS
    sys.stdout.write(page([section(size)], [f"{datetime.now():%Y-%m-%d}"]))  # noqa: DTZ005

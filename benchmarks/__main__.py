"""``python -m benchmarks``: every measurement in one run, printed and kept in latest.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from lotproof.evidence.workspace import Workspace

from . import against_sql, chains, evaluation, ingesting, rendering, starting, verifying, world
from .figures import Section, page

LATEST = Path(__file__).parent / "latest.md"
_PARTS = ("start", "ingest", "chains", "evaluation", "rendering", "verification")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--lots", type=int, default=0, metavar="N",
        help="lots of the smaller world, rounded to whole copies of the example (default: one)",
    )  # fmt: skip
    parser.add_argument(
        "--growth", type=int, default=10, metavar="K",
        help="how many times as large the larger world is (default: 10)",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="append", choices=_PARTS, help="this part only; may be repeated"
    )
    parser.add_argument(
        "--chain-lots", type=int, default=chains.LOTS, metavar="N", help="lots of the chains"
    )
    parser.add_argument(
        "--rows", type=int, default=10_000_000, metavar="N",
        help="movements that are ingested (default: 10000000)",
    )  # fmt: skip
    parser.add_argument("--repeats", type=int, default=3, help="rounds of the cheap measurements")
    parser.add_argument("--date", help="date to print in latest.md, as YYYY-MM-DD (default: none)")
    parser.add_argument(
        "--output", type=Path, default=LATEST, help="where the page goes (default: latest.md)"
    )
    return parser.parse_args()


def main() -> None:
    """Run what was asked for; the page is written when all of it has ended well."""
    given = _arguments()
    parts: Sequence[str] = given.only or _PARTS
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="lotproof-bench-") as folder:
        sections = list(_measured(Path(folder), parts, given))
    about = [", ".join(starting.versions())]
    about += [f"Measured on {given.date}."] if given.date else []
    about.append(f"Measured in this run: {', '.join(parts)}; the parts are {', '.join(_PARTS)}.")
    about.append("Whoever reads this compares the ratios: seconds depend on the machine.")
    text = page(sections, about)
    sys.stdout.write(text)
    _tell(f"the whole run took {time.perf_counter() - start:.0f} s")
    aside = given.output.with_suffix(".part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(given.output)


def _measured(folder: Path, parts: Sequence[str], given: argparse.Namespace) -> Iterator[Section]:
    if "start" in parts:
        _tell("start of lotproof --help")
        yield starting.section()
    if "ingest" in parts:
        _tell(f"ingest of {given.rows:,} movements beside a bare read_csv")
        yield ingesting.section(folder, given.rows)
    if "chains" in parts:
        _tell(f"chains of {given.chain_lots:,} lots, three ways")
        yield chains.section(given.chain_lots)
    if "verification" in parts:
        _tell("a pack: pages, signatures, seal, verification")
        yield verifying.section(folder / "signed", given.repeats)
    if set(parts) <= {"start", "ingest", "chains", "verification"}:
        return
    _tell("the example company: extracts and ingest")
    base = world.write_base(folder / "base")
    small = _built_base(base)
    if "evaluation" in parts:
        yield from _evaluated(folder, base, small, given)
    if "rendering" in parts:
        _tell("the monthly report, three ways in turns")
        yield rendering.section(base, given.repeats)


def _built_base(base: Workspace) -> evaluation.Build:
    _tell(f"build of {world.lots_of(base):,} lots")
    return evaluation.built(base)


def _evaluated(
    folder: Path, base: Workspace, one: evaluation.Build, given: argparse.Namespace
) -> Iterator[Section]:
    copies = max(1, round(given.lots / one.lots))
    small = one if copies == 1 else _copies(folder, base, copies)
    large = _copies(folder, base, copies * given.growth)
    yield evaluation.section(small, large)
    for build in (small, large):
        _tell("the maps and twenty clauses by hand")
        yield against_sql.section(build.workspace)


def _copies(folder: Path, base: Workspace, copies: int) -> evaluation.Build:
    workspace = world.multiply(base, folder / f"copies-{copies}", copies)
    _tell(f"build of {world.lots_of(workspace):,} lots")
    return evaluation.built(workspace)


def _tell(what: str) -> None:
    sys.stderr.write(f"benchmarks: {what}\n")


if __name__ == "__main__":
    main()

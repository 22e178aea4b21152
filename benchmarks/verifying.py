"""``lotproof verify`` of a signed pack against ``sha256sum`` and pyHanko on the same files."""

from __future__ import annotations

import sys
from pathlib import Path

from . import children, signed_pack
from .figures import Ratio, Section, number
from .signed_pack import SignedPack

FAST, FULL = 3.0, 1.5
"""At most so many times what is compared with."""


def section(
    folder: Path, repeats: int = 5, pages: int = signed_pack.PAGES, rows: int = signed_pack.ROWS
) -> Section:
    """Make a pack and verify it, each time in a process of its own.

    Args:
        folder: where the pack goes.
        repeats: rounds of the fast comparison; medians count. The full one runs once.
        pages: pages of its report.
        rows: rows of its evidence.

    Raises:
        AssertionError: it costs more than it may.
        RuntimeError: the pack does not verify, here or there.
    """
    folder.mkdir()
    pack = signed_pack.make(folder, pages, rows)
    sums = _median(["sha256sum", *pack.files()], repeats)
    plain = _median([*_pyhanko(pack), "--no-diff-analysis"], repeats)
    ours = _median(_verify(pack), repeats)
    full = children.run([*_verify(pack), "--full"]).seconds
    theirs = children.run(_pyhanko(pack)).seconds
    ratios = (
        Ratio("verify", ours, "sha256sum + pyHanko without difference analysis", sums + plain, "s"),
        Ratio("verify --full", full, "pyHanko with difference analysis", theirs, "s"),
    )
    for ratio, most in zip(ratios, (FAST, FULL), strict=True):
        assert ratio.value <= most, f"{ratio.what}: {ratio.value:.2f} times, at most {most} allowed"
    return _told(pack, pages, rows, ratios, sums, plain)


def _told(
    pack: SignedPack, pages: int, rows: int, ratios: tuple[Ratio, Ratio], sums: float, plain: float
) -> Section:
    size = sum(Path(file).stat().st_size for file in pack.files()) / 2**20
    fast, full = ratios
    return Section(
        "Verification",
        f"A pack of {number(size)} MiB: a tagged report of {pages} pages with three signatures "
        f"and an archive timestamp, {rows:,} rows of evidence. lotproof also checks seal, roles, "
        "order, revocation and audit trail, and makes the tree of the rows anew. pyHanko is its "
        "library in a process of its own, without the command's reading of options.",
        ("", "seconds"),
        (
            ("sha256sum of every file", number(sums)),
            ("pyHanko without difference analysis", number(plain)),
            ("lotproof verify", number(fast.ours)),
            ("pyHanko with difference analysis", number(full.theirs)),
            ("lotproof verify --full", number(full.ours)),
        ),
        ratios,
    )


def _median(command: list[str], repeats: int) -> float:
    return children.median_run(lambda: children.run(command), repeats).seconds


def _verify(pack: SignedPack) -> list[str]:
    start = "from lotproof.cli import main; main()"
    return [sys.executable, "-c", start, "verify", str(pack.folder), "--trust", str(pack.root)]


def _pyhanko(pack: SignedPack) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.pyhanko_validate", str(pack.report)]
    return [*command, "--trust", str(pack.root)]

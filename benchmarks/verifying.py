"""``verify`` of a signed and sealed pack against ``sha256sum`` of the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from lotproof.evidence.example.timeline import AS_OF
from lotproof.evidence.seal import verify_pack
from lotproof.evidence.workspace import Workspace
from lotproof.reports import demo

from . import children
from .figures import Ratio, Section, number


def section(workspace: Workspace, digest: str, repeats: int = 5) -> Section:
    """Make the demo's packs and verify the largest.

    Args:
        workspace: the example company, built.
        digest: of its build.
        repeats: verifications and checksums each; medians count.

    Raises:
        AssertionError: a fresh pack does not verify.
    """
    at = AS_OF.replace(tzinfo=UTC)
    demo.prepare(workspace.root, at)
    packs = demo.make_packs(workspace, digest, _silent, lambda: at)
    pack = max(packs, key=_bytes)
    anchors = [workspace.root / demo.ANCHOR]
    files = [str(path) for path in sorted(pack.rglob("*")) if path.is_file()]
    ours = children.median_seconds(lambda: _verified(pack, anchors, at), repeats)
    sums = median(children.run(["sha256sum", *files]).seconds for _ in range(repeats))
    size = f"{number(_bytes(pack) / 2**20)} MiB, {number(len(files))} files"
    return Section(
        "Verification",
        f"A monthly pack of {size}: every file hashed, every row of evidence hashed again and "
        "its tree rebuilt, three PAdES signatures and the seal checked against the trusted "
        "root, each PDF read. sha256sum reads the same bytes once and knows none of that.",
        ("", "seconds", "MiB per second"),
        (
            ("lotproof verify", number(ours), number(_bytes(pack) / 2**20 / ours)),
            ("sha256sum", number(sums), number(_bytes(pack) / 2**20 / sums)),
        ),
        (Ratio(f"verify, {size}", ours, "sha256sum", sums, "s"),),
    )


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _bytes(pack: Path) -> int:
    return sum(path.stat().st_size for path in pack.rglob("*") if path.is_file())


def _verified(pack: Path, anchors: list[Path], at: datetime) -> None:
    report = verify_pack(pack, anchors, now=at + timedelta(hours=1))
    assert report.exit_code == 0, "\n".join(report.lines())

"""Operation trials: a golden pack is found whole, each harm to a copy of it is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from .golden import golden_pack
from .trial import Trial

if TYPE_CHECKING:
    from ..seal import VerificationReport

Harm = Callable[[Path], object]


def harmed_packs(at: datetime) -> Iterator[Trial]:
    """The golden pack, whole and harmed in each way, verified.

    Args:
        at: when the golden pack is signed, aware.
    """
    from ..seal import verify_pack

    with golden_pack(at) as golden:
        whole = verify_pack(golden.pack, [golden.root])
        yield _trial("the golden pack, untouched", "VERIFIED", whole.verdict)
        unknown = verify_pack(golden.pack, [])
        yield _trial("the golden pack, nobody trusted", "INDETERMINATE", unknown.verdict)
        for name, code, harm in _HARMS:
            copy = golden.pack.parent / "harmed" / golden.pack.name
            shutil.copytree(golden.pack, copy)
            harm(copy)
            yield _trial(name, code, _found(verify_pack(copy, [golden.root]), code))
            shutil.rmtree(copy.parent)


def scenarios() -> Iterator[Trial]:
    """The scenarios of each shipped map, judged: how many give the verdict they must."""
    from ..maps.loading import load_maps
    from ..maps.scenarios import load_scenarios, run_scenarios

    folder = Path(str(files("lotproof").joinpath("obligations")))
    maps = load_maps([folder])
    cases = load_scenarios([folder], maps)
    outcomes = run_scenarios(cases, maps)
    for found in sorted(maps, key=lambda each: each.map):
        own = [out for case, out in zip(cases, outcomes, strict=True) if case.map == found.map]
        right = sum(outcome.passed for outcome in own)
        yield Trial(
            "operation", "Scenarios of the maps", found.map,
            f"{len(own)} verdicts as they must be", f"{right} verdicts as they must be",
        )  # fmt: skip


def _trial(name: str, expected: str, found: str) -> Trial:
    return Trial("operation", "A pack, harmed", name, expected, found)


def _found(report: VerificationReport, code: str) -> str:
    """The code itself where it was among those raised, else all that was."""
    codes = sorted({finding.code for finding in report.findings})
    return code if code in codes else ", ".join(codes) or report.verdict


def _flip(path: Path, place: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[place if place >= 0 else len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(bytes(data))


def _append(path: Path, more: bytes) -> None:
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data + more)


def _swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.unlink()
    other.unlink()
    one.write_bytes(second)
    other.write_bytes(first)


def _link(pack: Path) -> None:
    (pack / "data/originals/more.txt").symlink_to("lots.txt")


_HARMS: tuple[tuple[str, str, Harm], ...] = (
    ("a bit of the evidence flipped", "E_FILE_HASH",
     lambda pack: _flip(pack / "data/evidence/lots.parquet")),
    ("a cell of a table changed", "E_FILE_HASH",
     lambda pack: _flip(pack / "data/evidence/lots.csv", 40)),
    ("two tables swapped", "E_FILE_HASH",
     lambda pack: _swap(pack / "data/evidence/lots.csv", pack / "data/evidence/lots.parquet")),
    ("an original removed", "E_FILE_MISSING",
     lambda pack: (pack / "data/originals/lots.txt").unlink()),
    ("a file added", "E_FILE_EXTRA",
     lambda pack: (pack / "data/originals/more.txt").write_bytes(b"more\n")),
    ("an empty folder added", "E_FILE_EXTRA", lambda pack: (pack / "more").mkdir()),
    ("a link in place of a file", "E_SPECIAL_FILE", _link),
    ("files to be fetched", "E_FETCH_PRESENT",
     lambda pack: (pack / "fetch.txt").write_bytes(b"\n")),
    ("the list of lists removed", "E_MANIFEST_MISSING",
     lambda pack: (pack / "tagmanifest-sha256.txt").unlink()),
    ("a bit of a signed report flipped", "E_FILE_HASH",
     lambda pack: _flip(pack / "data/reports/golden.pdf", 400)),
    ("bytes behind a signed report", "E_PDF_TRAILING",
     lambda pack: _append(pack / "data/reports/golden.pdf", b"% more\n")),
    ("a line of the audit trail removed", "E_AUDIT_CHAIN",
     lambda pack: _cut(pack / "data/audit/audit-trail.jsonl")),
    ("the seal removed", "E_SEAL_MISSING", lambda pack: (pack / "signatures/seal.p7s").unlink()),
    ("the timestamp removed", "E_TST_MISSING",
     lambda pack: (pack / "signatures/seal.tst").unlink()),
    ("bytes behind the seal", "E_SEAL_INVALID",
     lambda pack: _append(pack / "signatures/seal.p7s", b"\0")),
)  # fmt: skip


def _cut(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.unlink()
    path.write_bytes(b"".join(lines[:1] + lines[2:]))

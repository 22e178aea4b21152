"""The same inputs, period and `as_of` give the same bytes, wherever and however it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lotproof.reports import demo

MAIN = "from lotproof.cli import main; main()"
AS_OF = "2099-01-01"
"""Later than any ingest: the moment of taking in must not show."""


def run(root: Path, env: dict[str, str], *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=root, env=os.environ | env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    held_back = arguments == ("ingest",)  # the example plants rows that cannot be read
    assert ended.returncode == held_back, ended.stderr
    return ended.stdout.strip()


def packs(root: Path, env: dict[str, str], lot: str) -> list[Path]:
    run(root, env, "ingest")
    run(root, env, "build", "--period", demo.PERIOD, "--as-of", AS_OF)
    return [
        Path(run(root, env, "pack", "monthly", "--site", "LEU")),
        Path(run(root, env, "pack", "dossier", "--lot", lot)),
    ]


@pytest.mark.slow
def test_two_builds_far_apart_give_the_same_bytes(tmp_path: Path) -> None:
    here = tmp_path / "here"
    demo.prepare(here, datetime(2026, 1, 2, tzinfo=UTC))
    there = tmp_path / "an other" / "plàce"
    shutil.copytree(here, there)
    lot = (here / "extracts" / "LEU" / "lots.csv").read_text(encoding="utf-8").splitlines()[1]
    odd = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    plain = {"TZ": "UTC", "PYTHONHASHSEED": "0"}
    pairs = zip(
        packs(here, plain, lot.split(",")[3]), packs(there, odd, lot.split(",")[3]), strict=True
    )

    for one, other in pairs:
        names = {p.relative_to(one) for p in (one / "data").rglob("*") if p.is_file()}
        assert names == {p.relative_to(other) for p in (other / "data").rglob("*") if p.is_file()}
        assert {name.suffix for name in names} >= {".pdf", ".csv", ".parquet"}
        for name in sorted(names):
            if name.parts[1] in ("evidence", "reports"):
                assert (one / name).read_bytes() == (other / name).read_bytes(), name

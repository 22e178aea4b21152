"""Every command of docs/your-first-plant.md works as it stands there, in its order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "your-first-plant.md").read_text(encoding="utf-8")
BUILDING = "## 7. Judge the month"


def run(page: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = "\n".join(["set -eu", *re.findall(r"```sh\n(.*?)```", page, re.DOTALL)])
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder / "home"),
    }
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_extract_is_named_profiled_given_words_and_taken_in(tmp_path: Path) -> None:
    assert BUILDING in PAGE
    ran = run(PAGE.partition(BUILDING)[0], tmp_path)
    before, _, after = ran.stdout.rpartition("mseg  3 rows")

    assert ran.returncode == 0, f"{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}"
    assert "no word for 'ZFER'" in before
    assert "'901'" in before
    assert "no word for" not in after
    assert "+ 0 quarantined" in after


@pytest.mark.slow
def test_its_commands_end_with_verdicts(tmp_path: Path) -> None:
    ran = run(PAGE, tmp_path)

    assert ran.returncode == 0, f"{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}"
    assert re.search(r"gap .*R-101", ran.stdout)
    assert "critical gaps, as this extract has" in ran.stdout

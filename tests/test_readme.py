"""Every command of the README works as it stands there, in its order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_pages_and_pictures_it_names_exist() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README)

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_make_demo_runs_the_demo() -> None:
    planned = subprocess.run(
        ["make", "--dry-run", "demo"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "lotproof demo lotproof-demo" in planned.stdout


@pytest.mark.slow
def test_its_commands_run_in_order(tmp_path: Path) -> None:
    script = "\n".join(["set -eu", *re.findall(r"```sh\n(.*?)```", README, re.DOTALL)])
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
    }

    run = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, f"{run.stdout[-2000:]}\n{run.stderr[-4000:]}"
    assert "VERIFIED  AP-2026-10-LEU" in run.stdout
    assert (tmp_path / "lotproof-demo" / "check.xml").is_file()
    assert (tmp_path / "my-plant" / "lotproof.yml").is_file()
    assert "● sealed" in run.stdout

"""What a bare machine meets first: `.dev/set_up.py`, which runs before anything is installed."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / ".dev/set_up.py"


@pytest.fixture
def set_up() -> ModuleType:
    """The script as a module, fresh for each test."""
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def own_folder(set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script pointed at an empty folder with locks of its own."""
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "VENV_PYTHON", Path(sys.executable))
    monkeypatch.setattr(set_up, "STAMP", tmp_path / "stamp")
    locks = {"run": tmp_path / "run.lock", "dev": tmp_path / "dev.lock"}
    monkeypatch.setattr(set_up, "LOCKS", locks)
    for path in (*locks.values(), tmp_path / "pyproject.toml"):
        path.write_text("x", encoding="utf-8")
    return tmp_path


def note_steps(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the steps only say that they were asked for."""
    steps: list[str] = []
    for name in ("ensure_libraries", "ensure_environment", "install_locked", "install_lotproof"):
        monkeypatch.setattr(set_up, name, lambda *_, name=name: steps.append(name))
    return steps


def test_an_old_python_can_read_the_script() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    check = next(n for n, node in enumerate(tree.body) if isinstance(node, ast.If))
    before = [node for node in tree.body[:check] if not isinstance(node, ast.Import)]

    assert "OLDEST" in ast.unparse(tree.body[check])
    assert [node.name for node in before if isinstance(node, ast.FunctionDef)] == [
        "hand_over_to_a_newer_python"
    ]


def test_an_old_python_is_told_what_is_needed(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up.shutil, "which", lambda _: None)

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer(.|\n)*make PYTHON="):
        set_up.hand_over_to_a_newer_python()


def test_an_old_python_hands_over_to_the_newest_on_the_path(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    there = {"python3.11": "/x/python3.11", "python3.13": "/x/python3.13"}
    monkeypatch.setattr(set_up.shutil, "which", there.get)
    monkeypatch.setattr(set_up.os, "execv", lambda path, _: started.append(path))

    with pytest.raises(SystemExit):
        set_up.hand_over_to_a_newer_python()

    assert started[0] == "/x/python3.13"


def test_without_root_the_line_to_type_is_printed(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "LIBRARIES", {"libno-such-thing.so.0": "libno-such-thing0"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(set_up.SetUpError, match=r"sudo apt-get install .* libno-such-thing0"):
        set_up.ensure_libraries()


def test_a_failing_command_shows_its_end_and_itself(set_up: ModuleType) -> None:
    code = "import sys; print('no space left'); sys.exit(3)"

    with pytest.raises(set_up.SetUpError, match=r"no space left\nunpacking did not work(.|\n)*-c"):
        set_up.run([sys.executable, "-c", code], "unpacking")


@pytest.mark.usefixtures("own_folder")
def test_a_second_set_up_does_nothing(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = note_steps(set_up, monkeypatch)
    set_up.set_up("dev")
    first = list(steps)

    set_up.set_up("dev")
    set_up.set_up("run")

    assert "install_locked" in first
    assert steps == first


def test_a_changed_lock_installs_packages_and_a_changed_project_only_itself(
    set_up: ModuleType, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = note_steps(set_up, monkeypatch)
    set_up.set_up("run")

    steps.clear()
    (own_folder / "pyproject.toml").write_text("y", encoding="utf-8")
    set_up.set_up("run")
    after_project = list(steps)

    steps.clear()
    (own_folder / "run.lock").write_text("y", encoding="utf-8")
    set_up.set_up("run")

    assert "install_locked" not in after_project
    assert "install_lotproof" in after_project
    assert "install_locked" in steps


@pytest.mark.usefixtures("own_folder")
def test_a_set_up_that_broke_off_is_done_again(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = note_steps(set_up, monkeypatch)
    set_up.set_up("run")
    set_up.LOCKS["run"].write_text("y", encoding="utf-8")
    monkeypatch.setattr(set_up, "install_lotproof", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        set_up.set_up("run")

    steps.clear()
    set_up.LOCKS["run"].write_text("x", encoding="utf-8")
    monkeypatch.setattr(set_up, "install_lotproof", lambda: None)
    set_up.set_up("run")

    assert "install_locked" in steps


def test_progress_is_plain_lines_away_from_a_terminal(
    set_up: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    said = set_up.follow((f"Collecting thing{n}==1.0" for n in range(60)), 60)

    assert len(said) == 60
    assert capsys.readouterr().out == "   25 of 60\n   50 of 60\n"


def test_a_wrong_argument_is_answered_with_the_usage() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--all"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "usage: set_up.py [--dev]\n")

"""What is listed, what is shipped and what the folders hold are the same."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHON_FOLDERS = ("commands", "evidence", "reports")
CONTENT_FOLDERS = ("macros", "models", "obligations", "sources", "templates")
LOCKS = ("requirements.lock", "requirements-dev.lock")


def files_under(*folders: str) -> set[str]:
    """Every file of these folders, without caches."""
    return {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel, built from a copy so that nothing is left behind here."""
    there = tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "lotproof-demo")
    shutil.copytree(ROOT, there / "copy", ignore=left_out)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [*command, "--no-index", "--wheel-dir", there, there / "copy"],
        check=True,
        capture_output=True,
    )
    (wheel,) = there.glob("lotproof-*.whl")
    with zipfile.ZipFile(wheel) as content:
        return set(content.namelist())


def test_every_python_folder_is_listed_and_every_listed_package_exists() -> None:
    folders = {"lotproof"} | {
        "lotproof." + path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for folder in PYTHON_FOLDERS
        for path in (ROOT / folder).rglob("*.py")
    }

    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders


def test_the_wheel_ships_all_python_and_all_content_and_nothing_else(shipped: set[str]) -> None:
    metadata = {name for name in shipped if ".dist-info/" in name}
    at_the_root = {path.name for path in ROOT.glob("*.py")} | {"py.typed", "requirements.lock"}
    at_the_root |= {path.name for path in ROOT.glob("dbt_project.yml")}
    wanted = at_the_root | files_under(*PYTHON_FOLDERS, *CONTENT_FOLDERS)

    assert shipped - metadata == {f"lotproof/{name}" for name in wanted}


def test_the_wheel_carries_the_licence_and_the_command(shipped: set[str]) -> None:
    names = {name.split(".dist-info/")[-1] for name in shipped if ".dist-info/" in name}

    assert {"licenses/LICENSE", "entry_points.txt"} <= names


def test_content_folders_hold_no_python() -> None:
    assert [name for name in files_under(*CONTENT_FOLDERS) if name.endswith(".py")] == []


def test_every_python_root_has_a_link_for_the_type_checkers() -> None:
    roots = {path.name for path in ROOT.glob("*.py")} | {*PYTHON_FOLDERS, "py.typed"}
    links = {path.name: path.readlink() for path in (ROOT / ".dev/lotproof").iterdir()}

    assert links == {name: Path("../..") / name for name in roots}


def test_the_version_is_said_once() -> None:
    from lotproof import __version__

    assert PROJECT["project"]["version"] == __version__


def test_the_package_is_found_from_any_directory(tmp_path: Path) -> None:
    code = "import lotproof.evidence; print(lotproof.evidence.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    assert Path(done.stdout.strip()) == ROOT / "evidence/__init__.py"


# --- locks ----------------------------------------------------------------------------------------


def pinned(lock: str) -> dict[str, list[str]]:
    """Requirement line → its hash lines."""
    packages: dict[str, list[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line.startswith("    --hash="):
            packages[list(packages)[-1]].append(line.strip(" \\"))
        elif line and not line.lstrip().startswith("#"):
            packages[line.strip(" \\")] = []
    return packages


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(lock: str) -> None:
    packages = pinned(lock)
    exact = re.compile(r"[a-z0-9-]+==[0-9][^ ;]*( ; .+)?")
    loose = [name for name in packages if not exact.fullmatch(name)]
    bare = [
        name
        for name, hashes in packages.items()
        if not hashes or not all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes)
    ]

    assert packages
    assert (loose, bare) == ([], [])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_folder_of_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert re.findall(r"\S*(?:://|--index|--find-links|file:|@ )\S*", text) == []


def test_what_is_shipped_is_locked_as_it_is_tested() -> None:
    run, dev = (pinned(lock) for lock in LOCKS)

    assert {name: hashes for name, hashes in dev.items() if name in run} == run


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_dependency_is_locked(lock: str) -> None:
    declared = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["set-up"]
    if lock == "requirements-dev.lock":
        declared += PROJECT["project"]["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=~ ]", text)[0].lower() for text in declared}

    assert names - {name.split("==")[0] for name in pinned(lock)} == set()


def test_every_import_is_declared() -> None:
    """What is there only because another package needs it may be gone tomorrow."""
    extras = PROJECT["project"]["optional-dependencies"]
    texts = [text for extra, of in extras.items() if extra != "dev" for text in of]
    declared = {
        re.split(r"[<>=~ ]", text)[0].lower()
        for text in (*PROJECT["project"]["dependencies"], *texts)
    }
    distributions = packages_distributions()
    names = {
        name.split(".")[0]
        for path in [
            *ROOT.glob("*.py"),
            *(p for f in PYTHON_FOLDERS for p in (ROOT / f).rglob("*.py")),
        ]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in names_imported(node)
    }
    foreign = names - sys.stdlib_module_names - {"lotproof"}
    undeclared = {
        name
        for name in foreign
        if not declared & {d.lower() for d in distributions.get(name, [name])}
    }

    assert undeclared == set()


def names_imported(node: ast.AST) -> list[str]:
    """The modules an import statement names, those of the package itself left out."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [node.module]
    return []


# --- what a newcomer types ------------------------------------------------------------------------


def make_targets() -> set[str]:
    """The targets the Makefile declares for people."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^\.PHONY: (\S+)$", text, flags=re.MULTILINE))


def test_make_help_names_every_target() -> None:
    done = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True)
    listed = set(re.findall(r"^  ([a-z-]+) +\S", done.stdout, flags=re.MULTILINE))

    assert listed == make_targets()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_on_the_page_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, flags=re.MULTILINE))

    assert named
    assert named - make_targets() == set()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_lotproof_command_on_the_page_exists(page: str) -> None:
    from typer.main import get_command

    from lotproof.cli import app_of

    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^ {4}|`)lotproof ([a-z]+)", text, flags=re.MULTILINE))
    commands = getattr(get_command(app_of()), "commands", {})

    assert named - set(commands) == set()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")

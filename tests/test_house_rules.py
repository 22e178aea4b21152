"""What CONTRIBUTING.md asks of the code and no linter looks at."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("commands", "evidence", "reports", "tests", "benchmarks", ".dev")
HEAVY = ("cryptography", "dbt", "duckdb", "numpy", "pikepdf", "pyhanko", "weasyprint")


def modules(*folders: str) -> list[Path]:
    """Every Python file of these folders, links left out, and those at the root."""
    found = [
        *ROOT.glob("*.py"),
        *(path for name in folders for path in (ROOT / name).rglob("*.py")),
    ]
    return sorted(path for path in found if (ROOT / ".dev/lotproof") not in path.parents)


def place(path: Path, line: int = 1) -> str:
    """The file and line, as editors write it."""
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of all that a module of the package imports from the package."""
    package = ["lotproof", *path.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def test_no_module_has_more_than_400_lines() -> None:
    sizes = {place(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules(*FOLDERS)}

    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_no_function_has_more_than_50_lines() -> None:
    long = [
        f"{place(path, node.lineno)} {node.name}: {(node.end_lineno or 0) - node.lineno + 1}"
        for path in modules(*FOLDERS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 50
    ]

    assert long == []


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        ("evidence", ("lotproof.reports", "lotproof.commands", "lotproof.cli")),
        ("reports", ("lotproof.commands", "lotproof.cli")),
        ("commands", ("lotproof.cli",)),
    ],
)
def test_imports_point_one_way(folder: str, above: tuple[str, ...]) -> None:
    wrong = [
        f"{place(path, line)} {name}"
        for path in modules(folder)
        if path.parent != ROOT
        for line, name in imported(path)
        if any(name == other or name.startswith(f"{other}.") for other in above)
    ]

    assert wrong == []


@pytest.mark.parametrize("folder", ["evidence", "reports"])
def test_packages_import_their_own_kind_relatively(folder: str) -> None:
    wrong = [
        f"{place(path, node.lineno)} from {node.module}"
        for path in modules(folder)
        if path.parent != ROOT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and not node.level
        and (node.module or "").split(".")[0] == "lotproof"
    ]

    assert wrong == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lotproof.cli import main; sys.argv = ['lotproof', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stderr.strip() == "[]"

"""Start of ``lotproof --help`` against ``python -c pass``, and that nothing heavy is imported."""

from __future__ import annotations

import sys
from functools import partial

from . import children
from .figures import Ratio, Section, number

HEAVY = ("dbt", "duckdb", "weasyprint", "pyhanko", "pikepdf", "pydantic", "jinja2", "yaml")
"""Packages that a command imports when it needs them, and never before."""

_MAIN = "import sys; sys.argv = ['lotproof', '--help']; from lotproof.cli import main; main()"
_LIST = """
import contextlib, io, sys
sys.argv = ["lotproof", "--help"]
from lotproof.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main()
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imported() -> set[str]:
    """Top-level packages that ``lotproof --help`` has imported when it ends."""
    return set(children.python("-c", _LIST).output.split())


def section(repeats: int = 7) -> Section:
    """Compare medians of so many starts, in turns.

    Raises:
        AssertionError: a heavy package is imported before it is used.
    """
    heavy = sorted(set(HEAVY) & imported())
    assert not heavy, f"imported by lotproof --help: {', '.join(heavy)}"
    commands = {"lotproof --help": _MAIN, "python -c pass": "pass", "typer alone": "import typer"}
    runs = {
        name: children.median_run(partial(children.python, "-c", code), repeats)
        for name, code in commands.items()
    }
    rows = tuple((name, number(run.seconds * 1000)) for name, run in runs.items())
    ours, bare = runs["lotproof --help"], runs["python -c pass"]
    return Section(
        "Start",
        f"Median of {repeats} starts each. Not imported before a command needs them, which "
        f"the run checks: {', '.join(HEAVY)}.",
        ("", "ms"),
        rows,
        (
            Ratio("lotproof --help", ours.seconds, "python -c pass", bare.seconds, "s"),
            Ratio(
                "lotproof --help", ours.seconds, "python -c 'import typer'",
                runs["typer alone"].seconds, "s",
            ),
        ),
    )  # fmt: skip


def versions() -> tuple[str, ...]:
    """What ran: the versions of the tools that were measured, without where they ran."""
    from importlib.metadata import version

    names = ("lotproof", "duckdb", "dbt-core", "dbt-duckdb", "weasyprint", "pyhanko", "typer")
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (f"Python {python}", *(f"{name} {version(name)}" for name in names))

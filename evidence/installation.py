"""What lotproof needs on a machine, what of it is there, and how to get the rest.

Looks only at this machine; starts nothing and asks no network. How the answer is shown is left to
``lotproof.cli``.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing lotproof uses.

    Attributes:
        name: what it is called.
        purpose: what lotproof does with it.
        found: version or place, ``None`` when it is missing.
        needed: whether lotproof cannot do its work without it.
        get: the line that installs it.
    """

    name: str
    purpose: str
    found: str | None
    needed: bool
    get: str


_PACKAGES = (
    ("dbt-core", "runs the models"),
    ("dbt-duckdb", "runs the models on DuckDB"),
    ("duckdb", "holds the records and verdicts"),
    ("weasyprint", "lays out the documents"),
    ("pyhanko", "signs documents and checks signatures"),
    ("pikepdf", "finishes the documents"),
    ("pydantic", "reads maps and workspaces"),
)
_LIBRARIES = (
    ("pango-1.0", "libpango-1.0-0"),
    ("pangoft2-1.0", "libpangoft2-1.0-0"),
    ("harfbuzz", "libharfbuzz0b"),
    ("harfbuzz-subset", "libharfbuzz-subset0"),
)
_TOOLS = (
    ("pdfsig", "poppler-utils", "second opinion on signatures"),
    ("openssl", "openssl", "second opinion on the seal"),
    ("qpdf", "qpdf", "second opinion on the syntax of documents"),
)
_LEAST_PYTHON = (3, 11)


def requirements() -> Iterator[Requirement]:
    """Everything lotproof uses on this machine, needed things first."""
    python = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info[:2] >= _LEAST_PYTHON
    yield Requirement(
        "python", "runs lotproof", python if enough else None, True, "install Python 3.11 or newer"
    )
    for name, purpose in _PACKAGES:
        yield Requirement(name, purpose, _version(name), True, f"pip install {name}")
    for name, package in _LIBRARIES:
        yield Requirement(
            name,
            "shapes the text of the documents",
            _library(name),
            True,
            f"apt-get install {package}",
        )
    for name, package, purpose in _TOOLS:
        yield Requirement(name, purpose, shutil.which(name), False, f"apt-get install {package}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _library(name: str) -> str | None:
    try:
        return find_library(name)
    except OSError:  # a machine without ldconfig or a compiler has no means to look
        return None

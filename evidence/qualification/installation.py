"""Installation trials: versions of what is installed against the lock, files against the wheel."""

from __future__ import annotations

import base64
import hashlib
import platform
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from importlib.resources import files
from pathlib import Path

from .trial import Trial

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\\n]+))?", re.MULTILINE)
_ABSENT = "not installed"


def installation_trials() -> list[Trial]:
    """Trials of what is installed here, read without a network."""
    oldest = ">=3.11"
    python = platform.python_version()
    is_new = tuple(int(part) for part in python.split(".")[:2]) >= (3, 11)
    lock = files("lotproof").joinpath("requirements.lock").read_text(encoding="utf-8")
    return [
        Trial("installation", "Python", f"Python {python}", oldest, oldest if is_new else python),
        *_dependencies(lock),
        *_shipped(distribution("lotproof")),
    ]


def _dependencies(lock: str) -> Iterator[Trial]:
    """Each locked dependency; those that other systems need are not here and were not tried."""
    from packaging.markers import Marker

    for name, pinned, when in sorted(_PINNED.findall(lock)):
        if when and not Marker(when.strip()).evaluate():
            continue  # locked for another Python or system
        found = _version(name)
        yield Trial(
            "installation", "Dependencies as locked", name, pinned, found,
            is_needed=found != _ABSENT or name in _DIRECT,
        )  # fmt: skip


_DIRECT = {
    "asn1crypto", "cryptography", "dbt-core", "dbt-duckdb", "duckdb", "fonttools", "holidays",
    "jinja2", "pikepdf", "pydantic", "pyhanko", "pyhanko-certvalidator", "pyyaml", "rich", "typer",
    "tzdata", "weasyprint",
}  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _ABSENT


def _shipped(installed: Distribution) -> Iterator[Trial]:
    """The shipped files against the hashes the wheel was installed with."""
    group = "Files as shipped"
    hashed = [file for file in installed.files or [] if file.hash and _is_ours(str(file))]
    if not hashed:
        yield Trial("installation", group, "installed from a wheel", "yes",
                    "no, from a folder: its files have no hashes to compare with",
                    is_needed=False)  # fmt: skip
        return
    changed = [
        str(file)
        for file in hashed
        if file.hash and _digest(Path(str(file.locate())), file.hash.mode) != file.hash.value
    ]
    for name in changed:
        yield Trial("installation", group, name, "as shipped", "changed or gone")
    whole = f"{len(hashed)} files as shipped"
    found = f"{len(hashed) - len(changed)} files as shipped"
    yield Trial("installation", group, "files of the wheel", whole, found)


def _is_ours(name: str) -> bool:
    return name.startswith("lotproof/") and not name.endswith(".pyc")


def _digest(path: Path, mode: str) -> str:
    if not path.is_file():
        return ""
    digest = hashlib.new(mode, path.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

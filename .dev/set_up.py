#!/usr/bin/env python3
"""Set up ``.venv`` for lotproof: ``python3 .dev/set_up.py [--dev]``.

Works on a bare Debian or Ubuntu that has only Python, as root or not, with the standard library
alone. Each step is done only when it is needed: a second run finds the stamp and ends at once.
With ``--dev`` the tools of ``make test`` and ``make lint`` come too.

The syntax stays readable for Python 3.6, so that an old one can say what is wrong.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

OLDEST = (3, 11)
NEWEST_KNOWN = 20


def hand_over_to_a_newer_python() -> None:
    """Start again with a Python that is new enough, or say how to get one."""
    for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606  (no shell is meant)
    version = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"{sys.executable} is Python {version}; lotproof needs Python 3.{OLDEST[1]} or newer.\n"
        "Install one (Debian 12 and Ubuntu 24.04 have it as `python3`), or name it: "
        "make PYTHON=/path/to/python3"
    )


if sys.version_info < OLDEST:
    hand_over_to_a_newer_python()

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
STAMP = VENV / ".lotproof-set-up"

# What WeasyPrint loads, and the Debian package that holds it or depends on what holds it: these
# names are the same in every release.
LIBRARIES = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz-subset0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libpangoft2-1.0-0",
}
PIP_WHEELS = Path("/usr/share/python-wheels")
PIP_PACKAGE = "python3-pip-whl"


class SetUpError(Exception):
    """Set-up cannot go on; the text says what to type."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)


def run(command: Sequence[object], doing: str) -> None:
    """Run a command quietly; when it fails, show the end of what it said.

    Raises:
        SetUpError: the command failed.
    """
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PIP_NO_INPUT": "1"}
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        shown = " ".join(str(part) for part in command)
        raise SetUpError(f"{tail}\n{doing} did not work (see above); the command was: {shown}")


# --- what the operating system has to bring -------------------------------------------------------


def missing_packages() -> list[str]:
    """Debian packages that bring the libraries which cannot be loaded here."""
    missing = set()
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.add(package)
    return sorted(missing)


def can_install_packages() -> bool:
    """Whether this is root on a system with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(packages: list[str]) -> None:
    """Install Debian packages as root, or say which line does.

    Raises:
        SetUpError: not root, no apt, or apt failed.
    """
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not can_install_packages():
        raise SetUpError(
            "The operating system lacks what lotproof needs. On Debian or Ubuntu type\n\n"
            f"    sudo apt-get update && sudo {line}\n\n"
            "and start again."
        )
    say(f"   apt: {' '.join(packages)}")
    run(["apt-get", "update", "-qq"], "refreshing the package lists")
    run(line.split(), "installing with apt")


def ensure_libraries() -> None:
    """Bring in Pango and the libraries around it, which draw the text of the PDFs.

    Raises:
        SetUpError: they are missing and cannot be installed from here.
    """
    missing = missing_packages()
    if missing:
        say("-> libraries that draw text (Pango)")
        install_packages(missing + ([] if has_ensurepip() or find_pip_wheel() else [PIP_PACKAGE]))


# --- the virtual environment and its pip ----------------------------------------------------------


def has_ensurepip() -> bool:
    """Whether this Python can make an environment with pip (Debian packs that apart)."""
    return importlib.util.find_spec("ensurepip") is not None


def find_pip_wheel(folder: Path = PIP_WHEELS) -> Path | None:
    """The wheel of pip that Debian ships for its own use, if it is there."""
    return max(folder.glob("pip-*.whl"), default=None)


def works(python: Path) -> bool:
    """Whether the environment has a Python that runs, with a pip that was made for this place."""
    if not python.exists() or not (VENV / "pyvenv.cfg").exists():
        return False
    probe = "import pip, sys; assert sys.version_info >= (3, 11); print(sys.prefix)"
    done = subprocess.run(
        [python, "-c", probe], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    return done.returncode == 0 and done.stdout.strip() == str(VENV)


def ensure_environment() -> None:
    """Make ``.venv`` with a pip inside, also where Debian's python3-venv is missing.

    Raises:
        SetUpError: no pip can be found here; the text says what to type.
    """
    if works(VENV_PYTHON):
        return
    say(f"-> virtual environment .venv (Python {sys.version.split()[0]})")
    STAMP.unlink(missing_ok=True)
    if has_ensurepip():
        try:
            run([sys.executable, "-m", "venv", "--clear", VENV], "making .venv")
        except SetUpError:
            say("   this Python's own pip cannot be installed; looking for another")
        else:
            return
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], "making .venv")
    if importlib.util.find_spec("pip"):
        install_locked_pip([sys.executable, "-m", "pip", "--python", VENV_PYTHON])
    else:
        with a_pip_wheel() as wheel:
            install_locked_pip([VENV_PYTHON, wheel / "pip"])


@contextmanager
def a_pip_wheel() -> Iterator[Path]:
    """A wheel of pip: from the system, from apt as root, or from apt's archive unpacked aside."""
    wheel = find_pip_wheel()
    if wheel is None and can_install_packages():
        install_packages([PIP_PACKAGE])
        wheel = find_pip_wheel()
    if wheel:
        yield wheel
        return
    with tempfile.TemporaryDirectory() as folder:
        yield unpack_pip_wheel(Path(folder))


def unpack_pip_wheel(folder: Path) -> Path:
    """Fetch Debian's package of pip without installing it, which needs no root.

    Raises:
        SetUpError: there is no apt, or it has no such package.
    """
    fetch = f"cd {folder} && apt-get download -qq {PIP_PACKAGE} && dpkg-deb -x *.deb ."
    try:
        run(["sh", "-c", fetch], "fetching pip through apt")
    except SetUpError:
        install_packages(["python3-venv"])
    wheel = find_pip_wheel(folder / PIP_WHEELS.relative_to("/"))
    if wheel is None:
        raise SetUpError(f"{PIP_PACKAGE} holds no pip; install python3-venv and start again.")
    return wheel


def install_locked_pip(pip: Sequence[object]) -> None:
    """Use a borrowed pip once, to install the one the lock names."""
    lines = LOCKS["run"].read_text(encoding="utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("pip=="))
    end = next(n for n in range(start, len(lines)) if not lines[n].endswith("\\"))
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder, "pip.lock")
        requirement.write_text("\n".join(lines[start : end + 1]) + "\n", encoding="utf-8")
        command = [*pip, "install", "-q", "--require-hashes", "--no-deps", "-r", requirement]
        run(command, "installing pip")


# --- what goes into it ----------------------------------------------------------------------------


def install_locked(lock: Path) -> None:
    """Install exactly what the lock names, each file checked against its hash.

    Raises:
        SetUpError: pip failed; its last lines are shown.
    """
    lines = lock.read_text(encoding="utf-8").splitlines()
    total = sum("==" in line and not line.startswith((" ", "#")) for line in lines)
    say(f"-> {total} packages from {lock.name}, each checked against its hash")
    command = [VENV_PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", lock]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    with subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        said = follow(process.stdout or iter(()), total)
    if process.returncode:
        raise SetUpError("\n".join(said[-15:]) + f"\npip could not install {lock.name}.")


def follow(lines: Iterator[str], total: int) -> list[str]:
    """Show pip's way through the list: counting on a terminal, every 25th elsewhere."""
    said, seen = [], 0
    for line in lines:
        said.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            name = line.split(":", 1)[-1].removeprefix("Collecting ").split("==")[0].strip()
            if sys.stdout.isatty():
                print(f"\r   {seen} of {total}  {name:<40.40}", end="", flush=True)
            elif seen % 25 == 0:
                say(f"   {seen} of {total}")
        elif line.startswith("Installing "):
            ending = "\r" if sys.stdout.isatty() else ""
            say(f"{ending}   {'unpacking them':<60}".rstrip())
    return said


def install_lotproof() -> None:
    """Put the working copy itself into the environment: edits take effect at once."""
    say("-> lotproof itself, from this folder")
    pip = [VENV_PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT], "installing lotproof")
    check = "comparing what is installed with pyproject.toml (`make lock` writes the locks anew)"
    run([VENV_PYTHON, "-m", "pip", "check"], check)


# --- when to do what ------------------------------------------------------------------------------


def digest(*paths: Path) -> str:
    """One sha256 over the files and the place they stand in."""
    whole = hashlib.sha256(str(ROOT).encode())
    for path in paths:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def wanted(kind: str) -> dict[str, str]:
    """What the stamp says after a set-up of this kind."""
    return {
        "packages": f"{kind} {digest(LOCKS[kind])}",
        "lotproof": digest(ROOT / "pyproject.toml"),
    }


def stamped() -> dict[str, str]:
    """What the last set-up wrote; empty when there was none or the environment is gone."""
    if not STAMP.exists() or not VENV_PYTHON.exists():
        return {}
    lines = STAMP.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


def set_up(kind: str) -> None:
    """Bring ``.venv`` to what the lock and ``pyproject.toml`` say.

    Args:
        kind: ``run`` for the product alone, ``dev`` with the tools around it.

    Raises:
        SetUpError: something is missing that cannot be had from here.
    """
    had = stamped()
    if kind == "run" and had == wanted("dev"):
        return
    want = wanted(kind)
    if had == want:
        return
    say("Setting up (only this once)" if not had else "Setting up what has changed")
    ensure_libraries()
    ensure_environment()
    packages = stamped().get("packages")
    STAMP.unlink(missing_ok=True)
    if packages != want["packages"]:
        install_locked(LOCKS[kind])
    install_lotproof()
    text = "".join(f"{key} = {value}\n" for key, value in want.items())
    STAMP.write_text(text, encoding="utf-8")
    say("Set up.\n")


def main(arguments: list[str]) -> int:
    """Set up with one process at a time; failures become one clear message."""
    kind = "dev" if arguments == ["--dev"] else "run"
    if arguments not in ([], ["--dev"]):
        say("usage: set_up.py [--dev]")
        return 2
    os.chdir(ROOT)
    with Path(__file__).open(encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            set_up(kind)
        except SetUpError as error:
            print(f"\nSet-up stopped. {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

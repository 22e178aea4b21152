"""Write the lock files with uv: exact versions, hashes of every file, no addresses.

``requirements-dev.lock`` is solved first and ``requirements.lock`` within it, so that the product
is tested with the versions it is shipped with.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
UV = [str(ROOT / ".venv/bin/uv"), "pip", "compile", "pyproject.toml", "--quiet", "--no-config"]
OPTIONS = [
    *["--group", "set-up"],
    *["--universal", "--python-version", "3.11"],
    *["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"],
    *["--custom-compile-command", "make lock"],
]


def compile_lock(target: Path, *arguments: str) -> None:
    """Solve the dependencies of ``pyproject.toml`` into one lock file."""
    command = [*UV, *OPTIONS, *arguments, "--output-file", target.name]
    subprocess.run(command, cwd=ROOT, check=True)
    print(f"{target.name}: {target.read_text(encoding='utf-8').count('==')} packages")


def main(arguments: list[str]) -> None:
    """Write both locks; arguments (``--upgrade``) go to uv."""
    compile_lock(DEV_LOCK, "--extra", "dev", *arguments)
    compile_lock(RUN_LOCK, "--constraint", DEV_LOCK.name, *arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

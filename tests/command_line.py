"""Runs a command as a person does, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from lotproof.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


def lotproof(*arguments: object, env: Mapping[str, str] | None = None) -> Said:
    """Run one command in this process; nobody sits at the terminal."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["lotproof", *map(str, arguments)]
    code: object = 0
    with (
        mock.patch.object(sys, "argv", argv),
        mock.patch.object(sys, "stdin", io.StringIO()),
        mock.patch.dict("os.environ", env or {}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int), code
    return Said(code, out.getvalue(), err.getvalue())


def in_a_process(code: str, *arguments: str, cwd: Path | None = None) -> Said:
    """Run Python code in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=False, cwd=cwd,
    )  # fmt: skip
    return Said(ended.returncode, ended.stdout, ended.stderr)


def assert_refused(said: Said, *words: str, code: int = 2) -> None:
    """Refused with a message of ours that holds the words; no traceback."""
    assert said.code == code, said
    assert "Traceback" not in said.out + said.err
    assert "a fault in lotproof itself" not in said.err
    for word in words:
        assert word in said.err, said.err

"""dbt, run inside this process: progress out, errors as :class:`LotproofError`.

The only module that imports dbt, and only when a project runs: it costs two and a half seconds.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..errors import LotproofError, Where
from .staging import StagedProject

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

_QUIET = (
    "--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-print",
    "--no-write-json", "--no-send-anonymous-usage-stats", "--no-version-check",
)  # fmt: skip


def run_models(
    project: StagedProject, progress: Progress, *, select: tuple[str, ...] = (),
    room: str = "`memory: 4GB` in lotproof.yml",
) -> list[str]:  # fmt: skip
    """Run the models of a staged project and return the names of those that ran, in order.

    Args:
        project: the staged project.
        progress: told of each model as it ends.
        select: dbt selectors; every model when empty.
        room: how to give more memory, said when there was not enough.

    Raises:
        LotproofError: dbt could not read the project, or a model failed.
    """
    done: list[str] = []

    def heard(event: Any) -> None:  # noqa: ANN401 -- dbt's events are protobuf messages
        if event.info.name == "LogModelResult":
            done.append(event.data.node_info.node_name)
            progress(event.data.node_info.node_name, event.data.index, event.data.total)

    with _calm():
        from dbt.cli.main import dbtRunner

        arguments = ["run", *_places(project), *_QUIET, *(["--select", *select] if select else [])]
        outcome = dbtRunner(callbacks=[heard]).invoke(arguments)
        _let_go()
    _raise_failure(outcome, project, room)
    return done


def _places(project: StagedProject) -> list[str]:
    # absolute: dbt takes a relative target for one below the project
    folder = project.folder.resolve()
    return [
        "--project-dir", str(folder), "--profiles-dir", str(folder),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
    ]  # fmt: skip


@contextlib.contextmanager
def _calm() -> Iterator[None]:
    """No tracking, no user-wide settings of dbt: the same build on every machine."""
    settings = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _let_go() -> None:
    """Close the database: dbt keeps it open for the life of the process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call] # untyped dbt


def _raise_failure(
    outcome: Any,  # noqa: ANN401 -- dbt's result
    project: StagedProject,
    room: str,
) -> None:
    if outcome.exception is not None:
        raise LotproofError(
            found=f"models that dbt could not run: {outcome.exception}".strip(),
            expected="models that parse and compile",
            fix=f"look into {project.folder / 'models'}; a shipped model that fails is our fault",
        )
    failed = [r for r in getattr(outcome.result, "results", []) if r.status == "error"]
    if failed:
        first = failed[0]
        compiled = Path(getattr(first.node, "compiled_path", None) or first.node.original_file_path)
        message = (first.message or "").strip()
        more = f"give it more memory, such as {room}"
        raise LotproofError(
            found=f"model {first.node.name} failed: {message}",
            expected=f"all models to run; {len(failed)} failed",
            fix=more
            if "Out of Memory" in message
            else "the compiled SQL is in the file named; nothing of the last build was changed",
            where=Where(project.folder / compiled if not compiled.is_absolute() else compiled),
        )

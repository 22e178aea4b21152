"""Extracts become landing rows: one load for each source, each file as a whole or not at all.

What the rows say about the law is left to the build.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ..errors import LotproofError
from ..workspace import Source, Workspace
from .coverage_holes import coverage_holes
from .landing import Landing
from .load import WORKSPACE_SOURCE, Load, Progress
from .results import FileResult, Finding, IngestReport

__all__ = ["FileResult", "Finding", "IngestReport", "Progress", "ingest"]


def ingest(
    workspace: Workspace,
    names: Iterable[str] | None = None,
    *,
    at: datetime,
    progress: Progress | None = None,
) -> IngestReport:
    """Take in the extracts of the named sources (all by default).

    A file lands as a whole or not at all; one that is refused does not keep others out.

    Args:
        workspace: the workspace.
        names: names of sources.
        at: the time of the ingest, aware.
        progress: told of each step.

    Raises:
        LotproofError: a source is not declared, or another ingest is at work.
    """
    sources = [workspace.source(name) for name in names] if names else list(workspace.sources)
    landing = Landing(workspace.state_dir)
    report = IngestReport()
    with landing.held():
        landing.clean()
        moment = at.astimezone(UTC).replace(tzinfo=None)
        steps = [Source(name=WORKSPACE_SOURCE, mapping="generic", files=()), *sources]
        for number, source in enumerate(steps):
            if progress:
                progress(f"ingest {source.name}", number, len(steps))
            try:
                Load(workspace, source, landing, moment, progress).run(report)
            except LotproofError as error:
                report.refused.append(error.with_traceback(None))
        report.findings += coverage_holes(workspace, landing, [source.name for source in steps])
        if progress:
            progress("ingest", len(steps), len(steps))
    return report

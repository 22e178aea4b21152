"""Rows that come from no extract: sites and coverage, as `lotproof.yml` and manifests say them.

A window is claimed only where the files that it speaks of were taken in: a file that was refused,
or never came, leaves what its tables lack undetermined. Landing the rows is left to :mod:`.load`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LotproofError
from ..workspace import Source, Workspace
from .examine import fingerprint
from .find_files import Found, Refusal
from .landing import KnownFile
from .manifests import FoundManifest, declared_coverage, manifest_coverage
from .plan import Plan

Numbered = list[tuple[int, dict[str, str | None]]]


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Rows that come from no extract, numbered.

    Attributes:
        path: the file they stand in.
        table: their table.
        rows: the rows, as text.
        withheld: further windows of coverage, which are not claimed yet.
        manifest: the manifest, where they come from one.
    """

    path: Path
    table: str
    rows: Numbered
    withheld: int = 0
    manifest: FoundManifest | None = None


def site_rows(workspace: Workspace) -> OwnRows:
    """Return the sites of `lotproof.yml`."""
    rows: Numbered = []
    for number, site in enumerate(workspace.sites, 1):
        own = {"regulated_as", "closing_days", "working_days"}
        cells: dict[str, Any] = dict(site.model_dump(exclude=own))
        cells["regulated_as"] = ",".join(site.regulated_as) or None
        rows.append((number, cells))
    return OwnRows(workspace.path, "sites", rows)


def coverage_rows(
    workspace: Workspace,
    plan: Plan,
    found: Found,
    known: dict[str, KnownFile],
    refused: list[LotproofError],
) -> Iterator[OwnRows]:
    """Yield the windows that have not landed yet and can be claimed.

    Args:
        workspace: the workspace.
        plan: how the files of the source are read.
        found: its files; all that were refused stand there.
        known: files of earlier loads.
        refused: told of what is wrong with a manifest, and of declared windows without a file.
    """
    declared = _declared(workspace, plan, found, known, refused)
    if declared is not None and _is_due(declared, known):
        yield declared
    for manifest in found.manifests.values():
        try:
            rows = _from_manifest(workspace, plan, manifest, found.refused)
        except LotproofError as error:
            refused.append(error.with_traceback(None))
            continue
        if _is_due(rows, known):
            yield rows


def _is_due(rows: OwnRows, known: dict[str, KnownFile]) -> bool:
    """Return whether rows have not landed, or more of them can be claimed than before."""
    before = known.get(fingerprint(rows.path).sha256)
    return before is None or before.waiting != rows.withheld


def _from_manifest(
    workspace: Workspace, plan: Plan, manifest: FoundManifest, refused: list[Refusal]
) -> OwnRows:
    at_fault = [refusal.feed for refusal in refused if refusal.manifest is manifest]
    windows = list(manifest_coverage(manifest, plan.source, workspace))
    doubtful = tables_fed(plan, at_fault)
    claimed = [(nr, row) for nr, row in windows if row["table_name"] not in doubtful]
    return OwnRows(manifest.path, "coverage", claimed, len(windows) - len(claimed), manifest)


def tables_fed(plan: Plan, feeds: list[str | None]) -> set[str]:
    """Return the tables that files of some feeds matter to; all when one's feed is not known."""
    if None in feeds:
        return {target.target.table for target in plan.targets}
    names = {name for name in feeds if name is not None}
    names |= {part.name for name in list(names) for part in plan.parts_of(name)}
    return {table for name in names for table in plan.tables_of(name)}


def _declared(
    workspace: Workspace,
    plan: Plan,
    found: Found,
    known: dict[str, KnownFile],
    refused: list[LotproofError],
) -> OwnRows | None:
    source = plan.source
    windows = list(declared_coverage(source, workspace))
    if not windows:
        return None
    out = [refusal.feed for refusal in found.refused]
    came = [item.feed for item in found.extracts] + [file.feed for file in known.values()]
    sent = tables_fed(plan, [feed for feed in came if feed in plan.feeds and feed not in out])
    doubtful = tables_fed(plan, list(out))
    claimed = [
        (nr, row)
        for nr, row in windows
        if row["table_name"] in sent and row["table_name"] not in doubtful
    ]
    lacking = sorted({str(row["table_name"]) for _, row in windows} - sent - doubtful)
    if lacking:
        refused.append(_not_sent(workspace, plan, source, lacking))
    return OwnRows(workspace.path, "coverage", claimed, len(windows) - len(claimed))


def _not_sent(workspace: Workspace, plan: Plan, source: Source, tables: list[str]) -> LotproofError:
    feeds = [feed for feed in plan.feeds.values() if set(plan.tables_of(feed.name)) & set(tables)]
    globs = list(dict.fromkeys(glob for feed in feeds for glob in feed.feed.files))
    position = workspace.sources.index(source)
    return LotproofError(
        f"source '{source.name}' is said to cover {', '.join(tables)}, and no file of it came",
        f"in {', '.join(source.globs)}: {', '.join(globs[:8])}{', …' if len(globs) > 8 else ''}",
        "put the extract there, or take the table out of `covers:`; until then it is not covered",
        workspace.where("sources", position, "covers"),
    )


def no_file(workspace: Workspace, plan: Plan, glob: str) -> LotproofError:
    """Return the warning that a glob of a source matches nothing."""
    feeds = [name for feed in plan.feeds.values() for name in feed.feed.files]
    position = workspace.sources.index(plan.source)
    return LotproofError(
        f"source '{plan.source.name}': no file matches {glob}",
        f"files such as {', '.join(feeds[:6])}{', …' if len(feeds) > 6 else ''} "
        f"under {workspace.root}",
        "put the extracts there, or correct `files:`; what nobody sent stays undetermined",
        workspace.where("sources", position, "files"),
    )

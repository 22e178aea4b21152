"""All searches over a build, put together: findings with exposure, role and decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from . import baselines, patterns, results, uses
from .exposure import exposures
from .finding import KINDS, Finding, finding_id
from .prepared import prepare
from .routing import role_for

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ...exception_rules import ExceptionRules

_QUERIES = (*uses.ALL, *patterns.ALL, *baselines.ALL, *results.ALL)


def find_exceptions(
    con: DuckDBPyConnection, rules: ExceptionRules, decisions: Mapping[str, str],
    *, kind: str | None = None, site: str | None = None,
) -> list[Finding]:  # fmt: skip
    """Everything that looks wrong, highest score first.

    Args:
        con: the last build; only temporary tables are made.
        rules: which role each kind goes to.
        decisions: what was decided, by finding.
        kind: only this kind.
        site: only this site; baselines are the site's own in any case.
    """
    prepare(con)
    found = {
        finding.id: finding
        for query in _QUERIES
        for finding in _findings(con, query)
        if finding.kind in KINDS and kind in (None, finding.kind)
        and site in (None, finding.site_id)
    }  # fmt: skip
    reach = exposures(con, [(f.id, f.lots) for f in found.values()])
    whole = [
        replace(
            finding, role=role_for(rules, finding.kind, finding.site_id),
            exposure=reach[finding.id], decision=decisions.get(finding.id),
        )
        for finding in found.values()
    ]  # fmt: skip
    return sorted(whole, key=lambda f: (-f.score, f.kind, f.site_id, f.subject_id, f.id))


def _findings(con: DuckDBPyConnection, query: str) -> list[Finding]:
    rows = con.execute(query).fetchall()
    return [_finding(row) for row in rows]


def _finding(row: tuple[object, ...]) -> Finding:
    kind, site_id, subject_type, subject_id, at, score, reason, records, lots = row
    kept = tuple(sorted(str(record) for record in records or ()))  # type: ignore[attr-defined]  # a list column
    return Finding(
        id=finding_id(str(kind), str(subject_id), kept),
        kind=str(kind), site_id=str(site_id), subject_type=str(subject_type),
        subject_id=str(subject_id), at=at,  # type: ignore[arg-type]  # a timestamp column
        score=max(1, min(99, int(str(score)))), reason=str(reason), records=kept,
        lots=tuple(str(lot) for lot in lots or ()),  # type: ignore[attr-defined]  # a list column
    )  # fmt: skip

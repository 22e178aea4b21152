"""What an approver sees before signing is what they sign: the pack in a few lines.

Read from the pack itself after its files were compared with its manifests, so what is shown is what
the signature covers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from . import audit, bag
from .evidence_manifest import EVIDENCE_MANIFEST
from .signing import require_unchanged
from .staging import read_record, reports

MOST: Final = 10
"""Gaps and accepted risks that are listed one by one; the rest is counted."""

_VERDICTS: Final = "data/evidence/verdict_list.parquet"
_GAPS: Final = """
    select severity, clause, subject_label, sentence from read_parquet(?)
    where state = 'gap'
    order by case severity when 'critical' then 0 when 'major' then 1 else 2 end, clause, subject_id
"""
_ACCEPTED: Final = """
    select severity, clause, subject_label, sentence from read_parquet(?)
    where state = 'accepted_risk' order by clause, subject_id
"""


def summary(pack: Path) -> list[str]:
    """The lines to show.

    Raises:
        LotproofError: not a pack, or one that was changed since it was made.
    """
    require_unchanged(pack)
    return list(_lines(pack))


def _lines(pack: Path) -> Iterator[str]:
    record = read_record(pack)
    yield f"{record.folder}  {record.title}"
    yield f"state {record.state}; reports: {', '.join(Path(path).name for path in reports(pack))}"
    yield f"made for: {record.profile}"
    if record.supersedes:
        yield f"takes the place of version {record.supersedes.version}"
    if record.previous:
        yield f"follows {record.previous.pack_id} version {record.previous.version}"
    events, _ = audit.read((pack / audit.AUDIT_PATH).read_bytes())
    for event in audit.signatures(events):
        yield f"signed by {event.actor} as {event.role}, {event.at}: {event.object}"
    if (pack / _VERDICTS).is_file():
        yield from _verdicts(str(pack / _VERDICTS))
    yield f"evidence digest {bag.file_sha256(pack / EVIDENCE_MANIFEST)}"
    yield f"whole pack      {bag.file_sha256(pack / bag.TAGMANIFEST)}"


def _verdicts(path: str) -> Iterator[str]:
    import duckdb

    with duckdb.connect() as connection:
        counted = connection.execute(
            "select state, count(*) from read_parquet(?) group by state order by state", [path]
        ).fetchall()
        yield "verdicts: " + ", ".join(
            f"{count:,} {state.replace('_', ' ')}" for state, count in counted
        )
        for title, sql in (("open gaps", _GAPS), ("accepted risks", _ACCEPTED)):
            rows = connection.execute(sql, [path]).fetchall()
            yield f"{title}: {len(rows):,}"
            for severity, clause, subject, sentence in rows[:MOST]:
                yield f"  {severity}  {clause}  {subject}: {sentence}"
            if len(rows) > MOST:
                yield f"  and {len(rows) - MOST:,} more, in the report"

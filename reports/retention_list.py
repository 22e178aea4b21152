"""What has to be kept until when, what a hold blocks, and what may go, as lists."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from . import words

if TYPE_CHECKING:
    from ..evidence.warehouse.retention import KeptRecord

STATES = {
    "may_go": "may go",
    "keep": "to be kept",
    "held": "blocked by a hold",
    "not_known": "date not known",
}
"""What can be said of a record on a day."""

COLUMNS = (
    "state", "table", "record_id", "site_id", "what", "source", "earliest_disposal_on", "clause",
    "clauses", "held_by", "doubt",
)  # fmt: skip


def rows_on(records: Sequence[KeptRecord], moment: datetime) -> list[dict[str, object]]:
    """Each record with its state at a moment and the day of its earliest disposal.

    Args:
        records: what clauses bind.
        moment: when [UTC], naive as instants are in tables.
    """
    return [
        {
            "state": record.state_on(moment),
            "table": record.table,
            "record_id": record.record_id,
            "site_id": record.site_id,
            "what": record.what,
            "source": record.source,
            "earliest_disposal_on": _day(record),
            "clause": record.clause,
            "clauses": list(record.clauses),
            "held_by": record.held_by,
            "doubt": record.doubt,
        }
        for record in records
    ]


def _day(record: KeptRecord) -> str | None:
    """The first whole day on which it may go, in UTC; none where the date is not known."""
    if record.kept_until is None or record.doubt is not None:
        return None
    from datetime import time, timedelta

    until = record.kept_until
    whole = until.date() if until.time() == time.min else until.date() + timedelta(days=1)
    return whole.isoformat()


def as_lines(rows: Sequence[dict[str, object]], day: str, shown: int = 40) -> Iterator[str]:
    """What may go, what a hold blocks, and how many of each; the rest is only counted."""
    listed = [row for row in rows if row["state"] in ("may_go", "held")]
    for row in listed[:shown]:
        tail = f", held by {row['held_by']}" if row["state"] == "held" else ""
        yield (
            f"{STATES[str(row['state'])]:<18} {row['site_id']:<5} {row['what']}  ({row['table']} "
            f"{row['record_id']}), since {row['earliest_disposal_on'] or 'not known'}, "
            f"{row['clause']}{tail}"
        )
    if len(listed) > shown:
        yield f"  and {len(listed) - shown:,} more; --format csv has them all"
    counts = Counter(str(row["state"]) for row in rows)
    told = ", ".join(f"{counts[state]:,} {word}" for state, word in STATES.items())
    yield f"On {day}, of {words.number(len(rows))} records that a clause binds: {told}."
    yield "Records that no clause in force binds are not listed: other law may keep them."


def as_csv(rows: Sequence[dict[str, object]]) -> str:
    """RFC 4180 CSV of every record."""
    from .listing import safe_cell

    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = {**row, "clauses": " ".join(str(c) for c in _list(row["clauses"]))}
        writer.writerow(safe_cell(_text(cells[name])) for name in COLUMNS)
    return written.getvalue()


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def as_json(rows: Sequence[dict[str, object]]) -> str:
    """A JSON list of objects."""
    return json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n"

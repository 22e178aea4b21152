"""The verdicts themselves, as a table for people and as CSV or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from . import states

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS = (
    "clause",
    "subject_type",
    "subject_id",
    "subject_label",
    "site_id",
    "period",
    "state",
    "code",
    "severity",
    "sentence",
)


@dataclass(frozen=True, slots=True)
class ListedVerdict:
    """One verdict: clause, subject, site, period, state, code, severity and sentence."""

    clause: str
    subject_type: str
    subject_id: str
    subject_label: str
    site_id: str
    period: str
    state: str
    code: str | None
    severity: str
    sentence: str | None


def list_verdicts(
    con: DuckDBPyConnection,
    *,
    state: str | None = None,
    clause: str | None = None,
    site: str | None = None,
) -> list[ListedVerdict]:
    """The verdicts of the last build, in order of clause and subject.

    Args:
        con: the warehouse.
        state: only this state.
        clause: only this clause: ``us-21cfr211:211.84-a``, a map's name, or the number alone.
        site: only this site.

    Raises:
        LotproofError: there is no such state, or nothing of that clause or site was judged.
    """
    _known(con, state, clause, site)
    conditions, values = ["true"], list[str]()
    if state:
        conditions.append("state = ?")
        values.append(state)
    if clause:
        conditions.append("(clause = ? or map_id = ? or requirement_id = ?)")
        values.extend([clause] * 3)
    if site:
        conditions.append("site_id = ?")
        values.append(site)
    rows = con.execute(
        f"select {', '.join(_COLUMNS)} from verdict_list where {' and '.join(conditions)}"
        " order by clause, site_id, subject_type, subject_id",
        values,
    ).fetchall()
    return [ListedVerdict(*row) for row in rows]


def _known(
    con: DuckDBPyConnection, state: str | None, clause: str | None, site: str | None
) -> None:
    """A misspelt filter is said; it must not look like a clean answer."""
    if state and state not in states.SIGNS:
        raise LotproofError(
            f"state {state!r}", f"one of: {', '.join(states.SIGNS)}", "correct the name"
        )
    if clause and not _exists(con, "? in (clause, map_id, requirement_id)", clause):
        raise LotproofError(
            f"clause {clause!r}, of which the last build judged nothing",
            "a clause, a map or a number, such as us-21cfr211:211.84-a",
            "see: lotproof obligations list; or build again with the map included",
        )
    if site and not _exists(con, "site_id = ?", site):
        raise LotproofError(
            f"site {site!r}, of which the last build judged nothing",
            "a site of lotproof.yml",
            "correct the name, or build again with the site included",
        )


def _exists(con: DuckDBPyConnection, condition: str, value: str) -> bool:
    found = con.execute(f"select 1 from verdict_list where {condition} limit 1", [value])
    return found.fetchone() is not None


def as_csv(verdicts: Sequence[ListedVerdict]) -> str:
    """RFC 4180 CSV with a header; no spreadsheet runs a cell, as in the evidence of a pack."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([safe_cell(getattr(v, name)) for name in _COLUMNS] for v in verdicts)
    return written.getvalue()


def safe_cell(text: str | None) -> str | None:
    """A cell with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text and text[0] in "=+@-\t\r\n'" else text


def as_json(verdicts: Sequence[ListedVerdict]) -> str:
    """A JSON list of objects."""
    return json.dumps([asdict(v) for v in verdicts], indent=2, ensure_ascii=False) + "\n"


def as_table(verdicts: Sequence[ListedVerdict]) -> str:
    """Two lines a verdict: what it is about, then why."""
    lines = []
    for v in verdicts:
        head = f"{states.sign(v.state)} {states.word(v.state):<15} {v.severity:<8} {v.site_id:<5}"
        lines.append(f"{head} {v.clause}  {v.subject_label}")
        if v.sentence:
            lines.append(f"{'':<18}{v.sentence}")
    lines.append(f"{len(verdicts):,} verdict{'s' if len(verdicts) != 1 else ''}.")
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Sequence[ListedVerdict]], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
}
"""Every ``--format`` of ``lotproof verdicts``."""

"""One clause on one subject: the verdict, the rows that decided it, and what would close it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from . import reading, states, words
from .gap_numbers import gap_number
from .gaps import DecidingRow, deciding_row, qualifier, subject_of
from .reading import Row
from .routing import router
from .undecided import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from ..evidence.assignments import Assignment
    from ..evidence.governance import Governance

_ROWS = 12
_VERDICTS = """
select v.*, lots.lot_number from verdict_list as v
left join lots on v.subject_type = 'lot' and v.subject_key = lots.record_key and lots.is_current
where v.clause = ? and (
    v.subject_id = ? or v.subject_label = ? or lots.lot_number = ?
    or starts_with(v.subject_label, ? || ' (')
)
order by v.site_id, v.subject_type, v.subject_id
"""


def explain_subject(
    con: DuckDBPyConnection, clause: str, subject: str, governance: Governance,
    assignments: Mapping[str, Assignment],
) -> Iterator[str]:  # fmt: skip
    """Lines that say how a clause came out on a subject, and why.

    Args:
        con: the last build.
        clause: ``map:requirement``.
        subject: its identifier, its label, or the number of a lot; several may bear it.
        governance: who answers for gaps.
        assignments: gaps given to somebody.

    Raises:
        LotproofError: the last build did not judge the clause on such a subject.
    """
    found = reading.rows(con, _VERDICTS, clause, subject, subject, subject, subject)
    if not found:
        raise LotproofError(
            f"no verdict of {clause} on {subject!r}",
            f"a subject that was judged, such as {_some(con, clause)}",
            f"see: lotproof verdicts --clause {clause}",
        )
    evidence = reading.evidence_of(con, found, _ROWS)
    requirements = reading.rows(con, "select clause, owner from requirements")
    routes = router(requirements, governance, assignments)
    for verdict in found:
        yield ""
        yield from _verdict_lines(verdict)
        yield from _row_lines(evidence.get(reading.verdict_key(verdict), []))
        if verdict["state"] in ("gap", "accepted_risk"):
            yield f"To close    {' '.join(str(verdict['closes'] or '').split())}"
            yield f"With        {routes.said(verdict)}"
        elif verdict["state"] == "undetermined" and verdict["code"] in REASONS:
            yield f"To decide   {REASONS[verdict['code']][1]}"


def _verdict_lines(verdict: Row) -> Iterator[str]:
    code = f", {verdict['code'].replace('_', ' ')}" if verdict["code"] else ""
    number = f"  {gap_number(verdict)}" if verdict["state"] == "gap" else ""
    yield (
        f"{states.sign(verdict['state'])} {states.word(verdict['state'])}{code}  "
        f"{subject_of(verdict)}, {verdict['site_id']}, {verdict['period']}{number}"
    )
    yield f"Found       {words.sentence(words.capital(verdict['sentence'] or 'nothing to say'))}"
    weak = qualifier(verdict)
    if weak:
        yield f"Note        {words.sentence(words.capital(weak))}"
    counts = (("n_true", "hold"), ("n_false", "fail"), ("n_unknown", "not known"),
              ("n_pending", "not yet due"))  # fmt: skip
    said = [f"{verdict[name]} {word}" for name, word in counts if verdict[name]]
    yield f"Items       {', '.join(said) or 'none'}"


def _row_lines(rows: list[Row]) -> Iterator[str]:
    for place, row in enumerate(rows):
        shown: DecidingRow = deciding_row(row)
        what = row["what"] or row["record_table"]
        yield f"{'Rows' if not place else '':<11} {shown.part}: {what}, {shown.when}"
        yield f"{'':<11}   {shown.source} · {row['record_id']} · {shown.digest}"
    more = (rows[0]["n_records"] - len(rows)) if rows else 0
    if more > 0:
        yield f"{'':<11} and {words.counted(more, 'further row')}"


def _some(con: DuckDBPyConnection, clause: str) -> str:
    rows = con.execute(
        "select subject_label from verdict_list where clause = ? and state <> 'not_applicable' "
        "and subject_label is not null order by state, subject_label limit 3",
        [clause],
    ).fetchall()
    return "; ".join(repr(label) for (label,) in rows) or "none: it applied to nothing"

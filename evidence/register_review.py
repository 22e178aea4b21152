"""What is wrong with the register by now, and who holds roles that should be kept apart.

Read from a build: entries that have run out, that cover nothing, that nobody could sign for, or
that speak of a text that has changed since. Making entries is left to :mod:`.decisions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from .errors import LotproofError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

Code = Literal[
    "expired", "unmatched", "own_author", "role_not_held", "role_not_known", "no_author",
    "other_text", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class RegisterFinding:
    """One thing wrong with an entry.

    Attributes:
        site_id: the site it is about; empty for all.
        kind: accepted_risks, attestations or adoptions.
        entry: identifier of the entry.
        about: clause or map.
        code: expired, unmatched, own_author, role_not_held, role_not_known, no_author, other_text
            (the map changed since it was adopted) or unknown (no such clause or map).
        sentence: the same in plain words.
        is_void: whether the entry counts for nothing because of it.
    """

    site_id: str
    kind: str
    entry: str
    about: str
    code: Code
    sentence: str
    is_void: bool


@dataclass(frozen=True, slots=True, order=True)
class RoleConflict:
    """A person who holds two roles at once that should be kept apart, and what came of it.

    Attributes:
        person: who.
        roles: both roles.
        since: from when they held both [UTC]; none when it was always so.
        did: verdicts of the month in which the same person did what two people have to do, and
            a record of this person decided.
    """

    person: str
    roles: tuple[str, str]
    since: datetime | None
    did: int


_ENTRIES = """
with entries as (
    select 'accepted_risks' as kind, record_key, requirement as about, subject_type, subject_id,
        valid_from, valid_to, null as map_digest
    from accepted_risks where is_current
    union all
    select 'attestations', record_key, requirement, null, null, valid_from, valid_to, null
    from attestations where is_current
    union all
    select 'adoptions', record_key, map_id, null, null, valid_from, valid_to, map_digest
    from adoptions where is_current
)
select
    coalesce(approvals.site_id, '') as site_id, entries.kind, approvals.record_id as entry,
    entries.about, entries.record_key, approvals.approver, approvals.role, approvals.prepared_by,
    approvals.role_state, approvals.is_own, entries.valid_to, entries.map_digest,
    entries.subject_id, coalesce(entries.valid_to <= pin.as_of, false) as is_expired,
    coalesce(entries.valid_from <= pin.as_of, true) as has_begun
from entries
join approvals
    on entries.kind = approvals.record_table and entries.record_key = approvals.record_key
cross join pin
order by all
"""
_CLAUSES = """
select clause, state from requirements union select requirement_id, state from requirements
"""
_USED = """
select risks.record_key, count(*) as n
from accepted_risks as risks
join verdict_list as v
    on v.clause = risks.requirement and v.site_id = risks.site_id
    and v.state in ('accepted_risk', 'gap')
    and (risks.subject_id is null or v.subject_id = risks.subject_id)
where risks.is_current
group by 1
"""
_CONFLICTS = """
select one.holder_id, greatest(one.valid_from, other.valid_from) as since
from authorisations as one
join authorisations as other on one.holder_id = other.holder_id
join periods as month on month.site_id = one.site_id
where one.is_current and other.is_current and one.kind = 'role' and other.kind = 'role'
    and one.holder_type = 'person' and other.holder_type = 'person'
    and one.scope = ? and other.scope = ?
    and coalesce(greatest(one.valid_from, other.valid_from) < month.ends_at, true)
    and coalesce(least(one.valid_to, other.valid_to) > month.starts_at, true)
    and coalesce(one.valid_from < other.valid_to, true)
    and coalesce(other.valid_from < one.valid_to, true)
    and (cast(? as varchar) is null or one.site_id = ?)
group by all
order by all
"""


def review_register(con: DuckDBPyConnection, site_id: str | None = None) -> list[RegisterFinding]:
    """Everything wrong with the entries of the register, as the build knew them.

    Args:
        con: the last build.
        site_id: only entries about this site, or about all.

    Raises:
        LotproofError: the build is of an earlier version.
    """
    if not con.execute("from duckdb_tables() where table_name = 'approvals'").fetchone():
        raise LotproofError(
            "a build that an earlier version of lotproof made",
            "a build that judged who signed for what",
            "run: lotproof build --period 2026-10",
        )
    used = dict(con.execute(_USED).fetchall())
    clauses = dict(con.execute(_CLAUSES).fetchall())
    maps = dict(con.execute("select distinct map_id, map_digest from requirements").fetchall())
    cursor = con.execute(_ENTRIES)
    names = [column[0] for column in cursor.description or ()]
    found: list[RegisterFinding] = []
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        if site_id is None or row["site_id"] in ("", site_id):
            found += _faults_of(row, used, clauses, maps)
    return sorted(found)


def _faults_of(
    row: dict[str, object], used: dict[int, int], clauses: dict[str, str], maps: dict[str, str]
) -> Iterable[RegisterFinding]:
    about, known = str(row["about"]), clauses if row["kind"] != "adoptions" else maps
    if about.partition("#")[0] not in known:
        word = "map" if row["kind"] == "adoptions" else "clause"
        yield _finding(row, "unknown", f"{about} is no {word} of this build")
        return
    if row["is_expired"]:
        yield _finding(row, "expired", f"ran out on {row['valid_to']:%Y-%m-%d}")
        return
    yield from _signer_faults(row)
    if row["kind"] == "adoptions" and row["map_digest"] not in (None, maps[about]):
        yield _finding(row, "other_text", f"{about} has changed since it was adopted")
    if row["kind"] == "accepted_risks" and row["has_begun"] and not used.get(_key(row)):
        whom = f" of {row['subject_id']}" if row["subject_id"] else ""
        yield _finding(row, "unmatched", f"covers no gap{whom} in this month")


def _key(row: dict[str, object]) -> int:
    return int(str(row["record_key"]))


def _signer_faults(row: dict[str, object]) -> Iterable[RegisterFinding]:
    who, role = row["approver"], row["role"]
    if row["is_own"]:
        yield _finding(row, "own_author", f"{who} wrote it and signed for it", is_void=True)
    elif row["prepared_by"] is None:
        yield _finding(row, "no_author", "nobody is named who wrote it")
    if row["role_state"] == "not_held":
        said = f"{who} did not hold the role {role} when it was signed"
        yield _finding(row, "role_not_held", said, is_void=True)
    elif row["role_state"] == "not_known":
        said = f"no source tells whether {who} held the role {role} when it was signed"
        yield _finding(row, "role_not_known", said)


def _finding(
    row: dict[str, object], code: Code, said: str, *, is_void: bool = False
) -> RegisterFinding:
    word = {
        "accepted_risks": "Accepted risk",
        "attestations": "Attestation",
        "adoptions": "Adoption",
    }
    voided = is_void and row["kind"] != "adoptions"
    tail = "; it counts for nothing" if voided else ""
    sentence = f"{word[str(row['kind'])]} {row['entry']}: {said}{tail}."
    return RegisterFinding(
        str(row["site_id"]), str(row["kind"]), str(row["entry"]), str(row["about"]), code, sentence,
        voided,
    )  # fmt: skip


def role_conflicts(
    con: DuckDBPyConnection, separate: Iterable[tuple[str, str]], site_id: str | None = None
) -> list[RoleConflict]:
    """Who could do both of what should be kept apart, and how often they did.

    Args:
        con: the last build.
        separate: pairs of roles that nobody may hold at once.
        site_id: only roles held at this site.
    """
    did = _who_did(con)
    return sorted(
        (
            RoleConflict(person, (one, other), since, did.get(person, 0))
            for one, other in separate
            for person, since in con.execute(
                _CONFLICTS, [one, other, site_id, site_id]
            ).fetchall()
        ),
        key=lambda conflict: (conflict.person, conflict.roles),
    )  # fmt: skip


def _who_did(con: DuckDBPyConnection) -> dict[str, int]:
    """How many verdicts say wrong person because of a record of each person."""
    return dict(
        con.execute(
            "select e.performed_by, count(distinct v.clause || v.subject_id) from verdict_list v "
            "join evidence_list l using (map_id, requirement_id, subject_type, subject_key) "
            "join events e on l.record_table = 'events' and l.record_key = e.record_key "
            "where v.state = 'gap' and v.code = 'wrong_person' and l.part = 'against' "
            "and e.performed_by is not null group by 1"
        ).fetchall()
    )  # fmt: skip

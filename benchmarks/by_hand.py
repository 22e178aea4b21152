"""Twenty clauses of five laws as a careful analyst would write them in SQL, straight to the point.

Each query gives one row per subject that the clause is about in the month: its identifier and
whether there is a gap. It reads the lot model and knows nothing of coverage, quarantine, coarse
times, evidence rows, sentences or the other six states. The same clauses with sentences and rows
are in ``by_hand_audited``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

from . import by_hand_drugs, by_hand_others

_COMMON = """
with
live as (
    select * from events
    where is_current and reverses is null
        and record_id not in (select reverses from events where is_current and reverses is not null)
),
regulated as (select site_id from sites where is_current and {regulated}),
mine as (select * from live where site_id in (select site_id from regulated)),
month as (
    select * from mine
    where occurred_local >= timestamp '{first}' and occurred_local < timestamp '{last}'
),
batch as (
    select lots.*, materials.class, materials.name as material_name, materials.dea_schedule,
        materials.flags
    from lots join materials using (material_id)
    where lots.is_current and materials.is_current
        and lots.site_id in (select site_id from regulated)
),
quality as (
    select marks.record_type, marks.meaning, marks.signed_record_id, marks.signed_at
    from signatures as marks join authorisations as roles on roles.holder_id = marks.signer_id
    where marks.is_current and roles.is_current
        and roles.holder_type = 'person' and roles.kind = 'role'
        and (roles.scope is null or roles.scope = 'quality-unit')
        and (roles.valid_from is null or roles.valid_from <= marks.signed_at)
        and (roles.valid_to is null or roles.valid_to > marks.signed_at)
)
"""

_EU = (
    "('AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE', 'IT', "
    "'LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE')"
)
_HAS = "list_contains(string_split(regulated_as, ','), '{}')"
_REGULATED = {
    "us-21cfr211": _HAS.format("drug"),
    "us-dscsa": _HAS.format("drug"),
    "us-21cfr1304": _HAS.format("controlled_substances"),
    "eu-178-2002": _HAS.format("food") + f" and country in {_EU}",
    "us-rcra": "country in ('US', 'PR', 'VI', 'GU', 'AS', 'MP') and trim(epa_id) <> ''",
}
"""Whom a law binds, by map."""

CLAUSES: dict[str, tuple[str, str]] = by_hand_drugs.CLAUSES | by_hand_others.CLAUSES
"""For each clause what it asks for, and the query that follows the common part."""


def query(clause: str, first: str, last: str) -> str:
    """The query of a clause from the first local day of a month to before that of the next."""
    return written(CLAUSES[clause][1], clause, first, last)


def written(text: str, clause: str, first: str, last: str) -> str:
    """A query after the common part, with a clause's sites and a month filled in."""
    regulated = _REGULATED[clause.partition(":")[0]]
    return (_COMMON + text).format(first=first, last=last, regulated=regulated)


def judge(con: DuckDBPyConnection, clause: str, period: tuple[str, str]) -> None:
    """Judge a clause into the table ``by_hand``: subjects, and which of them have a gap."""
    con.execute(f"create or replace temp table by_hand as {query(clause, *period)}")


def gaps(con: DuckDBPyConnection) -> tuple[set[str], set[str]]:
    """The subjects that were judged last, and those of them that have a gap."""
    found = con.execute("select subject_id, is_gap from by_hand").fetchall()
    return {subject for subject, _ in found}, {subject for subject, is_gap in found if is_gap}

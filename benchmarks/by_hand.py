"""Twenty clauses of five laws as a careful analyst would write them in SQL, straight to the point.

Each query gives one row per subject that the clause is about in the month: its identifier and
whether there is a gap. It reads the lot model and knows nothing of coverage, quarantine, coarse
times, evidence rows, sentences or the other six states: that is what the maps add, and what the
ratio is the price of.
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
    text = _COMMON + CLAUSES[clause][1]
    return text.format(first=first, last=last, regulated=_REGULATED[clause.partition(":")[0]])


def judged_by_hand(
    con: DuckDBPyConnection, clause: str, period: tuple[str, str]
) -> tuple[int, int]:
    """Judge a clause into a table and return how many subjects it has and how many gaps."""
    con.execute(f"create or replace temp table by_hand as {query(clause, *period)}")
    found = con.execute("select count(*), count(*) filter (where is_gap) from by_hand").fetchall()
    return found[0][0], found[0][1]


def judged_by_map(con: DuckDBPyConnection, clause: str) -> tuple[int, int]:
    """The same two figures from the verdicts of a build.

    Left out are subjects the clause does not apply to, and those of which it cannot be told
    because of what lies in quarantine (nothing of them was judged): SQL by hand knows neither.
    """
    found = con.execute(
        "select count(*), count(*) filter (where state = 'gap') from verdicts "
        "where map_id = ? and requirement_id = ? and state <> 'not_applicable' "
        "and (state <> 'undetermined' or n_true + n_false + n_unknown + n_pending > 0)",
        clause.split(":"),
    ).fetchall()
    return found[0][0], found[0][1]

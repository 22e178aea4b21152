"""Six clauses of 21 CFR 211 as a careful analyst would write them in SQL, straight to the point.

Each query gives one row per subject that the clause is about in the month: its identifier and
whether there is a gap. It reads the lot model and knows nothing of coverage, quarantine, coarse
times, evidence rows, sentences or the other six states: that is what the maps add, and what the
ratio is the price of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAP = "us-21cfr211"

_COMMON = """
with
live as (
    select * from events
    where is_current and reverses is null
        and record_id not in (select reverses from events where is_current and reverses is not null)
),
drug as (
    select site_id from sites
    where is_current and list_contains(string_split(regulated_as, ','), 'drug')
),
mine as (select * from live where site_id in (select site_id from drug)),
month as (
    select * from mine
    where occurred_local >= timestamp '{first}' and occurred_local < timestamp '{last}'
),
batch as (
    select lots.*, materials.class, materials.name as material_name
    from lots join materials using (material_id)
    where lots.is_current and materials.is_current
        and lots.site_id in (select site_id from drug)
),
quality as (
    select marks.signed_record_id, marks.signer_id, marks.signed_at
    from signatures as marks join authorisations as roles on roles.holder_id = marks.signer_id
    where marks.is_current and roles.is_current and marks.record_type = 'events'
        and marks.meaning = 'release' and roles.holder_type = 'person' and roles.kind = 'role'
        and (roles.scope is null or roles.scope = 'quality-unit')
        and (roles.valid_from is null or roles.valid_from <= marks.signed_at)
        and (roles.valid_to is null or roles.valid_to > marks.signed_at)
)
"""

CLAUSES: dict[str, tuple[str, str]] = {
    "211.22-a": (
        "every release is signed by the quality unit",
        """
        select record_id as subject_id,
            record_id not in (select signed_record_id from quality) as is_gap
        from month where event_type = 'release'
        """,
    ),
    "211.84-a": (
        "nothing is used before it is inspected, released and of that status",
        """
        , first_use as (
            select batch.lot_id, min(used.occurred_at) as used_at
            from mine as used join batch using (lot_id)
            where used.event_type in ('issue', 'consumption') and class in ('raw', 'packaging')
            group by batch.lot_id
        ),
        uses as (
            select lot_id, record_id, occurred_at from month
            where event_type in ('issue', 'consumption')
        ),
        states as (
            select uses.record_id, uses.lot_id,
                max_by(changes.to_status, changes.occurred_at) as now
            from uses left join lot_status as changes on changes.lot_id = uses.lot_id
                and changes.is_current and changes.occurred_at <= uses.occurred_at
            group by uses.record_id, uses.lot_id
        )
        select lot_id as subject_id,
            not exists (
                select 1 from mine as looked
                where looked.lot_id = first_use.lot_id and looked.event_type = 'inspection'
                    and looked.result in ('pass', 'accept') and looked.occurred_at <= used_at
            )
            or not exists (
                select 1 from mine as released
                join quality on quality.signed_record_id = released.record_id
                where released.lot_id = first_use.lot_id and released.event_type = 'release'
                    and released.occurred_at <= used_at
                    and not exists (
                        select 1 from mine as looked
                        where looked.lot_id = released.lot_id
                            and looked.event_type = 'inspection'
                            and looked.performed_by = released.performed_by
                    )
            )
            or exists (
                select 1 from states
                where states.lot_id = first_use.lot_id and states.now is distinct from 'released'
            ) as is_gap
        from first_use where lot_id in (select lot_id from uses)
        """,
    ),
    "211.84-c": (
        "samples name lot, material, container, time and sampler",
        """
        select month.record_id as subject_id,
            month.lot_id is null or coalesce(trim(material_name), '') = ''
            or coalesce(trim(from_location), '') = '' or occurred_at is null
            or coalesce(trim(performed_by), '') = '' as is_gap
        from month join batch using (lot_id)
        where event_type = 'sample' and class in ('raw', 'packaging')
        """,
    ),
    "211.84-d-1": (
        "an own identity test, within limits, before release",
        """
        , releases as (
            select lot_id, min(occurred_at) as released_at from mine
            where event_type = 'release' group by lot_id
        ),
        asked as (
            select batch.lot_id, batch.material_id, released_at
            from batch join releases using (lot_id)
            where class = 'raw'
                and lot_id in (select lot_id from month where event_type = 'release')
        ),
        specified as (
            select asked.lot_id, released_at,
                max_by(specs.spec_id, specs.valid_from) as spec_id
            from asked join specifications as specs using (material_id)
            where specs.is_current and specs.customer_id is null
                and specs.valid_from <= released_at
                and (specs.valid_to is null or specs.valid_to > released_at)
            group by asked.lot_id, released_at
        ),
        tested as (
            select specified.lot_id, limits.characteristic,
                count(results.record_id) as n_results,
                count(*) filter (
                    where results.value < limits.lower or results.value > limits.upper
                        or lower(results.value_text) <> lower(limits.expected_text)
                ) as n_failing
            from specified
            join spec_limits as limits on limits.spec_id = specified.spec_id
                and limits.is_current and limits.kind = 'identity'
            left join test_results as results on results.lot_id = specified.lot_id
                and results.is_current and results.characteristic = limits.characteristic
                and results.origin = 'own' and results.occurred_at <= released_at
            group by specified.lot_id, limits.characteristic
        )
        select asked.lot_id as subject_id,
            coalesce(bool_or(n_results = 0 or n_failing > 0), true) as is_gap
        from asked left join tested using (lot_id) group by asked.lot_id
        """,
    ),
    "211.125-b": (
        "issued labels are recorded in full and checked by a second person",
        """
        select record_id as subject_id,
            coalesce(lot_id, '') = '' or coalesce(order_id, '') = '' or quantity is null
            or coalesce(trim(checked_by), '') = '' or checked_by = performed_by as is_gap
        from month where event_type = 'label_issue'
        """,
    ),
    "211.137-shipment": (
        "nothing is shipped after its expiry",
        """
        select batch.lot_id as subject_id, bool_or(month.occurred_at > expires_at) as is_gap
        from month join batch using (lot_id)
        where event_type = 'shipment' and class = 'finished' and expires_at is not null
        group by batch.lot_id
        """,
    ),
}
"""For each clause what it asks for, and the query that follows the common part."""


def query(clause: str, first: str, last: str) -> str:
    """The query of a clause from the first local day of a month to before that of the next."""
    return _COMMON.format(first=first, last=last) + CLAUSES[clause][1]


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
        [MAP, clause],
    ).fetchall()
    return found[0][0], found[0][1]

"""Until when each record has to be kept, by the clauses that bind it, and which holds are on it.

Worked out on the last build's tables when it is asked for; a build does not need it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from .building import chosen_maps, overrides_of
from .connection import database_of, open_warehouse
from .flips import pin_of, quoted
from .rendering import render

if TYPE_CHECKING:
    from ..workspace import Workspace

_RECORDS = """
with bound as (
    select
        record_table, record_key,
        max(kept_until) as kept_until,
        max_by(clause, kept_until) as clause,
        list(distinct clause order by clause) as clauses,
        min(doubt) as doubt,
        min(hold_key) as hold_key,
        bool_or(is_hold_unsure) as is_hold_unsure
    from retention_schedule
    group by all
),
gone as (
    select distinct record_type, changed_record_id from changes
    where is_current and lower(field) = 'record'
        and lower(new_value) in ('deleted', 'purged', 'destroyed')
)
select
    bound.record_table, list.record_id, list.site_id, list.what, list.source_file,
    list.source_row, bound.kept_until, bound.clause, bound.clauses, bound.doubt,
    coalesce(holds.quality_record_id, case when bound.is_hold_unsure then 'not known' end)
from bound
join record_list as list using (record_table, record_key)
left join quality_records as holds on bound.hold_key = holds.record_key and holds.is_current
where not exists (
    select 1 from gone
    where gone.record_type = bound.record_table and gone.changed_record_id = list.record_id
)
order by list.site_id, bound.record_table, bound.kept_until nulls last, list.record_id
"""

State = Literal["may_go", "keep", "held", "not_known"]


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """One record that some clause binds.

    Attributes:
        table: its table.
        record_id: its identifier.
        site_id: its site.
        what: what it is, in words.
        source: file and row it was read from.
        kept_until: instant before which it must not be disposed of [UTC]; none when not known.
        clause: the clause that keeps it longest.
        clauses: every clause that binds it.
        doubt: why the date is not known for sure; none when it is.
        held_by: the legal hold that blocks disposal.
    """

    table: str
    record_id: str
    site_id: str
    what: str
    source: str
    kept_until: datetime | None
    clause: str | None
    clauses: tuple[str, ...]
    doubt: str | None
    held_by: str | None

    def state_on(self, moment: datetime) -> State:
        """Whether it may go at a moment: never while a date is in doubt or a hold is open."""
        if self.held_by is not None:
            return "held"
        if self.kept_until is None or self.doubt is not None:
            return "not_known"
        return "may_go" if self.kept_until <= moment else "keep"


def retention(workspace: Workspace) -> list[KeptRecord]:
    """Every record that a clause binds, by site, table and date.

    Raises:
        LotproofError: nothing was built, or a map has faults.
    """
    import duckdb

    with open_warehouse(workspace) as con:
        pin = pin_of(con)
    year, month = (int(part) for part in pin.period.split("-"))
    rules = list(_rules(workspace, date(year, month, calendar.monthrange(year, month)[1])))
    with duckdb.connect() as con:
        # read-only, under the name its views know it by
        con.execute(f"attach '{quoted(database_of(workspace))}' as building (read_only)")
        con.execute("use building")
        con.execute("set TimeZone = 'UTC'")
        schedule = render("retention_schedule", rules)
        con.execute(f"create temporary table retention_schedule as {schedule}")
        return [_record(*row) for row in con.execute(_RECORDS).fetchall()]


def _rules(workspace: Workspace, on: date) -> Iterator[dict[str, Any]]:
    """The requirements in force that keep records, each with those checks only."""
    from ..maps import compile_map

    overrides = overrides_of(workspace)
    for of in chosen_maps(workspace):
        for rule in compile_map(of, overrides.get(of.map, ()), on)["requirements"]:
            checks = list(_retained(rule["checks"]))
            starts, ends = rule["in_force"]["from"], rule["in_force"]["to"]
            in_force = (not starts or starts <= on.isoformat()) and (
                not ends or ends > on.isoformat()
            )
            if checks and rule["state"] == "judged" and in_force:
                yield {
                    "clause": rule["clause"],
                    "site_applies": rule["site_applies"],
                    "checks": checks,
                }


def _retained(checks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for check in checks:
        if check["shape"] == "retained" and check["what"]:
            yield check
        for key in ("checks", "then"):
            yield from _retained(check.get(key) or [])


def _record(
    table: str, record_id: str, site_id: str, what: str, file: str, row: int,
    kept_until: datetime | None, clause: str | None, clauses: list[str], doubt: str | None,
    held_by: str | None,
) -> KeptRecord:  # fmt: skip
    source = f"{file}, {row:,}" if file else ""
    return KeptRecord(
        table, record_id, site_id, what, source, kept_until, clause, tuple(clauses), doubt, held_by
    )

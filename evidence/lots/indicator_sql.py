"""The indicators of traceability: what one observation of each is, and how they are summed up.

Each query gives one row per observation: site, product family, supplier, source, local month and
value. `share` is the percentage of observations that are 1, `median` their median, `count` their
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator.

    Attributes:
        name: as commands call it.
        title: as people call it.
        unit: of the value.
        formula: in words.
        denominator: what is counted, in words.
        tables: tables of the lot model a source must cover for it to be known.
        summed: how observations become one figure.
        sql: one row per observation.
    """

    name: str
    title: str
    unit: str
    formula: str
    denominator: str
    tables: tuple[str, ...]
    summed: Literal["share", "median", "count"]
    sql: str


_LOTS = """
with made as (
    select
        orders.site_id, orders.order_id, orders.lot_id, orders.material_id, orders.completed_at,
        strftime(timezone(sites.timezone, timezone('UTC', orders.completed_at)), '%Y-%m') as month,
        materials.product_family as family, lots.supplier_id as supplier
    from orders
    join sites on sites.site_id = orders.site_id and sites.is_current
    left join materials on materials.material_id = orders.material_id and materials.is_current
    left join (
        select lot_id, min(supplier_id) as supplier_id from lots where is_current group by lot_id
    ) as lots on lots.lot_id = orders.lot_id
    where orders.is_current and orders.completed_at is not null
),
known_lots as (
    select
        lots.lot_id, min(materials.product_family) as family, min(lots.supplier_id) as supplier
    from lots
    left join materials on materials.material_id = lots.material_id and materials.is_current
    where lots.is_current group by lots.lot_id
)
"""

_LATENCY = (
    _LOTS
    + """
select
    events.site_id, family, supplier, events.source, strftime(occurred_local, '%Y-%m'),
    {value}
from events
left join known_lots using (lot_id)
where is_current and recorded_at is not null and precision in ('second', 'minute')
"""
)

_QUALITY_AGE = """
select
    quality_records.site_id, null, null, source,
    strftime(timezone(sites.timezone, timezone('UTC', opened_at)), '%Y-%m'),
    date_diff('second', opened_at, coalesce(closed_at, (select as_of from pin))) / {seconds}
from quality_records
join (select site_id, timezone from sites where is_current) as sites using (site_id)
where is_current and kind = '{kind}' and opened_at is not null{more}
"""

DEFINITIONS = (
    Definition(
        "genealogy_completeness", "Genealogy completeness", "%",
        "lots of completed orders with at least one recorded parent ÷ lots of completed orders",
        "lots of orders completed in the month", ("orders", "lot_links"), "share",
        _LOTS + """
select site_id, family, supplier, null, month, cast(exists (
    select 1 from lot_links where is_current and child_lot_id = made.lot_id
) as integer)
from made where lot_id is not null
""",
    ),
    Definition(
        "release_cycle_time", "Release cycle time", "days",
        "median of first release after completion − completion",
        "orders completed in the month whose lot is released", ("orders", "events"), "median",
        _LOTS + """
select
    made.site_id, family, supplier, null, month,
    date_diff('minute', completed_at, min(events.occurred_at)) / 1440.0
from made
join events on events.is_current and events.lot_id = made.lot_id
    and events.event_type = 'release' and events.occurred_at >= made.completed_at
group by made.site_id, family, supplier, month, made.order_id, completed_at
""",
    ),
    Definition(
        "blocked_stock_age", "Blocked stock, age", "days",
        "median of as-of − last change of status, of lots then not released, rejected or destroyed",
        "lots in quarantine, blocked or restricted at the moment of the build", ("lot_status",),
        "median",
        _LOTS + """,
last_status as (
    select site_id, lot_id, source, occurred_at, to_status
    from lot_status
    where is_current and occurred_at <= (select as_of from pin)
    qualify row_number() over (
        partition by site_id, lot_id order by occurred_at desc, record_id desc
    ) = 1
)
select
    site_id, family, supplier, source, (select period from pin),
    date_diff('minute', occurred_at, (select as_of from pin)) / 1440.0
from last_status left join known_lots using (lot_id)
where to_status in ('quarantine', 'blocked', 'restricted')
""",
    ),
    Definition(
        "reporting_latency", "Reporting latency", "minutes",
        "median of recorded − occurred", "events of the month known to the minute", ("events",),
        "median",
        _LATENCY.format(value="date_diff('second', occurred_at, recorded_at) / 60.0"),
    ),
    Definition(
        "late_entries", "Late entries", "%",
        "events recorded more than 24 hours after they happened ÷ events",
        "events of the month known to the minute", ("events",), "share",
        _LATENCY.format(
            value="cast(date_diff('second', occurred_at, recorded_at) > 86400 as integer)"
        ),
    ),
    Definition(
        "right_first_time", "Right first time", "%",
        "completed orders without deviation, out-of-specification, nonconformance or rework ÷ "
        "completed orders", "orders completed in the month",
        ("orders", "quality_records", "lot_links"), "share",
        _LOTS + """
select site_id, family, supplier, null, month, 1 - cast(
    exists (
        select 1 from quality_records as q
        where q.is_current and q.kind in ('deviation', 'oos', 'nonconformance')
            and q.subject_id in (made.order_id, made.lot_id)
    ) or exists (
        select 1 from lot_links
        where is_current and kind = 'reworked' and parent_lot_id = made.lot_id
    ) as integer)
from made
""",
    ),
    Definition(
        "deviation_age", "Deviations, age", "days",
        "median of closing (or as-of, where open) − opening", "deviations opened in the month",
        ("quality_records",), "median",
        _QUALITY_AGE.format(kind="deviation", seconds="86400.0", more=""),
    ),
    Definition(
        "capa_age", "CAPA, age", "days",
        "median of closing (or as-of, where open) − opening", "CAPA opened in the month",
        ("quality_records",), "median",
        _QUALITY_AGE.format(kind="capa", seconds="86400.0", more=""),
    ),
    Definition(
        "certificate_completeness", "Certificate completeness", "%",
        "lots received that have a certificate of analysis ÷ lots received",
        "lots received in the month", ("events", "documents"), "share",
        _LOTS + """
select
    events.site_id, family, supplier, null, strftime(min(occurred_local), '%Y-%m'),
    cast(exists (
        select 1 from documents
        where is_current and kind = 'certificate_of_analysis' and subject_type = 'lots'
            and subject_id = events.lot_id
    ) as integer)
from events left join known_lots using (lot_id)
where is_current and event_type = 'receipt' and lot_id is not null
group by events.site_id, family, supplier, events.lot_id
""",
    ),
    Definition(
        "recall_time", "Recall drills, time to answer", "hours",
        "median of closing − opening of a drill", "drills opened in the month and closed",
        ("quality_records",), "median",
        _QUALITY_AGE.format(kind="drill", seconds="3600.0", more=" and closed_at is not null"),
    ),
    Definition(
        "accepted_risks", "Accepted risks", "gaps",
        "gaps somebody has signed for, never counted as met",
        "verdicts of the build in state accepted risk", (), "count",
        """
select site_id, null, null, null, (select period from pin), 1
from verdict_list where state = 'accepted_risk'
""",
    ),
    Definition(
        "data_quality", "Data quality", "%",
        "rows read ÷ (rows read + rows in quarantine)", "rows of all loads up to the build", (),
        "share",
        """
select site_id, null, null, source, (select period from pin), 1
from (select site_id, source from events where is_current
    union all select site_id, source from lots where is_current
    union all select site_id, source from test_results where is_current
    union all select site_id, source from documents where is_current
    union all select site_id, source from signatures where is_current)
union all
select site_id, null, null, source, (select period from pin), 0 from quarantine
""",
    ),
)  # fmt: skip
"""All indicators, in the order they are shown."""

"""What a gap reaches: lots made from the lot, deliveries, customers, money where it can be said.

The full recall picture is left to ``lotproof.evidence.lots``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import reading, words
from .reading import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOWHERE = "no other lot and no shipment"
"""What is said of a lot that nothing was made of and that was not shipped."""

_LOT_OF = {
    "lot": "select lot_id from lots where is_current and record_key = ?",
    "order": "select lot_id from orders where is_current and record_key = ?",
}
_EVENT = "select lot_id from events where is_current and record_key = ?"

_REACHED = """
with start as (
    select record_key, lot_id from lots where is_current and lot_id = ?
),
reached as (
    select lots.lot_id, lots.lot_number, lots.material_id, true as is_made
    from link_pairs join start on start.record_key = link_pairs.ancestor_key
    join lots on lots.record_key = link_pairs.descendant_key and lots.is_current
    where link_pairs.ancestor_key <> link_pairs.descendant_key
    union
    select lot_id, null, null, false from start
),
gone as (
    select distinct events.shipment_id, shipments.customer_id
    from events join reached using (lot_id)
    left join shipments on shipments.shipment_id = events.shipment_id and shipments.is_current
    where events.is_current and events.event_type = 'shipment' and events.shipment_id is not null
)
select
    (select count(*) from reached where is_made) as lots_made,
    (select min(lot_number) from reached where is_made) as first_lot,
    (select count(*) from gone) as shipments,
    (select count(distinct customer_id) from gone) as customers
"""


def reach(con: DuckDBPyConnection, verdict: Row, timezone: str) -> str:
    """One line: what was made from the lot and where it went; empty where no lot is concerned.

    Args:
        con: the warehouse.
        verdict: the gap; its subject leads to the lot.
        timezone: the site's zone, for days.
    """
    if verdict["subject_type"] == "shipment":
        return _delivery(con, verdict["subject_key"], timezone)
    query = _EVENT if verdict["subject_type"].startswith("event") else _LOT_OF.get(
        verdict["subject_type"]
    )  # fmt: skip
    lot = reading.one(con, query, verdict["subject_key"]) if query else None
    if lot is None:
        return ""
    found = reading.rows(con, _REACHED, lot)[0]
    return _say(found)


def _say(found: Row) -> str:
    made = found["lots_made"]
    parts = []
    if made == 1:
        parts.append(f"lot {found['first_lot']}")
    elif made:
        parts.append(f"{words.number(made)} lots made from it")
    if found["shipments"]:
        count = found["shipments"]
        parts.append(f"{words.number(count)} {words.plural(count, 'shipment')}")
    if found["customers"]:
        count = found["customers"]
        parts.append(f"{words.number(count)} {words.plural(count, 'customer')}")
    if not parts:
        return NOWHERE
    return ", ".join(parts) if found["shipments"] else f"{', '.join(parts)}; nothing shipped"


def _delivery(con: DuckDBPyConnection, key: int, timezone: str) -> str:
    found = reading.rows(
        con,
        "select s.*, p.name from shipments s left join parties p on p.party_id = s.customer_id "
        "and p.is_current where s.is_current and s.record_key = ?",
        key,
    )  # fmt: skip
    if not found:
        return ""
    row = found[0]
    to = row["name"] or row["customer_id"] or row["ship_to"] or "a receiver not stated"
    return f"{to}, shipped {words.local_time(row['shipped_at'], timezone)}"

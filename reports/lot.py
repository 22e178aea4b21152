"""What is known of one lot: the facts that a dossier and a certificate both print.

Its genealogy as a picture is left to :mod:`.genealogy`, its results to :mod:`.conformity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..evidence.errors import LotproofError
from . import reading, words
from .reading import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Material:
    """A lot that went into a batch: how much, when, and in which status it was then."""

    lot: str
    name: str
    supplier: str
    amount: str
    when: str
    state: str
    status: str
    expires: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A shipment that carried the lot."""

    shipment: str
    customer: str
    amount: str
    shipped: str
    received: str
    reference: str


def find_lot(con: DuckDBPyConnection, name: str, site_id: str) -> Row:
    """The lot of that identifier or, where only one bears it, that number.

    Args:
        con: the warehouse.
        name: ``lot_id``, or the number people read on the label.
        site_id: whose lot is meant when several sites have the number.

    Raises:
        LotproofError: no lot, or several, go by that name.
    """
    found = reading.rows(
        con,
        "select lots.*, materials.name as material_name, materials.class as material_class, "
        "materials.base_uom as material_uom from lots left join materials on "
        "materials.material_id = lots.material_id and materials.is_current where lots.is_current "
        "and (lot_id = ? or lot_number = ?) "
        "order by lot_id = ? desc, lots.site_id = ? desc, lot_id",
        name, name, name, site_id,
    )  # fmt: skip
    if not found:
        raise LotproofError(
            f"lot {name!r}", "a lot of this build", "see: lotproof verdicts; or build the month"
        )
    exact = [row for row in found if row["lot_id"] == name]
    here = [row for row in found if row["site_id"] == site_id]
    chosen = exact or here or found
    if len(chosen) > 1:
        ids = ", ".join(row["lot_id"] for row in chosen[:5])
        raise LotproofError(f"{len(chosen)} lots numbered {name!r}", f"one of {ids}",
                            "name the lot by its identifier")  # fmt: skip
    return chosen[0]


def order_of(con: DuckDBPyConnection, lot_id: str) -> Row | None:
    """The order that made the lot; the first where there are several."""
    found = reading.rows(
        con,
        "select * from orders where is_current and lot_id = ? "
        "order by started_at nulls last, order_id limit 1",
        lot_id,
    )
    return found[0] if found else None


def status_now(con: DuckDBPyConnection, lot_id: str) -> Row | None:
    """The latest change of status."""
    found = reading.rows(
        con,
        "select * from lot_status where is_current and lot_id = ? "
        "order by occurred_at desc nulls last, record_key desc limit 1",
        lot_id,
    )
    return found[0] if found else None


def amount_made(con: DuckDBPyConnection, lot_id: str) -> str:
    """What was received or made of the lot, where one unit says it; empty otherwise."""
    found = reading.rows(
        con,
        "select sum(quantity) as amount, uom from events where is_current and lot_id = ? "
        "and event_type in ('receipt', 'finished_goods', 'intermediate_output') "
        "and record_id not in (select reverses from events where reverses is not null) "
        "and reverses is null group by uom order by uom",
        lot_id,
    )
    if found and all(row["amount"] is not None for row in found):
        return ", ".join(words.quantity(row["amount"], row["uom"]) for row in found)
    into = reading.rows(
        con,
        "select sum(quantity) as amount, uom from lot_links where is_current and child_lot_id = ? "
        "and kind in ('repacked', 'split', 'merged') group by uom order by uom",
        lot_id,
    )
    if into and all(row["amount"] is not None for row in into):
        return ", ".join(words.quantity(row["amount"], row["uom"]) for row in into)
    return ""


def made_on(
    con: DuckDBPyConnection, lot: Row, zone: str, day: Callable[[datetime, str], str]
) -> str:
    """When the lot was made, no finer than it is known; empty where nothing says it.

    Args:
        con: the warehouse.
        lot: its own date of manufacture counts, else its first output.
        zone: of the site.
        day: how a day is written.
    """
    if lot["manufactured_at"]:
        return day(lot["manufactured_at"], zone)
    found = reading.rows(
        con,
        "select occurred_at, occurred_local, precision from events where is_current and lot_id = ? "
        "and event_type in ('finished_goods', 'intermediate_output') and occurred_at is not null "
        "and record_id not in (select reverses from events where reverses is not null) "
        "and reverses is null order by occurred_at, record_key limit 1",
        lot["lot_id"],
    )
    if not found:
        return ""
    row = found[0]
    if row["precision"] == "month":
        return words.month(f"{row['occurred_local']:%Y-%m}")
    if row["precision"] == "year":
        return f"{row['occurred_local']:%Y}"
    return day(row["occurred_at"], zone)


def materials_in(con: DuckDBPyConnection, lot_id: str) -> tuple[Material, ...]:
    """What the lot was made from, with the status each had when it was used."""
    found = reading.rows(
        con,
        """
        select
            lot_links.quantity, lot_links.uom, lot_links.occurred_local, lot_links.utc_offset,
            lot_links.precision, lot_links.occurred_at, lots.lot_number, lots.lot_id,
            lots.expires_at, materials.name as material, parties.name as supplier,
            (
                select arg_max(lot_status.to_status, lot_status.occurred_at) from lot_status
                where lot_status.is_current and lot_status.lot_id = lots.lot_id
                    and lot_status.occurred_at <= lot_links.occurred_at
            ) as status
        from lot_links
        left join lots on lots.lot_id = lot_links.parent_lot_id and lots.is_current
        left join materials on materials.material_id = lots.material_id and materials.is_current
        left join parties on parties.party_id = lots.supplier_id and parties.is_current
        where lot_links.is_current and lot_links.child_lot_id = ?
        order by lot_links.occurred_at nulls last, materials.name, lots.lot_number,
            lot_links.record_id
        """,
        lot_id,
    )
    return tuple(_material(row) for row in found)


def _material(row: Row) -> Material:
    status = row["status"]
    late = row["expires_at"] and row["occurred_at"] and row["expires_at"] <= row["occurred_at"]
    state = "undetermined" if status is None else "met" if status == "released" else "gap"
    return Material(
        lot=row["lot_number"] or row["lot_id"] or "lot not known",
        name=row["material"] or "material not known",
        supplier=row["supplier"] or "",
        amount=words.NOTHING
        if row["quantity"] is None
        else words.quantity(row["quantity"], row["uom"]),
        when=words.happened(row["occurred_local"], row["utc_offset"], row["precision"]),
        state="gap" if late else state,
        status=f"{status or 'not recorded'}{', expired' if late else ''}",
        expires=f"{row['expires_at']:%Y-%m-%d}" if row["expires_at"] else words.NOTHING,
    )


def deliveries(con: DuckDBPyConnection, lot_id: str, timezone: str) -> tuple[Delivery, ...]:
    """The shipments that carried the lot itself, in order of shipping."""
    found = reading.rows(
        con,
        """
        select
            shipments.shipment_id, shipments.shipped_at, shipments.received_at,
            shipments.reference_document, shipments.ship_to,
            coalesce(parties.name, shipments.customer_id) as customer,
            case when count(events.quantity) = count(*) then sum(events.quantity) end as quantity,
            min(events.uom) as uom
        from events
        join shipments on shipments.shipment_id = events.shipment_id and shipments.is_current
        left join parties on parties.party_id = shipments.customer_id and parties.is_current
        where events.is_current and events.lot_id = ? and events.event_type = 'shipment'
            and events.reverses is null
            and events.record_id not in (select reverses from events where reverses is not null)
        group by all
        order by shipments.shipped_at nulls last, shipments.shipment_id
        """,
        lot_id,
    )
    return tuple(
        Delivery(
            row["shipment_id"], row["customer"] or row["ship_to"] or words.NOTHING,
            words.quantity(row["quantity"], row["uom"]),
            words.local_time(row["shipped_at"], timezone),
            words.local_time(row["received_at"], timezone),
            row["reference_document"] or words.NOTHING,
        )
        for row in found
    )  # fmt: skip

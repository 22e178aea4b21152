"""A mock recall: the lots concerned, where they are, who has them, what they are worth.

Concerned are the lots asked for and all that was made from them; lots that merely share a parent
with them are not. Nothing is held, blocked or written anywhere: holds are proposals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import LotproofError
from ..near_names import did_you_mean, near_names
from .chains import Chains
from .exposure import Exposure, exposures
from .ledger import LotBook, books
from .trace import find_one

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DELIVERIES = """
select
    events.lot_id, events.shipment_id, shipments.reference_document as reference,
    coalesce(shipments.customer_id, events.party_id) as customer_id,
    parties.name as customer, parties.phone,
    coalesce(parties.address, shipments.ship_to) as address,
    shipments.carrier, events.quantity, events.uom, coalesce(shipments.shipped_at, occurred_at)
        as shipped_at, shipments.received_at
from events
left join shipments on shipments.shipment_id = events.shipment_id and shipments.is_current
left join parties on parties.is_current
    and parties.party_id = coalesce(shipments.customer_id, events.party_id)
where events.is_current and events.event_type = 'shipment' and events.reverses is null
    and events.record_id not in (
        select reverses from events where is_current and reverses is not null
    )
    and events.lot_id in (select unnest(?::varchar[])) and coalesce(occurred_at <= ?, true)
order by customer nulls last, customer_id, shipped_at nulls last, events.shipment_id, events.lot_id
"""

_ORDERS = """
select distinct orders.order_id, orders.site_id, orders.material_id, orders.lot_id,
    orders.started_at, orders.planned_quantity, orders.uom
from orders
left join events on events.order_id = orders.order_id and events.is_current
    and events.event_type in ('issue', 'consumption') and coalesce(events.occurred_at <= ?, true)
where orders.is_current and coalesce(orders.started_at <= ?, true)
    and coalesce(orders.completed_at > ?, true)
    and (orders.lot_id in (select unnest(?::varchar[]))
        or events.lot_id in (select unnest(?::varchar[])))
order by orders.site_id, orders.order_id
"""


@dataclass(frozen=True, slots=True)
class RecalledDelivery:
    """What of a lot went to a customer; ``quantity`` as recorded."""

    lot_id: str
    shipment_id: str | None
    reference: str | None
    customer_id: str | None
    customer: str | None
    phone: str | None
    address: str | None
    carrier: str | None
    quantity: Decimal | None
    uom: str | None
    shipped_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order in progress that makes, or has been given, a lot concerned."""

    order_id: str
    site_id: str | None
    material_id: str | None
    lot_id: str | None
    started_at: datetime | None
    planned_quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class Recall:
    """The answer to: what is concerned, where is it, who has it.

    Attributes:
        question: what was asked, in words.
        at: as of when [UTC, without zone].
        start: the lots asked for.
        books: the books of all lots concerned.
        levels: links from the lots asked for, by lot.
        deliveries: what went to customers.
        orders: what to stop.
        money: exposure by kind and currency.
    """

    question: str
    at: datetime
    start: tuple[str, ...]
    books: tuple[LotBook, ...]
    levels: dict[str, int]
    deliveries: tuple[RecalledDelivery, ...]
    orders: tuple[OpenOrder, ...]
    money: tuple[Exposure, ...]

    def stock(self) -> list[LotBook]:
        """Lots of which something is left, or of which that cannot be said."""
        return [book for book in self.books if not book.is_known or (book.book or 0) > 0]

    def balance(self) -> list[tuple[str, str, list[LotBook]]]:
        """The books by material and unit."""
        found: dict[tuple[str, str], list[LotBook]] = {}
        for book in self.books:
            found.setdefault((book.material or "?", book.uom or ""), []).append(book)
        return [(*key, some) for key, some in sorted(found.items())]


def answer(
    con: DuckDBPyConnection, chains: Chains, question: str, start: Sequence[int], at: datetime,
    accounts: dict[str, list[str]],
) -> Recall:  # fmt: skip
    """Answer a recall.

    Args:
        con: the warehouse.
        chains: the chain files of the same build.
        question: what was asked, in words.
        start: places of the lots asked for.
        at: as of when [UTC, without zone].
        accounts: beginnings of account numbers by role.
    """
    from datetime import UTC

    until = int(at.replace(tzinfo=UTC).timestamp())
    depths: dict[int, int] = {}
    for place in start:
        for lot, depth in chains.walk(place, "down", until).depth.items():
            depths[lot] = min(depth, depths.get(lot, depth))
    levels = {chains.lot(place)["lot_id"]: depth for place, depth in depths.items()}
    asked = tuple(chains.lot(place)["lot_id"] for place in start)
    return answer_for(con, question, asked, levels, at, accounts)


def answer_for(
    con: DuckDBPyConnection, question: str, asked: tuple[str, ...], levels: dict[str, int],
    at: datetime, accounts: dict[str, list[str]],
) -> Recall:  # fmt: skip
    """The same, of lots that are known to be concerned.

    Args:
        con: the warehouse.
        question: what was asked, in words.
        asked: the lots asked for.
        levels: links from them, of every lot concerned.
        at: as of when [UTC, without zone].
        accounts: beginnings of account numbers by role.
    """
    ids = sorted(levels)
    found = books(con, ids, at)
    gone = [RecalledDelivery(*row) for row in con.execute(_DELIVERIES, [ids, at]).fetchall()]
    orders = [OpenOrder(*row) for row in con.execute(_ORDERS, [at, at, at, ids, ids]).fetchall()]
    stock = [(b.lot_id, b.book, b.uom) for b in found if b.is_known and b.book and b.uom]
    left = [(lot, amount, uom) for lot, amount, uom in stock if amount > 0]
    shipments = sorted({d.shipment_id for d in gone if d.shipment_id})
    money = exposures(con, left, ids, shipments, at, accounts)
    return Recall(question, at, asked, tuple(found), levels, tuple(gone), tuple(orders), money)


def lots_asked_for(
    con: DuckDBPyConnection, chains: Chains, *, lot: str | None, supplier_lot: str | None,
    material: str | None, complaint: str | None, site: str | None,
) -> tuple[str, list[int]]:  # fmt: skip
    """The question in words, and the places of the lots it names.

    Raises:
        LotproofError: not exactly one of lot, supplier's lot, material, complaint; or no such lot.
    """
    given = [name for name in (lot, supplier_lot, material, complaint) if name]
    if len(given) != 1:
        raise LotproofError(
            f"{len(given)} of lot, --supplier-lot, --material and --complaint",
            "exactly one of them",
            "say what is recalled",
        )
    if lot:
        return f"lot {lot}", [find_one(chains, lot, site)]
    sql, question, every = _asked(supplier_lot, material)
    values = [given[0]] * sql.count("?")
    found = con.execute(sql, values).fetchall()
    ids = [lot_id for lot_id, lot_site in found if site in (None, lot_site)]
    if not ids:
        known = [str(name) for (name,) in con.execute(every).fetchall()]
        raise LotproofError(
            f"{question} {given[0]!r}, which leads to no lot", "one that the build knows",
            did_you_mean(near_names(given[0], known), "check how it is written"),
        )  # fmt: skip
    return f"{question} {given[0]}", [find_one(chains, lot_id) for lot_id in sorted(ids)]


def _asked(supplier_lot: str | None, material: str | None) -> tuple[str, str, str]:
    """The query for the lots, what is asked for in words, and the query for all such names."""
    if supplier_lot:
        return (
            "select lot_id, site_id from lots where is_current and supplier_lot_number = ?",
            "supplier's lot",
            (
                "select distinct supplier_lot_number from lots where is_current "
                "and supplier_lot_number is not null order by 1"
            ),
        )
    if material:
        return (
            (
                "select lot_id, lots.site_id from lots left join materials "
                "on materials.material_id = lots.material_id and materials.is_current "
                "where lots.is_current and (lots.material_id = ? or materials.name = ?)"
            ),
            "material",
            (
                "select material_id from materials where is_current and material_id is not null "
                "union select name from materials where is_current and name is not null order by 1"
            ),
        )
    return (
        _OF_RECORD,
        "complaint",
        (
            "select distinct quality_record_id from quality_records where is_current "
            "and subject_type in ('lots', 'orders', 'shipments') "
            "and quality_record_id is not null order by 1"
        ),
    )


_OF_RECORD = """
select distinct lots.lot_id, lots.site_id
from quality_records as told
join lots on lots.is_current and (
    (told.subject_type = 'lots' and lots.lot_id = told.subject_id)
    or (told.subject_type = 'orders' and lots.lot_id in (
        select lot_id from orders where is_current and order_id = told.subject_id
    ))
    or (told.subject_type = 'shipments' and lots.lot_id in (
        select lot_id from events
        where is_current and event_type = 'shipment' and shipment_id = told.subject_id
    ))
)
where told.is_current and told.quality_record_id = ?
"""
"""The lots that a quality record is about: itself, what its order made, what its shipment held."""

"""What Durham does with controlled substances beyond its batches: sales in bulk, transfers, losses.

Every movement is recorded as 21 CFR 1304.22 and 1305 ask: order forms for Schedule II, partners
with their registrations, two witnesses where something is destroyed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from .controlled import order_form
from .distribution import send, ship
from .plant import Plant
from .production import Batch, make
from .quality import dispose
from .receiving import receive
from .running import deliver_part
from .supply import draw_stock
from .things import Lot, Material

VAULT = "DUR-W2"
"""The company's other registered store, a mile from the plant."""

DESTROYER = "R-021"
"""The reverse distributor that destroys what the plant cannot."""

MANUFACTURER = "C-204"
"""The customer that buys substances in bulk."""


def trade_in_substances(plant: Plant) -> None:
    """One of each in October, all of it in order."""
    of = {material.material_id: material for material in plant.catalogue.materials}
    sell_bulk(plant, of["M-5101"], Decimal("0.5"), date(2026, 10, 15), MANUFACTURER)
    sell_bulk(plant, of["M-6102"], Decimal(12), date(2026, 10, 16), MANUFACTURER)
    active, quantity = draw_one(plant, of["M-5101"], Decimal("0.4"), date(2026, 10, 20))
    move_to_vault(plant, active, quantity, date(2026, 10, 20))
    bought = buy_in(plant, of["M-7103"], date(2026, 9, 21))
    deliver_part(plant, bought, Decimal(200), date(2026, 10, 13), "C-203")
    hand_over(plant, bought, Decimal(36), date(2026, 10, 22))
    bulk, _ = draw_one(plant, of["M-6102"], Decimal(0), date(2026, 10, 26))
    lose(plant, bulk, Decimal("0.012"), date(2026, 10, 26))
    packed, quantity = draw_one(plant, of["M-7102"], Decimal(300), date(2026, 10, 20))
    relabel(plant, packed, quantity, date(2026, 10, 20))


def draw_one(plant: Plant, material: Material, quantity: Decimal, day: date) -> tuple[Lot, Decimal]:
    """``quantity`` of a single lot with that much left, taken out of the stock."""
    when = plant.clock.at(day, "06:00")
    fitting = [
        lot
        for lot in plant.store.lots(material)
        if lot.left > quantity and lot.usable_from and lot.usable_from < when
    ]
    if not fitting:
        return draw_stock(plant, material, quantity, when)[0]
    fitting[0].left -= quantity
    return fitting[0], quantity


def sell_bulk(plant: Plant, material: Material, quantity: Decimal, day: date, customer: str) -> str:
    """A delivery of a substance in bulk; returns its number."""
    return ship_bulk(plant, draw_one(plant, material, quantity, day), day, customer)


def ship_bulk(plant: Plant, part: tuple[Lot, Decimal], day: date, customer: str) -> str:
    """A delivery of part of a lot in bulk, on an order form where the schedule asks for one."""
    shipment_id = ship(plant, [part], day, customer)
    if part[0].material.more.get("dea_schedule") == "II":
        order_form(plant, ("shipments", shipment_id), plant.clock.at(day, "13:00"), customer)
    return shipment_id


def move_to_vault(plant: Plant, lot: Lot, quantity: Decimal, day: date) -> str:
    """Part of a lot goes to the other registered store, on an order form."""
    shipment_id = send(plant, lot, quantity, day, VAULT)
    order_form(plant, ("shipments", shipment_id), plant.clock.at(day, "11:00"), VAULT)
    return shipment_id


def hand_over(plant: Plant, lot: Lot, quantity: Decimal, day: date, to: str = DESTROYER) -> str:
    """Two employees watch while a reverse distributor takes what is to be destroyed."""
    when = plant.at(day, "10:30")
    return dispose(plant, lot, when, quantity, "EXP", party_id=to, to_location="R-021 truck")


def lose(plant: Plant, lot: Lot, quantity: Decimal, day: date) -> str:
    """A loss in manufacture, with its cause."""
    when = plant.at(day, "14:00")
    worker = plant.who("production")
    event_id = plant.event(
        "adjustment",
        when,
        lot,
        -quantity,
        performed_by=worker,
        checked_by=plant.who("production", worker),
        reason_code="DRYING",
    )
    lot.left -= quantity
    plant.post(event_id, lot, -quantity, "552000", when)
    return event_id


def buy_in(plant: Plant, material: Material, day: date) -> Lot:
    """A lot of a finished product of another manufacturer."""
    return receive(plant, material, day)


def relabel(plant: Plant, lot: Lot, quantity: Decimal, day: date) -> Batch:
    """Packs get new labels and a lot number of their own."""
    recipe = next(r for r in plant.catalogue.specials if r.product == lot.material)
    parts = [(lot, quantity)]
    for line in recipe.ingredients:
        parts += draw_stock(plant, line.material, quantity, plant.clock.at(day, "08:00"))
    return make(plant, replace(recipe, planned=str(quantity)), day, parts, "08:30", is_steady=True)

"""A plant's ordinary weeks: its campaigns, and the deliveries that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from ..timeline import MONTH_END
from .controlled import electronic_order, order_form
from .distribution import ship
from .plant import Plant
from .supply import produce
from .things import Campaign, Lot


def run(plant: Plant, batches: int) -> None:
    """About ``batches`` batches for customers, each delivered in parts once it is released."""
    runs = sorted(
        (day, position, campaign)
        for position, campaign in enumerate(plant.catalogue.campaigns)
        for day in days_of(plant, campaign, max(1, round(batches * campaign.share)))
    )
    for number, (day, _, campaign) in enumerate(runs):
        deliver(plant, produce(plant, campaign.recipe, day, campaign.start), number)


def days_of(plant: Plant, campaign: Campaign, count: int) -> Iterator[date]:
    """The days on which the ``count`` batches of a campaign begin."""
    span = (campaign.last - campaign.first).days
    for number in range(count):
        yield plant.later(campaign.first + timedelta(days=round(number * span / count)), 0)


def deliver(plant: Plant, lot: Lot, number: int) -> None:
    """Part deliveries of a released lot to two customers, as long as the month lasts."""
    if lot.usable_from is None:
        raise ValueError(f"{lot.lot_id} is not released")
    day = plant.later(plant.clock.day(lot.usable_from), 1 if plant.is_food else 2)
    customers = plant.catalogue.partners("customer")
    share = Decimal("0.48") if plant.is_food else Decimal("0.30")
    for part in range(2):
        if day > MONTH_END - timedelta(days=1):
            return
        quantity = (lot.left * share).quantize(Decimal(1))
        deliver_part(plant, lot, quantity, day, customers[(number + part) % len(customers)])
        day = plant.later(day, 0 if plant.is_food else 3)


def deliver_part(plant: Plant, lot: Lot, quantity: Decimal, day: date, customer: str) -> str:
    """One delivery of part of a lot, with an order form where the substance needs one."""
    lot.left -= quantity
    shipment_id = ship(plant, [(lot, quantity)], day, customer)
    if lot.material.more.get("dea_schedule") == "II":
        shipped_at = plant.clock.at(day, "13:00")
        if plant.numbers.count("orders of customers") % 3:
            order_form(plant, ("shipments", shipment_id), shipped_at, customer)
        else:
            electronic_order(plant, shipment_id, shipped_at, customer)
    return shipment_id

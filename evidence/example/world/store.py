"""The plant's stock: what is on hand of a material, taken oldest release first.

When what is released does not suffice, a further lot has been received in time: receipts follow
from what production needs, as a planner would have ordered them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from .plant import Plant
from .things import Lot, Material

Supply = Callable[[Plant, Material, date, Decimal], Lot]
"""Brings a lot of at least the given quantity in, on a day."""


class Store:
    """Lots on hand by material, in the order in which they were released.

    Args:
        plant: whose stock it is.
        supply: how a missing material is brought in.
    """

    def __init__(self, plant: Plant, supply: Supply) -> None:
        self.plant = plant
        self.supply = supply
        self.lots: dict[str, list[Lot]] = {}

    def put(self, lot: Lot) -> None:
        """Add a lot to the stock."""
        self.lots.setdefault(lot.material.material_id, []).append(lot)

    def on_hand(self) -> list[Lot]:
        """Every lot of which something is left, by lot identifier."""
        lots = [lot for group in self.lots.values() for lot in group if lot.left > 0]
        return sorted(lots, key=lambda lot: lot.lot_id)

    def take(
        self, material: Material, quantity: Decimal, when: datetime
    ) -> list[tuple[Lot, Decimal]]:
        """Reserve ``quantity`` for use at ``when``: parts of one or more lots, oldest first."""
        parts: list[tuple[Lot, Decimal]] = []
        needed = quantity
        for lot in sorted(self._usable(material, when), key=lambda lot: lot.usable_from or when):
            part = min(lot.left, needed)
            lot.left -= part
            needed -= part
            parts.append((lot, part))
            if not needed:
                return parts
        return [*parts, self._bring(material, needed, when)]

    def _usable(self, material: Material, when: datetime) -> list[Lot]:
        return [
            lot
            for lot in self.lots.get(material.material_id, [])
            if lot.left > 0 and lot.usable_from and lot.usable_from < when < lot.expires_at
        ]

    def _bring(self, material: Material, needed: Decimal, when: datetime) -> tuple[Lot, Decimal]:
        day = self.plant.clock.day(when) - timedelta(days=material.lead_days)
        arrival = self.plant.later(day, 0)
        size = Decimal(material.lot_size)
        lots = -(-needed * Decimal("1.05") // size)
        lot = self.supply(self.plant, material, arrival, lots * size)
        self.put(lot)
        if lot.usable_from is None or lot.usable_from >= when:
            raise ValueError(f"{lot.lot_id} arrives too late for {when}")
        lot.left -= needed
        return lot, needed

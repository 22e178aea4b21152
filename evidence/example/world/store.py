"""A plant's stock: what is on hand of a material, taken oldest release first."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from .things import Lot, Material

HOLD_DAYS = 45
"""Intermediates are used within so many days of their making."""


def is_usable(lot: Lot, when: datetime) -> bool:
    """Whether something of the lot is left that may be used at ``when``."""
    limit = lot.expires_at
    if lot.material.klass == "intermediate":
        limit = min(limit, lot.made_at + timedelta(days=HOLD_DAYS))
    return lot.left > 0 and lot.usable_from is not None and lot.usable_from < when < limit


class Store:
    """Lots on hand by material."""

    def __init__(self) -> None:
        self._lots: dict[str, list[Lot]] = {}
        self._kept: list[Lot] = []

    def put(self, lot: Lot) -> None:
        """Add a lot to the stock."""
        self._lots.setdefault(lot.material.material_id, []).append(lot)

    def keep(self, lot: Lot) -> None:
        """Set a lot aside: it is on hand and counted, and nobody else takes from it."""
        group = self._lots[lot.material.material_id]
        if lot in group:
            group.remove(lot)
        self._kept.append(lot)

    def on_hand(self) -> list[Lot]:
        """Every lot of which something is left, by lot identifier."""
        groups = [*self._lots.values(), self._kept]
        lots = [lot for group in groups for lot in group if lot.left > 0]
        return sorted(lots, key=lambda lot: lot.lot_id)

    def lots(self, material: Material) -> list[Lot]:
        """Every lot of a material, in the order in which they came."""
        return list(self._lots.get(material.material_id, []))

    def take(
        self, material: Material, quantity: Decimal, when: datetime
    ) -> tuple[list[tuple[Lot, Decimal]], Decimal]:
        """Take up to ``quantity`` for use at ``when``, oldest release first.

        Returns:
            The parts taken, and the quantity that is still missing.
        """
        parts: list[tuple[Lot, Decimal]] = []
        usable = [lot for lot in self.lots(material) if is_usable(lot, when)]
        for lot in sorted(usable, key=lambda lot: lot.usable_from or when):
            part = min(lot.left, quantity)
            if part:
                lot.left -= part
                quantity -= part
                parts.append((lot, part))
        return parts, quantity

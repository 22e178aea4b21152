"""What customers owe for deliveries, what they paid, and what they are credited for returns.

Nothing here is drawn by chance: amounts follow from prices, days from the delivery, so that the
rest of the world stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from ..timeline import AS_OF
from .plant import Plant
from .things import Lot

RECEIVABLES: Final = "140000"
CREDIT_NOTES: Final = "808000"
_REVENUE: Final = "800000"
_BANK: Final = "113100"
_OVER_COST: Final = Decimal("1.4")
_TERM: Final = timedelta(days=30)
_LATE_PAYER: Final = 4
"""Every so manyth invoice is not paid within the term."""


def bill(
    plant: Plant, shipment_id: str, parts: Iterable[tuple[Lot, Decimal]], shipped_at: datetime
) -> None:
    """The invoice for a delivery, and its payment where that was in time; waste is not sold."""
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for lot, quantity in parts:
        if lot.material.klass == "waste":
            continue
        price, currency = plant.prices[lot.material.material_id]
        owed[currency] += (price * quantity * _OVER_COST).quantize(Decimal("0.01"))
    for currency, amount in sorted(owed.items()):
        number = plant.numbers.count("invoices")
        billed_at = shipped_at + timedelta(hours=18)
        told = {"currency": currency, "shipment_id": shipment_id}
        _document(plant, (RECEIVABLES, _REVENUE), amount, billed_at, told)
        if number % _LATE_PAYER and billed_at + _TERM < AS_OF:
            _document(plant, (_BANK, RECEIVABLES), amount, billed_at + _TERM, told)


def credit(plant: Plant, lot: Lot, quantity: Decimal, returned_at: datetime) -> None:
    """The credit note for what came back."""
    price, currency = plant.prices[lot.material.material_id]
    amount = (price * quantity * _OVER_COST).quantize(Decimal("0.01"))
    told = {"currency": currency, "lot_id": lot.lot_id}
    _document(plant, (CREDIT_NOTES, RECEIVABLES), amount, returned_at + timedelta(days=2), told)


def _document(
    plant: Plant,
    accounts: tuple[str, str],
    amount: Decimal,
    entered_at: datetime,
    told: dict[str, str],
) -> None:
    """A document of two lines: debit, credit."""
    number = plant.numbers.billing()
    posted_at = plant.clock.at(plant.clock.day(entered_at), "00:00")
    for position, (account, value) in enumerate(zip(accounts, (amount, -amount), strict=True), 1):
        plant.put(
            "postings",
            f"{number}/{position:03d}",
            entered_at,
            account=account,
            amount=value,
            posted_at=posted_at,
            document_number=number,
            **told,
        )
